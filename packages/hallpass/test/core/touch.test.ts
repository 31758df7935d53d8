import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isWorthStoring, merged, touch } from '#src/core/touch.js'
import { found, live, minute, now, over } from './samples.js'

const idle = (): number => 10 * minute
const unseen = live({ confirmedGeneration: 2 })

test('a sighting moves the idle end, and nothing else where the generation is known to have arrived', () => {
  const record = live()
  const { verdict, next, events } = touch(found(record), { at: now - 5, generation: 3 }, idle, now)
  assert.deepEqual(next, { ...record, lastSeenAt: now - 5, idleExpiresAt: now - 5 + 10 * minute })
  assert.deepEqual([verdict, events], ['stored', []])
})

test('the idle end never lies beyond the absolute one', () => {
  const { next } = touch(found(live()), { at: now, generation: null }, () => 90 * minute, now)
  assert.equal(next?.idleExpiresAt, now + 60 * minute)
})

test('the current generation is confirmed when it is met, even where the time is known already', () => {
  const { next } = touch(found(unseen), { at: unseen.lastSeenAt, generation: 3 }, idle, now)
  assert.equal(next?.confirmedGeneration, 3)
})

test('an older or newer generation, or none, confirms nothing', () => {
  for (const generation of [2, 4, null]) {
    assert.equal(touch(found(unseen), { at: now, generation }, idle, now).next?.confirmedGeneration, 2)
  }
})

test('what is known already is not stored again', () => {
  for (const at of [now - minute, now - 2 * minute]) {
    assert.deepEqual(touch(found(live()), { at, generation: 3 }, idle, now), { verdict: 'nothing', events: [] })
  }
})

test('a late sighting that confirms sets neither time back', () => {
  const { next } = touch(found(unseen), { at: now - 30 * minute, generation: 3 }, idle, now)
  assert.deepEqual(
    [next?.lastSeenAt, next?.idleExpiresAt, next?.confirmedGeneration],
    [unseen.lastSeenAt, unseen.idleExpiresAt, 3],
  )
})

for (const [reason, state] of [['absent', found(null)] as const, ...over]) {
  test(`a session that is over is not brought back by a sighting: ${reason}`, () => {
    assert.deepEqual(touch(state, { at: now, generation: 3 }, idle, now), { verdict: 'nothing', events: [] })
  })
}

test('a sighting is worth a write once lastSeenAt lags behind far enough, or when it confirms', () => {
  const policy = { touchEvery: 1000 }
  const record = live({ lastSeenAt: now })
  assert.equal(isWorthStoring(record, { at: now + 999, generation: 3 }, policy), false)
  assert.equal(isWorthStoring(record, { at: now + 1000, generation: null }, policy), true)
  assert.equal(isWorthStoring({ ...unseen, lastSeenAt: now }, { at: now, generation: 3 }, policy), true)
  assert.equal(isWorthStoring({ ...unseen, lastSeenAt: now }, { at: now, generation: 2 }, policy), false)
})

test('two sightings make one, of the later time and the newer generation', () => {
  assert.deepEqual(merged({ at: 5, generation: 2 }, { at: 3, generation: 4 }), { at: 5, generation: 4 })
  assert.deepEqual(merged({ at: 1, generation: null }, { at: 3, generation: 4 }), { at: 3, generation: 4 })
  assert.deepEqual(merged({ at: 1, generation: 0 }, { at: 3, generation: null }), { at: 3, generation: 0 })
  assert.deepEqual(merged({ at: 1, generation: null }, { at: 3, generation: null }), { at: 3, generation: null })
})

test('whatever is seen in whatever order, times and confirmation only ever rise', () => {
  const sighting = fc.record({
    at: fc.integer({ min: now - 2 * minute, max: now }),
    generation: fc.option(fc.integer({ min: 0, max: 4 })),
  })
  fc.assert(
    fc.property(fc.array(sighting, { maxLength: 8 }), (sightings) => {
      let record = unseen
      for (const one of sightings) {
        const next = touch(found(record), one, idle, now).next ?? record
        assert.ok(next.lastSeenAt >= record.lastSeenAt && next.idleExpiresAt >= record.idleExpiresAt)
        assert.ok(next.confirmedGeneration >= record.confirmedGeneration && next.confirmedGeneration <= 3)
        record = next
      }
    }),
  )
})
