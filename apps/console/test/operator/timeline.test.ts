import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeline } from '#src/operator/keys/timeline.js'

const day = 86_400_000
const now = Date.UTC(2026, 10, 21, 12)

function key(kid: string, state: 'next' | 'active' | 'retiring', since: number, until: number | null) {
  return {
    kid,
    alg: 'ES256',
    state,
    since: now + since * day,
    until: until === null ? null : now + until * day,
  } as const
}

const ring = {
  keys: [key('old', 'retiring', -2, 1), key('signs', 'active', -2, 28), key('waits', 'next', -2, 28)],
  rotatesAt: now + 28 * day,
}

test('the next key is above, and those that retire are below', () => {
  assert.deepEqual(
    timeline(ring, now).bars.map(({ key }) => key.kid),
    ['waits', 'signs', 'old'],
  )
})

test('everything has its place, in the order of time', () => {
  const { bars, now: here, rotates, ticks } = timeline(ring, now)
  const [waits, signs, old] = bars
  for (const { from, width } of bars) assert.ok(from > 0 && width > 0 && from + width <= 1)
  assert.ok(signs!.from < here && here < old!.from + old!.width && here < rotates)
  assert.equal(signs!.from + signs!.width, rotates)
  assert.equal(waits!.goesOn, true)
  assert.equal(signs!.goesOn, false)
  assert.ok(rotates < 1, 'there is room to show what comes then')
  assert.ok(ticks.length >= 2 && ticks.length <= 6)
  assert.ok(ticks.every(({ at }, index) => at >= 0 && at < 1 && at > (ticks[index - 1]?.at ?? -1)))
})

test('a key for which nothing is due has no end', () => {
  const { bars } = timeline({ keys: [key('signs', 'active', -1, null)], rotatesAt: now + day }, now)
  assert.equal(bars[0]!.from + bars[0]!.width, 1)
  assert.equal(bars[0]!.goesOn, true)
})

for (const [what, days] of [
  ['a minute', 1 / 1440],
  ['ten years', 3650],
] as const)
  test(`a ring that lasts ${what} has ticks that people can count`, () => {
    const { ticks } = timeline({ keys: [key('signs', 'active', 0, days)], rotatesAt: now + days * day }, now)
    assert.ok(ticks.length >= 1 && ticks.length <= 6, String(ticks.length))
  })

test('a ring of one moment does not divide by nothing', () => {
  const { bars, now: here } = timeline({ keys: [key('signs', 'active', 0, 0)], rotatesAt: now }, now)
  assert.ok(Number.isFinite(here) && bars.every(({ from, width }) => Number.isFinite(from) && Number.isFinite(width)))
})
