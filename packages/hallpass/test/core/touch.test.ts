import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { SessionRecord } from '#src/core/session.js'
import type { Touch } from '#src/core/store.js'
import { isWorthStoring, merged, sighting, touched } from '#src/core/touch.js'
import { live, minute, now } from './samples.js'

const idle = 10 * minute
const unseen = live({ confirmedGeneration: 2 })

function seen(at: number, generation: number | null, lasts = idle): Touch {
  return sighting(unseen, at, generation, lasts)
}

test('a sighting moves the idle end, and nothing else where the generation is known to have arrived', () => {
  const record = live()
  const next = touched(record, seen(now - 5, 3), now)
  assert.deepEqual(next, { ...record, lastSeenAt: now - 5, idleExpiresAt: now - 5 + idle })
})

test('the idle end never lies beyond the absolute one', () => {
  assert.equal(touched(live(), seen(now, null, 90 * minute), now)?.idleExpiresAt, now + 60 * minute)
  const beyond = { ...seen(now, null), idleExpiresAt: now + 90 * minute }
  assert.equal(touched(live(), beyond, now)?.idleExpiresAt, now + 60 * minute)
})

test('the current generation is confirmed when it is met, even where the time is known already', () => {
  assert.equal(touched(unseen, seen(unseen.lastSeenAt, 3), now)?.confirmedGeneration, 3)
})

test('an older or newer generation, or none, confirms nothing', () => {
  for (const generation of [2, 4, null]) {
    assert.equal(touched(unseen, seen(now, generation), now)?.confirmedGeneration, 2)
  }
})

test('what is known already is not stored again', () => {
  for (const at of [now - minute, now - 2 * minute]) assert.equal(touched(live(), seen(at, 3, 0), now), null)
})

test('a late sighting that confirms sets neither time back', () => {
  const next = touched(unseen, seen(now - 30 * minute, 3), now)
  assert.deepEqual(
    [next?.lastSeenAt, next?.idleExpiresAt, next?.confirmedGeneration],
    [unseen.lastSeenAt, unseen.idleExpiresAt, 3],
  )
})

test('a session that is over is not brought back by a sighting', () => {
  const ended: SessionRecord[] = [
    live({ endedAt: now - 1, endedBecause: 'revoked' }),
    live({ idleExpiresAt: now }),
    live({ absoluteExpiresAt: now }),
  ]
  for (const record of ended) assert.equal(touched(record, seen(now, 3), now), null)
})

test('a sighting is worth a write once lastSeenAt lags behind far enough, or when it confirms', () => {
  const policy = { touchEvery: 1000 }
  const record = live({ lastSeenAt: now })
  assert.equal(isWorthStoring(record, seen(now + 999, 3), policy), false)
  assert.equal(isWorthStoring(record, seen(now + 1000, null), policy), true)
  assert.equal(isWorthStoring({ ...unseen, lastSeenAt: now }, seen(now, 3), policy), true)
  assert.equal(isWorthStoring({ ...unseen, lastSeenAt: now }, seen(now, 2), policy), false)
})

test('two sightings make one, of the later time and the newer generation', () => {
  for (const [one, other, generation] of [
    [2, 4, 4],
    [null, 4, 4],
    [0, null, 0],
    [null, null, null],
  ] as const) {
    const both = merged(seen(now - 5, one), seen(now - 3, other))
    assert.deepEqual(both, seen(now - 3, generation))
  }
})

test('whatever is seen in whatever order, times and confirmation only ever rise', () => {
  const met = fc.record({
    at: fc.integer({ min: now - 2 * minute, max: now }),
    generation: fc.option(fc.integer({ min: 0, max: 4 })),
  })
  fc.assert(
    fc.property(fc.array(met, { maxLength: 8 }), (sightings) => {
      let record = unseen
      for (const one of sightings) {
        const next = touched(record, seen(one.at, one.generation), now) ?? record
        assert.ok(next.lastSeenAt >= record.lastSeenAt && next.idleExpiresAt >= record.idleExpiresAt)
        assert.ok(next.confirmedGeneration >= record.confirmedGeneration && next.confirmedGeneration <= 3)
        record = next
      }
    }),
  )
})
