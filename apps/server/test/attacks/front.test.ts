import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setTimeout as after } from 'node:timers/promises'
import { ServerError } from '#src/errors.js'
import { createFront } from '#src/front.js'
import type { Gateway } from '#src/gateway/gateway.js'
import { headersOfEveryAnswer } from '#src/pages/security-headers.js'
import { type ConnectionBounds, serve } from '#src/serve.js'
import { createArrive } from '#src/transport/arrive.js'
import type { BodyBounds } from '#src/transport/body-bounds.js'
import { loosestReading, readTarget } from '#src/transport/target.js'
import type { Transport } from '#src/transport/transport.js'
import { rawConnection, sendRaw } from '../raw-socket.js'
import { browser } from '../test-client.js'
import { keptLog, quickPasswords, testServer } from '../test-server.js'
import { until } from '../until.js'

type Handler = (req: IncomingMessage, res: ServerResponse) => void

interface Behind {
  readonly own?: Handler
  /** What a gateway would do with what it is given; it is given everything below `/gateway`. */
  readonly gateway?: Handler
  readonly transport?: Partial<Transport>
  readonly bodies?: BodyBounds
  readonly connections?: ConnectionBounds
}

/** Answers once the body is there: with what was asked for, as it was understood. */
const echo: Handler = (req, res) => {
  let length = 0
  req.on('data', (chunk: Buffer) => (length += chunk.length))
  req.on('end', () => res.end(`${req.method} ${req.url} ${length}`))
}

/** A front on a socket, and everything that reached what is behind it. */
async function front(
  t: TestContext,
  behind: Behind = {},
): Promise<{ port: number; reached: string[]; logged: string[] }> {
  const { own = echo, gateway, transport, bodies, connections } = behind
  const reached: string[] = []
  const logged: string[] = []
  const kept =
    (handler: Handler): Handler =>
    (req, res) => {
      reached.push(`${req.method} ${req.url}`)
      handler(req, res)
    }
  const through: Gateway | null = gateway === undefined ? null : gatewayOf(kept(gateway))
  const issuer = 'http://localhost'
  const at = { issuer, hosts: ['localhost'], internalHosts: [], proxies: null, ...transport }
  const app = createFront(
    {
      arrive: createArrive(at),
      selfTest: null,
      check: null,
      gateway: through,
      own: kept(own),
      headers: headersOfEveryAnswer({ https: at.issuer.startsWith('https:') }),
      log: keptLog(logged),
    },
    bodies,
  )
  const serving = await serve({ front: app }, { port: 0, host: 'localhost' }, connections)
  t.after(() => serving.stop(100))
  return { port: serving.port, reached, logged }
}

