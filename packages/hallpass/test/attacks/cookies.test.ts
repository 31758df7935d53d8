import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedIn } from 'hallpass/testing'
import { cookiesFor, expireCookies } from '#src/http/carriage.js'
import { type Cookie, expireCookie, expirePreviousCookie, readCookies, setCookie } from '#src/http/cookies.js'
import { presentedCredentials } from '#src/http/credentials.js'
import { jsonPatch, problemFor, refusalPatch, seeOther } from '#src/http/problem.js'
import { policyOf, request } from '../http/request.js'
import { openAuth } from '../open-auth.js'

const policy = policyOf()
const name = policy.cookieNames.session
const values = (header: string): readonly string[] =>
  presentedCredentials(request({ cookie: header }), policy).cookies.session
const cookie: Cookie = { name, value: 'v', path: '/', maxAge: null, sameSite: 'Lax', secure: true }

test('C02 path tossing: a planted cookie before or after ours makes two, never one', () => {
  assert.deepEqual(values(`${name}=evil; ${name}=ours`), ['evil', 'ours'])
  assert.deepEqual(values(`${name}=ours; a=b; ${name}=evil`), ['ours', 'evil'])
})

test('C03 two cookies with one value are still two', () =>
  assert.deepEqual(values(`${name}=same; ${name}=same`), ['same', 'same']))

test('C04 crumbs joined by "; " are read alike, with and without the space', () => {
  assert.deepEqual(values(`a=b; ${name}=ours`), ['ours'])
  assert.deepEqual(values(`a=b;${name}=ours`), ['ours'])
})

test('C04 crumbs joined by ", " never make a session of a part of a value', async () => {
  assert.deepEqual(values(`a=b, ${name}=evil`), [])
  const { auth } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  const ours = client.cookies.get(name)!.value
  for (const joined of [`a=b, ${name}=${ours}`, `${name}=${ours}, ${name}=evil`, `${name}=${ours}, a=b`]) {
    assert.equal((await auth.read(client.view('GET', '/', { headers: { cookie: joined } }))).session, null, joined)
  }
})

const strangeSpaces = [
  '\u00a0',
  '\u2000',
  '\u3000',
  '\ufeff',
  '\v',
  '\f',
  '\u0085',
  '\u2028',
  '\xe2\x80\x80',
  '\0',
  '\r',
  '\n',
]
for (const space of strangeSpaces) {
  test(`C05 a name after ${JSON.stringify(space)} is not ours`, () => {
    assert.deepEqual(values(`${space}${name}=evil`), [])
    assert.deepEqual(values(`a=b; ${space}${name}=evil`), [])
    assert.deepEqual(values(`${name}${space}=evil`), [])
  })
}

test('C05 only space and tab are taken off around a name and a value', () => {
  assert.deepEqual(values(` \t${name}\t =\t v \t`), ['v'])
  assert.deepEqual(values(`${name}=\u00a0v`), ['\u00a0v'])
})

test('C06 cookie sandwich: $Version is a name like others, and quotes hold nothing together', () => {
  assert.deepEqual(values(`$Version=1; x="; ${name}=ours; y="`), ['ours'])
  assert.deepEqual(values(`${name}="ours"; $Path="/"`), ['"ours"'])
})

test('C12 a name without its prefix never stands in for ours, nor ours for it on localhost', () => {
  assert.deepEqual(values('hallpass=evil; __Host-hallpass=evil; __Secure-hallpass=evil; __Http-hallpass=evil'), [])
  const local = policyOf({ issuer: 'http://localhost:3000' })
  const presented = presentedCredentials(request({ cookie: `${name}=evil` }), local)
  assert.deepEqual(presented.cookies.session, [])
})

test('C14 nameless cookies are none of ours', () => {
  assert.deepEqual(values(`=${name}=evil`), [])
  assert.deepEqual(values(`; =; ==${name}=evil; =${name}`), [])
  assert.deepEqual(values(name), [])
})

for (const other of [name.toUpperCase(), name.toLowerCase(), '__HOST-Http-hallpass', '__Host-http-hallpass']) {
  test(`C15 ${other} is not our name`, () => assert.deepEqual(values(`${other}=evil`), []))
}

test('C16 names are never decoded, and neither are values', () => {
  assert.deepEqual(values('%5f%5fHost-Http-hallpass=evil; X19Ib3N0=evil'), [])
  assert.deepEqual(values(`${name}=%68p_s.a`), ['%68p_s.a'])
})

