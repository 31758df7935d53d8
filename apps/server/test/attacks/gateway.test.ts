import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import { browser, client } from '../test-client.js'
import { backend, echo, type Echo, routesTo, verified } from '../gateway/backend.js'
import { raw, statusOf } from '../gateway/raw.js'
import { type Scene, signedIn } from '../gateway/signed-in.js'
import { clientKey, echoTexts } from '../gateway/web-socket.js'
import { until } from '../until.js'

const identityHeaders = new Map([
  ['x-user', 'sub'],
  ['x-groups', 'groups'],
])

/** A protected address, a public one, and somebody who is signed in. */
async function scene(t: TestContext, answer = echo) {
  const orders = await backend(t, answer)
  const open = await backend(t, answer, 'https://open.example')
  const routes = routesTo([orders, { identityHeaders }], [open, { path: '/public', access: { kind: 'public' } }])
  return { orders, open, ...(await signedIn(t, { routes })) }
}

/** Sends lines as they are, with the cookie unless it is left out, and answers what came back. */
async function send(
  to: Scene,
  line: string,
  headers: readonly string[] = [],
  { body = '', cookie = to.cookie() } = {},
): Promise<string> {
  const always = headers.some((one) => /^host:/i.test(one)) ? [] : [`host: ${to.host}`]
  const carried = cookie === '' ? [] : [`cookie: ${cookie}`]
  const end = headers.some((one) => /^connection:/i.test(one)) ? [] : ['connection: close']
  const connection = await raw(to.origin, [`${line} HTTP/1.1`, ...always, ...carried, ...end, ...headers], body)
  return end.length === 0 ? connection.until(/\r\n\r\n(?:[^]*\}|$)/) : connection.ended()
}

function codeOf(text: string): string | null {
  return /"code":"([^"]+)"/.exec(text)?.[1] ?? null
}

function echoIn(text: string): Echo {
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  return JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as Echo
}

test('G01: identity headers of a client reach no backend, protected, public or signed out', async (t) => {
  const to = await scene(t)
  const forged = [
    'X-User: forged',
    'X-Auth-Request-User: forged',
    'Remote-User: forged',
    'X-Groups: admin',
    'X-Forwarded-User: forged',
  ]
  const mine = echoIn(await send(to, 'GET /api/x', forged))
  const claims = await verified(to.origin, to.orders.audience, mine)
  assert.equal(mine.headers['x-user'], claims?.['sub'])
  for (const cookie of [to.cookie(), '']) {
    const { headers } = echoIn(await send(to, 'GET /public/x', forged, { cookie }))
    for (const name of ['x-user', 'x-auth-request-user', 'remote-user', 'x-groups', 'x-forwarded-user'])
      assert.equal(headers[name], undefined, name)
  }
  assert.equal(statusOf(await send(to, 'GET /api/x', forged, { cookie: '' })), 401)
})

test('G02: an underscore makes no second spelling of a header', async (t) => {
  const to = await scene(t)
  const aliases = [
    'X_User: forged',
    'x_FORWARDED_for: 6.6.6.6',
    'X-User_: forged',
    'REMOTE_USER: forged',
    'X.User: forged',
  ]
  const { names } = echoIn(await send(to, 'GET /api/x', aliases))
  assert.deepEqual(
    names.filter((name) => /[_.]/.test(name)),
    [],
  )
})

test('G03: a claim that the token does not make leaves no header for somebody else to fill', async (t) => {
  const to = await scene(t)
  const { headers } = echoIn(await send(to, 'GET /api/x', ['X-Groups: admin']))
  assert.equal(headers['x-groups'], undefined)
  assert.ok(headers['x-user'])
})

test('G04: of two identity headers neither counts, only ours', async (t) => {
  const to = await scene(t)
  const { headers, names } = echoIn(await send(to, 'GET /api/x', ['X-User: forged', 'x-user: forged too']))
  assert.equal(names.filter((name) => name.toLowerCase() === 'x-user').length, 1)
  assert.doesNotMatch(String(headers['x-user']), /forged|forged too/)
})

