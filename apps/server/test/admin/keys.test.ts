import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeysAnswer, ReceiptAnswer, RehearsalAnswer } from '#src/admin/contract.js'
import { browser } from '../test-client.js'
import { testServer } from '../test-server.js'

const operatorKey = 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe'
const operator = { authorization: `Bearer ${operatorKey}` }

test('nobody but an operator asks for the schedule, rotates or revokes', async (t) => {
  const { origin } = await testServer(t, { operatorKey })
  const page = browser(origin)
  assert.deepEqual(
    [(await page.get('/admin/keys')).status, (await page.get('/admin/keys/rehearsal')).status],
    [401, 401],
  )
  for (const path of ['/admin/keys/rotate', '/admin/keys/x/revoke']) assert.equal((await page.post(path)).status, 401)
})

test('the operator sees the ring and its rehearsal, and is told when a rotation would be too soon', async (t) => {
  const { origin } = await testServer(t, { operatorKey })
  const page = browser(origin)
  const shown = await page.get('/admin/keys', operator)
  assert.deepEqual([shown.status, shown.headers.get('cache-control')], [200, 'no-store'])
  const { keys, rotatesAt } = shown.json as unknown as KeysAnswer
  assert.deepEqual(
    keys.map(({ state, alg, until }) => [state, alg, until]),
    [
      ['active', 'EdDSA', rotatesAt],
      ['next', 'EdDSA', rotatesAt],
    ],
  )
  const rehearsal = (await page.get('/admin/keys/rehearsal', operator)).json as unknown as RehearsalAnswer
  assert.deepEqual(rehearsal.now, shown.json)
  assert.deepEqual(
    rehearsal.afterwards.keys.map(({ state }) => state),
    ['retiring', 'active', 'next'],
  )
  const early = await page.post('/admin/keys/rotate', undefined, operator)
  assert.deepEqual([early.status, early.json.code], [409, 'rotation-too-soon'])
  assert.ok(early.text.includes(new Date(rehearsal.safeFrom).toISOString()))
  assert.ok(!/wrapped|"d"/.test(shown.text + early.text))
})

test('the operator revokes a key: it is gone from the JWK Set, and the next one works', async (t) => {
  const { origin } = await testServer(t, { operatorKey })
  const page = browser(origin)
  const { keys } = (await page.get('/admin/keys', operator)).json as unknown as KeysAnswer
  const [active, next] = keys
  const answer = await page.post(`/admin/keys/${active!.kid}/revoke`, undefined, operator)
  assert.equal(answer.status, 200)
  const { receipt } = answer.json as unknown as ReceiptAnswer
  assert.deepEqual([receipt.ended, receipt.target, receipt.complete], ['key', active!.kid, true])
  const after = (await page.get('/admin/keys', operator)).json as unknown as KeysAnswer
  assert.deepEqual(after.keys.map(({ kid, state }) => [kid, state]).slice(0, 2), [
    [active!.kid, 'retired'],
    [next!.kid, 'active'],
  ])
  const published = await page.get('/.well-known/jwks.json')
  assert.ok(!published.text.includes(active!.kid) && published.text.includes(next!.kid))
  for (const [kid, status] of [
    ['a%20b', 404],
    ['one-that-is-not-in-the-ring', 404],
    ['x'.repeat(65), 404],
    ['a.b', 404],
    ['a%00b', 400],
  ] as const) {
    assert.equal((await page.post(`/admin/keys/${kid}/revoke`, undefined, operator)).status, status, kid)
  }
})
