import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { defaultLifetimes, type PolicyOptions, readPolicy, touchEvery } from '#src/core/policy.js'

const secret = 'kq3v0J8mZr5Yw1TnXb7LdE2sHc9GfUaPiO4tRxVu6NyQ'
const other = 'Bz7Wm2KfQ9xLr4TjYc6VnP1sHd8GaEuXoI3tRkZv5MwS'
const good: PolicyOptions = { issuer: 'https://app.example', secret }

function mistakesOf(options: object) {
  return readPolicy({ ...good, ...options }).mistakes
}

test('the least there is to say gives a whole policy', () => {
  const { policy, mistakes } = readPolicy(good)
  assert.deepEqual(mistakes, [])
  assert.deepEqual(policy, {
    issuer: 'https://app.example',
    audience: 'https://app.example',
    clientId: 'hallpass',
    strategy: 'session',
    name: 'hallpass',
    basePath: '/auth',
    origins: ['https://app.example'],
    appOrigins: [],
    signInPage: null,
    lifetimes: {
      idle: 86_400_000,
      absolute: 604_800_000,
      rememberedIdle: 2_592_000_000,
      rememberedAbsolute: 7_776_000_000,
      anonymous: 86_400_000,
      accessToken: 300_000,
      overlap: 10_000,
    },
    leases: { lease: 2000, lastKnownGood: 0, drift: 0.01, margin: 50, tolerance: 5000, idleAfter: 30_000 },
    signing: { algorithm: 'EdDSA', rotateEvery: 2_592_000_000, cacheFor: 300_000 },
    cachedSessions: 100_000,
    whenTheLogForgets: 'end-sessions',
    sameSite: 'Lax',
    secureCookies: true,
    cookieNames: {
      session: '__Host-Http-hallpass',
      access: '__Host-Http-hallpass-access',
      refresh: '__Secure-hallpass-refresh',
    },
    cookies: {
      names: ['__Host-Http-hallpass', '__Host-Http-hallpass-access', '__Secure-hallpass-refresh'],
      previously: [],
    },
    dataVersion: 1,
  })
})

test('what is said is taken over', () => {
  const said = {
    audience: 'api',
    clientId: 'web',
    strategy: 'hybrid',
    name: 'shop',
    basePath: '/my/auth-2',
    origins: ['https://admin.example:8443'],
    appOrigins: ['capacitor://localhost'],
    signInPage: '/sign-in?from=app',
    sameSite: 'Strict',
    dataVersion: 4,
  } as const
  const { policy, mistakes } = readPolicy({ ...good, ...said, secret: [secret, other], lifetimes: { overlap: 0 } })
  assert.deepEqual(mistakes, [])
  const { origins, ...rest } = said
  for (const [option, value] of Object.entries(rest)) assert.deepEqual(policy[option as keyof typeof policy], value)
  assert.deepEqual(policy.origins, ['https://app.example', ...origins])
  assert.equal(policy.lifetimes.overlap, 0)
  assert.equal(policy.cookieNames.session, '__Host-Http-shop')
})

test('cookies are without Secure on plain http to this very machine, and nowhere else', () => {
  for (const issuer of ['http://localhost:7100', 'http://127.0.0.1', 'http://[::1]:8080']) {
    const { policy, mistakes } = readPolicy({ ...good, issuer })
    assert.deepEqual([policy.secureCookies, mistakes], [false, []])
    assert.deepEqual(policy.cookieNames, {
      session: 'hallpass',
      access: 'hallpass-access',
      refresh: 'hallpass-refresh',
    })
  }
  for (const issuer of ['https://localhost', 'http://localhost.evil.example', 'https://app.example']) {
    assert.equal(readPolicy({ ...good, issuer }).policy.secureCookies, true)
  }
})

