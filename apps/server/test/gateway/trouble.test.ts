import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer, request } from 'node:http'
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { freePort } from '../test-server.js'
import { until } from '../until.js'
import { backend, routesTo } from './backend.js'
import { raw, statusOf } from './raw.js'
import { signedIn } from './signed-in.js'

const audience = 'https://orders.example'

/** A backend that does with its connections what it likes. */
async function rawBackend(t: TestContext, answer: (socket: Socket, request: string, count: number) => void) {
  let count = 0
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => answer(socket, chunk.toString('latin1'), ++count))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const upstream = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return { upstream, audience, count: () => count }
}

test('a backend that cannot be reached is a 502 that does not say where it is', async (t) => {
  const port = await freePort()
  const routes = routesTo([{ upstream: new URL(`http://127.0.0.1:${port}`), audience }])
  const { ada, logged } = await signedIn(t, { routes })
  const answer = await ada.get('/api')
  assert.deepEqual([answer.status, answer.json.code], [502, 'upstream-unreachable'])
  assert.ok(!answer.text.includes(String(port)) && !answer.text.includes('ECONN'))
  await until(async () =>
    logged.some((line) => line.includes('"upstream-unreachable"') && line.includes('ECONNREFUSED')),
  )
})

test('a backend that does not answer in time is a 504, and its request is over', async (t) => {
  const silent = await backend(t, () => undefined)
  const { ada } = await signedIn(t, { routes: routesTo([silent, { timeout: 200 }]) })
  const connections = (): Promise<number> =>
    new Promise((resolve) => void silent.server.getConnections((_, count) => resolve(count)))
  const answer = await ada.get('/api')
  assert.deepEqual([answer.status, answer.json.code], [504, 'upstream-timeout'])
  await until(async () => (await connections()) === 0)
  const posted = await ada.post('/api', { a: 1 })
  assert.equal(posted.json.code, 'upstream-timeout')
})

test('the time that a body takes does not count, nor does that of an answer that has begun', async (t) => {
  const slow = await backend(t, (req, res) => {
    req.resume()
    req.on('end', () => {
      res.write('begun, ')
      setTimeout(() => res.end('ended'), 600)
    })
  })
  const { origin, cookie, host } = await signedIn(t, { routes: routesTo([slow, { timeout: 250 }]) })
  const upload = request(`${origin}/api`, { method: 'POST', headers: { cookie: cookie(), origin, host } })
  const answered = once(upload, 'response')
  for (let count = 0; count < 8; count++) {
    upload.write('x')
    await new Promise((later) => void setTimeout(later, 100))
  }
  upload.end()
  const [answer] = await answered
  assert.equal(answer.statusCode, 200)
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  assert.equal(text, 'begun, ended')
})

test('a backend that does not take the body in is a 504 too', async (t) => {
  const server = createServer((socket) => socket.pause()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const upstream = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const { origin, cookie } = await signedIn(t, { routes: routesTo([{ upstream, audience }, { timeout: 300 }]) })
  const upload = request(`${origin}/api`, { method: 'POST', headers: { cookie: cookie(), origin } })
  upload.on('error', () => undefined)
  const answered = once(upload, 'response')
  const piece = Buffer.alloc(1024 * 1024)
  for (let count = 0; count < 40; count++) upload.write(piece)
  const [answer] = await answered
  assert.equal(answer.statusCode, 504)
  upload.destroy()
})

test('a connection that the backend had closed is tried once more, where nothing is done twice', async (t) => {
  const once200 = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
  // answers the first request of each connection, and closes at the second
  const asked = new WeakSet<Socket>()
  const forgetful = await rawBackend(t, (socket) => {
    if (asked.has(socket)) socket.destroy()
    else socket.write(once200)
    asked.add(socket)
  })
  const { ada } = await signedIn(t, { routes: routesTo([forgetful]) })
  assert.equal((await ada.get('/api')).status, 200)
  assert.equal((await ada.get('/api')).status, 200)
  assert.equal(forgetful.count(), 3)
  // the third connection was used once: a POST over it is not repeated
  assert.equal((await ada.post('/api', { pay: 1 })).json.code, 'upstream-unreachable')
  assert.equal(forgetful.count(), 4)
})

test('a backend that closes every connection is not asked for ever', async (t) => {
  const broken = await rawBackend(t, (socket) => socket.destroy())
  const { ada } = await signedIn(t, { routes: routesTo([broken]) })
  assert.equal((await ada.get('/api')).json.code, 'upstream-unreachable')
  assert.equal(broken.count(), 1)
})

test('an answer that breaks off is never one that ends', async (t) => {
  const answers: readonly string[] = [
    'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n',
  ]
  for (const head of answers) {
    const broken = await rawBackend(
      t,
      (socket) => void socket.write(head, () => setTimeout(() => socket.destroy(), 100)),
    )
    const { origin, host, cookie, logged } = await signedIn(t, { routes: routesTo([broken]) })
    const text = await (await raw(origin, ['GET /api HTTP/1.1', `host: ${host}`, `cookie: ${cookie()}`])).ended()
    assert.equal(statusOf(text), 200)
    assert.match(text, /half/)
    assert.doesNotMatch(text, /\r\n0\r\n\r\n$/)
    await until(async () => logged.some((line) => line.includes('"broken-off"')))
  }
})

test('what is no answer is a 502', async (t) => {
  const answers = [
    'SSH-2.0-OpenSSH\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx',
    'HTTP/1.1 099 No\r\ncontent-length: 0\r\n\r\n',
  ]
  for (const text of answers) {
    const odd = await rawBackend(t, (socket) => void socket.write(text))
    const { ada } = await signedIn(t, { routes: routesTo([odd, { timeout: 5000 }]) })
    const answer = await ada.get('/api')
    assert.equal(answer.json.code, 'upstream-unreachable', text)
  }
})

test('a route without an upstream is for proxies that ask: there is nothing at its address', async (t) => {
  const routes = (origin: string) =>
    routesTo([{ upstream: new URL(origin), audience }])(origin).map((route) => ({ ...route, upstream: null }))
  const { ada } = await signedIn(t, { routes })
  assert.equal((await ada.get('/api')).json.code, 'not-found')
})

test('many streams at once have a connection each', async (t) => {
  const many = 400
  const server = createHttpServer((_, res) =>
    res.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n'),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const upstream = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const scene = await signedIn(t, { routes: routesTo([{ upstream, audience }]) })
  const asked = Array.from({ length: many }, () =>
    request(`${scene.origin}/api`, { agent: false, headers: { cookie: scene.cookie() } }).end(),
  )
  await Promise.all(
    asked.map(async (one) => {
      one.on('error', () => undefined)
      const [answer] = await once(one, 'response')
      answer.on('error', () => undefined)
      await once(answer, 'data')
    }),
  )
  for (const one of asked) one.destroy()
})
