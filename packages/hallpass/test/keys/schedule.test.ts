import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { defaultTiming, window } from '#src/core/lease.js'
import { publishFor } from '#src/core/signing-policy.js'
import type { KeyRecord } from '#src/core/store.js'
import {
  firstRing,
  nextKey,
  ringProblem,
  rotated,
  signingKey,
  tidied,
  type UnplacedKey,
  withNext,
} from '#src/keys/keyring.js'
import { cacheFor, due, isOver, type RingTiming, ringTiming, safeFrom, scheduleOf } from '#src/keys/schedule.js'

const policy = { algorithm: 'EdDSA', rotateEvery: 3_600_000, cacheFor: 300_000 } as const
const timing = ringTiming(policy, defaultTiming, 900_000)
const lease = window(defaultTiming)

let made = 0
const fresh = (alg: KeyRecord['alg'] = 'EdDSA'): UnplacedKey => ({
  kid: `k${++made}`,
  alg,
  publicJwk: {},
  wrappedPrivateKey: 'sealed',
})

/** What one caretaker would do at that moment. */
function caredFor(keys: readonly KeyRecord[], now: number, by: RingTiming): readonly KeyRecord[] {
  const { task, at } = due(keys, by)
  if (at > now) return keys
  if (task === 'tidy') return tidied(keys, (key) => isOver(key, now, by), now)
  return task === 'next' ? withNext(keys, fresh(by.algorithm), now) : rotated(keys, fresh(by.algorithm), now)
}

/**
 * Lives through a ring that is cared for by `by`, and tells what goes wrong for verifiers that keep the JWK Set as long
 * as they may, and for tokens signed by an instance that hears of everything as late as it can.
 */
function faultsOf(by: RingTiming, truth = timing, clockError = 0): readonly string[] {
  const faults: string[] = []
  let keys = firstRing(fresh(), fresh(), 0)
  /** The ring as it was at each change. */
  const history: { readonly at: number; readonly keys: readonly KeyRecord[] }[] = [{ at: 0, keys }]
  const asOf = (moment: number): readonly KeyRecord[] =>
    (history.filter(({ at }) => at <= moment).at(-1) ?? history[0]!).keys
  let skew = clockError
  for (let now = 0; now < 12 * policy.rotateEvery; now += 1000) {
    const next = caredFor(keys, now + (skew = -skew), by)
    if (next !== keys) history.push({ at: now, keys: (keys = next) })
    if (ringProblem(keys) !== null) faults.push('the ring is none')
    const { kid } = signingKey(keys)
    const cached = asOf(now - truth.cacheFor - lease)
    if (!cached.some((key) => key.kid === kid && key.state !== 'retired'))
      faults.push('a key signs that a verifier lacks')
    const { kid: late } = signingKey(asOf(now - lease - 900_000))
    if (!keys.some((key) => key.kid === late && key.state !== 'retired'))
      faults.push('a key is gone while its tokens live')
  }
  return [...new Set(faults)]
}

test('no verifier ever lacks the key that signs, and no key goes while a token of it lives', () => {
  assert.deepEqual(faultsOf(timing), [])
  assert.deepEqual(faultsOf(timing, timing, defaultTiming.tolerance), [])
})

test('a schedule that promotes too early, or retires too early, is caught', () => {
  assert.deepEqual(faultsOf({ ...timing, rotateEvery: 60_000, publishFor: 60_000 }), [
    'a key signs that a verifier lacks',
  ])
  assert.deepEqual(faultsOf({ ...timing, rotateEvery: 0, publishFor: timing.cacheFor - 1000 }), [
    'a key signs that a verifier lacks',
  ])
  assert.deepEqual(faultsOf({ ...timing, retireAfter: 800_000 }), ['a key is gone while its tokens live'])
  assert.deepEqual(faultsOf({ ...timing, rotateEvery: 0 }), [])
})

test('what is due comes in its order, each at its own time', () => {
  const ring = firstRing(fresh(), fresh(), 1000)
  assert.deepEqual(due(ring, timing), { task: 'rotate', at: 1000 + timing.rotateEvery })
  const turned = rotated(ring, fresh(), 5_000_000)
  assert.deepEqual(due(turned, timing), { task: 'tidy', at: 5_000_000 + timing.retireAfter })
  const [retiring] = turned
  assert.equal(isOver(retiring!, 5_000_000 + timing.retireAfter - 1, timing), false)
  const tidy = tidied(turned, (key) => isOver(key, 6_000_000, timing), 6_000_000)
  assert.deepEqual(
    tidy.map(({ state, wrappedPrivateKey }) => [state, wrappedPrivateKey]),
    [
      ['retired', ''],
      ['active', 'sealed'],
      ['next', 'sealed'],
    ],
  )
  assert.deepEqual(
    tidied(tidy, (key) => isOver(key, 6_000_000 + timing.listFor, timing), 1).map(({ state }) => state),
    ['active', 'next'],
  )
  assert.deepEqual(due([ring[0]!], timing), { task: 'next', at: 0 })
})