test('G05: Connection cannot take away what the gateway sets', async (t) => {
  const to = await scene(t)
  for (const named of ['X-User', 'Cookie', 'Authorization', 'X-Forwarded-For', 'x_user', 'Host', 'Content-Length']) {
    const text = await send(to, 'GET /api/x', [`connection: close, ${named}`])
    assert.deepEqual([statusOf(text), codeOf(text)], [400, 'bad-request'], named)
  }
  assert.equal(to.orders.seen.length, 0)
})

test('G07: forwarding headers are written anew', async (t) => {
  const to = await scene(t)
  const forged = [
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Port: 1',
    'X-Forwarded-Prefix: /evil',
  ]
  const { headers } = echoIn(await send(to, 'GET /api/x', [...forged, 'Forwarded: for=6.6.6.6', 'X-Real-IP: 6.6.6.6']))
  assert.equal(headers['x-forwarded-host'], to.host)
  assert.equal(headers['x-forwarded-proto'], 'http')
  for (const name of ['x-forwarded-port', 'x-forwarded-prefix', 'forwarded', 'x-real-ip'])
    assert.equal(headers[name], undefined, name)
})

test('G08: what follows the question mark decides nothing', async (t) => {
  const to = await scene(t)
  for (const target of ['/api/x?y=/public/z', '/api?/public', '/api/x?/../public/', '/api/x?#/public'])
    assert.notEqual(statusOf(await send(to, `GET ${target}`, [], { cookie: '' })), 200, target)
  assert.equal(to.orders.seen.length, 0)
})

test('G09: no spelling of a path is decided on as one thing and forwarded as another', async (t) => {
  const to = await scene(t)
  const spellings = [
    ...['/public/../api', '/public/%2e%2e/api', '/public/..%2fapi', '//api', '/./api', '/public/%252e%252e/api'],
    ...[
      '/public/..\\api',
      '/public/..%5capi',
      '/public/%00',
      '/public/%0a',
      '/API',
      '/api;x',
      '/public/.;/../api',
      '/public/%2fapi',
    ],
    ...['/%EF%BD%81%EF%BD%90%EF%BD%89', '/Admin', '/admin;x', '/aUTH/session'],
  ]
  for (const path of spellings) {
    const text = await send(to, `GET ${path}`, [], { cookie: '' })
    assert.deepEqual([statusOf(text), codeOf(text)], [400, 'ambiguous-address'], path)
  }
  assert.equal(statusOf(await send(to, 'GET \\api', [], { cookie: '' })), 400)
  assert.equal(to.orders.seen.length + to.open.seen.length, 0)
  const spelled = echoIn(await send(to, 'GET /%61pi/%7eada'))
  assert.equal(spelled.url, '/api/~ada')
})

test('G10: a host is the same in any case, and another host has none of its routes', async (t) => {
  const to = await scene(t)
  const { port } = new URL(to.origin)
  assert.equal(statusOf(await send(to, 'GET /api/x', [`HOST: LOCALHOST:${port}`], { cookie: '' })), 401)
  assert.equal(statusOf(await send(to, 'GET /api/x', ['host: evil.example'])), 421)
  assert.equal(to.orders.seen.length, 0)
})

test('G11: no header turns the verdict off', async (t) => {
  const to = await scene(t)
  const internal = [
    'X-Middleware-Subrequest: middleware:middleware:middleware',
    'Hallpass-Client: native',
    'Hallpass-Session: hp_s.1.2',
    'Hallpass-Internal: 1',
    'X-Forwarded-For: 127.0.0.1',
    'X-Accel-Internal: /api',
  ]
  for (const header of internal)
    assert.equal(statusOf(await send(to, 'GET /api/x', [header], { cookie: '' })), 401, header)
  const { names } = echoIn(await send(to, 'GET /public/x', internal))
  assert.deepEqual(
    names.filter((name) => /^(?:hallpass|x-middleware)/i.test(name)),
    [],
  )
})

test('G12: X-Original-URL and X-Rewrite-URL go no further', async (t) => {
  const to = await scene(t)
  const { headers } = echoIn(
    await send(to, 'GET /public/x', ['X-Original-URL: /api', 'X-Rewrite-URL: /api', 'X-Original-Host: e']),
  )
  for (const name of ['x-original-url', 'x-rewrite-url', 'x-original-host'])
    assert.equal(headers[name], undefined, name)
})