const mistakes: readonly (readonly [what: string, options: object, field: string, problem: RegExp])[] = [
  ['no secret', { secret: undefined }, 'secret', /is missing/],
  ['an empty secret', { secret: '' }, 'secret', /is missing/],
  ['an empty list of secrets', { secret: [] }, 'secret', /empty list/],
  ['a short secret', { secret: secret.slice(0, 31) }, 'secret', /31 characters; 32/],
  ['a placeholder', { secret: `change-me-${secret}` }, 'secret', /placeholder/],
  ['a secret from the documentation', { secret: `your-${secret}` }, 'secret', /placeholder/],
  ['a secret of one letter', { secret: 'a'.repeat(64) }, 'secret', /random/],
  ['a secret that repeats itself', { secret: 'xyzw'.repeat(12) }, 'secret', /random/],
  ['a secret that repeats itself at length', { secret: 'kq3v0J8m'.repeat(40) }, 'secret', /random/],
  ['a second secret that is weak', { secret: [secret, 'short'] }, 'secret[1]', /5 characters/],
  ['an issuer that is no text', { issuer: 7 }, 'issuer', /not a string/],
  ['an issuer with a path', { issuer: 'https://app.example/x' }, 'issuer', /one spelling/],
  ['an issuer with a slash at the end', { issuer: 'https://app.example/' }, 'issuer', /one spelling/],
  ['an issuer in capitals', { issuer: 'https://App.example' }, 'issuer', /one spelling/],
  ['an issuer of another scheme', { issuer: 'ftp://app.example' }, 'issuer', /one spelling/],
  ['an issuer that names the default port', { issuer: 'https://app.example:443' }, 'issuer', /default port/],
  ['a local issuer that names the default port', { issuer: 'http://localhost:80' }, 'issuer', /default port/],
  ['plain http over a network', { issuer: 'http://app.example' }, 'issuer', /plain http/],
  ['plain http to a name that only begins like this machine', { issuer: 'http://localhost.x' }, 'issuer', /plain http/],
  ['a further origin with a path', { origins: ['https://b.example/x'] }, 'origins', /"https:\/\/b.example\/x": is not/],
  ['a further origin over plain http', { origins: ['http://b.example'] }, 'origins', /plain http/],
  ['any origin', { origins: ['*'] }, 'origins', /one spelling/],
  ['a name in capitals', { name: 'Shop' }, 'name', /not a cookie name/],
  ['a name with a semicolon', { name: 'a;b' }, 'name', /not a cookie name/],
  ['a long name', { name: 'a'.repeat(33) }, 'name', /not a cookie name/],
  ['a base path without a slash', { basePath: 'auth' }, 'basePath', /not a path/],
  ['a base path that ends in a slash', { basePath: '/auth/' }, 'basePath', /not a path/],
  ['the root as base path', { basePath: '/' }, 'basePath', /not a path/],
  ['a base path that climbs', { basePath: '/../auth' }, 'basePath', /not a path/],
  ['an unknown strategy', { strategy: 'cookies' }, 'strategy', /"cookies" is unknown/],
  ['SameSite=None', { sameSite: 'None' }, 'sameSite', /third-party cookies, which browsers block/],
  ['a SameSite that is none', { sameSite: 'lax' }, 'sameSite', /neither "Lax" nor "Strict"/],
  ['a sign-in page elsewhere', { signInPage: 'https://evil.example' }, 'signInPage', /not a path/],
  ['a sign-in page elsewhere in two slashes', { signInPage: '//evil.example' }, 'signInPage', /not a path/],
  ['a sign-in page elsewhere in a backslash', { signInPage: '/\\evil.example' }, 'signInPage', /not a path/],
  ['a sign-in page with a line break', { signInPage: '/a\r\nSet-Cookie: x' }, 'signInPage', /not a path/],
  ['an unknown option', { issuers: [] }, 'issuers', /is unknown/],
  ['an unknown lifetime', { lifetimes: { idel: 5 } }, 'lifetimes.idel', /is unknown/],
  ['a lifetime that is no number', { lifetimes: { anonymous: '1d' } }, 'lifetimes.anonymous', /is 1d/],
  ['a lifetime that is NaN', { lifetimes: { anonymous: Number.NaN } }, 'lifetimes.anonymous', /is NaN/],
  ['an endless lifetime', { lifetimes: { anonymous: Infinity } }, 'lifetimes.anonymous', /is Infinity/],
  ['a lifetime of nothing', { lifetimes: { accessToken: 0 } }, 'lifetimes.accessToken', /is 0/],
  ['a negative overlap', { lifetimes: { overlap: -1 } }, 'lifetimes.overlap', /is -1/],
  ['an overlap of more than a minute', { lifetimes: { overlap: 61 } }, 'lifetimes.overlap', /more than a minute/],
  ['long access tokens', { lifetimes: { accessToken: 901 } }, 'lifetimes.accessToken', /15 minutes/],
  ['an unknown algorithm', { signing: { algorithm: 'none' } }, 'signing.algorithm', /"none" is unknown/],
  [
    'an algorithm for others that they cannot verify',
    { audience: 'api', signing: { algorithm: 'HS256' } },
    'signing.algorithm',
    /no public key/,
  ],
  ['an unknown name in signing', { signing: { every: 1 } }, 'signing.every', /unknown/],
  ['a JWK Set kept for days', { signing: { cacheFor: 86_401 } }, 'signing.cacheFor', /is 86401/],
  ['a JWK Set kept for less than nothing', { signing: { cacheFor: -1 } }, 'signing.cacheFor', /is -1/],
  ['rotation that is no number', { signing: { rotateEvery: '30d' } }, 'signing.rotateEvery', /is 30d/],
  ['rotation before a key can be published', { signing: { rotateEvery: 300 } }, 'signing.rotateEvery', /is 300/],
  ['rotation once in years', { signing: { rotateEvery: 367 * 86_400 } }, 'signing.rotateEvery', /is 31708800/],
  ['idle for longer than alive', { lifetimes: { idle: 604_801 } }, 'lifetimes.idle', /absolute lifetime/],
  [
    'remembered idle for longer than alive',
    { lifetimes: { rememberedIdle: 7_776_001 } },
    'lifetimes.rememberedIdle',
    /longer/,
  ],
  [
    'remembered for longer than browsers do',
    { lifetimes: { rememberedAbsolute: 34_560_001 } },
    'lifetimes.rememberedAbsolute',
    /400 days/,
  ],
]
for (const [what, options, field, problem] of mistakes) {
  test(`${what} does not start, and the refusal names the remedy`, () => {
    const found = mistakesOf(options)
    assert.deepEqual(
      found.map((mistake) => mistake.field),
      [field],
    )
    assert.match(found[0]!.problem, problem)
    assert.match(found[0]!.remedy, /\w.*[^:]$/)
  })
}

