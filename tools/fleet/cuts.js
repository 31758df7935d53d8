// How soon what is open through the gateway is cut when its session is revoked: a WebSocket, an event stream and an
// upload, opened at one instance, revoked at it or at another.
import { createServer, request } from 'node:http'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { atTheEnd } from './cleanup.js'
import { serve, signIn, signUp } from './served.js'
import { freePort, startStore } from './stores.js'
import { printTable, progress, quantile, round, verdict } from './table.js'

const kinds = ['WebSocket', 'event stream', 'upload']
const secret = 'n3Vq8ZpTfYw2Lr6KxHd1Bc9MgUe5JaSo7QiWt0Rb'

/** @param {{ engines: string[], rounds: number, wholeUpload: number }} plan `wholeUpload`: seconds of one that nobody cuts */
export async function cuts({ engines, rounds, wholeUpload }) {
  const broken = []
  for (const engine of engines) broken.push(...(await cutsOn(engine, rounds, wholeUpload)))
  return verdict('cuts', 'nothing that is open outlives its session', broken)
}

async function cutsOn(engine, rounds, wholeUpload) {
  const store = await startStore(engine)
  const backend = await startBackend()
  const ports = [await freePort(), await freePort()]
  const issuer = `http://localhost:${ports[0]}`
  const env = { HALLPASS_STORE: addressOf(store.where), HALLPASS_SECRET: secret, HALLPASS_ISSUER: issuer }
  const config = { gateway: { routes: [{ path: '/app', upstream: backend.origin, audience: 'app' }] } }
  const instances = []
  for (const port of ports) instances.push(await serve({ port, env, config }))
  const [here, there] = instances.map(({ origin }) => origin)

  const email = `cuts-${engine}@example.com`
  const others = await signUp(issuer, email)
  const broken = []
  const sent = await wholeUploads(here, await signIn(issuer, email), wholeUpload)
  progress(`${engine}: an upload of ${wholeUpload} s that nobody revokes: ${sent.status}, ${sent.bytes} bytes`)
  if (sent.status !== 200) broken.push(`${engine}: an upload of ${wholeUpload} s was answered with ${sent.status}`)
  const rows = []
  for (const [where, at] of [
    ['the same instance', here],
    ['the other one', there],
  ]) {
    const figures = new Map([...kinds, 'answer'].map((name) => [name, []]))
    for (let done = 1; done <= rounds; done++) {
      const took = await oneCut({ here, at, issuer, others, mine: await signIn(issuer, email) })
      for (const [name, figure] of Object.entries(took)) figures.get(name).push(figure)
      if (done % 10 === 0) progress(`${engine}, revoked at ${where}: ${done} of ${rounds}`)
    }
    for (const [name, list] of figures) {
      if (list.includes(null)) broken.push(`${engine}, revoked at ${where}: ${name} was not cut within 10 s`)
      rows.push({
        'revoked at': where,
        'ms after the request to revoke': name === 'answer' ? 'the answer to it' : `${name} cut`,
        ...Object.fromEntries([0.5, 0.95, 1].map((share) => [shares[share], oneDigit(quantile(list, share))])),
      })
    }
  }
  printTable(`${engine}: ${rounds} sessions each, with all three open`, rows)
  for (const instance of instances) await instance.stop()
  backend.close()
  await store.stop()
  return broken
}

const shares = { 0.5: 'p50', 0.95: 'p95', 1: 'max' }
const oneDigit = (figure) => round(figure, 1)

/** Milliseconds from the request to revoke until each was cut, and until it was answered; null for never. */
async function oneCut({ here, at, issuer, others, mine }) {
  const open = [await webSocket(here, issuer, mine), await eventStream(here, mine), await upload(here, issuer, mine)]
  const { session } = await (await fetch(`${here}/auth/session`, { headers: { cookie: mine } })).json()
  await sleep(50 + Math.random() * 200)
  const began = performance.now()
  const revoked = fetch(`${at}/auth/sessions/${session.id}`, {
    method: 'DELETE',
    headers: { cookie: others, origin: issuer },
  }).then(async (answer) => {
    if (!answer.ok) throw new Error(`not revoked: ${answer.status} ${await answer.text()}`)
    return performance.now() - began
  })
  const late = sleep(10_000).then(() => null)
  const cut = await Promise.all(open.map(({ closed }) => Promise.race([closed.then((when) => when - began), late])))
  return { ...Object.fromEntries(kinds.map((kind, index) => [kind, cut[index]])), answer: await revoked }
}

/** Each opens one, and resolves once it is open; `closed` resolves with when it was closed. */
async function webSocket(origin, issuer, cookie) {
  const headers = {
    ...{ cookie, origin: issuer, connection: 'Upgrade', upgrade: 'websocket' },
    ...{ 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' },
  }
  const req = request(`${origin}/app/socket`, { headers }).end()
  const [, socket] = await once(req, 'upgrade')
  socket.on('error', () => undefined)
  // A close frame is the word; what follows it is manners.
  return { closed: whenFirst(socket, 'data', 'close') }
}

async function eventStream(origin, cookie) {
  const req = request(`${origin}/app/events`, { headers: { cookie } }).end()
  req.on('error', () => undefined)
  const [res] = await once(req, 'response')
  res.on('error', () => undefined).resume()
  return { closed: whenFirst(res, 'close') }
}

async function upload(origin, issuer, cookie) {
  const req = request(`${origin}/app/upload`, { method: 'POST', headers: { cookie, origin: issuer } })
  req.on('error', () => undefined)
  const timer = setInterval(() => req.write('x'.repeat(1000)), 20)
  req.on('close', () => clearInterval(timer))
  await sleep(40)
  return { closed: whenFirst(req, 'close') }
}

/** Resolves with when the first of these events came. */
function whenFirst(emitter, ...events) {
  return new Promise((resolve) => {
    for (const event of events) emitter.once(event, () => resolve(performance.now()))
  })
}

async function wholeUploads(origin, cookie, seconds) {
  const headers = { cookie, origin, 'content-length': seconds * 1000 }
  const req = request(`${origin}/app/upload`, { method: 'POST', headers })
  for (let second = 0; second < seconds; second++) {
    req.write('x'.repeat(1000))
    if (second < seconds - 1) await sleep(1000)
  }
  const [res] = await once(req.end(), 'response')
  let text = ''
  for await (const chunk of res) text += chunk
  return { status: res.statusCode, bytes: Number(text) }
}

/** Says nothing on a WebSocket, one event a second on a stream, and how much was uploaded. */
async function startBackend() {
  const server = createServer({ requestTimeout: 0 }, (req, res) => {
    if (req.url === '/app/upload') {
      let bytes = 0
      req.on('data', (chunk) => (bytes += chunk.length)).on('end', () => res.end(String(bytes)))
      return
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    const timer = setInterval(() => res.write('data: tick\n\n'), 1000)
    res.write('data: hello\n\n')
    res.on('close', () => clearInterval(timer))
  })
  server.on('upgrade', (req, socket) => {
    const key = `${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    socket.on('error', () => undefined).resume()
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
    socket.write([...lines, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = atTheEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${server.address().port}`, close }
}

function addressOf({ engine, port, file }) {
  if (engine === 'sqlite') return `sqlite:${file}`
  return engine === 'redis' ? `redis://127.0.0.1:${port}` : `postgres://postgres@127.0.0.1:${port}/postgres`
}
