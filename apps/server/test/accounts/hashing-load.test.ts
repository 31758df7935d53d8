import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashingPool } from '#src/accounts/hashing-pool.js'
import { argon2Passwords } from '#src/accounts/passwords.js'
import { browser } from '../test-client.js'
import { testServer } from '../test-server.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }

test('P07: a flood of sign-ins fills the pool: the rest hear "contended", and who is signed in notices nothing', async (t) => {
  const passwords = argon2Passwords(hashingPool({ atOnce: 1, waiting: 8 }))
  const { origin } = await testServer(t, { passwords })
  const one = browser(origin)
  await one.post('/auth/sign-up', anna)
  const flood = Array.from({ length: 100 }, () =>
    browser(origin).post('/auth/sign-in', { ...anna, password: 'a guess' }),
  )
  assert.equal((await one.get('/auth/session')).status, 200)
  const answers = await Promise.all(flood)
  const refused = answers.filter(({ status }) => status === 503)
  const judged = answers.filter(({ status }) => status === 401)
  assert.equal(refused.length + judged.length, answers.length)
  assert.ok(refused.length > 0 && judged.length > 0)
  for (const { json, headers } of refused) {
    assert.equal(json.code, 'contended')
    assert.ok(headers.has('retry-after'))
  }
  assert.equal((await browser(origin).post('/auth/sign-in', anna)).status, 200)
})
