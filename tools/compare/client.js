// A client that keeps what it is handed, and knows no more of a way than a browser does.
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const agent = new Agent({ keepAlive: true, maxSockets: 20 })

/** Signs in at one instance. @returns the credential: headers that go along with every request */
export async function signIn(port, origin, user) {
  const { status, cookies, body } = await send(port, 'POST', '/sign-in', pageHeaders(origin), JSON.stringify({ user }))
  if (status !== 200) throw new Error(`signing in was answered ${status}: ${body}`)
  const { token } = JSON.parse(body)
  return {
    ...(cookies.length === 0 ? {} : { cookie: cookies.map((line) => line.split(';')[0]).join('; ') }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
}

export async function signOut(port, origin, path, credential) {
  const { status } = await send(port, 'POST', path, { ...pageHeaders(origin), ...credential }, '{}')
  if (status !== 200 && status !== 204) throw new Error(`signing out was answered ${status}`)
}

/** @returns {Promise<boolean>} whether the credential is believed; anything but 200 and 401 is a failure */
export async function isAccepted(port, credential) {
  const { status } = await send(port, 'GET', '/me', { 'x-forwarded-proto': 'https', ...credential })
  if (status !== 200 && status !== 401) throw new Error(`GET /me was answered ${status}`)
  return status === 200
}

/** So many requests, ten at a time, spread over so many seconds; all must be accepted. */
export async function requests(port, credential, count, seconds = 0) {
  for (let sent = 0; sent < count; sent += 10) {
    const accepted = await Promise.all(Array.from({ length: 10 }, () => isAccepted(port, credential)))
    if (accepted.includes(false)) throw new Error('a warm request was refused')
    if (seconds > 0) await sleep((seconds * 10_000) / count)
  }
}

function pageHeaders(origin) {
  return {
    origin,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    'x-forwarded-proto': 'https',
  }
}

function send(port, method, path, headers, body = '') {
  return new Promise((resolve, reject) => {
    const onward = request({ port, host: '127.0.0.1', method, path, headers, agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => (text += chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode, cookies: answer.headers['set-cookie'] ?? [], body: text }),
      )
    })
    onward.on('error', reject)
    onward.end(body)
  })
}
