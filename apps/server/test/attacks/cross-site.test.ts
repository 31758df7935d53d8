import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browser } from '../test-client.js'
import { anna, type HeaderLine, type Victim, victimOf, type WireAnswer } from './wire.js'

const json: HeaderLine = ['Content-Type', 'application/json']

interface Unsafe {
  readonly method: string
  readonly path: string
  readonly body: string
}

/** Everything of the server's own that changes something and that a cookie can reach, or that answers with one. */
function unsafeRoutes({ sessionId }: Victim): readonly Unsafe[] {
  const route = (method: string, path: string, body: unknown = ''): Unsafe => ({
    method,
    path,
    body: body === '' ? '' : JSON.stringify(body),
  })
  return [
    route('POST', '/auth/sign-in', anna),
    route('POST', '/auth/sign-up', { ...anna, email: 'eve@example.com' }),
    route('POST', '/auth/sign-out'),
    route('POST', '/auth/refresh'),
    route('POST', '/auth/sessions/revoke-all', { keepCurrent: false }),
    route('POST', `/auth/events/${'e'.repeat(22)}/disown`),
    route('DELETE', `/auth/sessions/${sessionId}`),
    route('POST', '/auth/step-up', { password: anna.password }),
    route('POST', '/auth/password', { currentPassword: anna.password, newPassword: 'quiet lamp over eleven' }),
  ]
}

/** Sends each unsafe request with these headers: all of them are refused in words for machines, and change nothing. */
async function refusesAll(victim: Victim, headers: readonly HeaderLine[]): Promise<void> {
  for (const { method, path, body } of unsafeRoutes(victim)) {
    const answer = await victim.send(method, path, [json, ['Cookie', victim.cookie], ...headers], body)
    assert.ok(['csrf-refused', 'client-required'].includes(answer.code ?? ''), `${method} ${path}: ${answer.text}`)
    assert.equal(answer.status, 403)
    assert.ok(!answer.headers.has('set-cookie'), `${method} ${path}`)
  }
  assert.deepEqual(await victim.sessions(), [victim.sessionId])
}

/** The same as browsers send it from another site: `SameSite` withholds the cookies, but what is set or expired counts. */
async function writesNoCookie(victim: Victim, headers: readonly HeaderLine[]): Promise<void> {
  for (const { method, path, body } of unsafeRoutes(victim)) {
    const answer = await victim.send(method, path, [json, ...headers], body)
    assert.ok(['csrf-refused', 'session-required'].includes(answer.code ?? ''), `${method} ${path}: ${answer.text}`)
    assert.ok(!answer.headers.has('set-cookie'), `${method} ${path}`)
  }
}

const evil = 'https://evil.example'

