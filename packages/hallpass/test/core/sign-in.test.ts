import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begun, type NewSession, open } from '#src/core/sign-in.js'
import { whyOver } from '#src/core/session.js'
import { found, laptop, now } from './samples.js'

const session: NewSession = {
  id: 's_1',
  subject: 'u_1',
  versions: { subjectVersion: 2, deploymentVersion: 1 },
  secrets: { secretHash: 'hash', chainSecret: 'wrapped' },
  lifetime: { idle: 500, absolute: 2000 },
  remember: true,
  amr: ['pwd', 'otp'],
  device: laptop,
  data: { cart: [] },
  dataVersion: 3,
  actor: 'admin',
}

test('what was begun names the subject and the counters that can pass it, and no more', () => {
  const { versions } = found(null)
  assert.deepEqual(begun('u_1', versions), { subject: 'u_1', subjectVersion: 2, deploymentVersion: 1 })
})

test('the first record of a session', () => {
  assert.deepEqual(open(session, now), {
    id: 's_1',
    subject: 'u_1',
    secretHash: 'hash',
    chainSecret: 'wrapped',
    generation: 0,
    firstGeneration: 0,
    confirmedGeneration: 0,
    rotatedAt: now,
    subjectVersion: 2,
    deploymentVersion: 1,
    createdAt: now,
    authenticatedAt: now,
    amr: ['pwd', 'otp'],
    lastSeenAt: now,
    idleExpiresAt: now + 500,
    absoluteExpiresAt: now + 2000,
    remember: true,
    device: laptop,
    data: { cart: [] },
    dataVersion: 3,
    changeCounter: 0,
    actor: 'admin',
    endedAt: null,
    endedBecause: null,
    version: 1,
  })
})

test('a session is never idle for longer than it may live', () => {
  const { idleExpiresAt, absoluteExpiresAt } = open({ ...session, lifetime: { idle: 3000, absolute: 2000 } }, now)
  assert.deepEqual([idleExpiresAt, absoluteExpiresAt], [now + 2000, now + 2000])
})

test('a session that opens on counters which have moved on since is over at once', () => {
  assert.equal(whyOver(open(session, now), found(null, { subjectVersion: 3 }).versions, now), 'subject-revoked')
})