test('G14: what comes after a chunked body names nobody', async (t) => {
  const to = await scene(t)
  const headers = [`origin: ${to.origin}`, 'transfer-encoding: chunked', 'trailer: X-User']
  const body = '5;name=value\r\nhello\r\n0\r\nX-User: forged\r\n\r\n'
  const told = echoIn(await send(to, 'POST /api/x', headers, { body }))
  assert.equal(told.body, 'hello')
  assert.deepEqual(told.trailers, {})
  assert.equal(told.headers['trailer'], undefined)
  assert.doesNotMatch(String(told.headers['x-user']), /forged/)
})

test('G19: no client chooses where a request goes, and a redirect of a backend is followed by nobody but the browser', async (t) => {
  let reached = 0
  const metadata = await backend(t, (_, res) => res.end(String(++reached)), 'https://metadata.example')
  const to = await scene(t, async (_, res) => void res.writeHead(302, { location: metadata.upstream.href }).end())
  const text = await send(to, 'GET /api/x')
  assert.equal(statusOf(text), 302)
  assert.match(text, new RegExp(`location: ${metadata.upstream.href}`))
  for (const target of [`/api/${metadata.upstream.href}`, `/${metadata.upstream.href}`, metadata.upstream.href])
    await send(to, `GET ${target}`)
  await send(to, 'GET /api/x', [`host: ${metadata.upstream.host}`])
  assert.equal(reached, 0)
})

test('G20: a client has one identity: its own bearer token before its cookie, and none of them goes on', async (t) => {
  const to = await scene(t)
  for (const scheme of ['Bearer opaque-of-somebody-else', 'Basic cm9vdDpyb290', 'Digest x']) {
    const { headers } = echoIn(await send(to, 'GET /api/x', [`authorization: ${scheme}`]))
    assert.ok(await verified(to.origin, to.orders.audience, { headers } as Echo), scheme)
    assert.doesNotMatch(String(headers['authorization']), /opaque|cm9vd|Digest/)
  }
  const forged = await send(to, 'GET /api/x', ['authorization: Bearer aaaa.bbbb.cccc'])
  assert.deepEqual([statusOf(forged), codeOf(forged)], [401, 'invalid'])
  const stranger = echoIn(await send(to, 'GET /public/x', ['authorization: Basic cm9vdDpyb290'], { cookie: '' }))
  assert.equal(stranger.headers['authorization'], undefined)
})

test('G21: our cookies stay here, and those of backends go on', async (t) => {
  const to = await scene(t)
  const cookie = `theme=dark; ${to.cookie()}; =hallpass=evil; hallpass-access=a.b.c; hallpass-refresh=hp_r.1.2.3`
  const { headers } = echoIn(await send(to, 'GET /public/x', [], { cookie }))
  assert.equal(headers['cookie'], 'theme=dark')
  const { headers: mine } = echoIn(await send(to, 'GET /api/x', [], { cookie: `theme=dark; ${to.cookie()}; lang=en` }))
  assert.equal(mine['cookie'], 'theme=dark; lang=en')
})

test('G22: a backend writes no cookie of ours', async (t) => {
  const lines = [
    'hallpass=of-somebody-else-altogether; Path=/',
    'HALLPASS=evil',
    '=hallpass=evil',
    ' hallpass-access =evil',
    'hallpass-refresh=; Max-Age=0',
    'theme=dark',
  ]
  const to = await scene(
    t,
    async (_, res) => void res.setHeader('set-cookie', lines).setHeader('clear-site-data', '"cookies"').end(),
  )
  for (const path of ['/api/x', '/public/x']) {
    const text = await send(to, `GET ${path}`)
    assert.deepEqual(text.match(/^set-cookie: .*$/gim), ['set-cookie: theme=dark'])
    assert.doesNotMatch(text, /clear-site-data/i)
  }
})

test('G23: a token in the query opens nothing', async (t) => {
  const to = await scene(t)
  const token = to.cookie().split('=')[1]!
  for (const target of [`/api/x?access_token=${token}`, `/api/x?token=${token}`, `/api/x?hallpass=${token}`])
    assert.equal(statusOf(await send(to, `GET ${target}`, [], { cookie: '' })), 401)
})