const foreign: readonly (readonly [attack: string, headers: (origin: string) => readonly HeaderLine[]])[] = [
  [
    'X02 cross-site, with its Origin',
    () => [
      ['Sec-Fetch-Site', 'cross-site'],
      ['Origin', evil],
    ],
  ],
  ['X02 cross-site, without Origin', () => [['Sec-Fetch-Site', 'cross-site']]],
  [
    'X03 a sibling',
    () => [
      ['Sec-Fetch-Site', 'same-site'],
      ['Origin', 'http://sibling.localhost'],
    ],
  ],
  [
    'X03 a sibling without Origin, referred by a page of ours',
    (o) => [
      ['Sec-Fetch-Site', 'same-site'],
      ['Referer', `${o}/`],
    ],
  ],
  ['X04 typed by nobody', () => [['Sec-Fetch-Site', 'none']]],
  [
    'X05 two lines of Sec-Fetch-Site',
    () => [
      ['Sec-Fetch-Site', 'same-origin'],
      ['Sec-Fetch-Site', 'cross-site'],
    ],
  ],
  [
    'X05 Sec-Fetch-Site twice the same',
    () => [
      ['Sec-Fetch-Site', 'same-origin'],
      ['Sec-Fetch-Site', 'same-origin'],
    ],
  ],
  ['X05 Sec-Fetch-Site in another case', () => [['Sec-Fetch-Site', 'Same-Origin']]],
  ['X05 Sec-Fetch-Site of tomorrow', () => [['Sec-Fetch-Site', 'same-planet']]],
  [
    'X05 two lines of Origin, ours first',
    (o) => [
      ['Origin', o],
      ['Origin', evil],
      ['Sec-Fetch-Site', 'same-origin'],
    ],
  ],
  [
    'X05 two lines of Origin, ours last',
    (o) => [
      ['Origin', evil],
      ['Origin', o],
      ['Sec-Fetch-Site', 'same-origin'],
    ],
  ],
  [
    'X06 Origin null',
    (o) => [
      ['Origin', 'null'],
      ['Sec-Fetch-Site', 'same-origin'],
      ['Referer', `${o}/`],
    ],
  ],
  ['X07 a longer host', (o) => [['Origin', `${o}.evil`]]],
  ['X07 another port', (o) => [['Origin', `${o}1`]]],
  ['X07 no port', () => [['Origin', 'http://localhost']]],
  ['X07 another scheme', (o) => [['Origin', o.replace('http:', 'https:')]]],
  ['X07 another case', (o) => [['Origin', o.replace('localhost', 'LOCALHOST')]]],
  ['X07 a trailing dot', (o) => [['Origin', o.replace('localhost', 'localhost.')]]],
  ['X07 user information', (o) => [['Origin', o.replace('//', '//evil@')]]],
  ['X07 ours as user information', (o) => [['Origin', `${o}@evil.example`]]],
  ['X07 a percent sign', (o) => [['Origin', `${o}%60.evil.example`]]],
  ['X07 a slash behind it', (o) => [['Origin', `${o}/`]]],
  ['X07 a homograph', (o) => [['Origin', o.replace('localhost', 'xn--lcalhost-eyg')]]],
  ['X07 the address behind the name', (o) => [['Origin', o.replace('localhost', '127.0.0.1')]]],
  [
    'X08 a forwarded host',
    () => [
      ['Origin', evil],
      ['X-Forwarded-Host', 'evil.example'],
      ['X-Forwarded-Proto', 'https'],
    ],
  ],
  [
    'X08 Forwarded',
    () => [
      ['Origin', evil],
      ['Forwarded', 'host=evil.example;proto=https'],
      ['X-Original-Host', 'evil.example'],
    ],
  ],
  ['X21 a referring page elsewhere', () => [['Referer', `${evil}/http://localhost/`]]],
  ['X21 a referring page that only begins like ours', (o) => [['Referer', `${o}.evil/`]]],
  ['X21 a referring page of ours over another scheme', (o) => [['Referer', `${o.replace('http:', 'https:')}/`]]],
  ['X01 nothing at all', () => []],
]

for (const [attack, headers] of foreign) {
  test(`${attack}: every address that changes something refuses it and sets no cookie`, async (t) => {
    const victim = await victimOf(t)
    const sent = headers(victim.server.origin)
    await refusesAll(victim, sent)
    if (sent.length > 0) await writesNoCookie(victim, sent)
    const again = await browser(victim.server.origin).post('/auth/sign-in', anna)
    assert.equal(again.status, 200, 'the password is the one of before')
    const eve = await browser(victim.server.origin).post('/auth/sign-in', { ...anna, email: 'eve@example.com' })
    assert.equal(eve.status, 401, 'no account was made')
  })
}

