import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MemberBody, MembersAnswer } from '#src/admin/contract.js'
import { browser, client } from '../test-client.js'
import { quickPasswords, testServer } from '../test-server.js'
import { until } from '../until.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }
const operatorKey = 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe'
const guarded = ['/admin/members', '/metrics']

test('without an operator key in the configuration no key opens it, not even an empty one', async (t) => {
  const { origin } = await testServer(t)
  for (const path of [...guarded, '/admin', '/admin/'])
    for (const key of ['', 'null', operatorKey])
      for (const headers of [{}, { authorization: `Bearer ${key}` }]) {
        const answer = await browser(origin).get(path, headers)
        assert.deepEqual([answer.status, answer.json.code], [401, 'operator-key-required'], path)
      }
})

test('whoever does not hold the operator key gets a problem document and nothing else', async (t) => {
  const { origin } = await testServer(t, { operatorKey })
  const wrong = [
    '',
    'Bearer',
    'Bearer ',
    operatorKey,
    `Basic ${operatorKey}`,
    `Bearer ${operatorKey}x`,
    `Bearer ${operatorKey.slice(1)}`,
    `Bearer ${operatorKey} ${operatorKey}`,
    `Bearer ${operatorKey.toLowerCase()}`,
  ]
  for (const path of [...guarded, '/admin', '/admin/nothing'])
    for (const authorization of wrong) {
      const answer = await client(origin, {}).get(path, authorization === '' ? {} : { authorization })
      assert.deepEqual([answer.status, answer.json.code], [401, 'operator-key-required'], `${path} ${authorization}`)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="hallpass"')
      assert.equal(answer.headers.get('cache-control'), 'no-store')
    }
})

test('no session of just anybody opens it: neither a cookie nor a bearer token of ours', async (t) => {
  const { origin } = await testServer(t, { operatorKey, passwords: quickPasswords, strategy: 'hybrid' })
  const page = browser(origin)
  await page.post('/auth/sign-up', anna)
  const app = client(origin, { 'hallpass-client': 'native' })
  await app.post('/auth/sign-in', anna)
  assert.ok(page.cookies.size > 0 && app.tokens !== null)
  for (const path of guarded)
    for (const [caller, status] of [
      [page, 403],
      [app, 401],
    ] as const) {
      const answer = await caller.get(path)
      assert.deepEqual([answer.status, answer.headers.getSetCookie()], [status, []], path)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
    }
})

test('the operator key shows the members, and how far each has applied the log', async (t) => {
  const { origin } = await testServer(t, { operatorKey, passwords: quickPasswords })
  const page = browser(origin)
  const asked = () => client(origin, { authorization: `bearer ${operatorKey}` }).get('/admin/members')
  assert.deepEqual(JSON.parse((await asked()).text), {
    members: [],
    log: { sequence: 0, applied: null, lease: { valid: false, lag: null } },
  })
  await page.post('/auth/sign-up', anna)
  let answer = await asked()
  await until(async () => {
    await page.get('/auth/session')
    answer = await asked()
    return (JSON.parse(answer.text) as MembersAnswer).log.lease.valid
  })
  await page.post('/auth/sign-out')
  await until(async () => {
    answer = await asked()
    return (JSON.parse(answer.text) as MembersAnswer).members[0]?.behind === 0
  })
  assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-store'])
  const { members, log } = JSON.parse(answer.text) as MembersAnswer
  assert.equal(members.length, 1)
  const { incarnation, renewal, ...rest } = members[0]!
  assert.match(incarnation, /^[\w-]{22}$/)
  assert.ok(renewal >= 1)
  const expected: Omit<MemberBody, 'incarnation' | 'renewal'> = {
    self: true,
    acknowledged: log.sequence,
    behind: 0,
    lease: 2000,
    lastKnownGood: 0,
  }
  assert.deepEqual(rest, expected)
  assert.deepEqual([log.applied, log.lease.valid], [log.sequence, true])
  assert.ok(log.sequence >= 1)
})