test('G24: an upload that is under way when its session ends is cut', async (t) => {
  const gone: boolean[] = []
  const to = await scene(t, async (req) => {
    req.on('error', () => undefined)
    req.on('close', () => void gone.push(req.complete))
    req.resume()
  })
  const headers = [`origin: ${to.origin}`, 'content-length: 1000000', `cookie: ${to.cookie()}`]
  const upload = await raw(to.origin, ['POST /api/x HTTP/1.1', `host: ${to.host}`, ...headers], 'x'.repeat(1000))
  await until(async () => to.orders.seen.length === 1)
  await to.ada.post('/auth/sign-out')
  assert.equal(await upload.ended(), '')
  await until(async () => gone.length === 1)
  assert.deepEqual(gone, [false])
})

test('G25: nobody is told to continue before the verdict', async (t) => {
  const to = await scene(t)
  const headers = ['expect: 100-continue', 'content-length: 5']
  const refused = await send(to, 'POST /api/x', [...headers, `origin: ${to.origin}`], { cookie: '' })
  assert.equal(statusOf(refused), 401)
  assert.doesNotMatch(refused, / 100 /)
  const foreign = await send(to, 'POST /api/x', [...headers, 'origin: https://evil.example'])
  assert.deepEqual([statusOf(foreign), codeOf(foreign)], [403, 'csrf-refused'])
  assert.equal(to.orders.seen.length, 0)
})

test('G26: nothing is upgraded but to a WebSocket', async (t) => {
  const asked: string[] = []
  const spy = createServer((socket) => socket.on('data', (chunk) => void asked.push(chunk.toString()))).listen(
    0,
    '127.0.0.1',
  )
  await once(spy, 'listening')
  t.after(() => spy.close())
  const { port } = spy.address() as { port: number }
  const upstream = new URL(`http://127.0.0.1:${port}`)
  const to = await signedIn(t, { routes: routesTo([{ upstream, audience: 'https://orders.example' }]) })
  for (const protocol of ['h2c', 'TLS/1.0', 'websocket, h2c', 'h2c, websocket', 'HTTP/2.0']) {
    const headers = [
      'connection: Upgrade, HTTP2-Settings',
      `upgrade: ${protocol}`,
      'http2-settings: AAMAAABkAAQAAP__',
      `origin: ${to.origin}`,
    ]
    const text = await send(to, 'GET /api/x', headers)
    assert.deepEqual([statusOf(text), codeOf(text)], [400, 'upgrade-refused'], protocol)
  }
  const post = await send(to, 'POST /api/x', [
    'connection: Upgrade',
    'upgrade: websocket',
    'content-length: 0',
    `origin: ${to.origin}`,
  ])
  assert.equal(statusOf(post), 400)
  assert.deepEqual(asked, [])
})