test('X09 cross-site sign-in with the attacker’s own credentials begins nothing and hands out nothing', async (t) => {
  const victim = await victimOf(t)
  const mallory = { ...anna, email: 'mallory@example.com' }
  await browser(victim.server.origin).post('/auth/sign-up', mallory)
  for (const more of [[], [['Cookie', victim.cookie]], [['Hallpass-Client', 'native']]] as const) {
    const headers: readonly HeaderLine[] = [json, ['Origin', evil], ['Sec-Fetch-Site', 'cross-site'], ...more]
    const answer = await victim.send('POST', '/auth/sign-in', headers, JSON.stringify(mallory))
    assert.equal(answer.code, 'csrf-refused')
    assert.ok(!answer.headers.has('set-cookie'))
    assert.doesNotMatch(answer.text, /hp_[sr]\./)
  }
  assert.deepEqual(await victim.sessions(), [victim.sessionId])
})

test('X10 no image, link or form of another site signs anybody out, in the store or in the browser', async (t) => {
  const victim = await victimOf(t)
  const image: readonly HeaderLine[] = [
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Dest', 'image'],
  ]
  const link: readonly HeaderLine[] = [
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Mode', 'navigate'],
    ['Sec-Fetch-Dest', 'document'],
  ]
  const form: readonly HeaderLine[] = [...link, ['Origin', evil], ['Content-Type', 'application/x-www-form-urlencoded']]
  for (const carried of [[], [['Cookie', victim.cookie]]] as const) {
    for (const [method, headers] of [
      ['GET', image],
      ['GET', link],
      ['HEAD', link],
      ['POST', form],
    ] as const) {
      const answer = await victim.send(method, '/auth/sign-out', [...headers, ...carried])
      assert.equal(answer.status, method === 'POST' ? 403 : 405)
      assert.ok(!answer.headers.has('set-cookie'), 'the browser keeps its cookie')
    }
  }
  assert.deepEqual(await victim.sessions(), [victim.sessionId])
})

const contentTypes = [
  null,
  'text/plain',
  'Text/Plain; charset=utf-8',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=x',
  'multipart/form-data; boundary=x',
  'APPLICATION/JSON',
  'application/csp-report',
  'application/json, text/plain',
  '',
]
for (const type of contentTypes) {
  test(`X12 the content type ${String(type)} gets nobody past the verdict, and JSON is asked for as such`, async (t) => {
    const victim = await victimOf(t)
    const typed: readonly HeaderLine[] = type === null ? [] : [['Content-Type', type]]
    for (const { method, path, body } of unsafeRoutes(victim)) {
      const cookie: HeaderLine = ['Cookie', victim.cookie]
      const sent = body === '' ? '{}' : body
      const answer = await victim.send(method, path, [...typed, cookie, ['Origin', evil]], sent)
      // What the body is may be looked at first: it changes nothing, and another site learns nothing from it.
      assert.ok(['csrf-refused', 'unsupported-media-type', 'bad-request'].includes(answer.code ?? ''), answer.text)
      assert.ok(!answer.headers.has('set-cookie'))
      if (body === '' || type?.toLowerCase() === 'application/json') continue
      const own = await victim.send(method, path, [...typed, cookie, ['Origin', victim.server.origin]], sent)
      assert.equal(own.code, 'unsupported-media-type', `${path}: ${own.text}`)
    }
    assert.deepEqual(await victim.sessions(), [victim.sessionId])
  })
}

