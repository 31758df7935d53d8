import assert from 'node:assert/strict'
import { loosestReading } from '#src/transport/target.js'
import type { ProxyProgram } from './proxies.js'
import type { Received } from './recording-backend.js'

/** What a request was meant to look like. */
export interface Shown {
  /** Of the proxy: `http://localhost:…`. */
  readonly origin: string
  /** Anna's id. */
  readonly subject: string
  /** Anna's cookies. */
  readonly cookie: string
}

/** One request over a socket of its own, and what may come of it. */
export interface AttackCase {
  /** In ATTACKS.md's numbers, and what is tried. */
  readonly name: string
  readonly as: 'anna' | 'nobody'
  readonly method?: string
  /** As it stands on the wire. */
  readonly target: string
  readonly headers?: (shown: Shown) => readonly string[]
  readonly body?: string
  /** Instead of the proxy's own. Null sends none. */
  readonly host?: string | null
  /** Null: nothing reaches the backend. Otherwise what is true of everything that does, and something does. */
  readonly reaches: null | 'only public' | ((received: Received, shown: Shown) => void)
  /** What is answered where nothing reaches the backend; left out where that is the proxy's affair. */
  readonly status?: number | { readonly [proxy in ProxyProgram['name']]: number }
}

const guarded = '/notes'
const open = '/public/a'

/** Paths that could mean an address that somebody must be signed in for. Whatever reaches the backend must not. */
const confusing = [
  ...['/public/../notes', '/public/%2e%2e/notes', '/public/..%2fnotes', '/public/%2e%2e%2fnotes', '/public/.%2e/notes'],
  ...[
    '/public/..%252fnotes',
    '/public/%252e%252e/notes',
    '/public/..;/notes',
    '/public/..\\notes',
    '/public\\..\\notes',
  ],
  ...[
    '/public/%5c../notes',
    '/public/..%5cnotes',
    '/public/%00/../notes',
    '/public/..%00/notes',
    '/public/%0a../notes',
  ],
  ...['/public//../notes', '/./public/../notes', '/public/a/../../notes', '/public/%c0%ae%c0%ae/notes'],
  ...['/public/%ef%bc%8e%ef%bc%8e/notes', '/public/%ef%bc%8fnotes', '/publica', '/public%2f..%2fnotes', '/public%2Fa'],
  ...['//notes', '/notes/', '/Notes', '/notes;x', '/./notes', '/%6eotes', '/%2fnotes', '/%5cnotes', '/notes%00'],
  ...['/notes%20', '/notes?x=/public/y', '/notes?/public', '/notes%3f/public', '/notes#/public', '/notes%23/public'],
  ...['/auth/../notes', '/auth/%2e%2e/notes', '/assets/../notes', '/assets/..%2fnotes', '/sign-in/../notes'],
  ...['/assets/%2e%2e/%2e%2e/notes', '/.well-known/jwks.json/../../notes', '/auth//../notes'],
]

const spoofs = [
  'X-User',
  'X-Auth-Request-User',
  'X-Forwarded-User',
  'Remote-User',
  'X-Remote-User',
  'X-Email',
  'X-Roles',
]
const underscored = ['X_User', 'x_user', 'X_Forwarded_For', 'Remote_User', 'X-Auth_User']

const lines = (names: readonly string[], value: string) => () => names.map((name) => `${name}: ${value}`)
const absent = (names: readonly string[]) => (received: Received) => {
  for (const name of names) assert.ok(!received.names.includes(name.toLowerCase()), `${name} reached the backend`)
}
const isAnna = ({ headers, names, subject }: Received, shown: Shown): void => {
  assert.equal(subject, shown.subject, 'its token is for her and for it')
  assert.equal(headers['x-user'], shown.subject)
  assert.equal(names.filter((name) => name === 'x-user').length, 1)
  assert.equal(names.filter((name) => name === 'authorization').length, 1)
}
const isNobody = ({ headers }: Received): void => {
  assert.equal(headers.authorization ?? '', '')
  assert.equal(headers['x-user'] ?? '', '')
}

const fromPage = ({ origin }: Shown): readonly string[] => [`Origin: ${origin}`]
const socket = [
  ...['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'],
  'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==',
]

/** What reached the backend although nobody was signed in. */
export function isOpen({ url, headers }: Received): void {
  assert.match(loosestReading(url.split('?', 1)[0]!), /^\/public(?:\/|$)/, `${url} reached the backend`)
  assert.equal(headers.authorization ?? '', '')
}

