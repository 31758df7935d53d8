import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browser } from '../test-client.js'
import { quickPasswords, testServer } from '../test-server.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }
type Line = { readonly [field: string]: unknown }

function lines(logged: readonly string[]): readonly Line[] {
  return logged.map((line) => JSON.parse(line) as Line)
}

test('a request is one line: what, how it went, for whom; of the address only the path', async (t) => {
  const { origin, logged } = await testServer(t, { passwords: quickPasswords })
  const one = browser(origin)
  const { id, subject } = (await one.post('/auth/sign-up', anna)).json.session
  await one.post('/auth/step-up?password=secret', { password: 'wrong' })
  const requests = lines(logged).filter(({ msg }) => msg === 'request')
  const [signUp, stepUp] = requests
  assert.deepEqual(
    [signUp?.['method'], signUp?.['path'], signUp?.['status'], signUp?.['session'], signUp?.['subject']],
    ['POST', '/auth/sign-up', 200, id, subject],
  )
  assert.equal(typeof signUp?.['ms'], 'number')
  assert.deepEqual(
    [stepUp?.['path'], stepUp?.['status'], stepUp?.['code']],
    ['/auth/step-up', 401, 'wrong-credentials'],
  )
})

test('promise 8: the whole reason of a refusal goes to the operator and not to the caller', async (t) => {
  const { origin, logged } = await testServer(t, { passwords: quickPasswords })
  const answer = await browser(origin).post('/auth/sign-up', anna, { origin: 'https://evil.example' })
  assert.equal(answer.json.code, 'csrf-refused')
  assert.doesNotMatch(answer.text, /evil/)
  assert.ok(lines(logged).some(({ reason }) => typeof reason === 'string' && reason.includes('https://evil.example')))
})

test('events of sessions are lines of their own', async (t) => {
  const { origin, logged } = await testServer(t, { passwords: quickPasswords })
  const one = browser(origin)
  await one.post('/auth/sign-up', anna)
  await one.post('/auth/step-up', { password: anna.password })
  await one.post('/auth/sign-out')
  const events = lines(logged).flatMap(({ event }) => (typeof event === 'string' ? [event] : []))
  assert.deepEqual(events, ['signed-in', 'stepped-up', 'session-ended', 'revoked'])
})

test('what broke by accident tells the caller nothing and the operator everything', async (t) => {
  const { origin, logged } = await testServer(t, {
    passwords: { ...quickPasswords, hash: () => Promise.reject(new TypeError('the hashing library is gone')) },
  })
  const answer = await browser(origin).post('/auth/sign-up', anna)
  assert.deepEqual([answer.status, answer.json.code], [500, 'internal'])
  assert.doesNotMatch(answer.text, /hashing|TypeError|at /)
  assert.ok(logged.some((line) => line.includes('the hashing library is gone')))
})
