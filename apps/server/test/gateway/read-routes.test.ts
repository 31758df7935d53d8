import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '#src/config.js'

const root = 'q7Rw2kZp9XvLm4TbYc8NdHs3FgJu6AeKx1Vo5WiB'
const orders = { path: '/api', upstream: 'http://127.0.0.1:3000', audience: 'https://orders.example' }

function reading(routes: unknown, more: object = {}) {
  const env = { HALLPASS_SECRET: root, HALLPASS_STORE: 'memory:', HALLPASS_ISSUER: 'https://app.example' }
  const file = { proxies: {}, origins: ['https://admin.app.example'], gateway: { routes }, ...more }
  return readConfig(env, {
    config: () => JSON.stringify(file),
    secret: () => {
      throw new Error('no secret is asked for')
    },
  })
}

/** What is wrong, as "field problem". */
function mistakesOf(routes: unknown, more?: object): string[] {
  const config = reading(routes, more)
  if (config.ok) return []
  return config.mistakes.map(({ field, problem, remedy }) => {
    assert.notEqual(remedy, '', field)
    return `${field.replace(/^hallpass\.config\.json: gateway\.routes/, '')} ${problem}`
  })
}

test('a route has defaults that ask for somebody who is signed in', () => {
  const config = reading([orders])
  assert.ok(config.ok)
  assert.deepEqual(config.config.routes, [
    {
      host: 'app.example',
      path: '/api',
      upstream: new URL('http://127.0.0.1:3000'),
      audience: 'https://orders.example',
      access: { kind: 'signed-in', maxAge: null, sensitive: false, claims: new Map() },
      whenStoreAway: 'refuse',
      stripPath: false,
      identityHeaders: new Map(),
      timeout: 30_000,
    },
  ])
})

test('everything can be said', () => {
  const all = {
    ...{
      ...orders,
      host: 'Admin.App.Example',
      access: 'signed-in',
      maxAge: 600,
      sensitive: true,
      claims: { role: 'admin' },
    },
    ...{ whenStoreAway: 'last-known-good', stripPath: true, identityHeaders: { 'X-User': 'sub' }, timeout: 5 },
  }
  const config = reading([all], { lastKnownGood: 60 })
  assert.ok(config.ok)
  const [route] = config.config.routes
  assert.equal(route?.host, 'admin.app.example')
  assert.deepEqual(route?.identityHeaders, new Map([['x-user', 'sub']]))
  assert.equal(route?.timeout, 5000)
  assert.ok(config.config.transport.hosts.includes('admin.app.example'))
})

test('what does not go together is refused at the start, with what to do', () => {
  const cases: readonly (readonly [route: object, mistake: RegExp])[] = [
    [{ path: 'api' }, /^\[0\]\.path is not a path in its one spelling/],
    [{ path: '/api/' }, /^\[0\]\.path is not a path in its one spelling/],
    [{ path: '/a//b' }, /^\[0\]\.path is not a path in its one spelling/],
    [{ path: '/%61pi' }, /^\[0\]\.path is not a path in its one spelling/],
    [{ path: '/api?x' }, /^\[0\]\.path is not a path in its one spelling/],
    [{ path: '/auth' }, /^\[0\]\.path is an address of this server/],
    [{ path: '/Admin' }, /^\[0\]\.path is an address of this server/],
    [{ path: '/auth/more' }, /^\[0\]\.path is an address of this server/],
    [{ host: 'other.example' }, /^\[0\]\.host is neither/],
    [{ upstream: 'orders:3000' }, /^\[0\]\.upstream is no http/],
    [{ upstream: 'ftp://orders' }, /^\[0\]\.upstream is no http/],
    [{ upstream: 'http://user:pass@orders' }, /^\[0\]\.upstream has a user/],
    [{ upstream: 'http://orders/?x=1' }, /^\[0\]\.upstream has a query/],
    [{ upstream: 'http://orders/#x' }, /^\[0\]\.upstream has a query/],
    [{ upstream: 'http://orders/a//b' }, /^\[0\]\.upstream has a path/],
    [{ upstream: 'https://app.example' }, /^\[0\]\.upstream is this server itself/],
    [{ upstream: 'http://127.0.0.1:7100' }, /^\[0\]\.upstream is this server itself/],
    [{ upstream: 'http://localhost:7100' }, /^\[0\]\.upstream is this server itself/],
    [{ audience: undefined }, /^\[0\]\.audience is missing/],
    [{ audience: '' }, /^\[0\]\.audience is no name/],
    [{ audience: 'https://app.example' }, /^\[0\]\.audience is that of the tokens/],
    [{ access: 'everybody' }, /^\[0\]\.access is neither/],
    [{ access: 'public', claims: { role: 'admin' } }, /^\[0\]\.claims asks for somebody/],
    [{ access: 'public', maxAge: 5 }, /^\[0\]\.maxAge asks for somebody/],
    [{ access: 'public', sensitive: true }, /^\[0\]\.sensitive asks for somebody/],
    [
      { access: 'public', audience: undefined, identityHeaders: { 'x-user': 'sub' } },
      /^\[0\]\.identityHeaders needs an audience/,
    ],
    [{ whenStoreAway: 'anonymous' }, /^\[0\]\.whenStoreAway would let nobody in/],
    [{ whenStoreAway: 'last-known-good' }, /^\[0\]\.whenStoreAway needs the setting "lastKnownGood"/],
    [{ identityHeaders: { Authorization: 'sub' } }, /^\[0\]\.identityHeaders has "Authorization"/],
    [{ identityHeaders: { X_User: 'sub' } }, /^\[0\]\.identityHeaders has "X_User"/],
    [{ identityHeaders: { 'X-User': 'sub', 'x-user': 'sub' } }, /^\[0\]\.identityHeaders has "x-user" twice/],
    [{ timeout: 0 }, /^\[0\]\.timeout is less/],
    [{ colour: 'red' }, /^\[0\]\.colour is unknown/],
  ]
  for (const [route, mistake] of cases) {
    const found = mistakesOf([{ ...orders, ...route }])
    assert.ok(
      found.some((one) => mistake.test(one)),
      `${JSON.stringify(route)}: ${found.join(' | ')}`,
    )
  }
})

test('routes that are in the way of another are refused', () => {
  const other = { path: '/reports', upstream: 'http://127.0.0.1:4000', audience: 'https://reports.example' }
  assert.deepEqual(mistakesOf([orders, other]), [])
  assert.match(mistakesOf([orders, { ...other, path: '/api' }]).join(), /^\[1\]\.path is that of another route/)
  assert.match(mistakesOf([orders, { ...other, path: '/API' }]).join(), /^\[1\]\.path is that of another route/)
  assert.deepEqual(mistakesOf([orders, { ...other, path: '/api', host: 'admin.app.example' }]), [])
  assert.match(
    mistakesOf([orders, { ...other, audience: orders.audience }]).join(),
    /^\[1\]\.audience is that of another backend/,
  )
  assert.deepEqual(mistakesOf([orders, { ...orders, path: '/api/more' }]), [])
})

test('all mistakes are told at once, and of an unknown field what is known beside it', () => {
  const found = mistakesOf([{ ...orders, path: 'x', host: 'y', upstream: 'z', audience: '' }])
  assert.equal(found.length, 4)
  const config = reading([{ ...orders, colour: 'red' }])
  assert.ok(!config.ok)
  assert.match(config.mistakes[0]?.remedy ?? '', /^Known: path, host, upstream, audience/)
})
