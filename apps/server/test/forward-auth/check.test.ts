import assert from 'node:assert/strict'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import type { StrategyName } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock } from 'hallpass/testing'
import { createVerifier, type KeySet } from 'hallpass/verify'
import type { Route } from '#src/gateway/route.js'
import { browser, client, type TestClient } from '../test-client.js'
import { quickPasswords, testServer, type TestServer } from '../test-server.js'
import { awayStore } from './away-store.js'

const key = 'Hc5Wz8Qn2Lt7Bv4Xk9Rd3Mf6Jp1Gs0YaEuIo'
const otherKey = 'Zx3Cv6Bn9Mk2Lq5Wt8Yr1Ue4Ip7Od0SaFgHj'
const anna = { email: 'anna@example.com', password: 'violet tram under seven' }
const app = 'app.example'

const plain: Omit<Route, 'path' | 'access'> = {
  host: app,
  upstream: null,
  audience: 'notes',
  whenStoreAway: 'refuse',
  stripPath: false,
  identityHeaders: new Map([['x-user', 'sub']]),
  timeout: 30_000,
}
const signedIn = { kind: 'signed-in', maxAge: null, sensitive: false, claims: new Map() } as const

const routes: readonly Route[] = [
  { ...plain, path: '/', access: signedIn },
  { ...plain, path: '/public', access: { kind: 'public' } },
  { ...plain, path: '/recent', access: { ...signedIn, maxAge: 60 } },
  { ...plain, path: '/sensitive', access: { ...signedIn, sensitive: true } },
  { ...plain, path: '/staff', access: { ...signedIn, claims: new Map([['role', 'staff']]) } },
  { ...plain, path: '/relaxed', access: { kind: 'public' }, whenStoreAway: 'anonymous' },
]

/** What a proxy asks, and what it is answered. */
interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers: { readonly [name: string]: string }
}
interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** With node:http: fetch would not send another `Host`, nor an address as it is. */
function ask({ origin }: TestServer, { method = 'GET', path = '/auth/check', headers }: Asked): Promise<Answer> {
  const { port } = new URL(origin)
  const sent = { host: app, 'hallpass-forward-auth-key': key, ...headers }
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: 'localhost', port, method, path, headers: sent, agent: false }, (res) => {
      let text = ''
      res.on('data', (chunk: Buffer) => (text += chunk.toString()))
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }))
    })
    request.on('upgrade', reject)
    request.on('error', reject)
    request.end()
  })
}

/** The same question in the words of each proxy, as each of them sends it. */
const conventions = {
  nginx: (method, uri, headers = {}) => ({
    headers: { ...headers, 'x-original-method': method, 'x-original-uri': uri, 'x-original-host': app },
  }),
  Caddy: (method, uri, headers = {}) => ({ headers: { ...headers, ...forwarded(method, uri) } }),
  // its own address stands in Host, and the hop-by-hop headers are gone
  Traefik: (method, uri, headers = {}) => ({
    headers: { ...endToEnd(headers), ...forwarded(method, uri), host: 'hallpass:7100', 'accept-encoding': 'gzip' },
  }),
  Envoy: (method, uri, headers = {}) => ({
    method,
    path: `/auth/check${uri}`,
    headers: { ...headers, 'content-length': '0', 'x-forwarded-proto': 'https' },
  }),
} as const satisfies { [name: string]: (method: string, uri: string, headers?: Asked['headers']) => Asked }

function endToEnd(headers: Asked['headers']): Asked['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'upgrade' && name !== 'connection'))
}

const forwarded = (method: string, uri: string): Asked['headers'] => ({
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-host': app,
  'x-forwarded-method': method,
  'x-forwarded-proto': 'https',
  'x-forwarded-uri': uri,
})

const page = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

async function serverWith(t: TestContext, strategy: StrategyName = 'session'): Promise<TestServer> {
  return testServer(t, { strategy, routes, forwardAuthKeys: [key, otherKey], passwords: quickPasswords })
}

