import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CookieArrival, judgeSetCookie, type Verdict } from 'hallpass/inspect'
import { setCookie } from '#src/http/cookies.js'

const now = Date.UTC(2026, 0, 1)
const https: CookieArrival = { https: true, host: 'app.example.com', now }
const local: CookieArrival = { https: false, host: 'localhost', now }
const plain: CookieArrival = { https: false, host: 'app.example.com', now }
const id = 'kR7vQ2xN9mB4tL6wZ8yH3c'

function verdicts(line: string, arrival = https): { readonly [About in Verdict['about']]?: Verdict['is'] } {
  return Object.fromEntries(judgeSetCookie(line, arrival).verdicts.map(({ about, is }) => [about, is]))
}

function kept(line: string, arrival = https): string | true {
  const { kept, verdicts } = judgeSetCookie(line, arrival)
  return kept || (verdicts.find(({ about }) => about === 'Kept')?.said ?? '')
}

test('a cookie of ours is good in every respect', () => {
  const line = setCookie({
    name: '__Host-Http-hallpass',
    value: `hp_s_${id}${id}`,
    ...{ path: '/', maxAge: 86_400, sameSite: 'Lax', secure: true },
  })
  const judged = judgeSetCookie(line, https)
  assert.deepEqual([...new Set(judged.verdicts.map(({ is }) => is))], ['good'])
  assert.equal(judged.verdicts.length, 9)
  assert.deepEqual([judged.kept, judged.removes], [true, false])
})

test('each flag that is missing has its verdict, its remedy and its standard', () => {
  const { verdicts: all } = judgeSetCookie(`sid=${id}`, https)
  const said = Object.fromEntries(all.map((one) => [one.about, one]))
  for (const about of ['HttpOnly', 'Secure', 'SameSite'] as const) assert.equal(said[about]?.is, 'bad')
  assert.equal(said['Prefix']?.remedy, 'Name it __Host-sid, with Secure and Path=/ and without Domain.')
  assert.equal(said['Path']?.is, 'attention')
  assert.match(said['SameSite']?.said ?? '', /Chromium then takes Lax.*Firefox and Safari take None/)
  for (const one of all) {
    assert.match(one.standard, /^RFC 6265bis, section \d|^OWASP/)
    assert.equal(one.remedy === null, one.is === 'good')
  }
})

test('what is no credential is judged more mildly, but for Secure', () => {
  const { HttpOnly, SameSite, Secure, Value, Prefix } = verdicts('theme=dark; Path=/')
  assert.deepEqual(
    { HttpOnly, SameSite, Secure, Value, Prefix },
    {
      HttpOnly: 'attention',
      SameSite: 'attention',
      Secure: 'bad',
      Value: undefined,
      Prefix: undefined,
    },
  )
  assert.equal(verdicts(`csrf-token=${id}; Path=/`).HttpOnly, 'attention')
})

test('Secure: bad over http, but for the machine itself', () => {
  assert.equal(verdicts('a=b', plain).Secure, 'bad')
  assert.equal(verdicts('a=b', local).Secure, 'attention')
  assert.equal(verdicts('a=b', { ...local, host: '127.0.0.1' }).Secure, 'attention')
  assert.equal(kept('a=b; Secure', plain), 'Browsers drop it: a Secure cookie must come over https.')
  assert.equal(kept('a=b; Secure', local), true)
})

test('SameSite: None needs Secure, and no other word is known', () => {
  assert.equal(kept('a=b; SameSite=None'), 'Browsers drop it: SameSite=None needs Secure.')
  assert.equal(kept('a=b; samesite=NONE; secure'), true)
  assert.equal(verdicts('a=b; Secure; SameSite=None').SameSite, 'attention')
  assert.equal(verdicts('a=b; SameSite=strict').SameSite, 'good')
  assert.equal(verdicts(`sid=${id}; SameSite=Yes`).SameSite, 'bad')
  assert.equal(verdicts('a=b; SameSite=Lax; SameSite=Yes').SameSite, 'attention', 'the last one counts')
})