export const attackCases: readonly AttackCase[] = [
  { name: 'nothing odd: anna', as: 'anna', target: guarded, reaches: isAnna },
  { name: 'nothing odd: a visitor of a public page', as: 'nobody', target: open, reaches: isNobody },
  { name: 'nothing odd: a visitor who must sign in', as: 'nobody', target: guarded, reaches: null, status: 401 },

  {
    name: 'G01: identity headers of a client who is signed in',
    as: 'anna',
    target: guarded,
    headers: lines(spoofs, 'mallory'),
    reaches: (received, shown) => {
      isAnna(received, shown)
      absent(spoofs.slice(1))(received)
    },
  },
  {
    name: 'G01: identity headers of nobody, on a public page',
    as: 'nobody',
    target: open,
    headers: lines(spoofs, 'mallory'),
    reaches: (received) => {
      isNobody(received)
      absent(spoofs.slice(1))(received)
    },
  },
  {
    name: 'G02: names with underscores',
    as: 'anna',
    target: guarded,
    headers: lines(underscored, 'mallory'),
    reaches: (received, shown) => {
      isAnna(received, shown)
      assert.deepEqual(
        received.names.filter((name) => name.includes('_')),
        [],
      )
    },
  },
  {
    name: 'G03: a verdict without Authorization does not let the one of the client through',
    as: 'nobody',
    target: open,
    headers: () => ['Authorization: Bearer made.up.token', 'X-User: mallory'],
    reaches: isNobody,
  },
  {
    name: 'G03: nor one of a scheme that browsers attach',
    as: 'nobody',
    target: open,
    headers: () => ['Authorization: Basic bWFsbG9yeTpzZWNyZXQ='],
    reaches: isNobody,
  },
  {
    name: 'G04: an identity header twice',
    as: 'anna',
    target: guarded,
    headers: () => ['X-User: mallory', 'x-user: u_1'],
    reaches: isAnna,
  },
  {
    // Caddy takes ours away with it, and a backend sees nobody: never somebody else
    name: 'G05: Connection names what the backend relies on',
    as: 'anna',
    target: guarded,
    headers: () => ['Connection: close, Authorization, X-User', 'X-User: mallory'],
    reaches: ({ headers, subject }, shown) => {
      assert.ok([shown.subject, null].includes(subject))
      assert.ok([shown.subject, undefined].includes(headers['x-user'] as string | undefined))
    },
  },
  {
    name: 'G07: X-Forwarded-* of a client',
    as: 'anna',
    target: guarded,
    headers: () => [
      ...['X-Forwarded-For: 10.0.0.1, 203.0.113.9', 'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https'],
      ...['X-Forwarded-Port: 443', 'X-Forwarded-Prefix: /evil', 'X-Forwarded-Server: evil', 'Forwarded: for=10.0.0.1'],
    ],
    reaches: (received, { origin }) => {
      const { headers } = received
      assert.equal(headers['x-forwarded-for'], '127.0.0.1')
      assert.equal(headers['x-forwarded-host'], new URL(origin).host)
      assert.equal(headers['x-forwarded-proto'], 'http')
      assert.equal(headers.host, new URL(origin).host)
      absent(['X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Forwarded-Server', 'Forwarded'])(received)
    },
  },
  {
    name: 'G08: a public path in the query',
    as: 'nobody',
    target: '/notes?next=/public/y&path=/public',
    reaches: null,
    status: 401,
  },
  ...confusing.map((target) => ({
    name: `G09: ${target}`,
    as: 'nobody' as const,
    target,
    reaches: 'only public' as const,
  })),
  {
    name: 'G11: a header by which a framework marks its own requests',
    as: 'nobody',
    target: guarded,
    headers: () => ['X-Middleware-Subrequest: middleware', 'X-Middleware-Invoke: 1'],
    reaches: null,
  },
  {
    name: 'G12: X-Original-URL and X-Rewrite-URL reach nobody',
    as: 'anna',
    target: guarded,
    headers: () => ['X-Original-URL: /admin', 'X-Rewrite-URL: /admin'],
    reaches: (received, shown) => {
      isAnna(received, shown)
      absent(['X-Original-URL', 'X-Rewrite-URL'])(received)
      assert.equal(received.url, guarded)
    },
  },
  {
    name: 'G12: the headers by which nginx asks',
    as: 'nobody',
    target: guarded,
    headers: ({ origin }) => [
      ...['X-Original-URI: /public', 'X-Original-Method: GET', `X-Original-Host: ${new URL(origin).host}`],
    ],
    reaches: null,
  },
  {
    name: 'G12: the headers by which Caddy asks',
    as: 'nobody',
    target: guarded,
    headers: ({ origin }) => [
      ...['X-Forwarded-Uri: /public', 'X-Forwarded-Method: GET', `X-Forwarded-Host: ${new URL(origin).host}`],
    ],
    reaches: null,
  },
  {
    name: 'G13: Content-Length and Transfer-Encoding, with a second request in the body',
    as: 'nobody',
    method: 'POST',
    target: open,
    headers: () => ['Content-Length: 4', 'Transfer-Encoding: chunked'],
    body: '1\r\na\r\n0\r\n\r\nGET /notes HTTP/1.1\r\nHost: localhost\r\n\r\n',
    reaches: 'only public',
  },
  { name: 'G16: an absolute-form target', as: 'nobody', target: 'http://evil.example/notes', reaches: null },
  { name: 'G16: with a host that has routes', as: 'nobody', target: 'http://localhost/public', reaches: 'only public' },
  { name: 'G17: another host', as: 'anna', target: guarded, host: 'evil.example', reaches: null },
  { name: 'G17: no host', as: 'anna', target: guarded, host: null, reaches: null },
  {
    name: 'G17: two hosts',
    as: 'anna',
    target: guarded,
    headers: () => ['Host: evil.example'],
    reaches: null,
    status: 400,
  },
  {
    name: 'G20: another Authorization beside the cookie',
    as: 'anna',
    target: guarded,
    headers: () => ['Authorization: Basic bWFsbG9yeTpzZWNyZXQ='],
    reaches: isAnna,
  },
  {
    name: 'G21: our cookies and our CSRF header stay here, others go on',
    as: 'anna',
    target: guarded,
    headers: () => ['Hallpass-CSRF: x', 'Hallpass-Client: native', 'Hallpass-Forward-Auth-Key: x'],
    reaches: (received, shown) => {
      isAnna(received, shown)
      assert.equal(received.headers.cookie, 'theme=dark')
      assert.deepEqual(
        received.names.filter((name) => name.startsWith('hallpass')),
        [],
      )
    },
  },
  { name: 'G23: a token in the query', as: 'nobody', target: '/notes?access_token=made.up.token', reaches: null },
  {
    // nginx asks for the body before it answers anything of its own, and drops it
    name: 'G25: Expect: 100-continue',
    as: 'nobody',
    method: 'PUT',
    target: guarded,
    headers: () => ['Content-Length: 5', 'Expect: 100-continue'],
    reaches: null,
    status: { nginx: 100, caddy: 401 },
  },
  {
    name: 'G26: an upgrade to h2c',
    as: 'anna',
    target: guarded,
    headers: ({ origin }) => [
      ...['Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABk', `Origin: ${origin}`],
    ],
    reaches: (received) => assert.notEqual(received.headers.upgrade, 'h2c'),
  },
  ...['HEAD', 'OPTIONS', 'PROPFIND', 'FOO', 'DELETE'].map((method) => ({
    name: `G29: ${method} by nobody`,
    as: 'nobody' as const,
    method,
    target: guarded,
    reaches: null,
  })),
  { name: 'forward-auth itself', as: 'anna', target: '/auth/check', reaches: null, status: 404 },
  { name: 'forward-auth, encoded', as: 'anna', target: '/auth/%63heck', reaches: null, status: 404 },
  { name: 'forward-auth, the way of Envoy', as: 'anna', target: '/auth/check/notes', reaches: null, status: 404 },

  ...forged('X01: no headers at all', []),
  ...forged('X02: Sec-Fetch-Site cross-site', ['Sec-Fetch-Site: cross-site']),
  ...forged('X03: Sec-Fetch-Site same-site', ['Sec-Fetch-Site: same-site']),
  ...forged('X04: Sec-Fetch-Site none', ['Sec-Fetch-Site: none']),
  ...forged('X05: an unknown Sec-Fetch-Site', ['Sec-Fetch-Site: same-origin, cross-site']),
  ...forged('X05: another spelling', ['Sec-Fetch-Site: Same-Origin']),
  ...forged('X05: twice', ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site']),
  ...forged('X06: Origin null', ['Origin: null']),
  ...forged('X06: Origin null, and a browser that says same-origin', ['Origin: null', 'Sec-Fetch-Site: same-origin']),
  {
    name: 'X04: typed into the address bar',
    as: 'anna',
    target: guarded,
    headers: () => ['Sec-Fetch-Site: none'],
    reaches: isAnna,
  },
  {
    name: 'nothing odd: a page of ours changes something',
    as: 'anna',
    method: 'POST',
    target: guarded,
    headers: (shown) => [...fromPage(shown), 'Content-Length: 5'],
    body: 'hello',
    reaches: (received, shown) => {
      isAnna(received, shown)
      assert.deepEqual([received.method, received.bytes], ['POST', 5])
    },
  },

  ...['https://evil.example', 'null', null].map((origin) => ({
    name: `X23: a WebSocket from ${origin ?? 'no origin'}`,
    as: 'anna' as const,
    target: guarded,
    headers: () => [...socket, ...(origin === null ? [] : [`Origin: ${origin}`])],
    reaches: null,
    status: 403,
  })),
  {
    name: 'X23: a WebSocket of nobody',
    as: 'nobody',
    target: guarded,
    headers: (shown) => [...socket, ...fromPage(shown)],
    reaches: null,
    status: 401,
  },
]

/** The same without what a page of ours would send, by each method that changes something. */
function forged(name: string, headers: readonly string[]): readonly AttackCase[] {
  return ['POST', 'DELETE', 'FOO'].map((method) => ({
    name: `${name}, ${method}`,
    as: 'anna',
    method,
    target: guarded,
    headers: () => headers,
    reaches: null,
    status: 403,
  }))
}