async function signUp({ origin }: TestServer): Promise<TestClient> {
  const one = browser(origin)
  await one.post('/auth/sign-up', anna)
  return one
}

function cookieOf({ cookies }: TestClient): string {
  return [...cookies].map((pair) => pair.join('=')).join('; ')
}

const codeOf = ({ text }: Answer): unknown => (JSON.parse(text) as { readonly code?: unknown }).code

test('whoever does not present a forward-auth key finds nothing there', async (t) => {
  const server = await serverWith(t)
  const cookie = cookieOf(await signUp(server))
  const { host } = new URL(server.origin)
  const nowhere = await client(server.origin, {}).get('/auth/nothing-of-the-kind')
  for (const presented of ['', `${key}x`, key.slice(1), `${key},${otherKey}`, `Bearer ${key}`]) {
    for (const path of ['/auth/check', '/auth/check/', '/auth/check/public']) {
      const said = { ...forwarded('GET', '/public'), host, cookie, 'hallpass-forward-auth-key': presented }
      const answer = await ask(server, { path, headers: said })
      assert.deepEqual([answer.status, answer.text, answer.headers.authorization], [404, nowhere.text, undefined], path)
    }
  }
  for (const each of [key, otherKey]) {
    const said = { ...forwarded('GET', '/public'), 'hallpass-forward-auth-key': each }
    assert.equal((await ask(server, { headers: said })).status, 200, 'while one key replaces another, both open it')
  }
  assert.ok(!server.logged.some((line) => line.includes(key) || line.includes(otherKey)))
})

test('without a key in the configuration there is nothing there, whatever is presented', async (t) => {
  const server = await testServer(t, { routes })
  const { host } = new URL(server.origin)
  for (const presented of [key, '', 'undefined', 'null']) {
    const said = { ...forwarded('GET', '/public'), host, 'hallpass-forward-auth-key': presented }
    assert.equal((await ask(server, { headers: said })).status, 404)
  }
})