function gatewayOf(handler: Handler): Gateway {
  return {
    request(req, res, { path }) {
      if (!path.startsWith('/gateway')) return false
      handler(req, res)
      return true
    },
    upgrade: (req) => assert.fail(`${req.method} is handed over`),
    endStreams: () => undefined,
    close: () => undefined,
    figures: () => assert.fail('nobody asks'),
  }
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
const codeOf = (answer: string): unknown =>
  (JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { code: unknown }).code

test('G06: whatever a client writes into X-Forwarded-For, it is known by the address that the proxy saw', async (t) => {
  const proxies = { count: 1, networks: ['127.0.0.0/8', '::1'] }
  const { origin, logged } = await testServer(t, { passwords: quickPasswords, transport: { proxies } })
  const anna = browser(origin)
  const seen = async (forwardedFor: string): Promise<unknown> => {
    const headers = { 'x-forwarded-for': forwardedFor }
    await anna.post('/auth/sign-up', { email: 'anna@example.com', password: 'violet tram under seven' }, headers)
    await anna.post('/auth/sign-in', { email: 'anna@example.com', password: 'violet tram under seven' }, headers)
    const { json } = await anna.get('/auth/sessions', headers)
    const client = (
      JSON.parse(logged.filter((line) => line.includes('/auth/sessions')).at(-1) ?? '{}') as { client?: unknown }
    ).client
    await anna.post('/auth/sign-out')
    return [json.sessions.find(({ current }) => current)?.device?.network, client]
  }
  const hops = Array.from({ length: 10 }, (_, index) => `192.0.2.${index}`).join(', ')
  const proxied = await seen('198.51.100.7')
  assert.deepEqual(await seen(`${hops}, 198.51.100.7`), proxied, 'ten hops')
  assert.deepEqual(await seen('::ffff:198.51.100.7'), proxied, 'IPv4 inside IPv6')
  assert.deepEqual(await seen('[::FFFF:C633:6407]:80'), proxied, 'with brackets and a port')
  assert.deepEqual(proxied, ['198.51.100.0/24', '198.51.100.7'], 'the client, not the proxy')
  assert.deepEqual(await seen('2001:DB8:1:2:3::4'), ['2001:db8:1::/48', '2001:db8:1:2::/64'])
})

test("G06: where no proxy is named, X-Forwarded-For is anybody's word", async (t) => {
  const { origin, logged } = await testServer(t, { passwords: quickPasswords })
  await browser(origin).get('/auth/session', { 'x-forwarded-for': '192.0.2.1', 'x-real-ip': '192.0.2.1' })
  assert.ok(
    logged.some((line) => /"client":"(?:127\.0\.0\.1|::\/64)"/.test(line)),
    logged.join(),
  )
  assert.doesNotMatch(logged.join(), /192\.0\.2\.1/)
})

test('G07: forged X-Forwarded-Host, -Port, -Prefix and -Proto change no answer', async (t) => {
  const { origin } = await testServer(t)
  const forged = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-port': '81',
    'x-forwarded-prefix': '/evil',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example;proto=https',
    'x-original-url': '/evil',
    'x-rewrite-url': '/evil',
    'x-http-method-override': 'DELETE',
  }
  for (const path of [
    '/',
    '/sign-in',
    '/auth/session',
    '/auth/resume?to=/',
    '/.well-known/oauth-authorization-server',
  ]) {
    const plain = await browser(origin).get(path)
    const answer = await browser(origin).get(path, forged)
    assert.equal(answer.status, plain.status, path)
    assert.equal(answer.text, plain.text, path)
    assert.equal(answer.headers.get('location'), plain.headers.get('location'), path)
  }
})

/** Paths that two readers can take for two things; what `/admin` would be, were it a route of its own. */
const ambiguous = [
  ...['/public/../admin', '/public/%2e%2e/admin', '/public/%2E%2e/admin', '/public/.%2e/admin', '/..', '/.', '/a/.'],
  ...['/public/..%2fadmin', '/public/%2e%2e%2Fadmin', '/public%2f..%2fadmin', '/%2fadmin', '/admin%2f', '/a%2Fb'],
  ...['//admin', '///', '/public//admin', '/admin//', '/./admin', '/admin/.', '/%2e/admin', '/public/;/admin'],
  ...['\\admin', '/\\admin', '/public/..\\admin', '/public/..%5cadmin', '/a%5Cb', '/%5c%5cevil.example'],
  ...['/public/%252e%252e/admin', '/%2561dmin', '/a%25%36%31', '/a%252fb', '/%25252e', '/a%255cb', '/a%2525'],
  ...['/admin%00', '/admin%00.css', '/admin%0a', '/admin%0d%0aX:y', '/admin%09', '/admin%1f', '/admin%7F', '/a%C2%85b'],
  ...['/public/..;/admin', '/public/..;x=y/admin', '/public/..%3b/admin', '/public/.;/admin', '/;x/admin', '/a/;'],
  ...['/public/%c0%ae%c0%ae/admin', '/a%c0%afb', '/a%e0%80%afb', '/a%f0%80%80%afb', '/a%ff', '/a%c3', '/%ed%a0%80'],
  ...['/public/%EF%BC%8E%EF%BC%8E/admin', '/public/%E2%80%A5/admin', '/a%EF%BC%8Fb', '/a%EF%BC%BCb', '/a%E2%84%80b'],
  ...['/a%EF%BC%852fb', '/public/..%20/admin', '/public/%20../admin', '/a%', '/a%2', '/a%zz', '/a%u002e', '/a%2%65'],
  ...[
    '',
    '*',
    'admin',
    'http://localhost/admin',
    'https://evil.example/',
    'localhost:443',
    '?x',
    '/a b',
    '/a\tb',
    '/a#b',
  ],
  ...['/caf\u00e9', '/a\u0000', '/\uff0e\uff0e/admin', '/a?b\u00e9', '/a?#'],
]

