import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { until } from '../until.js'
import { backend, routesTo, seenOf, verified } from './backend.js'
import { type Raw, raw, statusOf } from './raw.js'
import { type Scene, signedIn } from './signed-in.js'
import { clientKey, echoTexts, serverAccept, serverFrame, textFrame } from './web-socket.js'

/** Asks for a WebSocket as a page of ours does, with other headers where they are named. */
export function upgrade(
  { origin, host, cookie }: Scene,
  other: { readonly [name: string]: string | null } = {},
): Promise<Raw> {
  const headers = {
    ...{ host, origin, cookie: cookie(), connection: 'Upgrade', upgrade: 'websocket' },
    ...{ 'sec-websocket-version': '13', 'sec-websocket-key': clientKey, ...other },
  }
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]))
  return raw(origin, ['GET /api/live?room=1 HTTP/1.1', ...lines])
}

test('a WebSocket is opened with a token for its backend, and speaks both ways', async (t) => {
  const chat = await backend(t)
  echoTexts(chat.server, [
    'Sec-WebSocket-Protocol: chat',
    'Set-Cookie: hallpass=evil',
    'Set-Cookie: theme=dark',
    'Hallpass-X: 1',
  ])
  chat.server.on('upgrade', (req) => void chat.seen.push(seenOf(req)))
  const scene = await signedIn(t, { routes: routesTo([chat]) })
  const socket = await upgrade(scene, { 'sec-websocket-protocol': 'chat', 'x-user': 'forged' })
  socket.socket.write(textFrame('hello'))
  await socket.until(serverFrame('hello'))
  const head = socket.text.slice(0, socket.text.indexOf('\r\n\r\n')).toLowerCase()
  assert.match(head, /^http\/1\.1 101 /)
  assert.ok(head.includes(`sec-websocket-accept: ${serverAccept.toLowerCase()}`))
  assert.match(head, /^sec-websocket-protocol: chat$/m)
  assert.match(head, /^set-cookie: theme=dark$/m)
  assert.doesNotMatch(head, /hallpass/)

  const [asked] = chat.seen
  assert.equal(asked?.url, '/api/live?room=1')
  assert.equal(asked?.headers['cookie'], undefined)
  assert.equal(asked?.headers['x-user'], undefined)
  assert.equal(asked?.headers['sec-websocket-key'], clientKey)
  assert.ok(asked !== undefined && (await verified(scene.origin, chat.audience, asked)))

  socket.socket.write(textFrame('again'))
  await socket.until(serverFrame('again'))
  socket.socket.end()
  await socket.ended()
  await until(async () => scene.logged.some((line) => line.includes('"/api/live"') && line.includes('"status":101')))
})

test('what a client sends before it is let in arrives after it was', async (t) => {
  const chat = await backend(t)
  echoTexts(chat.server)
  const scene = await signedIn(t, { routes: routesTo([chat]) })
  const { origin, host, cookie } = scene
  const lines = [
    `host: ${host}`,
    `origin: ${origin}`,
    `cookie: ${cookie()}`,
    'connection: upgrade',
    'upgrade: WebSocket',
  ]
  const head = ['GET /api HTTP/1.1', ...lines, `sec-websocket-key: ${clientKey}`, 'sec-websocket-version: 13']
  const socket = await raw(origin, head, textFrame('early').toString('latin1'))
  await socket.until(serverFrame('early'))
  socket.socket.destroy()
})

test('a client that is gone takes the connection to the backend along, and the other way round', async (t) => {
  const chat = await backend(t)
  const open = echoTexts(chat.server)
  const scene = await signedIn(t, { routes: routesTo([chat]) })
  const first = await upgrade(scene)
  await first.until(/101/)
  first.socket.resetAndDestroy()
  await until(async () => open.size === 0)
  const second = await upgrade(scene)
  await second.until(/101/)
  for (const socket of open) socket.destroy()
  await second.ended()
})

test('a backend that refuses the upgrade is heard, whole', async (t) => {
  const chat = await backend(t)
  chat.server.on('upgrade', (_, socket) => {
    socket.end(
      'HTTP/1.1 426 Upgrade Required\r\nset-cookie: hallpass=evil\r\nproxy-authenticate: x\r\ncontent-length: 4\r\n\r\nnope',
    )
  })
  const scene = await signedIn(t, { routes: routesTo([chat]) })
  const text = await (await upgrade(scene)).ended()
  assert.equal(statusOf(text), 426)
  assert.match(text, /\r\n\r\nnope$/)
  assert.doesNotMatch(text, /evil|proxy-authenticate/)
})

test('a backend that is away or silent is a 502 or a 504, for WebSockets too', async (t) => {
  const silent = await backend(t)
  silent.server.on('upgrade', () => undefined)
  const away = await backend(t, undefined, 'https://away.example')
  away.server.close()
  await once(away.server, 'close')
  const routes = routesTo([silent, { timeout: 200 }], [away, { path: '/away' }])
  const scene = await signedIn(t, { routes })
  const late = await (await upgrade(scene)).ended()
  assert.equal(statusOf(late), 504)
  assert.match(late, /"upstream-timeout"/)
  const { origin, host, cookie } = scene
  const lines = [
    `host: ${host}`,
    `origin: ${origin}`,
    `cookie: ${cookie()}`,
    'connection: upgrade',
    'upgrade: websocket',
  ]
  const gone = await (await raw(origin, ['GET /away HTTP/1.1', ...lines])).ended()
  assert.equal(statusOf(gone), 502)
  assert.ok(!gone.includes(away.upstream.port))
})

test('at shutdown WebSockets are told that the server is going away', async (t) => {
  const chat = await backend(t)
  const open = echoTexts(chat.server)
  const scene = await signedIn(t, { routes: routesTo([chat]) })
  const socket = await upgrade(scene)
  await socket.until(/101/)
  scene.app.endStreams()
  await socket.ended()
  assert.deepEqual([...socket.bytes.subarray(-4)], [0x88, 2, 1001 >> 8, 1001 & 0xff])
  await until(async () => open.size === 0)
})

test('a client that never closes its side is not waited for', async (t) => {
  const chat = await backend(t)
  const open = echoTexts(chat.server)
  const scene = await signedIn(t, { routes: routesTo([chat]) })
  const stubborn = await upgrade(scene)
  await stubborn.until(/101/)
  stubborn.socket.removeAllListeners('end')
  stubborn.socket.allowHalfOpen = true
  for (const socket of open) socket.end()
  await until(async () => scene.logged.some((line) => line.includes('"status":101')))
  stubborn.socket.destroy()
})