test('what lies exactly on a limit starts', () => {
  const limits = {
    lifetimes: {
      accessToken: 900,
      overlap: 60,
      idle: 604_800,
      rememberedIdle: 34_560_000,
      rememberedAbsolute: 34_560_000,
    },
    name: 'a'.repeat(32),
    secret: secret.slice(0, 32),
  }
  assert.deepEqual(mistakesOf(limits), [])
  assert.deepEqual(mistakesOf({ signing: { algorithm: 'HS256', rotateEvery: 366 * 86_400, cacheFor: 86_400 } }), [])
  assert.deepEqual(mistakesOf({ signing: { rotateEvery: 13, cacheFor: 0 } }), [])
  assert.deepEqual(mistakesOf({ allowLongAccessTokens: true, lifetimes: { accessToken: 3600 } }), [])
})

test('secrets as the usual commands draw them start', () => {
  for (let round = 0; round < 200; round++) {
    const drawn = [
      randomBytes(48).toString('base64'),
      randomBytes(32).toString('hex'),
      randomBytes(24).toString('base64url'),
    ]
    assert.deepEqual(mistakesOf({ secret: drawn }), [])
  }
})

test('every mistake is told at once', () => {
  const fields = mistakesOf({ issuer: 'x', secret: '', name: '', basePath: '', strategy: 'x', lifetimes: { idle: -1 } })
  assert.deepEqual(
    new Set(fields.map(({ field }) => field)),
    new Set(['issuer', 'secret', 'name', 'basePath', 'strategy', 'lifetimes.idle']),
  )
})

test('no mistake repeats a secret', () => {
  const weak = `password-${secret}`
  assert.ok(!JSON.stringify(mistakesOf({ secret: [weak, 'short-one'] })).match(/password-|short-one/))
})

test('lastSeenAt may lag behind by a hundredth of the idle lifetime, between a second and a minute', () => {
  assert.deepEqual(
    [touchEvery(50_000), touchEvery(3_000_000), touchEvery(defaultLifetimes.idle * 1000)],
    [1000, 30_000, 60_000],
  )
})

test('a lease that bounds nothing, or remembers what it may not, is refused with its remedy', () => {
  const wrong: readonly (readonly [options: object, field: string])[] = [
    [{ lease: 0.4 }, 'lease'],
    [{ lease: 61 }, 'lease'],
    [{ lease: Number.NaN }, 'lease'],
    [{ lease: 'on' }, 'lease'],
    [{ lastKnownGood: -1 }, 'lastKnownGood'],
    [{ lastKnownGood: 3601 }, 'lastKnownGood'],
    [{ lease: 'off', lastKnownGood: 1 }, 'lastKnownGood'],
    [{ cachedSessions: 0 }, 'cachedSessions'],
    [{ cachedSessions: 1.5 }, 'cachedSessions'],
    [{ whenTheLogForgets: 'forget-too' }, 'whenTheLogForgets'],
  ]
  for (const [options, field] of wrong) {
    assert.deepEqual(
      mistakesOf(options).map((mistake) => mistake.field),
      [field],
      JSON.stringify(options),
    )
  }
  for (const options of [{ lease: 0.5 }, { lease: 60, lastKnownGood: 3600 }, { lease: 'off' }, { cachedSessions: 1 }]) {
    assert.deepEqual(mistakesOf(options), [])
  }
})
