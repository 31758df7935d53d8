import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revoke } from '#src/core/revoke.js'
import { found, live, now } from './samples.js'

test('revoking writes the end and its reason into the record, which stays as a tombstone', () => {
  const record = live()
  const next = { ...record, endedAt: now, endedBecause: 'signed-out' }
  assert.deepEqual(revoke(found(record), 'signed-out', now), {
    verdict: { outcome: 'ended', record: next },
    next,
    events: [{ type: 'session-ended', at: now, session: record.id, subject: 'u_1', because: 'signed-out' }],
  })
})

test('revoking twice changes nothing, not even the first reason, and tells nobody again', () => {
  const { next } = revoke(found(live()), 'signed-out', now)
  assert.deepEqual(revoke(found(next!), 'revoked', now + 1), { verdict: { outcome: 'already-over' }, events: [] })
})

test('a session that has expired or been passed is still ended for good: clocks and counters may be set back', () => {
  assert.equal(revoke(found(live({ idleExpiresAt: now })), 'revoked', now).verdict.outcome, 'ended')
  assert.equal(revoke(found(live(), { subjectVersion: 3 }), 'revoked', now).verdict.outcome, 'ended')
})

test('revoking what is not there changes nothing', () => {
  assert.deepEqual(revoke(found(null), 'revoked', now), { verdict: { outcome: 'absent' }, events: [] })
})
