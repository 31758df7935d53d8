import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange, type PresentedRefresh, refresh, type RefreshPolicy } from '#src/core/refresh.js'
import type { SessionRecord } from '#src/core/session.js'
import { found, laptop, live, minute, now, over, phone } from './samples.js'

const overlap = 10_000
const policy: RefreshPolicy = { overlap, idle: 10 * minute, endsWithin: null }
const strict: RefreshPolicy = { ...policy, overlap: 0 }

function presented(generation: number, differences: Partial<PresentedRefresh> = {}): PresentedRefresh {
  return { generation, authentic: true, device: laptop, ...differences }
}

function judged(record: SessionRecord, generation: number, by: RefreshPolicy = policy) {
  return refresh(found(record), presented(generation), by, now)
}

/** A rotation `ago` milliseconds ago whose successor nobody has been seen to hold. */
const rotated = (ago: number): SessionRecord => live({ rotatedAt: now - ago, confirmedGeneration: 2 })
/** The same, and the successor has been seen in use. */
const seen = (ago: number): SessionRecord => live({ rotatedAt: now - ago, confirmedGeneration: 3 })

type Outcome = ReturnType<typeof refresh>['verdict']['outcome']

// The table of DESIGN section 5, each row at both sides of its boundaries.
const table: readonly (readonly [what: string, outcome: Outcome, SessionRecord, generation: number, RefreshPolicy?])[] =
  [
    ['the current token', 'rotated', seen(minute), 3],
    ['the current token, the rotation exactly the overlap ago', 'rotated', seen(overlap), 3],
    ['the current token, just born of a rotation', 'renewed', rotated(overlap - 1), 3],
    ['the current token in the very moment of its birth', 'renewed', rotated(0), 3],
    ['the current token, just born, without overlap', 'rotated', rotated(0), 3, strict],
    ['the first token, just born of the sign-in', 'rotated', live({ generation: 0, rotatedAt: now }), 0],
    ['the first token after a step-up', 'rotated', live({ firstGeneration: 3, rotatedAt: now }), 3],
    ['the token before, within the overlap', 'repeated', seen(overlap - 1), 2],
    ['the token before, exactly the overlap after', 'reused', seen(overlap), 2],
    ['the token before, long after, its successor not seen in use', 'repeated', rotated(100 * minute), 2],
    ['the token before, long after, its successor seen in use', 'reused', seen(minute), 2],
    ['the token before, at once, without overlap', 'reused', seen(0), 2, strict],
    ['the token before, without overlap, its successor not seen in use', 'repeated', rotated(0), 2, strict],
    ['the token two before, within the overlap', 'reused', rotated(0), 1],
    ['the very first token', 'reused', seen(minute), 0],
    ['a token of the next generation', 'rolled-back', seen(minute), 4],
    ['a token of a much later generation', 'rolled-back', rotated(0), 40],
  ]
for (const [what, outcome, record, generation, by] of table) {
  test(`${what}: ${outcome}`, () => assert.equal(judged(record, generation, by).verdict.outcome, outcome))
}

test('garbage changes nothing: a token that is not authentic is invalid, whatever it claims to be', () => {
  for (const [, state] of [['live', found(live())] as const, ...over]) {
    for (const generation of [0, 2, 3, 4]) {
      const decision = refresh(state, presented(generation, { authentic: false, device: phone }), policy, now)
      assert.deepEqual(decision, { verdict: { outcome: 'invalid' }, events: [] })
    }
  }
})

test('a token without a record is invalid', () => {
  assert.deepEqual(refresh(found(null), presented(3), policy, now), { verdict: { outcome: 'invalid' }, events: [] })
})

for (const [because, state] of over) {
  test(`a session that is over answers why, and no token of it changes anything: ${because}`, () => {
    for (const generation of [0, 2, 3, 4]) {
      const decision = refresh(state, presented(generation), policy, now)
      assert.deepEqual(decision, { verdict: { outcome: 'ended', because }, events: [] })
    }
  })
}

test('rotated: one generation on, the presented one confirmed, the device noted, the idle end moved', () => {
  const record = live({ confirmedGeneration: 2 })
  const decision = refresh(found(record), presented(3, { device: phone }), policy, now)
  const next = {
    ...record,
    generation: 4,
    confirmedGeneration: 3,
    rotatedAt: now,
    device: phone,
    lastSeenAt: now,
    idleExpiresAt: now + 10 * minute,
  }
  assert.deepEqual(decision, {
    verdict: { outcome: 'rotated', record: next },
    next,
    events: [{ type: 'refresh-rotated', at: now, session: record.id, subject: 'u_1', generation: 4 }],
  })
})

test('renewed: confirmed and kept alive, without another generation, and nobody is told', () => {
  const record = rotated(1)
  const next = { ...record, confirmedGeneration: 3, lastSeenAt: now, idleExpiresAt: now + 10 * minute }
  assert.deepEqual(judged(record, 3), { verdict: { outcome: 'renewed', record: next }, next, events: [] })
})

test('renewed again within a second: nothing is worth a write', () => {
  const record = { ...seen(1), lastSeenAt: now - 999 }
  assert.deepEqual(judged(record, 3), { verdict: { outcome: 'renewed', record }, events: [] })
  assert.ok(judged({ ...record, lastSeenAt: now - 1000 }, 3).next)
})

