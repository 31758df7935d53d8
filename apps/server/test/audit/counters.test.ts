import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Count } from 'hallpass'
import { manualClock } from 'hallpass/testing'
import { createCounters, revokeBounds } from '#src/audit/counters.js'
import type { AnyEvent } from '#src/audit/record-of.js'

const refused = (code: string): AnyEvent =>
  ({ type: 'refused', at: 0, code, reason: '', session: null, subject: null, network: null }) as AnyEvent

const revoked = (tookMilliseconds: number): AnyEvent => ({
  ...{ type: 'revoked', ended: 'session', target: 's', kept: null, at: 0, acknowledged: [], waitedOut: [] },
  ...{ tookMilliseconds, complete: true, completeAt: null },
})

const rotated: AnyEvent = { type: 'refresh-rotated', at: 0, session: 's', subject: 'u', generation: 1 }

const signedIn: AnyEvent = {
  ...{ type: 'signed-in', at: 0, session: 's', subject: 'u', amr: ['pwd'] },
  device: { name: null, userAgent: null, network: null },
}

/** Counters on a store that is away where `away` says so, and what came to it. */
function counting(away = { now: false }) {
  const came: Count[][] = []
  const count = async (counts: readonly Count[]): Promise<void> => {
    if (away.now) throw new Error('away')
    came.push([...counts])
  }
  const clock = manualClock(0)
  return { counters: createCounters({ count }, clock), clock, came, away }
}

test('of what happens that is counted which charts show, each under its series, and nothing else', async () => {
  const { counters, came } = counting()
  for (const event of [refused('ended'), refused('ended'), rotated, signedIn, revoked(3)]) counters.heard(event)
  counters.heard({ type: 'key-revoked', at: 0, kid: 'k' })
  await counters.close()
  assert.deepEqual(
    came.flat().map(({ minute, series, value }) => [minute, series, value]),
    [
      [0, 'refused:ended', 2],
      [0, 'refresh-rotated', 1],
      [0, 'signed-in', 1],
      [0, 'revoked', 1],
      [0, 'revoke-took:5', 1],
    ],
  )
})

test('a revocation counts under the least bound that it kept', async () => {
  for (const bound of revokeBounds) {
    const { counters, came } = counting()
    counters.heard(revoked(bound))
    counters.heard(revoked(bound + 0.5))
    await counters.close()
    const next = revokeBounds[revokeBounds.indexOf(bound) + 1] ?? 'more'
    const series = came.flat().map((one) => one.series)
    assert.deepEqual(series, ['revoked', `revoke-took:${bound}`, `revoke-took:${next}`])
  }
})

test('while the store is away a thousand series wait and no more, and those that wait go on counting', async () => {
  const { counters, clock, came, away } = counting({ now: true })
  for (let code = 0; code < 1500; code += 1) counters.heard(refused(`code-${code}`))
  clock.advance(10_000)
  await new Promise((resolve) => setImmediate(resolve))
  counters.heard(refused('code-7'))
  counters.heard(refused('another'))
  away.now = false
  await counters.close()
  const counts = came.flat()
  assert.equal(counts.length, 1000)
  assert.equal(counts.find(({ series }) => series === 'refused:code-7')?.value, 2)
  assert.ok(!counts.some(({ series }) => series === 'refused:another'))
})

test('where nothing was counted the store is not asked', async () => {
  const { counters, came } = counting()
  await counters.close()
  assert.deepEqual(came, [])
})
