import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticate } from '#src/core/authenticate.js'
import { stepUp } from '#src/core/step-up.js'
import { claims, found, live, now, over } from './samples.js'

const how = {
  secrets: { secretHash: 'new hash', chainSecret: 'new chain' },
  lifetime: { idle: 700, absolute: 9000 },
  amr: ['otp', 'pwd'],
}

test('a step-up keeps the session and replaces everything that authenticates it', () => {
  const record = live()
  const { verdict, next, events } = stepUp(found(record), how, now)
  assert.deepEqual(next, {
    ...record,
    secretHash: 'new hash',
    chainSecret: 'new chain',
    generation: 4,
    firstGeneration: 4,
    confirmedGeneration: 4,
    rotatedAt: now,
    authenticatedAt: now,
    amr: ['pwd', 'otp'],
    lastSeenAt: now,
    idleExpiresAt: now + 700,
    absoluteExpiresAt: now + 9000,
  })
  assert.deepEqual(verdict, { outcome: 'stepped-up', record: next })
  assert.deepEqual(events, [{ type: 'stepped-up', at: now, session: record.id, subject: 'u_1', amr: ['otp', 'pwd'] }])
})

test('access tokens from before a step-up have ended with it', () => {
  const { next } = stepUp(found(live()), how, now)
  const verdict = authenticate(found(next!), { kind: 'access', claims: claims() }, now)
  assert.deepEqual(verdict, { outcome: 'ended', because: 'replaced' })
})

test('a stepped-up session is never idle for longer than it may live', () => {
  const { next } = stepUp(found(live()), { ...how, lifetime: { idle: 9000, absolute: 700 } }, now)
  assert.equal(next?.idleExpiresAt, now + 700)
})

for (const [because, state] of over) {
  test(`a session that is over cannot step up: ${because}`, () => {
    assert.deepEqual(stepUp(state, how, now), { verdict: { outcome: 'ended', because }, events: [] })
  })
}

test('a session that is not there cannot step up', () => {
  assert.deepEqual(stepUp(found(null), how, now), { verdict: { outcome: 'ended', because: 'absent' }, events: [] })
})