test('repeated within the overlap: the same successor again; nothing changes, and from the same device nobody is told', () => {
  const record = rotated(5000)
  assert.deepEqual(judged(record, 2), { verdict: { outcome: 'repeated', record }, events: [] })
})

test('repeated after it: the same successor again, which begins another overlap for whoever came at the same time', () => {
  const record = rotated(minute)
  const next = { ...record, rotatedAt: now }
  assert.deepEqual(judged(record, 2), { verdict: { outcome: 'repeated', record: next }, next, events: [] })
  const seen = { ...next, confirmedGeneration: next.generation }
  assert.equal(judged(seen, 2).verdict.outcome, 'repeated')
  const strict = { ...policy, overlap: 0 }
  assert.deepEqual(judged(record, 2, strict), { verdict: { outcome: 'repeated', record }, events: [] })
})

test('repeated from another device: the operator is told both', () => {
  const record = rotated(5000)
  const decision = refresh(found(record), presented(2, { device: phone }), policy, now)
  assert.deepEqual(decision, {
    verdict: { outcome: 'repeated', record },
    events: [
      {
        type: 'refresh-repeated',
        at: now,
        session: record.id,
        subject: 'u_1',
        rotatedBy: laptop,
        presentedBy: phone,
      },
    ],
  })
})

test('reused: the session ends for that reason, and the event names both devices', () => {
  const record = live()
  const decision = refresh(found(record), presented(1, { device: phone }), policy, now)
  assert.deepEqual(decision, {
    verdict: { outcome: 'reused' },
    next: { ...record, endedAt: now, endedBecause: 'reused' },
    events: [
      {
        type: 'refresh-reused',
        at: now,
        session: record.id,
        subject: 'u_1',
        generation: 3,
        presentedGeneration: 1,
        rotatedBy: laptop,
        presentedBy: phone,
      },
      { type: 'session-ended', at: now, session: record.id, subject: 'u_1', because: 'reused' },
    ],
  })
})

test('rolled back: the store forgot a write, so the session ends for that reason', () => {
  const record = live()
  assert.deepEqual(judged(record, 5), {
    verdict: { outcome: 'rolled-back' },
    next: { ...record, endedAt: now, endedBecause: 'store-forgot' },
    events: [
      { type: 'store-forgot', at: now, session: record.id, subject: 'u_1', generation: 3, presentedGeneration: 5 },
      { type: 'session-ended', at: now, session: record.id, subject: 'u_1', because: 'store-forgot' },
    ],
  })
})

test('no refresh moves the absolute end, and none the idle end beyond it or back', () => {
  const nearly = live({ absoluteExpiresAt: now + 5, idleExpiresAt: now + 5 })
  for (const decision of [judged(nearly, 3), judged({ ...nearly, rotatedAt: now, confirmedGeneration: 2 }, 3)]) {
    assert.deepEqual([decision.next?.absoluteExpiresAt, decision.next?.idleExpiresAt], [now + 5, now + 5])
  }
  const remembered = live({ idleExpiresAt: now + 50 * minute })
  assert.equal(judged(remembered, 3).next?.idleExpiresAt, now + 50 * minute)
})

test('a clock that was set back does not set lastSeenAt back', () => {
  assert.equal(judged(live({ lastSeenAt: now + 5 }), 3).next?.lastSeenAt, now + 5)
})

test('under jwt every refresh lets the session end with its token, and none prolongs it', () => {
  const jwt = { ...policy, endsWithin: 5 * minute }
  for (const [record, generation] of [
    [live(), 3],
    [seen(1), 3],
    [rotated(minute), 2],
  ] as const) {
    const { next, verdict } = judged(record, generation, jwt)
    assert.equal(next?.absoluteExpiresAt, now + 5 * minute)
    assert.deepEqual(verdict, { outcome: verdict.outcome, record: next })
    assert.ok(next.idleExpiresAt <= next.absoluteExpiresAt || next.idleExpiresAt === record.idleExpiresAt)
    const shorter = { ...record, absoluteExpiresAt: now + minute }
    assert.equal(judged(shorter, generation, jwt).next?.absoluteExpiresAt ?? now + minute, now + minute)
  }
  const brief = { ...rotated(5000), absoluteExpiresAt: now + 5 * minute }
  assert.equal(judged(brief, 2, jwt).next, undefined, 'already short enough: nothing to write')
})

test("a live session's own token is exchanged without a rotation", () => {
  const record = live()
  const { verdict, next } = exchange(found(record), true, policy, now)
  assert.equal(verdict.outcome, 'renewed')
  assert.deepEqual(next, { ...record, lastSeenAt: now, idleExpiresAt: now + 10 * minute })
})

test('an exchange refuses what is not authentic or not there, and tells why a session is over', () => {
  const invalid = { verdict: { outcome: 'invalid' }, events: [] }
  assert.deepEqual(exchange(found(live()), false, policy, now), invalid)
  assert.deepEqual(exchange(found(null), true, policy, now), invalid)
  for (const [because, state] of over) {
    assert.deepEqual(exchange(state, true, policy, now), { verdict: { outcome: 'ended', because }, events: [] })
    assert.deepEqual(exchange(state, false, policy, now), invalid)
  }
})