test('X13 a method in another case, an unknown one, or one that a header or a parameter names changes nothing', async (t) => {
  const victim = await victimOf(t)
  const own: readonly HeaderLine[] = [json, ['Cookie', victim.cookie], ['Origin', victim.server.origin]]
  const override = (method: string): readonly HeaderLine[] => [
    ['X-HTTP-Method-Override', method],
    ['X-HTTP-Method', method],
    ['X-Method-Override', method],
  ]
  for (const { method, path, body } of unsafeRoutes(victim)) {
    for (const other of [
      'PROPFIND',
      'TRACE',
      'QUERY',
      'PUT',
      'PATCH',
      'OPTIONS',
      method === 'POST' ? 'DELETE' : 'POST',
    ]) {
      const answer = await victim.send(other, path, own, body)
      assert.ok([400, 404, 405, 501].includes(answer.status), `${other} ${path}: ${answer.status}`)
      assert.ok(!answer.headers.has('set-cookie'))
    }
    for (const wrong of [method.toLowerCase(), `${method}X`])
      assert.equal((await victim.send(wrong, path, own, body)).status, 400)
    for (const safe of ['GET', 'HEAD']) {
      const target = `${path}?_method=${method}&method=${method}`
      const answer = await victim.send(safe, target, [...own, ...override(method)], '')
      assert.ok([200, 404, 405].includes(answer.status), `${safe} ${path}: ${answer.status}`)
      assert.ok(!answer.headers.has('set-cookie'))
    }
  }
  const instead = `/auth/sessions/${victim.sessionId}`
  const form: readonly HeaderLine[] = [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['Cookie', victim.cookie],
    ['Origin', victim.server.origin],
  ]
  assert.equal(
    (await victim.send('POST', instead, [...form, ...override('DELETE')], '_method=DELETE')).code,
    'method-not-allowed',
  )
  const got = await victim.send('POST', '/auth/sign-out', [
    ['Cookie', victim.cookie],
    ['Origin', evil],
    ...override('GET'),
  ])
  assert.equal(got.code, 'csrf-refused')
  assert.deepEqual(await victim.sessions(), [victim.sessionId])
})

const reads = [
  ...['/', '/sign-in', '/sign-up', '/account', '/auth/session', '/auth/sessions', '/auth/csrf', '/auth/account'],
  ...['/auth/resume?to=/', '/auth/sign-out', '/auth/refresh', '/auth/sessions/revoke-all', '/auth/step-up'],
]
test('X15 a link from another site, for which Lax sends the cookie, changes nothing wherever it leads', async (t) => {
  for (const strategy of ['session', 'hybrid', 'jwt'] as const) {
    const victim = await victimOf(t, { strategy })
    for (const path of [...reads, `/auth/sessions/${victim.sessionId}`]) {
      const link: readonly HeaderLine[] = [
        ['Sec-Fetch-Site', 'cross-site'],
        ['Sec-Fetch-Mode', 'navigate'],
        ['Cookie', victim.cookie],
      ]
      const answer = await victim.send('GET', path, [...link, ['Sec-Fetch-Dest', 'document'], ['Accept', 'text/html']])
      assert.ok(!answer.headers.has('set-cookie'), `${strategy}: ${path}`)
      const location = answer.headers.get('location')
      assert.ok(location === undefined || /^\/(?![/\\])/.test(location), `${path} leads to ${location}`)
    }
    assert.deepEqual(await victim.sessions(), [victim.sessionId])
  }
})

