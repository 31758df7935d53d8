import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCoalescing } from '#src/audit/coalesce.js'
import type { Draft } from '#src/audit/record-of.js'

function draft(of: Partial<Draft> = {}): Draft {
  return {
    ...{ at: 0, type: 'refused', subject: null, session: null, network: '192.0.2.0/24', details: { code: 'ended' } },
    ...of,
  }
}

test('the first of many alike is written at once, the others once a minute with their count', () => {
  const coalescing = createCoalescing()
  assert.equal(coalescing.take(draft())?.count, 1)
  for (let at = 1; at <= 500; at += 1) assert.equal(coalescing.take(draft({ at })), null)
  assert.deepEqual(coalescing.due(59_999), [])
  const [due, ...more] = coalescing.due(60_000)
  assert.deepEqual([due?.count, due?.at, more], [500, 500, []])
  assert.equal(coalescing.take(draft({ at: 60_001 })), null)
  assert.deepEqual(coalescing.due(119_999), [])
  assert.equal(coalescing.due(120_000)[0]?.count, 1)
  assert.deepEqual([coalescing.due(180_000), coalescing.size], [[], 0])
  assert.equal(coalescing.take(draft({ at: 180_001 }))?.count, 1)
})

test('alike is: of one type and code, and about one subject or from one network', () => {
  const coalescing = createCoalescing()
  const different = [
    draft(),
    draft({ type: 'cookies-ambiguous', details: {} }),
    draft({ details: { code: 'expired' } }),
    draft({ network: '198.51.100.0/24' }),
    draft({ subject: 'u_1' }),
    draft({ type: 'sign-in-failed', subject: 'u_1', details: { during: 'sign-in' } }),
    draft({ type: 'sign-in-failed', subject: 'u_1', details: { during: 'step-up' } }),
    draft({ type: 'trouble', network: null, details: { where: 'store' } }),
  ]
  for (const one of different) assert.equal(coalescing.take(one)?.count, 1)
  for (const one of different) assert.equal(coalescing.take(one), null)
  assert.equal(coalescing.take(draft({ subject: 'u_1', network: '203.0.113.0/24' })), null)
})

test('what nobody but its owner or an operator can cause is never held back', () => {
  const coalescing = createCoalescing()
  for (let again = 0; again < 300; again += 1)
    for (const type of ['signed-in', 'session-ended', 'operator-acted', 'refresh-reused'])
      assert.equal(coalescing.take(draft({ type }))?.count, 1)
  assert.equal(coalescing.size, 0)
})

test('strangers from ever other networks write a hundred records a minute and one, and no memory beyond that', () => {
  const coalescing = createCoalescing()
  const from = (index: number): Draft => draft({ network: `2001:db8:${index.toString(16)}::/48` })
  const written = Array.from({ length: 50_000 }, (_, index) => coalescing.take(from(index))).filter(Boolean)
  assert.equal(written.length, 101)
  assert.deepEqual(written.at(-1), { ...draft(), type: 'more', network: null, details: {}, count: 1 })
  assert.equal(coalescing.size, 101)
  // who came in time is still told apart
  assert.equal(coalescing.take(from(3)), null)
  const due = coalescing.due(60_000)
  assert.deepEqual(
    due.map(({ type, network, count }) => [type, network, count]),
    [
      ['refused', '2001:db8:3::/48', 1],
      ['more', null, 49_899],
    ],
  )
  assert.equal(coalescing.size, 2)
})

test('at the end everything that was counted is told', () => {
  const coalescing = createCoalescing()
  for (let again = 0; again < 3; again += 1) coalescing.take(draft())
  assert.deepEqual(
    coalescing.rest().map(({ count }) => count),
    [2],
  )
  assert.deepEqual([coalescing.rest(), coalescing.size], [[], 0])
})

test('a clock that is set back keeps nothing for ever', () => {
  const coalescing = createCoalescing()
  coalescing.take(draft({ at: 10_000_000 }))
  coalescing.due(0)
  assert.equal(coalescing.size, 0)
})

test('at the end what was counted since is told, and what was written already is not told again', () => {
  const coalescing = createCoalescing()
  coalescing.take(draft())
  coalescing.take(draft({ subject: 'u_1' }))
  coalescing.take(draft({ subject: 'u_1', at: 5 }))
  const rest = coalescing.rest()
  assert.deepEqual(
    rest.map(({ subject, count, at }) => [subject, count, at]),
    [['u_1', 1, 5]],
  )
  assert.equal(coalescing.size, 0)
})
