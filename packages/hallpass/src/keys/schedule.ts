import type { Algorithm } from '../core/algorithm.js'
import type { KeySchedule, ScheduledKey } from '../core/key-schedule.js'
import { defaultTiming, type LeaseTiming, window } from '../core/lease.js'
import { publishFor, type SigningPolicy } from '../core/signing-policy.js'
import type { KeyRecord } from '../core/store.js'
import { nextKey, signingKey } from './keyring.js'

/** When a key ring turns. Milliseconds, but for the algorithm. */
export interface RingTiming {
  /** What fresh keys are of. */
  readonly algorithm: Algorithm
  /** How long a key signs. */
  readonly rotateEvery: number
  /** How long a key is published before it may sign. */
  readonly publishFor: number
  /** How long a key verifies after the next one went to work. */
  readonly retireAfter: number
  /** How long a retired key stays listed. */
  readonly listFor: number
  /** How long the JWK Set may be kept. */
  readonly cacheFor: number
}

/** @param longestLifetime of any token that is signed, milliseconds */
export function ringTiming(signing: SigningPolicy, leases: LeaseTiming | null, longestLifetime: number): RingTiming {
  const timing = leases ?? defaultTiming
  return {
    ...signing,
    publishFor: publishFor(signing.cacheFor, leases),
    // Others sign with it until they have heard. Four clocks have a say: of whoever put the next one to work, of whoever
    // signed last, of whoever verifies, and of whoever retires it.
    retireAfter: window(timing) + longestLifetime + 4 * timing.tolerance,
    listFor: signing.rotateEvery,
  }
}

/** What is to be done to a ring: `tidy` retires and strikes keys, `next` publishes another key, `rotate` puts it to work. */
export type RingTask = 'tidy' | 'next' | 'rotate'

export interface Due {
  readonly task: RingTask
  /** Milliseconds since 1970; not after now where it is due. */
  readonly at: number
}

/** What is to be done first, and when. */
export function due(keys: readonly KeyRecord[], timing: RingTiming): Due {
  const over = Math.min(...keys.map((key) => overAt(key, timing)))
  const replaceAt = nextReplacedAt(keys, timing)
  const tasks: readonly Due[] = [
    { task: 'tidy', at: over },
    { task: 'next', at: replaceAt },
    { task: 'rotate', at: replaceAt === Infinity ? rotatesAt(keys, timing) : Infinity },
  ]
  return tasks.reduce((first, task) => (task.at < first.at ? task : first))
}

/** When `next` may sign: from then on every verifier has it. Null where no key is published. */
export function safeFrom(keys: readonly KeyRecord[], { publishFor }: RingTiming): number | null {
  const next = nextKey(keys)
  return next === undefined ? null : next.since + publishFor
}

export function isOver(key: KeyRecord, now: number, timing: RingTiming): boolean {
  return overAt(key, timing) <= now
}

export function scheduleOf(keys: readonly KeyRecord[], timing: RingTiming): KeySchedule {
  return {
    keys: keys.map((key) => scheduled(key, keys, timing)),
    rotatesAt: rotatesAt(keys, timing),
  }
}

/** How long the JWK Set may be kept: until it next changes. A change that is overdue says nothing about its own end. */
export function cacheFor(keys: readonly KeyRecord[], now: number, timing: RingTiming): number {
  const untilChange = due(keys, timing).at - now
  return untilChange > 0 ? Math.min(timing.cacheFor, untilChange) : timing.cacheFor
}

function scheduled(key: KeyRecord, keys: readonly KeyRecord[], timing: RingTiming): ScheduledKey {
  const { kid, alg, state, since } = key
  const ends = { next: nextReplacedAt(keys, timing), active: Infinity, retiring: overAt(key, timing), retired: null }[
    state
  ]
  return { kid, alg, state, since, until: ends === Infinity ? rotatesAt(keys, timing) : ends }
}

function overAt({ state, since }: KeyRecord, { retireAfter, listFor }: RingTiming): number {
  if (state === 'retiring') return since + retireAfter
  return state === 'retired' ? since + listFor : Infinity
}

/**
 * When another key is to be published instead of `next`: one of the algorithm that is asked for. Never sooner than `next`
 * could have signed, so that two instances which are told different algorithms do not replace each other's without end.
 */
function nextReplacedAt(keys: readonly KeyRecord[], timing: RingTiming): number {
  const next = nextKey(keys)
  if (next === undefined) return 0
  return next.alg === timing.algorithm ? Infinity : next.since + timing.publishFor
}

function rotatesAt(keys: readonly KeyRecord[], timing: RingTiming): number {
  const active = signingKey(keys)
  const next = nextKey(keys)
  const published = next === undefined ? active.since : next.since
  const replaced = nextReplacedAt(keys, timing) === Infinity ? 0 : timing.publishFor
  const ready = published + timing.publishFor + replaced
  return active.alg === timing.algorithm ? Math.max(active.since + timing.rotateEvery, ready) : ready
}
