import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from 'hallpass/memory'
import { manualClock } from 'hallpass/testing'
import type { OperatorAnswer } from '#src/admin/contract.js'
import { awayStore } from '../forward-auth/away-store.js'
import { browser, client } from '../test-client.js'
import { at, operatorKey, operatorServer, told } from './operators.js'

const ada = 'ada@example.com'

for (const strategy of ['session', 'hybrid', 'jwt'] as const) {
  test(`${strategy}: whoever has the role is let in by cookie, and says who they are`, async (t) => {
    const { operator, key } = await operatorServer(t, { strategy })
    const page = await operator(ada)
    const answer = await page.get('/admin/operator')
    assert.equal(answer.status, 200, answer.text)
    const { freshUntil, ...who } = told<OperatorAnswer>(answer)
    assert.deepEqual(who, { by: 'session', email: ada, relay: true })
    const left = Date.parse(freshUntil ?? '') - Date.now()
    assert.ok(left > 0 && left <= 600_000, `${left}`)
    assert.equal((await page.get('/metrics')).status, 200)
    assert.deepEqual(told(await key.get('/admin/operator')), { by: 'key', email: null, freshUntil: null, relay: true })
  })
}

test('the role is read at every request: taken away or disabled, the next one is refused', async (t) => {
  const { operator, app } = await operatorServer(t)
  const page = await operator(ada)
  assert.equal((await page.get('/admin/members')).status, 200)
  await app.accounts.setRoles(page.id, ['auditor'])
  for (const path of ['/admin/members', '/metrics']) {
    const answer = await page.get(path)
    assert.deepEqual([answer.status, answer.json.code], [403, 'operator-required'])
  }
  await app.accounts.setRoles(page.id, ['operator'])
  assert.equal((await page.get('/admin/members')).status, 200)
  await app.accounts.disable(page.id)
  assert.equal((await page.get('/admin/members')).status, 401)
})

test('a disabled account is refused even while its session still lives', async (t) => {
  const { operator, store } = await operatorServer(t)
  const page = await operator(ada)
  const account = (await store.accounts.find(page.id))!
  await store.accounts.replace({ ...account, disabledAt: 1 })
  assert.equal((await page.get('/admin/members')).json.code, 'operator-required')
})

test('a session whose account is gone is no operator’s', async (t) => {
  const store = memory()
  let gone = ''
  const find: typeof store.accounts.find = async (id) => (id === gone ? null : store.accounts.find(id))
  const { operator } = await operatorServer(t, { store: { ...store, accounts: { ...store.accounts, find } } })
  const page = await operator(ada)
  gone = page.id
  const answer = await page.get('/admin/members')
  assert.deepEqual([answer.status, answer.json.code], [403, 'operator-required'])
})

test('every method that changes nothing asks for no CSRF token, and what is answered is kept nowhere', async (t) => {
  const { operator, key } = await operatorServer(t)
  const page = await operator(ada)
  assert.equal((await page.request('HEAD', '/admin/members')).status, 200)
  assert.equal((await page.request('OPTIONS', '/admin/members')).status, 404)
  assert.equal((await page.request('POST', '/admin/members', { json: {} })).status, 403)
  for (const caller of [page, key])
    assert.equal((await caller.get('/admin/members')).headers.get('cache-control'), 'no-store')
})

test('with an Authorization header cookies count for nothing', async (t) => {
  const { operator, origin } = await operatorServer(t)
  const page = await operator(ada)
  for (const authorization of ['Bearer wrong', 'Basic YTpi', 'Bearer', 'x'])
    assert.equal((await page.get('/admin/members', { authorization })).json.code, 'operator-key-required')
  const both = await page.get('/admin/operator', { authorization: `Bearer ${operatorKey}` })
  assert.equal(told<OperatorAnswer>(both).by, 'key')
  const app = client(origin, { 'hallpass-client': 'native' })
  await app.post('/auth/sign-in', { email: ada, password: 'violet tram under seven' })
  assert.ok(app.tokens !== null)
  assert.equal((await app.get('/admin/members')).json.code, 'operator-key-required')
})

