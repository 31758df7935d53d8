import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticate, type PresentedCredential } from '#src/core/authenticate.js'
import type { AccessClaims } from '#src/core/claims.js'
import type { SessionRecord, Versions } from '#src/core/session.js'
import { claims, found, live, now, over } from './samples.js'

const token: PresentedCredential = { kind: 'session', authentic: true }
const forged: PresentedCredential = { kind: 'session', authentic: false }
const access = (differences: Partial<AccessClaims> = {}): PresentedCredential => ({
  kind: 'access',
  claims: claims(differences),
})

test('a session token with the right secret is live', () => {
  const record = live()
  assert.deepEqual(authenticate(found(record), token, now), { outcome: 'live', record })
})

test('a session token with another secret is invalid, whatever became of the session', () => {
  for (const [, state] of [['live', found(live())] as const, ...over]) {
    assert.deepEqual(authenticate(state, forged, now), { outcome: 'invalid' })
  }
})

test('a session token without a record is invalid: nothing proves that there ever was one', () => {
  assert.deepEqual(authenticate(found(null), token, now), { outcome: 'invalid' })
})

test('an access token without a record has ended: its signature proves that there was one', () => {
  assert.deepEqual(authenticate(found(null), access(), now), { outcome: 'ended', because: 'absent' })
})

for (const [because, state] of over) {
  test(`every credential of a session that is over is refused: ${because}`, () => {
    assert.deepEqual(authenticate(state, token, now), { outcome: 'ended', because })
    assert.deepEqual(authenticate(state, access(), now), { outcome: 'ended', because })
  })
}

const rows: readonly (readonly [
  what: string,
  outcome: 'live' | 'stale',
  claims: Partial<AccessClaims>,
  record?: Partial<SessionRecord>,
  versions?: Partial<Versions>,
])[] = [
  ['as it was minted', 'live', {}],
  ['of an earlier generation', 'live', { generation: 0 }],
  ['of the first generation after a step-up', 'live', { generation: 2 }, { firstGeneration: 2 }],
  ['of a generation that the record does not know', 'stale', { generation: 4 }],
  ['of an earlier subject version, the session having been kept', 'stale', { subjectVersion: 1 }],
  ['of a later subject version than the record', 'stale', { subjectVersion: 3 }],
  ['of an earlier deployment version', 'stale', { deploymentVersion: 0 }],
  ['of a later deployment version than the record', 'stale', { deploymentVersion: 2 }],
  ['from before the subject changed', 'stale', {}, {}, { subjectChanges: 7 }],
  ['from after a change that this read has not seen', 'live', {}, {}, { subjectChanges: 5 }],
  ['from before the session changed', 'stale', {}, { changeCounter: 5 }],
  ['from after a change of the session that this read has not seen', 'live', {}, { changeCounter: 3 }],
]
for (const [what, outcome, claimed, recorded, versions] of rows) {
  test(`an access token ${what} is ${outcome}`, () => {
    const record = live(recorded)
    assert.deepEqual(authenticate(found(record, versions), access(claimed), now), { outcome, record })
  })
}

test('an access token from before the secret was replaced has ended', () => {
  const verdict = authenticate(found(live({ firstGeneration: 2 })), access({ generation: 1 }), now)
  assert.deepEqual(verdict, { outcome: 'ended', because: 'replaced' })
})