test('prefixes hold to what they promise, in any case', () => {
  const rest = 'Secure; HttpOnly; Path=/'
  for (const name of ['__Host-a', '__Secure-a', '__Http-a', '__Host-Http-a', '__hOST-a'])
    assert.equal(verdicts(`${name}=b; ${rest}`).Prefix, 'good', name)
  const broken: readonly (readonly [line: string, because: string])[] = [
    ['__Host-a=b; Path=/', '__Host- needs Secure.'],
    ['__host-a=b; Secure', '__Host- needs Path=/.'],
    ['__Host-a=b; Secure; Path=/a', '__Host- needs Path=/.'],
    ['__Host-a=b; Secure; Path=/; Domain=example.com', '__Host- allows no Domain.'],
    ['__Secure-a=b', '__Secure- needs Secure.'],
    ['__Http-a=b; Secure', '__Http- needs HttpOnly.'],
    ['__Host-Http-a=b; Secure; Path=/', '__Host-Http- needs HttpOnly.'],
    ['__Host-Http-a=b; Secure; HttpOnly', '__Host-Http- needs Path=/.'],
  ]
  for (const [line, because] of broken) {
    assert.equal(kept(line), `Browsers drop it: ${because}`, line)
    assert.equal(verdicts(line).Prefix, 'bad', line)
  }
  assert.match(String(kept('=__Host-a=b; Secure; Path=/')), /may not pretend to be a prefixed name/)
})

test('Domain: wide is worth a look, foreign is dropped', () => {
  assert.equal(verdicts('a=b; Domain=.Example.com').Domain, 'attention')
  assert.equal(verdicts('a=b; Domain=').Domain, 'good')
  for (const domain of ['other.com', 'b.app.example.com', 'pp.example.com', 'com'])
    assert.match(String(kept(`a=b; Domain=${domain}`)), /^Browsers drop it/, domain)
  assert.match(String(kept('a=b; Domain=0.0.1', { ...local, host: '127.0.0.1' })), /^Browsers drop it/)
})

test('how long it lasts', () => {
  const lifetime = (attributes: string): string => `${verdicts(`sid=${id}; ${attributes}`).Lifetime}`
  assert.equal(lifetime(''), 'good')
  assert.equal(lifetime('Max-Age=3600'), 'good')
  assert.equal(lifetime('Max-Age=3000000'), 'attention')
  assert.equal(lifetime('Max-Age=99999999'), 'attention')
  assert.equal(lifetime('Expires=Thu, 01 Jan 2037 00:00:00 GMT'), 'attention')
  assert.equal(lifetime('Expires=Thu, 01 Jan 2037 00:00:00 GMT; Max-Age=60'), 'good', 'Max-Age wins')
  assert.equal(verdicts('a=b; Max-Age=1e9').Others, 'attention')
  for (const removing of ['Max-Age=0', 'Max-Age=-1', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'expires=1-Jan-70 0:0:0'])
    assert.equal(judgeSetCookie(`sid=; ${removing}`, https).removes, true, removing)
  for (const none of [
    'Expires=never',
    'Expires=Thu, 31 Feb 2037 00:00:00 GMT',
    'Expires=Thu, 01 Jan 2037 24:00:00 GMT',
  ])
    assert.equal(verdicts(`a=b; ${none}`).Others, 'attention', none)
})

test('what may be is kept: only what breaks a promise is dropped', () => {
  const host = 'intranet'
  for (const [line, arrival] of [
    ['a=__Host-b', https],
    ['just a value', https],
    ['a=b', plain],
    ['a=b; Domain=intranet', { ...https, host }],
    ['a=b; Domain=app.example.com', https],
    ['__Http-a=b; Secure; HttpOnly; Domain=example.com; Path=/a', https],
    ['__Secure-a=b; Secure; Domain=example.com; Path=/a', https],
  ] as const)
    assert.equal(kept(line, arrival), true, line)
})

test('attributes of 1,024 bytes count, longer ones are skipped', () => {
  const path = `/${'é'.repeat(511)}`
  assert.equal(verdicts(`a=b; Path=${path}x`).Others, undefined)
  assert.equal(verdicts(`a=b; Path=${path}xx`).Others, 'attention')
  assert.match(String(kept(`__Host-a=b; Secure; Path=/; Domain=${'x'.repeat(1025)}`)), /^true$/)
})

test('a JWT is a credential whatever it is called, and nothing at all is none', () => {
  assert.equal(verdicts('a=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln').HttpOnly, 'bad')
  assert.equal(verdicts(`a=hp_s_${id}`).HttpOnly, 'bad')
  assert.equal(verdicts('sid=').Value, undefined)
  assert.equal(verdicts(`sid=${id}`).Prefix, 'attention')
  assert.equal(verdicts(`sid=${id}`, plain).Prefix, undefined)
})