for (const [name, saying] of Object.entries(conventions)) {
  const isNginx = name === 'nginx'

  test(`${name}: who is signed in goes on with a token for the backend, and without our cookies`, async (t) => {
    const server = await serverWith(t)
    const one = await signUp(server)
    const cookie = `theme=dark; ${cookieOf(one)}; lang=en`
    const answer = await ask(server, saying('GET', '/notes?page=2', { cookie, ...page }))
    assert.deepEqual([answer.status, answer.text], [200, ''])
    assert.equal(answer.headers.cookie, 'theme=dark; lang=en')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['set-cookie'], undefined, 'nothing rotates on the way')
    const [, token = ''] = /^Bearer (.+)$/.exec(answer.headers.authorization ?? '') ?? []
    const jwks = JSON.parse((await one.get('/.well-known/jwks.json')).text) as KeySet
    const verdict = await createVerifier({ issuer: server.origin, audience: 'notes', jwks }).verify(token)
    assert.ok(verdict.ok)
    assert.equal(verdict.claims.sub, answer.headers['x-user'])
    const own = await createVerifier({ issuer: server.origin, audience: server.origin, jwks }).verify(token)
    assert.equal(own.ok, false, 'it opens nothing but that backend')
    const removed = answer.headers['x-envoy-auth-headers-to-remove']
    assert.equal(removed, undefined, 'all of it was set')
  })

  test(`${name}: nobody goes on where somebody is asked for; a page is sent to sign in, a program is told why`, async (t) => {
    const server = await serverWith(t)
    const asked = await ask(server, saying('GET', '/notes?page=2', page))
    const to = `/sign-in?to=${encodeURIComponent('/notes?page=2')}`
    if (isNginx) assert.deepEqual([asked.status, asked.headers['hallpass-location']], [401, to])
    else assert.deepEqual([asked.status, asked.headers.location], [303, `http://${app}${to}`])
    for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'PROPFIND']) {
      const program = await ask(server, saying(method, '/notes'))
      assert.deepEqual([program.status, program.headers['hallpass-refusal']], [401, 'session-required'], method)
      assert.match(program.headers['content-type'] ?? '', /^application\/problem\+json/)
      assert.equal(program.headers.authorization, undefined)
      if (method !== 'HEAD') assert.equal(codeOf(program), 'session-required')
    }
  })

  test(`${name}: a visitor of a public route goes on as nobody, whatever the client says of itself`, async (t) => {
    const server = await serverWith(t)
    const claimed = { authorization: 'Bearer made.up.token', cookie: 'hallpass=made-up', 'x-user': 'u_1' }
    const answer = await ask(server, saying('GET', '/public/a', claimed))
    const { authorization, cookie, 'x-user': user } = answer.headers
    // empty rather than absent: what is missing some proxies leave as the client sent it
    const none = name === 'Envoy' ? undefined : ''
    assert.deepEqual([answer.status, authorization, cookie, user], [200, none, none, none])
    const removed = answer.headers['x-envoy-auth-headers-to-remove']
    assert.equal(removed, name === 'Envoy' ? 'authorization, cookie, x-user' : undefined)
  })

  test(`${name}: an address without a route, or one that can be read in two ways, is denied`, async (t) => {
    const server = await serverWith(t)
    const cookie = cookieOf(await signUp(server))
    const ambiguous = [
      '/public/../notes',
      '/public/%2e%2e/notes',
      '//notes',
      '/public/..%2fnotes',
      '/a%5cb',
      '/public;x',
    ]
    for (const uri of ambiguous) {
      const answer = await ask(server, saying('GET', uri, { cookie }))
      assert.ok(answer.status === 403 || answer.status === 400, `${uri} ${answer.status}`)
      if (isNginx) assert.equal(answer.headers['hallpass-refusal'], 'ambiguous-address', uri)
    }
    const own = await ask(server, saying('GET', '/admin/members', { cookie }))
    assert.deepEqual([own.status, own.headers['hallpass-refusal']], [403, 'not-routed'])
  })

  test(`${name}: what changes something needs to come from a page of ours, the upgrade to a WebSocket too`, async (t) => {
    const server = await serverWith(t)
    const cookie = cookieOf(await signUp(server))
    const socket = {
      upgrade: 'websocket',
      'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==',
      'sec-websocket-version': '13',
    }
    const status = async (method: string, headers: Asked['headers']): Promise<number> =>
      (await ask(server, saying(method, '/notes', { cookie, ...headers }))).status
    for (const foreign of [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const label = JSON.stringify(foreign)
      assert.equal(await status('POST', foreign), 403, label)
      assert.equal(await status('GET', { ...socket, ...foreign }), 403, label)
    }
    assert.equal(await status('POST', { origin: server.origin }), 200)
    assert.equal(await status('GET', { ...socket, origin: server.origin }), 200)
  })
}

test('each policy of a route is asked about: claims, a recent sign-in, the CSRF token', async (t) => {
  const clock = manualClock()
  const setting = { routes, forwardAuthKeys: [key], passwords: quickPasswords, runtime: clock }
  const server = await testServer(t, setting)
  const one = await signUp(server)
  const said = { cookie: cookieOf(one), origin: server.origin }
  const refusal = async (method: string, uri: string, more = {}): Promise<unknown> => {
    const { status, headers } = await ask(server, conventions.Caddy(method, uri, { ...said, ...more }))
    return status === 200 ? null : [status, headers['hallpass-refusal']]
  }
  assert.deepEqual(await refusal('GET', '/staff'), [403, 'claim-required'])
  assert.equal(await refusal('GET', '/recent'), null)
  clock.advance(61_000)
  assert.deepEqual(await refusal('GET', '/recent'), [401, 'step-up-required'])
  assert.equal(await refusal('GET', '/sensitive'), null)
  assert.deepEqual(await refusal('POST', '/sensitive'), [403, 'csrf-refused'])
  const { token } = JSON.parse((await one.get('/auth/csrf')).text) as { readonly token: string }
  assert.equal(await refusal('POST', '/sensitive', { 'hallpass-csrf': token }), null)
})

