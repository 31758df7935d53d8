import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeySet } from 'hallpass/verify'
import { memory } from 'hallpass/memory'
import { awayStore } from '../forward-auth/away-store.js'
import { until } from '../until.js'
import { backend, routesTo, verified } from './backend.js'
import { echoOf, signedIn } from './signed-in.js'

test('while the store is away each route does what it says: refuses, believes memory, or takes everybody for nobody', async (t) => {
  const orders = await backend(t)
  const away = awayStore(memory())
  const open = { access: { kind: 'public' } } as const
  const routes = routesTo(
    [orders, { path: '/refuse' }],
    [orders, { path: '/remember', whenStoreAway: 'last-known-good' }],
    [orders, { path: '/public/refuse', ...open }],
    [orders, { path: '/public/remember', ...open, whenStoreAway: 'last-known-good' }],
    [orders, { path: '/public/anybody', ...open, whenStoreAway: 'anonymous' }],
  )
  const policy = { lease: 0.5, lastKnownGood: 600 }
  const { ada, origin } = await signedIn(t, { routes, policy, store: away.store })
  const { session } = (await ada.get('/auth/session')).json
  for (const path of ['/refuse', '/remember', '/public/refuse']) assert.equal((await ada.get(path)).status, 200)

  const keys = (await ada.get('/.well-known/jwks.json')).json as unknown as KeySet

  away.leave()
  await until(async () => (await ada.get('/refuse')).status === 503)
  for (const path of ['/refuse', '/public/refuse']) {
    const refused = await ada.get(path)
    assert.deepEqual([refused.status, refused.json.code], [503, 'store-unavailable'], path)
    assert.deepEqual(refused.headers.getSetCookie(), [])
  }
  for (const path of ['/remember', '/public/remember']) {
    const remembered = await ada.get(path)
    assert.equal(remembered.status, 200, path)
    assert.equal((await verified(origin, orders.audience, echoOf(remembered), keys))?.['sid'], session.id)
  }
  const anybody = await ada.get('/public/anybody')
  assert.equal(anybody.status, 200)
  assert.equal(echoOf(anybody).headers['authorization'], undefined)

  away.comeBack()
  await until(async () => (await ada.get('/refuse')).status === 200)
})

test('two cookies of our name are nobody, and are expired beside the answer of the backend', async (t) => {
  const orders = await backend(t)
  const routes = routesTo([orders, { path: '/public', access: { kind: 'public' } }], [orders])
  const { origin, cookie } = await signedIn(t, { routes })
  const headers = { cookie: `${cookie()}; hallpass=evil; theme=dark` }
  const open = await fetch(`${origin}/public`, { headers })
  assert.equal(open.status, 200)
  const echo = echoOf({ text: await open.text() })
  assert.deepEqual([echo.headers['authorization'], echo.headers['cookie']], [undefined, 'theme=dark'])
  const closed = await fetch(`${origin}/api`, { headers })
  assert.equal(closed.status, 401)
  for (const answer of [open, closed])
    assert.ok(answer.headers.getSetCookie().some((line) => /^hallpass=;.*Max-Age=0/.test(line)))
})
