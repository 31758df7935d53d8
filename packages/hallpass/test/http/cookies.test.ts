import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Cookie as ToughCookie } from 'tough-cookie'
import {
  type Cookie,
  expireCookie,
  expirePreviousCookie,
  readCookies,
  setCookie,
  withSetCookie,
} from '#src/http/cookies.js'

const cookie: Cookie = {
  name: '__Host-Http-hp',
  value: 'a.b-c_D9',
  path: '/',
  maxAge: 60,
  sameSite: 'Lax',
  secure: true,
}

test('reads our names alone, in the order sent, with every value', () => {
  const found = readCookies('theme=dark; hp=one;hp-access = two ;other; hp=three', ['hp', 'hp-access', 'absent'])
  assert.deepEqual(
    [...found],
    [
      ['hp', ['one', 'three']],
      ['hp-access', ['two']],
    ],
  )
})

test('reads nothing from no header and from an empty one', () => {
  assert.equal(readCookies(null, ['hp']).size, 0)
  for (const header of ['', ';', ' ; ;', 'hp', '=hp', '=']) assert.equal(readCookies(header, ['hp']).size, 0, header)
})

test('reads what was written, whatever stands around it', () => {
  const around = fc.string().filter((text) => !text.includes('hp'))
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{0,40}$/), around, around, (value, before, after) => {
      const header = `${before.replaceAll('=', '')};hp=${value};${after}`
      assert.deepEqual(readCookies(header, ['hp']).get('hp'), [value])
    }),
  )
})

test('reads a long header in a time that grows with its length, not its square', () => {
  const started = process.cpuUsage()
  for (let round = 0; round < 100; round++) readCookies('a;'.repeat(50_000), ['hp'])
  assert.ok(process.cpuUsage(started).user < 5_000_000)
})

test('writes every attribute explicitly, and never Domain', () => {
  assert.equal(setCookie(cookie), '__Host-Http-hp=a.b-c_D9; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax')
  const plain = {
    ...cookie,
    name: 'hp',
    secure: false,
    maxAge: null,
    sameSite: 'Strict',
    path: '/auth/refresh',
  } as const
  assert.equal(setCookie(plain), 'hp=a.b-c_D9; Path=/auth/refresh; HttpOnly; SameSite=Strict')
  assert.equal(expireCookie(cookie), '__Host-Http-hp=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax')
})

test('a browser’s parser reads back what was written', () => {
  const read = ToughCookie.parse(setCookie(cookie))!
  const { key, value, path, maxAge, httpOnly, secure, sameSite, domain } = read
  assert.deepEqual(
    { key, value, path, maxAge, httpOnly, secure, sameSite, domain },
    {
      ...{ key: cookie.name, value: cookie.value, path: '/', maxAge: 60, httpOnly: true, secure: true },
      ...{ sameSite: 'lax', domain: null },
    },
  )
})

test('refuses a cookie that browsers would drop or cut: over 4096 bytes, over 400 days', () => {
  const room = 4096 - cookie.name.length
  assert.ok(setCookie({ ...cookie, value: 'a'.repeat(room) }))
  assert.throws(() => setCookie({ ...cookie, value: 'a'.repeat(room + 1) }), { code: 'configuration' })
  assert.ok(setCookie({ ...cookie, maxAge: 400 * 86_400 }))
  for (const maxAge of [400 * 86_400 + 1, -1, 0.5, Number.NaN, Infinity]) {
    assert.throws(() => setCookie({ ...cookie, maxAge }), { code: 'configuration' }, String(maxAge))
  }
})

test('refuses a prefix whose rules the cookie breaks, in any case of the prefix', () => {
  for (const name of ['__Host-hp', '__Host-Http-hp', '__HOST-hp']) {
    assert.throws(() => setCookie({ ...cookie, name, path: '/auth' }), /requires the path "\/"/, name)
    assert.throws(() => setCookie({ ...cookie, name, secure: false }), /requires Secure/, name)
  }
  for (const name of ['__Secure-hp', '__Http-hp', '__secure-hp']) {
    assert.ok(setCookie({ ...cookie, name, path: '/auth' }))
    assert.throws(() => setCookie({ ...cookie, name, secure: false }), /requires Secure/, name)
  }
})

test('the message about a cookie that was not written does not hold its value', () => {
  const value = 'hp_s.secret;'
  assert.throws(
    () => setCookie({ ...cookie, value }),
    (error: Error) => !JSON.stringify([error.message, error]).includes('hp_s'),
  )
})

test('a response names each cookie once: the later line stands, others and other paths stay', () => {
  const lines = ['app=1; Path=/', 'hp=old; Path=/; HttpOnly', 'hp=other; path=/auth', 'hpx=1; Path=/']
  const merged = withSetCookie(lines, 'hp=new; Path=/; HttpOnly')
  assert.deepEqual(merged, ['app=1; Path=/', 'hp=other; path=/auth', 'hpx=1; Path=/', 'hp=new; Path=/; HttpOnly'])
})

test('a cookie for a domain and one of the same name for one host are two', () => {
  const lines = ['hp=a; Path=/; Domain=app.example', 'hp=b; Path=/']
  assert.deepEqual(withSetCookie(lines, 'hp=new; Path=/'), [lines[0], 'hp=new; Path=/'])
  assert.deepEqual(withSetCookie(lines, 'hp=; Domain=app.example; Path=/'), [
    lines[1],
    'hp=; Domain=app.example; Path=/',
  ])
})

test('what something else has set is expired by its name, domain and path; prefixes keep their Secure', () => {
  const previous = { name: 'connect.sid', domain: 'app.example', path: '/old' }
  const line = 'connect.sid=; Path=/old; Max-Age=0; HttpOnly; Secure; SameSite=Lax; Domain=app.example'
  assert.equal(expirePreviousCookie(previous, true), line)
  assert.equal(
    expirePreviousCookie({ ...previous, domain: null }, false),
    'connect.sid=; Path=/old; Max-Age=0; HttpOnly; SameSite=Lax',
  )
  for (const name of ['__Secure-sid', '__secure-sid', '__Http-sid'])
    assert.match(expirePreviousCookie({ ...previous, name }, false), /; Secure;/)
  assert.match(expirePreviousCookie({ name: '__Host-sid', domain: null, path: '/' }, false), /; Secure;/)
  const read = ToughCookie.parse(line)!
  assert.deepEqual([read.domain, read.path, read.maxAge, read.value], ['app.example', '/old', 0, ''])
})

test('a name in another case is another name', () => assert.equal(readCookies('HP=one', ['hp']).size, 0))
