import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changes, looksKept, observe, type Observed, standingOf } from '#src/operator/instances/observe.js'

const lease = 2000

function answer(...members: readonly (readonly [incarnation: string, renewal: number, acknowledged?: number])[]) {
  return {
    members: members.map(([incarnation, renewal, acknowledged = 7]) => ({
      ...{ incarnation, self: false, renewal, acknowledged, behind: 0, lease, lastKnownGood: 0 },
    })),
    log: { sequence: 7, applied: 7, lease: { valid: true, lag: 0 } },
  }
}

/** What is known after looks a second apart. */
function after(...answers: readonly ReturnType<typeof answer>[]) {
  const lookedAt = (answers.length - 1) * 1000
  return {
    observed: answers.reduce<Observed[]>((known, look, index) => observe(known, look, index * 1000), []),
    lookedAt,
  }
}

function standings({ observed, lookedAt }: ReturnType<typeof after>): string[] {
  return observed.map((instance) => `${instance.member.incarnation} ${standingOf(instance, lookedAt)}`)
}

test('an instance whose renewal grows between looks renews', () => {
  const seen = after(answer(['a', 1]), answer(['a', 2]), answer(['a', 4]))
  assert.deepEqual(standings(seen), ['a renews'])
  assert.equal(seen.observed[0]?.renewedAt, 2000)
  assert.deepEqual(seen.observed[0]?.beats, [true, true])
})

test('one that stopped is silent once its lease has passed since it was last seen to renew, and not before', () => {
  const stopped = [answer(['a', 1], ['b', 1]), answer(['a', 2], ['b', 2])]
  const on = (renewal: number) => answer(['a', renewal], ['b', 2])
  assert.deepEqual(standings(after(...stopped, on(3))), ['a renews', 'b renews'])
  assert.deepEqual(standings(after(...stopped, on(3), on(4))), ['a renews', 'b late'], 'exactly a lease is not over it')
  assert.deepEqual(standings(after(...stopped, on(3), on(4), on(5))), ['a renews', 'b silent'])
})

test('one that misses two renewals is late, which is shown and not said aloud', () => {
  const renewed = after(answer(['a', 1]), answer(['a', 2]))
  const look = (lookedAt: number) => ({ observed: observe(renewed.observed, answer(['a', 2]), lookedAt), lookedAt })
  const [inTime, late] = [look(1000 + 1333), look(1000 + 1334)]
  assert.deepEqual([standings(inTime), standings(late)], [['a renews'], ['a late']])
  assert.deepEqual(changes(inTime, late), [])
  assert.deepEqual(changes(late, look(1000 + 2001)), [{ incarnation: 'a', standing: 'silent' }])
})

test('while looks fail nobody becomes silent by it', () => {
  const first = after(answer(['a', 1]))
  const later = observe(first.observed, answer(['a', 9]), 60_000)
  assert.equal(standingOf(later[0]!, 60_000), 'renews')
  assert.equal(
    standingOf(first.observed[0]!, first.lookedAt),
    'renews',
    'it counts when it was looked at, not what time it is',
  )
})

test('one that renews again is silent no more', () => {
  const quiet = Array.from({ length: 5 }, () => answer(['a', 1]))
  assert.deepEqual(standings(after(...quiet)), ['a silent'])
  assert.deepEqual(standings(after(...quiet, answer(['a', 2]))), ['a renews'])
})

test('one that is listed no more is gone, is shown for a minute, and then forgotten', () => {
  const { observed } = after(answer(['a', 1], ['b', 1]), answer(['a', 2]))
  assert.deepEqual(standings({ observed, lookedAt: 1000 }), ['a renews', 'b gone'])
  assert.equal(observe(observed, answer(['a', 3]), 60_999).length, 2)
  assert.equal(observe(observed, answer(['a', 3]), 61_000).length, 1)
})

test('when it last acknowledged something is known only once that was seen', () => {
  const { observed } = after(answer(['a', 1, 7]), answer(['a', 2, 7]))
  assert.equal(observed[0]?.acknowledgedAt, null)
  assert.equal(after(answer(['a', 1, 7]), answer(['a', 2, 8]), answer(['a', 3, 8])).observed[0]?.acknowledgedAt, 1000)
})

test('what changed is said once: who fell silent, came back or left, and nobody who has just appeared', () => {
  const quiet = answer(['a', 1])
  const before = after(quiet, quiet, quiet)
  const silent = after(quiet, quiet, quiet, quiet)
  assert.deepEqual(changes(before, silent), [{ incarnation: 'a', standing: 'silent' }])
  assert.deepEqual(changes(silent, after(quiet, quiet, quiet, quiet, quiet)), [])
  assert.deepEqual(changes(silent, after(quiet, quiet, quiet, quiet, answer(['a', 2]))), [
    { incarnation: 'a', standing: 'renews' },
  ])
  assert.deepEqual(changes(before, after(quiet, quiet, quiet, answer())), [{ incarnation: 'a', standing: 'gone' }])
  assert.deepEqual(changes({ observed: [], lookedAt: 0 }, before), [])
})

test('only the last looks are kept', () => {
  const many = Array.from({ length: looksKept + 10 }, (_none, index) => answer(['a', index]))
  assert.equal(after(...many).observed[0]?.beats.length, looksKept)
})
