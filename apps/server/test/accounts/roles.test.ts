import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccountStore, HallpassError, type LogFeed } from 'hallpass'
import { memory } from 'hallpass/memory'
import { createRoles } from '#src/accounts/roles.js'
import { at, operatorServer, password } from '../admin/operators.js'
import { backend, routesTo } from '../gateway/backend.js'
import { claimsOf } from '../oauth/oauth-server.js'
import { nativeApp } from '../test-client.js'

const email = 'ada@example.com'

test('tokens say which roles an account has, and nothing where it has none', async (t) => {
  const { origin, person, app } = await operatorServer(t, { strategy: 'hybrid' })
  const { id } = await person(email)
  const phone = nativeApp(origin)
  await phone.post('/auth/sign-in', { email, password })
  const claims = () => claimsOf(String(phone.tokens?.['accessToken']))
  assert.equal('roles' in claims(), false)
  await app.accounts.setRoles(id, ['billing', 'operator'])
  const stale = await phone.get('/auth/session')
  assert.deepEqual([stale.status, stale.json.code], [401, 'stale'])
  await phone.post('/auth/refresh', { refreshToken: phone.tokens?.['refreshToken'] })
  assert.deepEqual(claims()['roles'], ['billing', 'operator'])
})

test('as many roles as may be given fit into a token', async (t) => {
  const { origin, person, key } = await operatorServer(t, { strategy: 'hybrid' })
  const { id } = await person(email)
  const roles = ['a', 'b'].map((letter) => letter.repeat(64))
  const put = (longest: string) => key.request('PUT', at(id, '/roles'), { json: { roles: [...roles, longest] } })
  assert.deepEqual([(await put('c'.repeat(55))).status, (await put('c'.repeat(54))).status], [400, 200])
  const phone = nativeApp(origin)
  assert.equal((await phone.post('/auth/sign-in', { email, password })).status, 200)
  assert.deepEqual(claimsOf(String(phone.tokens?.['accessToken']))['roles'], [...roles, 'c'.repeat(54)])
})

test("the application's own claims are there beside the roles, and count where they have the same name", async (t) => {
  for (const [own, expected] of [
    [{ plan: 'gold' }, ['gold', ['billing']]],
    [{ plan: 'gold', roles: ['reader'] }, ['gold', ['reader']]],
  ] as const) {
    const { origin, person, key } = await operatorServer(t, { strategy: 'hybrid', claims: () => own })
    const { id } = await person(email)
    await key.request('PUT', at(id, '/roles'), { json: { roles: ['billing'] } })
    const phone = nativeApp(origin)
    await phone.post('/auth/sign-in', { email, password })
    const { plan, roles } = claimsOf(String(phone.tokens?.['accessToken']))
    assert.deepEqual([plan, roles], expected)
  }
})

test('a route may ask for a role: it opens as soon as it is given', async (t) => {
  const orders = await backend(t)
  const claims = new Map([['roles', 'billing']])
  const routes = routesTo([
    orders,
    { path: '/api', access: { kind: 'signed-in', maxAge: null, sensitive: false, claims } },
  ])
  const { person, app } = await operatorServer(t, { routes })
  const ada = await person(email)
  assert.deepEqual((await ada.get('/api')).json.code, 'claim-required')
  await app.accounts.setRoles(ada.id, ['support', 'billing'])
  assert.equal((await ada.get('/api')).status, 200)
  await app.accounts.setRoles(ada.id, ['support'])
  assert.deepEqual((await ada.get('/api')).json.code, 'claim-required')
})

/** Roles of one account in a store that can go away, with a log that can be heard. */
async function scene() {
  const { accounts } = memory()
  const account = {
    id: 'u_1',
    email,
    passwordHash: 'x',
    createdAt: 0,
    disabledAt: null,
    roles: ['billing'],
    version: 1,
  }
  await accounts.insert(account)
  let away = false
  let time = 1_000_000
  let hear: Parameters<LogFeed['subscribe']>[0] = () => undefined
  const find: AccountStore['find'] = async (id) => {
    if (away) throw new HallpassError('store-unavailable')
    return accounts.find(id)
  }
  const feed = { subscribe: (heard: typeof hear) => ((hear = heard), () => undefined) }
  const policy = { leases: { lease: 2000, lastKnownGood: 60_000 } }
  const roles = createRoles({ find }, { feed, policy } as never, () => time)
  return {
    roles,
    leave: () => void (away = true),
    wait: (ms: number) => void (time += ms),
    changed: (kind: 'changed' | 'forgot' | 'session', target: string | null) =>
      hear({
        about: 'entry',
        entry: { id: 'x', kind, target, counter: 1, kept: null, because: null, sequence: 1, previous: 'y' },
      }),
  }
}

test('while the store is away they are those last read, for as long as memory may be believed', async () => {
  const { roles, leave, wait } = await scene()
  assert.deepEqual(await roles.of('u_1'), ['billing'])
  assert.deepEqual(await roles.of('u_2'), [])
  leave()
  assert.deepEqual([await roles.of('u_1'), await roles.of('u_2')], [['billing'], []])
  await assert.rejects(roles.of('u_3'), { code: 'store-unavailable' })
  wait(62_000)
  assert.deepEqual(await roles.of('u_1'), ['billing'])
  wait(1)
  await assert.rejects(roles.of('u_1'), { code: 'store-unavailable' })
})

test('roles older than a change that was heard of are never told', async () => {
  for (const [kind, target] of [
    ['changed', 'u_1'],
    ['forgot', null],
  ] as const) {
    const { roles, leave, changed } = await scene()
    await roles.of('u_1')
    changed(kind, target)
    leave()
    await assert.rejects(roles.of('u_1'), { code: 'store-unavailable' })
  }
  const { roles, leave, changed } = await scene()
  const reading = roles.of('u_1')
  changed('changed', 'u_1')
  await reading
  leave()
  await assert.rejects(roles.of('u_1'), { code: 'store-unavailable' })
})

test('what is not about roles leaves them alone', async () => {
  const { roles, leave, changed } = await scene()
  await roles.of('u_1')
  changed('session', 'u_1')
  changed('changed', 'u_2')
  leave()
  assert.deepEqual(await roles.of('u_1'), ['billing'])
})