test('G29: no method opens what another one does not', async (t) => {
  const to = await scene(t)
  for (const method of ['HEAD', 'OPTIONS', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'PURGE', 'LINK'])
    assert.equal(statusOf(await send(to, `${method} /api/x`, [`origin: ${to.origin}`], { cookie: '' })), 401, method)
  const trace = await send(to, 'TRACE /api/x', [`origin: ${to.origin}`])
  assert.deepEqual(
    [statusOf(trace), /^allow: (.*)\r$/m.exec(trace)?.[1]],
    [405, 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
  )
  assert.notEqual(statusOf(await send(to, `CONNECT ${to.host}`)), 200)
  assert.equal(statusOf(await send(to, 'FOO /api/x')), 400)
  assert.equal(to.orders.seen.length, 0)
})

test('G30: failures say what the caller may know, and nothing else', async (t) => {
  const away = await backend(t)
  away.server.close()
  await once(away.server, 'close')
  const to = await signedIn(t, { routes: routesTo([away]) })
  const first = await send(to, 'GET /api/x')
  const second = await send(to, 'GET /api/y')
  const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n'))
  assert.equal(bodyOf(first), bodyOf(second))
  for (const hint of [away.upstream.host, '127.0.0.1', 'ECONN', 'at ', '.js', 'httpxy', 'orders.example'])
    assert.ok(!bodyOf(first).includes(hint), hint)
})

test('X01: a cookie without any browser header changes nothing', async (t) => {
  const to = await scene(t)
  const text = await send(to, 'POST /api/x', ['content-length: 0'])
  assert.deepEqual([statusOf(text), codeOf(text)], [403, 'csrf-refused'])
  assert.equal(codeOf(await send(to, 'POST /public/x', ['content-length: 0'])), 'csrf-refused')
  assert.equal(to.orders.seen.length + to.open.seen.length, 0)
})

test('X02, X03: another site and a sibling change nothing', async (t) => {
  const to = await scene(t)
  for (const site of ['cross-site', 'same-site'])
    for (const method of ['POST', 'PUT', 'DELETE', 'PROPFIND'])
      for (const path of ['/api/x', '/public/x']) {
        const text = await send(to, `${method} ${path}`, [`sec-fetch-site: ${site}`, 'content-length: 0'])
        assert.deepEqual([statusOf(text), codeOf(text)], [403, 'csrf-refused'], `${method} ${path} ${site}`)
      }
  assert.equal(to.orders.seen.length + to.open.seen.length, 0)
})

test('X06: the origin null is nobody', async (t) => {
  const to = await scene(t)
  for (const more of [[], ['sec-fetch-site: same-origin']])
    assert.equal(codeOf(await send(to, 'POST /api/x', ['origin: null', 'content-length: 0', ...more])), 'csrf-refused')
})

test('X08: what a client says about the host does not make its origin ours', async (t) => {
  const to = await scene(t)
  const forged = [
    'origin: https://evil.example',
    'x-forwarded-host: evil.example',
    'x-forwarded-proto: https',
    'content-length: 0',
  ]
  assert.equal(codeOf(await send(to, 'POST /api/x', forged)), 'csrf-refused')
})

test('X13: no header and no parameter makes another method of a GET', async (t) => {
  const to = await scene(t)
  const { method, headers } = echoIn(
    await send(to, 'GET /api/x?_method=DELETE', [
      'X-HTTP-Method-Override: DELETE',
      'X-Method-Override: DELETE',
      'X-HTTP-Method: DELETE',
    ]),
  )
  assert.equal(method, 'GET')
  for (const name of ['x-http-method-override', 'x-method-override', 'x-http-method'])
    assert.equal(headers[name], undefined)
})

test('X23: a WebSocket is refused to every page but ours, before anything is opened', async (t) => {
  const chat = await backend(t)
  let opened = 0
  echoTexts(chat.server)
  chat.server.on('upgrade', () => opened++)
  const to = await signedIn(t, { routes: routesTo([chat]) })
  const wanted = [
    'connection: Upgrade',
    'upgrade: websocket',
    `sec-websocket-key: ${clientKey}`,
    'sec-websocket-version: 13',
  ]
  const refused: readonly (readonly [headers: readonly string[], cookie: string, status: number])[] = [
    [['origin: https://evil.example'], to.cookie(), 403],
    [['origin: null'], to.cookie(), 403],
    [[], to.cookie(), 403],
    [['sec-fetch-site: cross-site'], to.cookie(), 403],
    [[`origin: ${to.origin}`], '', 401],
    [[`origin: ${to.origin}`, `sec-websocket-protocol: ${to.cookie().split('=')[1]}`], '', 401],
    [[`origin: ${to.origin}`, `sec-websocket-protocol: bearer, ${to.cookie().split('=')[1]}`], '', 401],
    [[`origin: ${to.origin}`, 'host: evil.example'], to.cookie(), 421],
  ]
  for (const [headers, cookie, status] of refused)
    assert.equal(statusOf(await send(to, 'GET /api/live', [...wanted, ...headers], { cookie })), status, headers.join())
  assert.equal(opened, 0)
})

test('nothing that a browser sees through the gateway is a token', async (t) => {
  const to = await scene(t, async (_, res) => void res.setHeader('x-powered-by', 'orders').end('{}'))
  const seen: string[] = []
  for (const path of ['/api/x', '/public/x']) seen.push(await send(to, `GET ${path}`))
  for (const stranger of [browser(to.origin), client(to.origin, {})]) seen.push((await stranger.get('/api/x')).text)
  for (const text of seen) assert.doesNotMatch(text, /eyJ|hp_[sr]\./)
})