test('what changes something needs the CSRF token even from our own pages, and nothing happens without it', async (t) => {
  const { operator, person, store, key } = await operatorServer(t)
  const [page, ben] = [await operator(ada), await person('ben@example.com')]
  const path = at(ben.id, '/disable')
  for (const headers of [{}, { 'hallpass-csrf': 'x'.repeat(64) }]) {
    const refused = await page.post(path, {}, headers)
    assert.deepEqual([refused.status, refused.json.code], [403, 'csrf-refused'])
  }
  const foreign = await page.request('POST', path, { json: {}, headers: { origin: 'https://evil.example' } })
  assert.equal(foreign.json.code, 'csrf-refused')
  assert.equal((await store.accounts.find(ben.id))?.disabledAt, null)
  assert.equal((await page.change('POST', path)).status, 200)
  // the operator key is no cookie: no browser attaches it by itself
  assert.equal((await key.post(at(ben.id, '/enable'))).status, 200)
})

test('a token of another session is none', async (t) => {
  const { operator, person } = await operatorServer(t)
  const [page, ben] = [await operator(ada), await person('ben@example.com')]
  const { token } = JSON.parse((await ben.get('/auth/csrf')).text) as { token: string }
  const refused = await page.post(at(ben.id, '/end'), {}, { 'hallpass-csrf': token })
  assert.deepEqual([refused.status, refused.json.code], [403, 'csrf-refused'])
})

test('ten minutes after the sign-in changes need a step-up; looking does not', async (t) => {
  const clock = manualClock(Date.now())
  const { operator, person, store } = await operatorServer(t, { runtime: clock })
  const [page, ben] = [await operator(ada), await person('ben@example.com')]
  const end = () => page.change('POST', at(ben.id, '/disable'))
  clock.advance(600_000)
  assert.equal((await page.change('POST', at(ben.id, '/end'))).status, 200)
  clock.advance(1)
  const refused = await end()
  assert.deepEqual([refused.status, refused.json.code], [401, 'step-up-required'])
  assert.match(refused.headers.get('www-authenticate') ?? '', /max_age="600"/)
  assert.equal((await store.accounts.find(ben.id))?.disabledAt, null)
  for (const method of ['GET', 'HEAD']) assert.equal((await page.request(method, at(ben.id))).status, 200)
  assert.equal((await page.request('OPTIONS', at(ben.id))).status, 404)
  assert.equal((await page.post('/auth/step-up', { password: 'violet tram under seven' })).status, 200)
  assert.equal((await end()).status, 200)
})

test('a stranger is told to sign in; a session that is over or stale says so, so that a page can refresh', async (t) => {
  const { origin, operator, app } = await operatorServer(t, { strategy: 'hybrid' })
  assert.equal((await browser(origin).get('/admin/operator')).json.code, 'operator-key-required')
  const page = await operator(ada)
  await app.auth.subjects.changed(page.id)
  assert.deepEqual((await page.get('/admin/operator')).json.code, 'stale')
  await page.post('/auth/refresh')
  assert.equal((await page.get('/admin/operator')).status, 200)
  await app.auth.sessions.revokeAll(page.id)
  assert.deepEqual((await page.get('/admin/operator')).json.code, 'ended')
})

test('a store that is away is trouble, neither a yes nor a no', async (t) => {
  const away = awayStore(memory())
  const { operator, key } = await operatorServer(t, { store: away.store })
  const page = await operator(ada)
  away.leave()
  const answer = await page.get('/admin/subjects')
  assert.deepEqual([answer.status, answer.json.code], [503, 'store-unavailable'])
  assert.equal((await key.get('/admin/members')).status, 503)
  away.comeBack()
})

test('two cookies of our name are nobody', async (t) => {
  const { operator, origin } = await operatorServer(t)
  const page = await operator(ada)
  const cookie = [...page.cookies].map((pair) => pair.join('=')).join('; ')
  const doubled = client(origin, { cookie: `${cookie}; ${cookie.split('=')[0]}=other` })
  assert.equal((await doubled.get('/admin/operator')).json.code, 'ambiguous')
})