test('a proxy that does not say which request it asks about is refused, and the log says what is missing', async (t) => {
  const server = await serverWith(t)
  const cases: readonly (readonly [Asked['headers'], RegExp])[] = [
    [{}, /neither X-Original-URI nor X-Forwarded-Uri/],
    [{ 'x-original-uri': '/public' }, /X-Original-Method names no method/],
    [{ 'x-forwarded-uri': '/public', 'x-forwarded-host': app }, /X-Forwarded-Method names no method/],
    [{ 'x-forwarded-uri': '/public', 'x-forwarded-method': 'GET' }, /X-Forwarded-Host names no host/],
    [{ 'x-original-uri': '/public', 'x-original-method': 'GET POST' }, /X-Original-Method names no method/],
  ]
  for (const [headers, missing] of cases) {
    const answer = await ask(server, { headers })
    assert.ok(answer.status === 400 || answer.status === 403, String(answer.status))
    assert.equal(answer.headers['hallpass-refusal'], 'check-unclear')
    assert.doesNotMatch(answer.text, /X-Original|X-Forwarded/)
    assert.match(server.logged.at(-1) ?? '', missing)
  }
})

test('G11, G12: a client cannot have another request judged by sending the headers of another proxy', async (t) => {
  const server = await serverWith(t)
  const open = { uri: '/public', method: 'GET' }
  const original = { 'x-original-method': 'GET', 'x-original-uri': open.uri, 'x-original-host': app }
  const cases: { readonly [name: string]: Asked } = {
    'X-Original-* behind Caddy': conventions.Caddy('GET', '/notes', original),
    'X-Forwarded-* behind nginx': conventions.nginx('GET', '/notes', forwarded('GET', open.uri)),
    'X-Forwarded-* behind Envoy': conventions.Envoy('GET', '/notes', forwarded('GET', open.uri)),
    'X-Original-* behind Envoy': conventions.Envoy('GET', '/notes', original),
    'another method': conventions.Caddy('POST', open.uri, original),
    'another host': conventions.Caddy('GET', open.uri, { ...original, 'x-original-host': 'other.example' }),
    'another query': conventions.Caddy('GET', `${open.uri}?a`, original),
    'a header twice': { headers: { ...forwarded('GET', `${open.uri}, /notes`) } },
    'a path that ends in a slash by mistake': { path: '/auth/check/', headers: forwarded('GET', '/notes') },
  }
  for (const [name, asked] of Object.entries(cases)) {
    const answer = await ask(server, asked)
    assert.ok(answer.status === 400 || answer.status === 403, `${name}: ${answer.status}`)
    assert.equal(answer.headers.authorization, undefined)
  }
  assert.equal((await ask(server, conventions.Caddy('GET', open.uri, original))).status, 200, 'all say the same')
})

test('G10: hosts are compared in lower case, and one that has no route is denied', async (t) => {
  const server = await serverWith(t)
  const host = async (name: string): Promise<number> =>
    (await ask(server, { headers: { ...forwarded('GET', '/public'), 'x-forwarded-host': name } })).status
  assert.deepEqual(await Promise.all(['App.Example', 'app.example:80'].map(host)), [200, 200])
  const foreign = ['evil.example', 'app.example:8080', 'app.example.', 'app.example@evil.example', 'localhost']
  for (const name of foreign) assert.equal(await host(name), 403, name)
})

test('the client address is what the proxy saw: the last of X-Forwarded-For, whatever the client wrote before it', async (t) => {
  const server = await serverWith(t)
  const networks: (string | null)[] = []
  server.app.auth.on('cookies-ambiguous', ({ network }) => networks.push(network))
  const cookie = 'hallpass=a; hallpass=b'
  const seen = async (headers: Asked['headers']): Promise<unknown> => {
    await ask(server, conventions.nginx('GET', '/notes', { cookie, ...headers }))
    return networks.at(-1)
  }
  const known = await seen({ 'x-forwarded-for': '198.51.100.7' })
  assert.match(String(known), /^198\.51\.100\./)
  assert.equal(await seen({ 'x-forwarded-for': '203.0.113.9, ::ffff:198.51.100.7' }), known)
  assert.equal(await seen({ 'x-real-ip': '198.51.100.7' }), known)
  assert.equal(await seen({ 'x-forwarded-for': 'not an address' }), null)
})