test('a key that was just published waits until it is safe, however old the active one is', () => {
  const [active, next] = firstRing(fresh(), fresh(), 0)
  const late = [active!, { ...next!, since: timing.rotateEvery - 1000 }]
  assert.deepEqual(due(late, timing), { task: 'rotate', at: timing.rotateEvery - 1000 + timing.publishFor })
  assert.equal(safeFrom(late, timing), timing.rotateEvery - 1000 + timing.publishFor)
  assert.equal(safeFrom([active!], timing), null)
  assert.equal(publishFor(policy.cacheFor, defaultTiming), lease + 300_000 + 10_000)
  assert.equal(publishFor(policy.cacheFor, null), publishFor(policy.cacheFor, defaultTiming))
  assert.ok(publishFor(policy.cacheFor, { ...defaultTiming, lastKnownGood: 60_000 }) > 360_000)
})

test('another algorithm: the next key is replaced by one of it, which goes to work as soon as it is safe', () => {
  const to: RingTiming = { ...timing, algorithm: 'ES256' }
  let keys = firstRing(fresh(), fresh(), 0)
  assert.deepEqual(due(keys, to), { task: 'next', at: to.publishFor })
  assert.equal(scheduleOf(keys, to).rotatesAt, 2 * to.publishFor)
  keys = caredFor(keys, to.publishFor, to)
  assert.deepEqual(
    keys.map(({ alg, state }) => [alg, state]),
    [
      ['EdDSA', 'active'],
      ['EdDSA', 'retired'],
      ['ES256', 'next'],
    ],
  )
  assert.deepEqual(due(keys, to), { task: 'rotate', at: 2 * to.publishFor })
  keys = caredFor(keys, 2 * to.publishFor, to)
  assert.equal(signingKey(keys).alg, 'ES256')
  assert.equal(nextKey(keys)!.alg, 'ES256')
})

test('two instances that are told different algorithms replace each other no faster than a key is published', () => {
  const told: readonly RingTiming[] = [timing, { ...timing, algorithm: 'ES256' }]
  let keys = firstRing(fresh(), fresh(), 0)
  let changes = 0
  for (let now = 0; now < 10 * timing.publishFor; now += 1000) {
    for (const by of told) {
      const next = caredFor(keys, now, by)
      if (next !== keys) changes++
      keys = next
      assert.equal(ringProblem(keys), null)
    }
  }
  assert.ok(changes <= 2 * 10, `${changes} changes`)
})

test('the schedule says of each key how long it stays what it is', () => {
  const ring = rotated(firstRing(fresh(), fresh(), 0), fresh(), 4_000_000)
  const { keys, rotatesAt } = scheduleOf(ring, timing)
  assert.equal(rotatesAt, 4_000_000 + timing.rotateEvery)
  assert.deepEqual(
    keys.map(({ state, since, until }) => [state, since, until]),
    [
      ['retiring', 4_000_000, 4_000_000 + timing.retireAfter],
      ['active', 4_000_000, rotatesAt],
      ['next', 4_000_000, rotatesAt],
    ],
  )
  const retired = tidied(ring, () => true, 5_000_000)
  assert.deepEqual(scheduleOf(retired, timing).keys[0]!.until, null)
  assert.ok(!JSON.stringify(scheduleOf(ring, timing)).includes('sealed'))
})

test('the JWK Set may be kept until it next changes, and never longer than is allowed', () => {
  const ring = firstRing(fresh(), fresh(), 0)
  assert.equal(cacheFor(ring, 0, timing), 300_000)
  assert.equal(cacheFor(ring, timing.rotateEvery - 7000, timing), 7000)
  assert.equal(cacheFor(ring, timing.rotateEvery, timing), 300_000)
  const moments = fc.integer({ min: 0, max: 2 * policy.rotateEvery })
  fc.assert(fc.property(moments, (now) => cacheFor(ring, now, timing) > 0 && cacheFor(ring, now, timing) <= 300_000))
})