test('G09: a path that can be read in more than one way is refused', () => {
  for (const url of ambiguous) {
    const target = readTarget(url)
    assert.ok(target instanceof ServerError && target.code === 'ambiguous-address', JSON.stringify(url))
  }
})

test('G09: what is left has one spelling, and a loosest reading by which it belongs to no other route', () => {
  for (const url of [
    '/%61dmin',
    '/admin/',
    '/Admin',
    '/ADMIN/',
    '/admin;x',
    '/Admin;jsessionid=1/',
    '/%EF%BC%A1dmin',
  ]) {
    const target = readTarget(url)
    assert.ok(!(target instanceof ServerError), url)
    assert.equal(loosestReading(target.path), '/admin', url)
  }
  assert.deepEqual(readTarget('/%61dmin'), { path: '/admin', query: '' })
  assert.deepEqual(readTarget('/admin?x=/public/../y'), { path: '/admin', query: 'x=/public/../y' })
})

test('G09: the routes see the path as it was decided on, and nothing of one that is refused', async (t) => {
  const { port, reached } = await front(t)
  const get = (url: string): Promise<string> =>
    sendRaw(port, `GET ${url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  assert.match(await get('/%61dmin/%7e?x=%61'), /GET \/admin\/~\?x=%61 0$/)
  // what the parser itself refuses is answered by it, without a body
  for (const url of ambiguous.filter((one) => /^[/*h?\\][\x21-\x7e]*$/.test(one)))
    assert.equal(statusOf(await get(url)), 400, url)
  assert.deepEqual(reached, ['GET /admin/~?x=%61'])
})

test('G10, G17: one Host, a known one; no case, port, user or second line makes it another', async (t) => {
  const { port, reached } = await front(t, {
    transport: { issuer: 'http://localhost', hosts: ['localhost', 'app.example'] },
  })
  const ask = (...hosts: string[]): Promise<string> =>
    sendRaw(port, `GET / HTTP/1.1\r\n${hosts.map((host) => `${host}\r\n`).join('')}Connection: close\r\n\r\n`)
  assert.equal(statusOf(await ask('HOST: App.Example')), 200)
  assert.equal(statusOf(await ask('Host: APP.EXAMPLE:80')), 200)
  assert.equal(reached.length, 2)
  for (const host of ['evil.example', 'app.example.evil.example', 'app.example:81', 'app.example.', '192.0.2.7']) {
    const answer = await ask(`Host: ${host}`)
    assert.deepEqual([statusOf(answer), codeOf(answer)], [421, 'misdirected'], host)
    assert.ok(!answer.includes('evil.example'), 'nothing of it is repeated')
  }
  for (const hosts of [
    ['Host: app.example:80@evil.example'],
    ['Host: app.example', 'Host: app.example'],
    ['Host: app.example', 'host: evil.example'],
    ['Host: evil.example', 'Host: app.example'],
    ['Host: app.example, evil.example'],
    ['Host:'],
    ['Host: app.example/../evil'],
  ]) {
    const answer = await ask(...hosts)
    assert.deepEqual([statusOf(answer), codeOf(answer)], [400, 'ambiguous-address'], hosts.join())
  }
  assert.equal(statusOf(await ask()), 400, 'none at all')
  assert.equal(statusOf(await sendRaw(port, 'GET / HTTP/1.0\r\n\r\n')), 400, 'nor in HTTP/1.0')
  assert.equal(reached.length, 2)
})

test('probes are answered by whichever host they ask, and whether or not by https', async (t) => {
  const { port, reached } = await front(t, { transport: { issuer: 'https://app.example', hosts: ['app.example'] } })
  for (const path of ['/healthz', '/readyz'])
    assert.equal(
      statusOf(await sendRaw(port, `GET ${path} HTTP/1.1\r\nHost: 10.0.0.7:7100\r\nConnection: close\r\n\r\n`)),
      200,
    )
  assert.equal(reached.length, 2)
  assert.equal(
    statusOf(await sendRaw(port, 'GET /healthz/x HTTP/1.1\r\nHost: 10.0.0.7\r\nConnection: close\r\n\r\n')),
    421,
  )
})

/** Heads and bodies that two readers would cut at different places. What follows would be a request of its own to one of them. */
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n'
const smuggling: { readonly [name: string]: string } = {
  'CL.TE': `Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`,
  'TE.CL': `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n2d\r\n${smuggled}\r\n0\r\n\r\n`,
  'TE.TE, chunked first': 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n',
  'TE.TE, chunked last': 'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'TE.TE, unknown': 'Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'TE.TE, twice': 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'obs-fold': 'X-A: 1\r\n 2\r\n\r\n',
  'obs-fold in Transfer-Encoding': 'Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n',
  'obs-fold in Content-Length': 'Content-Length:\r\n 3\r\n\r\nabc',
  'bare LF between headers': 'X-A: 1\nContent-Length: 3\r\n\r\nabc',
  'bare LF at the end of the head': 'Content-Length: 0\r\n\n',
  'bare CR between headers': 'X-A: 1\rContent-Length: 3\r\n\r\nabc',
  'Transfer-Encoding: chunked, identity': 'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
  'Transfer-Encoding: identity': 'Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc',
  'Transfer-Encoding: gzip, chunked': 'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  'chunked and a vertical tab': 'Transfer-Encoding: chunked\x0b\r\n\r\n0\r\n\r\n',
  'a vertical tab and chunked': 'Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n',
  xchunked: 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
  'a space before the colon': 'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n',
  'a name with a NUL': 'X-A\0: 1\r\nContent-Length: 0\r\n\r\n',
  'Content-Length twice, the same': 'Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc',
  'Content-Length twice, another': 'Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc',
  'Content-Length: 3, 3': 'Content-Length: 3, 3\r\n\r\nabc',
  'Content-Length: +5': 'Content-Length: +5\r\n\r\nabcde',
  'Content-Length: 0x5': 'Content-Length: 0x5\r\n\r\nabcde',
  'Content-Length: -5': 'Content-Length: -5\r\n\r\nabcde',
  'Content-Length: 5 5': 'Content-Length: 5 5\r\n\r\nabcde',
  'Content-Length without a number': 'Content-Length: \r\n\r\nabcde',
  'Content-Length beyond 64 bits': 'Content-Length: 18446744073709551621\r\n\r\nabcde',
}

for (const [name, rest] of Object.entries(smuggling)) {
  test(`G13: ${name}: 400, closed, and nothing reaches a handler`, async (t) => {
    const { port, reached } = await front(t, { gateway: echo })
    for (const path of ['/', '/gateway']) {
      const answer = await sendRaw(port, `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${rest}${smuggled}`)
      assert.equal(statusOf(answer), 400, answer)
      assert.match(answer, /\r\nConnection: close\r\n/i)
      assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, 'one answer, to one request')
    }
    assert.deepEqual(reached, [])
  })
}

test('G13: request lines of other versions and other shapes are refused', async (t) => {
  const { port, reached } = await front(t)
  for (const head of [
    'POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'GET / HTTP/2.0\r\nHost: localhost\r\n\r\n',
    'GET / HTTP/1.2\r\nHost: localhost\r\n\r\n',
    'GET /\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'GET / HTTP/1.1\nHost: localhost\n\n',
    'GET\t/ HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET / HTTP/1.1\r\n Host: localhost\r\nHost: localhost\r\n\r\n',
  ]) {
    assert.equal(statusOf(await sendRaw(port, head)), 400, head)
  }
  assert.deepEqual(reached, [])
})

test('G13: a body whose chunks are not cut as they should be ends the connection, and nothing after it is a request', async (t) => {
  const { port, reached } = await front(t)
  for (const body of [
    '1\nG\r\n0\r\n\r\n',
    '1;a\nG\r\n0\r\n\r\n',
    '0x1\r\nG\r\n0\r\n\r\n',
    '1\r\nGXX0\r\n\r\n',
    '-1\r\nG\r\n0\r\n\r\n',
  ]) {
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n'
    assert.equal(statusOf(await sendRaw(port, `${head}${body}${smuggled}`)), 400, JSON.stringify(body))
  }
  assert.ok(
    reached.every((one) => one === 'POST /'),
    reached.join(),
  )
})

test('G16: absolute-form, authority-form and asterisk-form are refused, whatever Host says', async (t) => {
  const { port, reached } = await front(t)
  for (const line of ['GET http://evil.example/', 'GET http://localhost/', 'GET https://localhost/', 'OPTIONS *']) {
    const answer = await sendRaw(port, `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    assert.deepEqual([statusOf(answer), codeOf(answer)], [400, 'ambiguous-address'], line)
  }
  const tunnel = await sendRaw(port, 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.deepEqual([statusOf(tunnel), codeOf(tunnel)], [400, 'ambiguous-address'])
  assert.deepEqual(reached, [])
})

test('G25: 100 Continue is said only to a request that may go on', async (t) => {
  const { port, reached } = await front(t, {
    gateway: (_req, res) => res.writeHead(401, { connection: 'close' }).end(),
  })
  const head = (path: string, host: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`
  for (const [path, host, status] of [
    ['/', 'evil.example', 421],
    ['/a//b', 'localhost', 400],
    ['/gateway', 'localhost', 401],
  ] as const) {
    const answer = await sendRaw(port, head(path, host))
    assert.equal(statusOf(answer), status, answer)
    assert.doesNotMatch(answer, /100 Continue/)
  }
  const allowed = await rawConnection(port)
  allowed.send(head('/', 'localhost'))
  await allowed.until('HTTP/1.1 100 Continue\r\n\r\n')
  allowed.send('abc')
  assert.match(await allowed.closed, /POST \/ 3$/)
  assert.deepEqual(reached, ['POST /gateway', 'POST /'])
  assert.equal(statusOf(await sendRaw(port, head('/', 'localhost').replace('100-continue', 'x'))), 417)
})

test('G26: a gateway is never handed what is no GET, or has a body', async (t) => {
  const { port } = await front(t, { gateway: echo })
  const head = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
  for (const request of [
    `POST / HTTP/1.1\r\n${head}\r\n`,
    `GET / HTTP/1.1\r\n${head}Content-Length: 3\r\n\r\nabc`,
    `GET / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ]) {
    const answer = await sendRaw(port, request)
    assert.deepEqual([statusOf(answer), codeOf(answer)], [400, 'upgrade-refused'])
  }
})