test('C: ambiguous cookies are expired by whoever passes answers on', async (t) => {
  const server = await serverWith(t)
  const answer = await ask(server, conventions.Caddy('GET', '/notes', { cookie: 'hallpass=a; hallpass=b' }))
  assert.deepEqual([answer.status, answer.headers['hallpass-refusal']], [401, 'ambiguous'])
  assert.ok(answer.headers['set-cookie']?.some((line) => line.startsWith('hallpass=;') && line.includes('Max-Age=0')))
})

test('G27: while the store is away nobody is let through, but where the route says so', async (t) => {
  const { store, leave } = awayStore(memory())
  const server = await testServer(t, { routes, store, forwardAuthKeys: [key], passwords: quickPasswords })
  const stranger = await testServer(t, { routes, store, forwardAuthKeys: [key], passwords: quickPasswords })
  const cookie = cookieOf(await signUp(server))
  leave()
  for (const [name, saying] of Object.entries(conventions)) {
    const answer = await ask(stranger, saying('GET', '/notes', { cookie, ...page }))
    assert.deepEqual([answer.status, answer.headers['hallpass-refusal']], [503, 'store-unavailable'], name)
    assert.equal(answer.headers.authorization, undefined)
    const relaxed = await ask(stranger, saying('GET', '/relaxed', { cookie }))
    assert.deepEqual([relaxed.status, relaxed.headers.authorization ?? ''], [200, ''], name)
  }
})

test('hybrid: an expired token sends a page to resume and tells a program so; a check rotates nothing', async (t) => {
  const clock = manualClock()
  const setting = {
    strategy: 'hybrid',
    routes,
    forwardAuthKeys: [key],
    passwords: quickPasswords,
    runtime: clock,
  } as const
  const server = await testServer(t, setting)
  const one = await signUp(server)
  let rotations = 0
  server.app.auth.on('refresh-rotated', () => (rotations += 1))
  clock.advance(301_000)
  for (const [name, saying] of Object.entries(conventions)) {
    const asked = await ask(server, saying('GET', '/notes', { cookie: cookieOf(one), ...page }))
    const location = asked.headers['hallpass-location'] ?? asked.headers.location
    assert.equal(String(location).replace(`http://${app}`, ''), '/auth/resume?to=%2Fnotes', name)
    const program = await ask(server, saying('GET', '/notes', { cookie: cookieOf(one) }))
    assert.deepEqual([program.status, codeOf(program)], [401, 'expired'], name)
  }
  assert.equal(rotations, 0)
})

test('a proxy that passes the upgrade itself on is answered like any other, and the connection ends', async (t) => {
  const server = await serverWith(t)
  const cookie = cookieOf(await signUp(server))
  const upgrade = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==' }
  const answered = (origin: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(server.origin).port), 'localhost')
      const { headers } = conventions.Caddy('GET', '/notes', { cookie, origin, ...upgrade })
      const lines = Object.entries({ host: app, 'hallpass-forward-auth-key': key, ...headers })
      let text = ''
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
      socket.on('end', () => resolve(text))
      socket.on('error', reject)
      socket.write(`GET /auth/check HTTP/1.1\r\n${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n`)
    })
  assert.match(await answered(server.origin), /^HTTP\/1\.1 200 OK\r\n[^]*authorization: Bearer /)
  const refused = await answered('https://evil.example')
  assert.match(refused, /^HTTP\/1\.1 403 Forbidden\r\n[^]*hallpass-refusal: csrf-refused/)
  assert.doesNotMatch(refused, /Bearer ey/)
})