test('a line that no browser keeps removes nothing', () => {
  assert.deepEqual(Object.keys(verdicts('a=; Max-Age=0; Secure')), ['Kept'])
  assert.deepEqual(verdicts('a=; Max-Age=0; Secure').Kept, 'good')
  assert.equal(verdicts('a=; Max-Age=0; Secure', plain).Kept, 'bad')
})

test('what is said is about what stands there', () => {
  const cases: readonly (readonly [line: string, about: Verdict['about'], said: RegExp, arrival?: CookieArrival])[] = [
    ['a=b', 'Secure', /^It goes over http as well/],
    ['a=b', 'Secure', /^It came over http/, plain],
    ['a=b; SameSite=Strict', 'SameSite', /^Strict: /],
    ['a=b; SameSite=Lax', 'SameSite', /^Lax: /],
    ['a=b; Secure; SameSite=None', 'SameSite', /^None: /],
    ['a=b', 'SameSite', /^It is not said/],
    ['a=b; SameSite=Yes', 'SameSite', /^"Yes" is no value/],
    ['__Host-a=b; Secure; Path=/', 'Prefix', /: no other host, and no page over http/],
    ['__Secure-a=b; Secure', 'Prefix', /: no page over http/],
    ['a=b; Path=/', 'Path', /whole host/],
    ['a=b; Path=/shop', 'Path', /^It goes below \/shop alone/],
    ['a=b; Path=shop', 'Path', /^It is not said, or/],
    ['a=b', 'Lifetime', /when the browser closes/],
    ['a=b; Max-Age=34560000', 'Lifetime', /^It lasts 400 days/],
    ['a=b; Max-Age=34560001', 'Lifetime', /browsers cut that to 400/],
    ['sid=b; Max-Age=2592000', 'Lifetime', /^It lasts 30 days\.$/],
    ['sid=b; Max-Age=2592001', 'Lifetime', /stolen copy/],
    ['a=b; Max-Age=119', 'Lifetime', /^It lasts 119 seconds/],
    ['a=b; Max-Age=120', 'Lifetime', /^It lasts 2 minutes/],
    ['a=b; Max-Age=7199', 'Lifetime', /^It lasts 120 minutes/],
    ['a=b; Max-Age=7200', 'Lifetime', /^It lasts 2 hours/],
    ['a=b; Max-Age=172800', 'Lifetime', /^It lasts 2 days/],
  ]
  for (const [line, about, said, arrival = https] of cases) {
    const verdict = judgeSetCookie(line, arrival).verdicts.find((one) => one.about === about)
    assert.match(verdict?.said ?? '', said, line)
  }
})

test('how long the value is is told, and not more', () => {
  for (const [line, value] of [
    ['a=', 'empty'],
    ['a=b', '1 character'],
    ['a=bc', '2 characters'],
  ] as const)
    assert.equal(judgeSetCookie(line, https).value, value)
})

test('values: a JWT, and ids that can be guessed', () => {
  assert.equal(verdicts('a=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln').Value, 'attention')
  assert.equal(verdicts('sid=12345678901234567890').Value, 'good')
  assert.equal(verdicts('sid=1234567890123456789').Value, 'bad')
  assert.equal(verdicts('PHPSESSID=0123456789abcdef').Value, 'good')
  assert.equal(verdicts('connect.sid=0123456789abcde').Value, 'bad')
})

test('lines that browsers take for nothing', () => {
  for (const line of ['', '=', ' ; Path=/', 'a=b\u0001', 'a=b; Path=/\u007f', 'a=\nb'])
    assert.equal(kept(line), 'No browser takes this line for a cookie.', JSON.stringify(line))
  assert.match(String(kept(`a=${'x'.repeat(4096)}`)), /longer than 4,096 bytes/)
  assert.equal(kept(`a=${'x'.repeat(4095)}`), true)
  assert.equal(judgeSetCookie('just a value', https).name, '')
})

test('the value is never in what is said', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9.+/=-]{12,40}$/),
      fc.constantFrom('sid', 'theme', '__Host-x'),
      (secret, name) => {
        for (const arrival of [https, local, plain]) {
          const judged = judgeSetCookie(`${name}=${secret}; Path=/; Secure`, arrival)
          assert.ok(!JSON.stringify(judged).includes(secret))
        }
      },
    ),
  )
})

test('whatever a server writes is judged and breaks nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (line, attributes) => {
      for (const one of [line, `sid=${line}; ${attributes}`]) assert.ok(judgeSetCookie(one, https).verdicts.length > 0)
    }),
    { numRuns: 2000 },
  )
})