test('G26: nothing here is upgraded: the connection ends, even when the other side would keep it', async (t) => {
  const { port, reached } = await front(t)
  const upgrade = (line: string, more = ''): Promise<string> =>
    sendRaw(port, `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n${more}\r\n`)
  for (const answer of [
    await upgrade('GET /', 'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'),
    await upgrade('GET /', 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'),
    await upgrade('POST /', 'Upgrade: websocket\r\nContent-Length: 3\r\n'),
  ]) {
    assert.deepEqual([statusOf(answer), codeOf(answer)], [400, 'upgrade-refused'])
    assert.match(answer, /\r\nconnection: close\r\n/)
    assert.match(answer, /\r\nx-content-type-options: nosniff\r\n/)
  }
  assert.deepEqual(reached, [])
})

test('G26: a refused upgrade leaves no half of a connection behind', async (t) => {
  const { port } = await front(t)
  const socket = connect({ port, host: 'localhost', allowHalfOpen: true })
  socket.on('error', () => undefined).resume()
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await once(socket, 'end')
  await until(async () => {
    // only a connection that is gone answers this, with a reset
    if (!socket.closed) socket.write('x')
    return socket.closed
  })
})

const patient: ConnectionBounds = { headers: 60_000, idle: 75_000 }

test('G28: a head that does not end in time is cut off: 408', async (t) => {
  const { port, reached } = await front(t, { connections: { headers: 500, idle: 75_000 } })
  const slow = await rawConnection(port)
  slow.send('GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ')
  const drip = setInterval(() => slow.send('a'), 100)
  t.after(() => clearInterval(drip))
  assert.equal(statusOf(await slow.closed), 408)
  const silent = await rawConnection(port)
  await silent.closed
  assert.deepEqual(reached, [])
})

test('G28: a body that stops coming is cut off: 408, whoever was to have it', async (t) => {
  const bodies = { quiet: 500, whole: 60_000 }
  const { port } = await front(t, { gateway: echo, bodies, connections: patient })
  for (const path of ['/', '/gateway']) {
    for (const framing of ['Content-Length: 10\r\n\r\nabc', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n']) {
      const answer = await sendRaw(port, `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${framing}`)
      assert.deepEqual([statusOf(answer), codeOf(answer)], [408, 'too-slow'], path)
      assert.match(answer, /\r\nx-content-type-options: nosniff\r\n/)
    }
  }
})

test('G28: a body that stops coming after the answer began ends the connection', async (t) => {
  const begun: Handler = (_req, res) => void res.writeHead(200).write('begun')
  const { port } = await front(t, { gateway: begun, bodies: { quiet: 500, whole: 60_000 }, connections: patient })
  const answer = await sendRaw(port, 'POST /gateway HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc')
  assert.match(answer, /^HTTP\/1\.1 200 [^]*begun/)
  assert.doesNotMatch(answer, /408|too-slow/, 'nothing of another answer gets into this one')
})

/** Sends a byte now and then, until the connection ends or so much time has passed. */
async function drip(port: number, path: string, milliseconds: number): Promise<string> {
  const connection = await rawConnection(port)
  connection.send(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`)
  const until = performance.now() + milliseconds
  while (performance.now() < until && !connection.socket.closed) {
    connection.send('1\r\na\r\n')
    await after(50)
  }
  connection.send('0\r\n\r\n')
  return connection.closed
}

test('G28: a body that comes drop by drop: an own route has it in time or 408; the gateway lets an upload take its time', async (t) => {
  const bodies = { quiet: 20_000, whole: 1000 }
  const { port } = await front(t, { gateway: echo, bodies, connections: { headers: 1500, idle: 75_000 } })
  const [own, through] = await Promise.all([drip(port, '/', 60_000), drip(port, '/gateway', 2500)])
  assert.equal(statusOf(own), 408)
  assert.match(through, /^HTTP\/1\.1 200 [^]*POST \/gateway \d+/)
})

test('G28: that nobody reads a body is not the fault of who sends it', async (t) => {
  const lazy: Handler = (req, res) => void setTimeout(() => echo(req, res), 3500)
  const { port } = await front(t, { gateway: lazy, bodies: { quiet: 1500, whole: 1500 }, connections: patient })
  const body = 'a'.repeat(20_000_000)
  const answer = await fetch(`http://localhost:${port}/gateway`, { method: 'POST', body })
  assert.equal(await answer.text(), `POST /gateway ${body.length}`)
})

test('G28: an answer may take any time', async (t) => {
  const stream: Handler = (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    setTimeout(() => res.end('data: 2\n\n'), 2000)
  }
  const bounds = { bodies: { quiet: 300, whole: 300 }, connections: { headers: 1000, idle: 75_000 } }
  const { port } = await front(t, { own: stream, gateway: stream, ...bounds })
  for (const path of ['/', '/gateway']) {
    const get = await fetch(`http://localhost:${port}${path}`)
    assert.equal(await get.text(), 'data: 1\n\ndata: 2\n\n')
  }
})

test('G28: floods of headers, long cookies and long addresses are bounded', async (t) => {
  const { port, reached } = await front(t, { connections: patient })
  const ask = (path: string, headers: string): Promise<string> =>
    sendRaw(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`)
  assert.equal(statusOf(await ask('/', 'a: b\r\n'.repeat(198))), 200)
  const flood = await ask('/', 'a: b\r\n'.repeat(199))
  assert.deepEqual([statusOf(flood), codeOf(flood)], [431, 'headers-too-large'])
  assert.equal(statusOf(await ask('/', 'a: b\r\n'.repeat(1000))), 431)
  assert.equal(statusOf(await ask('/', `Cookie: a=${'b'.repeat(16_384)}\r\n`)), 431)
  const long = await ask(`/${'a'.repeat(8192)}`, '')
  assert.deepEqual([statusOf(long), codeOf(long)], [414, 'address-too-long'])
  assert.equal(statusOf(await ask(`/${'a'.repeat(17_000)}`, '')), 431)
  assert.equal(reached.length, 1)
})

test('G28: between two requests a connection is kept longer than the usual proxies keep theirs', async (t) => {
  const { port } = await front(t)
  const connection = await rawConnection(port)
  connection.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await connection.until('GET / 0')
  assert.match(connection.received, /\r\nKeep-Alive: timeout=75\r\n/)
  connection.socket.destroy()
})

test('G30: refusals say a stable code, and nothing of what is inside', async (t) => {
  const { origin, store } = await testServer(t, { passwords: quickPasswords })
  const anna = { email: 'anna@example.com', password: 'violet tram under seven' }
  assert.equal((await browser(origin).post('/auth/sign-up', anna)).status, 200)
  const wrong = await browser(origin).post('/auth/sign-in', { ...anna, password: 'violet tram under six' })
  const unknown = await browser(origin).post('/auth/sign-in', { ...anna, email: 'nobody@example.com' })
  assert.deepEqual([unknown.status, unknown.text], [wrong.status, wrong.text], "who exists is nobody's business")
  store.sessions.find = () => Promise.reject(new Error('ECONNREFUSED 10.1.2.3:5432'))
  store.accounts.findByEmail = () => Promise.reject(new Error('ECONNREFUSED 10.1.2.3:5432'))
  const broken = await browser(origin).post('/auth/sign-in', anna)
  assert.ok(broken.status >= 500)
  for (const { text } of [wrong, broken]) assert.doesNotMatch(text, /ECONNREFUSED|10\.1\.2\.3|\bat |node_modules|\.js/)
})

test("the front's own refusals carry what every answer does, and end the connection where a body would follow", async (t) => {
  const at = { issuer: 'https://app.example', hosts: ['app.example'] }
  const { port } = await front(t, { transport: at })
  const ask = (head: string): Promise<string> => sendRaw(port, `${head}\r\n\r\n`)
  const refused = await ask('POST / HTTP/1.1\r\nHost: app.example\r\nContent-Length: 1000000')
  assert.deepEqual([statusOf(refused), codeOf(refused)], [403, 'https-required'])
  const visitor = await ask('GET /a?b HTTP/1.1\r\nHost: app.example\r\nAccept: text/html\r\nConnection: close')
  assert.equal(statusOf(visitor), 308)
  assert.match(visitor, /\r\nlocation: https:\/\/app\.example\/a\?b\r\n/i)
  for (const answer of [refused, visitor, await ask('GET // HTTP/1.1\r\nHost: app.example\r\nConnection: close')]) {
    assert.match(answer, /\r\nx-content-type-options: nosniff\r\n/i)
    assert.match(answer, /\r\nstrict-transport-security: max-age=31536000\r\n/i)
  }
  assert.match(refused, /\r\ncache-control: no-store\r\n/i)
})

test('promise 8: what the front refuses is logged with its code, and without its query', async (t) => {
  const { port, logged } = await front(t)
  await sendRaw(port, 'GET /a//b?token=hunter2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  await sendRaw(port, 'GET http://evil.example/#hunter2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  await sendRaw(port, 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
  const lines = logged.map((line) => JSON.parse(line) as { path: string; status: number; code: string })
  assert.deepEqual(
    lines.map(({ path, status, code }) => [path, status, code]),
    [
      ['/a//b', 400, 'ambiguous-address'],
      ['http://evil.example/', 400, 'ambiguous-address'],
      ['/', 400, 'upgrade-refused'],
    ],
  )
  assert.doesNotMatch(logged.join(), /hunter2/)
})