test('X15 nothing sends the way back to another site, from where a request of ours would carry Strict cookies', async (t) => {
  const victim = await victimOf(t)
  const form: readonly HeaderLine[] = [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['Cookie', victim.cookie],
    ['Origin', victim.server.origin],
  ]
  for (const to of [
    '//evil.example',
    '/\\evil.example',
    evil,
    'javascript:alert(1)',
    '/%5cevil.example/..//evil.example',
    '',
  ]) {
    const page = await victim.send('GET', `/auth/resume?to=${encodeURIComponent(to)}`)
    assert.doesNotMatch(page.text, /value="(?!\/(?![/\\]))/, to)
    const back = await victim.send('POST', '/auth/refresh', form, `to=${encodeURIComponent(to)}`)
    assert.equal(back.status, 303)
    assert.match(back.headers.get('location') ?? '', /^\/(?![/\\])/, to)
  }
})

test('X16 X17 X18 X19 only the double-submit token of this very session counts, in its header alone', async (t) => {
  const victim = await victimOf(t)
  const { origin } = victim.server
  const other = browser(origin)
  await other.post('/auth/sign-up', { ...anna, email: 'mallory@example.com' })
  const tokenOf = async (client = victim.person): Promise<string> =>
    ((await client.get('/auth/csrf')).json as unknown as { token: string }).token
  const own = await tokenOf()
  const worthless: readonly (readonly [
    what: string,
    headers: readonly HeaderLine[],
    target?: string,
    body?: string,
  ])[] = [
    [
      'X16 one planted as a cookie',
      [
        ['Cookie', `${victim.cookie}; csrf=x; hallpass-csrf=x`],
        ['Hallpass-CSRF', 'x'],
      ],
    ],
    ['X17 one of another session', [['Hallpass-CSRF', await tokenOf(other)]]],
    ['X18 in the address', [], `/auth/sign-out?csrf=${own}&hallpass-csrf=${own}&token=${own}`],
    ['X18 in the body', [json], '/auth/sign-out', JSON.stringify({ csrf: own, token: own })],
    [
      'X18 in a header of another name',
      [
        ['X-CSRF-Token', own],
        ['X-XSRF-TOKEN', own],
      ],
    ],
    ['X19 empty', [['Hallpass-CSRF', '']]],
    ['X19 a dot', [['Hallpass-CSRF', '.']]],
    ['X19 a list', [['Hallpass-CSRF', `["${own}"]`]]],
    ['X19 undefined', [['Hallpass-CSRF', 'undefined']]],
    ['X19 cut', [['Hallpass-CSRF', own.slice(0, -1)]]],
    ['X19 longer', [['Hallpass-CSRF', `${own}A`]]],
    ['X19 8 kB', [['Hallpass-CSRF', 'x'.repeat(8000)]]],
    [
      'X19 twice',
      [
        ['Hallpass-CSRF', own],
        ['Hallpass-CSRF', own],
      ],
    ],
    ['X19 percent-encoded', [['Hallpass-CSRF', own.replace('.', '%2e')]]],
  ]
  for (const [what, headers, target = '/auth/sign-out', body = ''] of worthless) {
    const cookie: readonly HeaderLine[] = headers.some(([name]) => name === 'Cookie') ? [] : [['Cookie', victim.cookie]]
    const answer = await victim.send('POST', target, [...cookie, ...headers], body)
    assert.equal(answer.code, 'csrf-refused', what)
  }
  const named: HeaderLine = ['Hallpass-CSRF', own]
  const cookie: HeaderLine = ['Cookie', victim.cookie]
  const elsewhere = await victim.send('POST', '/auth/sign-out', [cookie, named, ['Origin', evil]])
  assert.equal(elsewhere.code, 'csrf-refused', 'the right one from the wrong place')
  assert.deepEqual(await victim.sessions(), [victim.sessionId])

  await victim.person.post('/auth/step-up', { password: anna.password })
  const renewed: HeaderLine = ['Cookie', [...victim.person.cookies].map((pair) => pair.join('=')).join('; ')]
  const old = await victim.send('POST', '/auth/sign-out', [renewed, named, ['Origin', origin]])
  assert.equal(old.code, 'csrf-refused', 'X17 one from before the step-up')
  const fresh: HeaderLine = ['Hallpass-CSRF', await tokenOf()]
  assert.equal((await victim.send('POST', '/auth/sign-out', [renewed, fresh])).status, 200)
})

test('X20 the token is another in every answer, which no cache keeps', async (t) => {
  const victim = await victimOf(t)
  const tokens = new Set<string>()
  for (let round = 0; round < 50; round++) {
    const answer = await victim.person.get('/auth/csrf')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    tokens.add(answer.text)
  }
  assert.equal(tokens.size, 50)
})

/** One of each kind of answer: found, refused, missing, misdirected, broken; by whatever gives it. */
async function everyAnswer(
  victim: Victim,
  headers: readonly HeaderLine[],
): Promise<readonly (readonly [string, WireAnswer])[]> {
  const asked: readonly (readonly [method: string, target: string, more?: readonly HeaderLine[], body?: string])[] = [
    ...['/auth/session', '/auth/sessions', '/auth/csrf', '/auth/account', '/healthz', '/readyz', '/nothing'].map(
      (path) => ['GET', path, [['Cookie', victim.cookie]]] as const,
    ),
    ['GET', '/auth/csrf?callback=steal&jsonp=steal', [['Cookie', victim.cookie]]],
    ['GET', '/auth/session'],
    ['GET', '/.well-known/jwks.json'],
    ['GET', '/.well-known/oauth-authorization-server'],
    ['GET', '/admin/members'],
    ['GET', '/metrics'],
    ['GET', '/.well-known/hallpass/log/events'],
    ['PUT', '/auth/session', [['Cookie', victim.cookie]]],
    [
      'POST',
      '/auth/sign-out',
      [
        ['Cookie', victim.cookie],
        ['Sec-Fetch-Site', 'cross-site'],
      ],
    ],
    ['POST', '/auth/sign-in', [json], '{'],
    ['POST', '/oauth/token', [['Content-Type', 'application/x-www-form-urlencoded']], 'grant_type=x'],
    ['GET', '/oauth/token'],
    ['GET', '/a//b'],
    ['GET', '/auth/session', [['Host', 'evil.example']]],
    [
      'OPTIONS',
      '/auth/sign-in',
      [
        ['Access-Control-Request-Method', 'POST'],
        ['Access-Control-Request-Headers', 'content-type'],
      ],
    ],
    [
      'OPTIONS',
      '/auth/session',
      [
        ['Access-Control-Request-Method', 'GET'],
        ['Access-Control-Request-Private-Network', 'true'],
      ],
    ],
    ['GET', '/auth/session', [['Cookie', `${victim.cookie}; ${victim.cookie}`]]],
  ]
  const answers: (readonly [string, WireAnswer])[] = []
  for (const [method, target, more = [], body = ''] of asked)
    answers.push([`${method} ${target}`, await victim.send(method, target, [...headers, ...more], body)])
  return answers
}

const keys = {
  operatorKey: 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe',
  logKeys: ['Zt5Qm8Ys2Kd7Wv4Nx9Jb3Hc6Lf1Rg0PpUaEoTiVr'],
}

test('X22 no answer lets a script of another origin read it, whatever that origin calls itself', async (t) => {
  const victim = await victimOf(t, keys)
  const { origin } = victim.server
  for (const one of [evil, 'null', `${origin}.evil`, `https://evil.example/${origin}`, origin]) {
    for (const [what, { status, headers }] of await everyAnswer(victim, [['Origin', one]])) {
      assert.ok(status >= 200, what)
      for (const name of headers.keys()) assert.ok(!name.startsWith('access-control-'), `${what}: ${name} for ${one}`)
    }
  }
})

test('X24 no answer can be embedded, sniffed or called as a script by another origin', async (t) => {
  const victim = await victimOf(t, keys)
  let data = 0
  for (const [what, { headers, text }] of await everyAnswer(victim, [
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Dest', 'script'],
  ])) {
    const type = headers.get('content-type') ?? ''
    if (/json/.test(type)) data += 1
    else assert.ok(!/javascript|html/.test(type), `${what}: ${type}`)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', what)
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', what)
    assert.doesNotMatch(text, /steal/)
  }
  assert.ok(data >= 15, String(data))
})

test('X23 the server’s own addresses upgrade to nothing, for another site or for ours', async (t) => {
  const victim = await victimOf(t)
  const socket: readonly HeaderLine[] = [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
  ]
  for (const one of [evil, 'null', victim.server.origin]) {
    for (const path of ['/', '/auth/session', '/nothing']) {
      const headers: readonly HeaderLine[] = [
        ...socket,
        ['Origin', one],
        ['Cookie', victim.cookie],
        ['Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
      ]
      assert.equal((await victim.send('GET', path, headers)).code, 'upgrade-refused', `${one} ${path}`)
    }
  }
})
