import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expiresAt, hasSubject, sameDevice, sessionOf, whyOver } from '#src/core/session.js'
import { found, laptop, live, now, over } from './samples.js'

for (const [reason, { record, versions }] of over) {
  test(`a session is over: ${reason}`, () => assert.equal(whyOver(record!, versions, now), reason))
}

test('a session lives until the very moment of its idle and of its absolute end', () => {
  const { versions } = found(null)
  assert.equal(whyOver(live({ idleExpiresAt: now + 1 }), versions, now), null)
  assert.equal(whyOver(live({ idleExpiresAt: now + 1, absoluteExpiresAt: now + 1 }), versions, now), null)
})

test('a record that is ahead of the counters is not over: the store decides about what it forgot', () => {
  assert.equal(whyOver(live(), found(null, { subjectVersion: 1, deploymentVersion: 0 }).versions, now), null)
})

test('the reason that was written down counts before those that follow from it', () => {
  const record = live({ endedAt: now - 1, endedBecause: 'reused', idleExpiresAt: now - 1, absoluteExpiresAt: now - 1 })
  assert.equal(whyOver(record, found(null, { subjectVersion: 9, deploymentVersion: 9 }).versions, now), 'reused')
})

test('a session ends at the earlier of its two ends', () => {
  assert.equal(expiresAt(live({ idleExpiresAt: 5, absoluteExpiresAt: 7 })), 5)
  assert.equal(expiresAt(live({ idleExpiresAt: 9, absoluteExpiresAt: 7 })), 7)
})

test('a device is known by browser and network, not by the name derived from them', () => {
  assert.ok(sameDevice(laptop, { ...laptop, name: 'another name' }))
  assert.ok(!sameDevice(laptop, { ...laptop, userAgent: 'another' }))
  assert.ok(!sameDevice(laptop, { ...laptop, network: null }))
})

test('what the application sees of a session holds no secret and no counter', () => {
  const record = live()
  assert.ok(hasSubject(record))
  assert.deepEqual(Object.keys(sessionOf(record)).sort(), [
    ...['actor', 'amr', 'authenticatedAt', 'createdAt', 'data', 'device', 'expiresAt', 'id', 'lastSeenAt', 'remember'],
    'subject',
  ])
  assert.ok(!hasSubject(live({ subject: null })))
})