test('C16 a value in any other spelling than ours is no session', async () => {
  const { auth } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  const { value } = client.cookies.get(name)!
  const spellings = [
    `%68${value.slice(1)}`,
    `"${value}"`,
    `${value}%00`,
    `${value}%0d%0a`,
    `${value}=`,
    `${value}\u00a0`,
    value.toUpperCase(),
  ]
  for (const spelling of spellings) {
    const answer = await auth.read(client.view('GET', '/', { headers: { cookie: `${name}=${spelling}` } }))
    assert.equal(answer.session, null, spelling)
  }
  assert.notEqual((await auth.read(client.view('GET', '/'))).session, null)
})

for (const evil of [
  ';',
  ',',
  '\r',
  '\n',
  '\0',
  '\x7f',
  ' ',
  '\t',
  '"',
  '\\',
  '\u010d',
  '\u010a',
  'é',
  '=;Domain=evil',
]) {
  const shown = JSON.stringify(evil)
  test(`C17 C18 ${shown} in the name, the value or the path is not written`, () => {
    assert.throws(() => setCookie({ ...cookie, value: `a${evil}b` }), { code: 'configuration' })
    assert.throws(() => setCookie({ ...cookie, name: `${name}${evil}` }), { code: 'configuration' })
    if (!/^["\\]$/.test(evil)) {
      assert.throws(() => expireCookie({ ...cookie, name: 'a', path: `/a${evil}` }), { code: 'configuration' })
    }
  })

  test(`C17 ${shown} in what expires a cookie from before is not written`, () => {
    const previous = { name: 'sid', domain: 'app.example', path: '/' }
    for (const domain of [`app.example${evil}`, `${evil}app.example`, `app${evil}.example`])
      assert.throws(() => expirePreviousCookie({ ...previous, domain }, true), { code: 'configuration' })
    assert.throws(() => expirePreviousCookie({ ...previous, name: `sid${evil}` }, true), { code: 'configuration' })
    if (!/^["\\]$/.test(evil))
      assert.throws(() => expirePreviousCookie({ ...previous, path: `/${evil}` }, true), { code: 'configuration' })
  })
}

test('C17 a name that begins no cookie and a path that begins nowhere are not written', () => {
  assert.throws(() => setCookie({ ...cookie, name: '' }), { code: 'configuration' })
  assert.throws(() => setCookie({ ...cookie, path: '' }), { code: 'configuration' })
  assert.throws(() => setCookie({ ...cookie, path: 'auth' }), { code: 'configuration' })
})

test('C17 a domain that is none, or that a prefix forbids, is not written', () => {
  for (const domain of ['', '.app.example', 'app.example.', 'APP.example', 'example', 'a..b', 'a.b:443', '*.example']) {
    const previous = { name: 'sid', domain, path: '/' }
    assert.throws(() => expirePreviousCookie(previous, true), { code: 'configuration' }, domain)
  }
  for (const name of ['__Host-sid', '__HOST-sid', '__Host-Http-hallpass']) {
    const previous = { name, domain: 'app.example', path: '/' }
    assert.throws(() => expirePreviousCookie(previous, true), { code: 'configuration' }, name)
    assert.throws(() => expirePreviousCookie({ name, domain: null, path: '/a' }, true), { code: 'configuration' }, name)
  }
})

test('C19 a credential in the address or in a header of another name is not read', () => {
  const headers = {
    'x-session-id': 'hp_s.x',
    'x-authorization': 'Bearer hp_s.x',
    cookie2: `${name}=x`,
    'set-cookie': `${name}=x`,
  }
  const presented = presentedCredentials(
    request(headers, { path: `/;jsessionid=hp_s.x?sid=hp_s.x&access_token=a.b.c&${name}=x` }),
    policy,
  )
  assert.deepEqual(presented, { bearer: null, cookies: { session: [], access: [], refresh: [] }, previous: [] })
})

test('C28 whatever carries a credential or says who is calling is kept by no cache', () => {
  const session = { remember: true, absoluteExpiresAt: 1000 }
  const answers = [
    ...[cookiesFor({ sessionToken: 's', expiresAt: 0 }, policy, session, 0), expireCookies(policy)],
    ...[jsonPatch(200, {}), refusalPatch('ended'), seeOther('/')],
  ]
  for (const { headers } of answers) assert.equal(new Map(headers).get('cache-control'), 'no-store')
})

test('C28 only what Hallpass threw is answered as its own', () =>
  assert.equal(problemFor(new Error('password=1')), null))

test('C13 a cookie bomb is read in passing', () => {
  const bomb = Array.from({ length: 80 }, (_, index) => `bomb${index}=${'x'.repeat(4000)}`).join('; ')
  assert.deepEqual(readCookies(`${bomb}; ${name}=ours`, [name]).get(name), ['ours'])
})
