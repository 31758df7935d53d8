import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookiesFor, expireCookies, expirePrevious, mayAnswerTokens, tokensBody } from '#src/http/carriage.js'
import { policyOf, request } from './request.js'

const policy = policyOf({ appOrigins: ['capacitor://localhost'] })
const remembered = { remember: true, absoluteExpiresAt: 90_500 }
const lines = (patch: { headers: readonly (readonly [string, string])[] }): string[] =>
  patch.headers.filter(([name]) => name === 'set-cookie').map(([, line]) => line)

test('each kind of token has its cookie, its path and its SameSite; kinds without a token are expired', () => {
  const patch = cookiesFor({ accessToken: 'a', refreshToken: 'r', expiresAt: 0 }, policy, remembered, 500)
  assert.deepEqual(lines(patch), [
    '__Host-Http-hallpass=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax',
    '__Host-Http-hallpass-access=a; Path=/; Max-Age=90; HttpOnly; Secure; SameSite=Lax',
    '__Secure-hallpass-refresh=r; Path=/auth/refresh; Max-Age=90; HttpOnly; Secure; SameSite=Strict',
  ])
  assert.ok(patch.headers.some(([name, value]) => name === 'cache-control' && value === 'no-store'))
})

test('keepOthers leaves the other kinds alone', () => {
  const patch = cookiesFor({ accessToken: 'a', expiresAt: 0 }, policy, remembered, 500, { keepOthers: true })
  assert.deepEqual(lines(patch), ['__Host-Http-hallpass-access=a; Path=/; Max-Age=90; HttpOnly; Secure; SameSite=Lax'])
})

test('a session that is not remembered goes when the browser closes', () => {
  const [line] = lines(cookiesFor({ sessionToken: 's', expiresAt: 0 }, policy, { ...remembered, remember: false }, 0))
  assert.equal(line, '__Host-Http-hallpass=s; Path=/; HttpOnly; Secure; SameSite=Lax')
})

test('on http://localhost the names have no prefix and the cookies no Secure', () => {
  const local = policyOf({ issuer: 'http://localhost:3000', sameSite: 'Strict' })
  const [line] = lines(cookiesFor({ sessionToken: 's', expiresAt: 0 }, local, remembered, 500))
  assert.equal(line, 'hallpass=s; Path=/; Max-Age=90; HttpOnly; SameSite=Strict')
})

test('every variant is expired: the refresh cookie on both paths', () => {
  const expired = lines(expireCookies(policy))
  assert.deepEqual(
    expired.map((line) => line.split('; Max-Age=0', 1)[0]),
    [
      '__Host-Http-hallpass=; Path=/',
      '__Host-Http-hallpass-access=; Path=/',
      '__Secure-hallpass-refresh=; Path=/auth/refresh',
      '__Secure-hallpass-refresh=; Path=/',
    ],
  )
})

test('what was in use before is expired first, each once, wherever cookies are set or expired', () => {
  const previously = [
    { name: 'connect.sid' },
    { name: 'connect.sid' },
    { name: '__Secure-hallpass-refresh', domain: 'app.example', path: '/auth/refresh' },
    { name: '__Secure-hallpass-refresh' },
  ]
  const migrated = policyOf({ cookies: { previously } })
  const before = [
    'connect.sid=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax',
    '__Secure-hallpass-refresh=; Path=/auth/refresh; Max-Age=0; HttpOnly; Secure; SameSite=Lax; Domain=app.example',
    '__Secure-hallpass-refresh=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax',
  ]
  const set = lines(cookiesFor({ accessToken: 'a', refreshToken: 'r', expiresAt: 0 }, migrated, remembered, 500))
  assert.deepEqual(set.slice(0, 3), before)
  assert.equal(set.length, 6, 'the one for the domain and the one set now are two cookies')
  assert.ok(set.at(-1)?.startsWith('__Secure-hallpass-refresh=r; Path=/auth/refresh; Max-Age=90'))
  const expired = lines(expireCookies(migrated))
  assert.deepEqual(new Set(expired), new Set([...lines(expireCookies(policy)), ...before.slice(0, 2)]))
  assert.equal(expired.length, 6)
  const some = expirePrevious(migrated, migrated.cookies.previously.slice(0, 1))
  assert.deepEqual(lines(some), before.slice(0, 1))
  assert.ok(some.headers.some(([name, value]) => name === 'cache-control' && value === 'no-store'))
})

test('the body has the tokens there are, and how long they last in seconds', () => {
  assert.deepEqual(tokensBody({ accessToken: 'a', expiresAt: 300_900 }, 1000), {
    accessToken: 'a',
    tokenType: 'Bearer',
    expiresIn: 299,
  })
  assert.equal(tokensBody({ sessionToken: 's', expiresAt: 0 }, 1000).expiresIn, 0)
})

test('a cookie never buys a token; a body or Authorization does', () => {
  const native = request({ 'hallpass-client': 'native' })
  assert.deepEqual(
    (['cookie', 'body', 'authorization'] as const).map((how) => mayAnswerTokens(native, policy, how)),
    [false, true, true],
  )
})

test('a sign-in is answered tokens only without cookies and browser headers, listed app origins excepted', () => {
  const may = (headers: { [name: string]: string }): boolean =>
    mayAnswerTokens(request({ 'hallpass-client': 'native', ...headers }), policy, 'sign-in')
  assert.equal(may({}), true)
  assert.equal(may({ 'sec-fetch-mode': 'cors' }), true, 'Node’s own fetch sends it')
  assert.equal(may({ origin: 'capacitor://localhost', 'sec-fetch-site': 'cross-site' }), true)
  assert.equal(may({ origin: 'capacitor://localhost', cookie: 'a=b' }), false)
  assert.equal(may({ origin: 'https://app.example' }), false)
  assert.equal(may({ referer: 'https://app.example/' }), false)
  assert.equal(may({ 'sec-fetch-site': 'same-origin' }), false)
  assert.equal(may({ cookie: '' }), false)
  assert.equal(may({ 'hallpass-client': 'Native' }), false)
})
