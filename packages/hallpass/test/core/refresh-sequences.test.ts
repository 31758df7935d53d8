import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { refresh } from '#src/core/refresh.js'
import type { SessionRecord } from '#src/core/session.js'
import { sighting, touched } from '#src/core/touch.js'
import { found, laptop, live, minute, now as start } from './samples.js'

/** What can happen to one session: time passes, a token is refreshed, a token (or its access token) is seen in use. */
type Step =
  | { readonly does: 'wait'; readonly ms: number }
  /** `back`: how many generations behind the newest one that was ever handed out. */
  | { readonly does: 'refresh' | 'use'; readonly back: number }

const overlaps = fc.constantFrom(0, 1000, 10_000)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('wait'), ms: fc.constantFrom(1, 999, 1000, 9999, 10_000, 60_000) }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('refresh'), back: fc.constantFrom(0, 0, 0, 1, 1, 2, 3) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('use'), back: fc.constantFrom(0, 0, 1) }) },
)

/** What an onlooker knows, who has never seen the record: when each generation was handed out and which were used. */
interface History {
  readonly bornAt: number[]
  readonly used: Set<number>
}

/** By that knowledge alone: may this token still be refreshed, or is it theft? */
function isTheft({ bornAt, used }: History, generation: number, now: number, overlap: number): boolean {
  const newest = bornAt.length - 1
  if (generation === newest) return false
  if (generation < newest - 1) return true
  return now - bornAt[newest]! >= overlap && used.has(newest)
}

test('in any sequence: one successor to each token, no theft within the allowance, theft seen beyond it', () => {
  let thefts = 0
  let retries = 0
  const property = fc.property(overlaps, fc.array(step, { maxLength: 40 }), (overlap, steps) => {
    const policy = { overlap, idle: 1000 * minute, endsWithin: null }
    const lifetime = { absoluteExpiresAt: start + 1e9, idleExpiresAt: start + 1e9 }
    let record: SessionRecord = live({ generation: 0, confirmedGeneration: 0, rotatedAt: start, ...lifetime })
    const history: History = { bornAt: [start], used: new Set([0]) }
    const successors = new Map<number, number>()
    let now = start

    for (const one of steps) {
      if (one.does === 'wait') {
        now += one.ms
        continue
      }
      const newest = history.bornAt.length - 1
      const generation = Math.max(0, newest - one.back)
      if (one.does === 'use') {
        record = touched(record, sighting(record, now, generation, policy.idle), now) ?? record
        history.used.add(generation)
        continue
      }

      const presented = { generation, authentic: true, device: laptop }
      const { verdict, next } = refresh(found(record), presented, policy, now)
      record = next ?? record
      if (isTheft(history, generation, now, overlap)) {
        thefts++
        assert.equal(verdict.outcome, 'reused')
        for (const any of [generation, newest]) {
          const after = refresh(found(record), { ...presented, generation: any }, policy, now)
          assert.deepEqual(after, { verdict: { outcome: 'ended', because: 'reused' }, events: [] })
        }
        return
      }

      assert.ok('record' in verdict, `${verdict.outcome} within the allowance`)
      history.used.add(generation)
      const handedOut = verdict.record.generation
      if (verdict.outcome === 'renewed') {
        assert.equal(handedOut, generation)
        continue
      }
      if (verdict.outcome === 'repeated') {
        retries++
        // Handed out anew: the allowance begins anew.
        if (overlap > 0 && now - history.bornAt[newest]! >= overlap) history.bornAt[newest] = now
      }
      assert.equal(successors.get(generation) ?? handedOut, handedOut, 'a second successor')
      assert.equal(handedOut, generation + 1)
      successors.set(generation, handedOut)
      if (handedOut > newest) history.bornAt.push(now)
    }
    assert.equal(record.generation, history.bornAt.length - 1)
    assert.equal(record.endedAt, null)
  })
  fc.assert(property, { numRuns: 3000 })
  assert.ok(thefts > 100 && retries > 100, `met ${thefts} thefts and ${retries} retries: the sequences prove little`)
})
