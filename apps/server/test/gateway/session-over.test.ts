import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { until } from '../until.js'
import { browser } from '../test-client.js'
import { backend, routesTo } from './backend.js'
import { raw } from './raw.js'
import { signedIn } from './signed-in.js'
import { clientKey, echoTexts, serverFrame, textFrame } from './web-socket.js'

test('a WebSocket, an event stream, an upload and a download end with their session, and nobody else notices', async (t) => {
  let came = 0
  const asked: string[] = []
  const backends = await backend(t, (req, res) => {
    asked.push(req.url ?? '')
    req.on('data', (chunk: Buffer) => (came += chunk.length))
    req.on('error', () => undefined)
    if (req.url === '/api/events') res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    if (req.url === '/api/file') res.writeHead(200, { 'content-length': '100' }).write('half')
  })
  const open = echoTexts(backends.server)
  const scene = await signedIn(t, { routes: routesTo([backends]) })
  const { origin, host, cookie, app, ada } = scene
  const bob = browser(origin)
  await bob.post('/auth/sign-up', { email: 'bob@example.com', password: 'kite-drum-74-orchard' })
  const bobs = [...bob.cookies].map((pair) => pair.join('=')).join('; ')

  const begin = async (cookies: string) => {
    const always = [`host: ${host}`, `origin: ${origin}`, `cookie: ${cookies}`]
    const upgrade = ['connection: Upgrade', 'upgrade: websocket', `sec-websocket-key: ${clientKey}`]
    const socket = await raw(origin, ['GET /api/live HTTP/1.1', ...always, ...upgrade])
    await socket.until(/ 101 /)
    const events = await raw(origin, ['GET /api/events HTTP/1.1', ...always])
    await events.until(/data: 1/)
    const file = await raw(origin, ['GET /api/file HTTP/1.1', ...always])
    await file.until(/half/)
    const upload = request(`${origin}/api/upload`, {
      method: 'POST',
      agent: false,
      headers: { cookie: cookies, origin },
    })
    upload.on('error', () => undefined)
    const before = came
    upload.write('x'.repeat(1000))
    await until(async () => came === before + 1000)
    return { socket, events, file, upload }
  }
  const hers = await begin(cookie())
  const his = await begin(bobs)
  assert.equal(open.size, 2)

  const cut = new Promise((closed) => void hers.upload.once('close', closed))
  const { session } = (await ada.get('/auth/session')).json
  await app.auth.sessions.revoke(session.id)
  await Promise.all([hers.socket.ended(), hers.events.ended(), hers.file.ended(), cut])
  assert.deepEqual([...hers.socket.bytes.subarray(-4)], [0x88, 2, 1008 >> 8, 1008 & 0xff])
  assert.doesNotMatch(hers.events.text, /\r\n0\r\n\r\n$/)
  await until(async () => open.size === 1)
  await until(async () => scene.logged.filter((line) => line.includes('"cut"')).length === 4)

  his.socket.socket.write(textFrame('here'))
  await his.socket.until(serverFrame('here'))
  assert.ok(!his.events.isClosed && !his.file.isClosed && !his.upload.destroyed)
  for (const one of [his.socket.socket, his.events.socket, his.file.socket, his.upload]) one.destroy()
})

test('a request that the backend still thinks about ends with its session too', async (t) => {
  const silent = await backend(t, () => undefined)
  const { ada, origin, host, cookie, app } = await signedIn(t, { routes: routesTo([silent]) })
  const asked = await raw(origin, ['GET /api HTTP/1.1', `host: ${host}`, `cookie: ${cookie()}`])
  await until(async () => silent.seen.length === 1)
  const { session } = (await ada.get('/auth/session')).json
  await app.auth.sessions.revoke(session.id)
  assert.equal(await asked.ended(), '')
  const again = await ada.get('/api')
  assert.equal(again.json.code, 'ended')
  assert.equal(silent.seen.length, 1)
})
