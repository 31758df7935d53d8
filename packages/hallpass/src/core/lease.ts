import type { Member } from './log.js'

/**
 * The arithmetic of leases. An instance may trust its memory for a while from before it asked; a revoker waits, on its
 * own clock, for longer than any instance can believe that while to last. Nothing here compares two machines' clocks.
 */

/** Milliseconds, but for the drift. */
export interface LeaseTiming {
  /** How long a renewal lets an instance trust its memory. Default 2000. */
  readonly lease: number
  /** How long it may go on beyond that while the store is away, for routes that ask for it. Default 0. */
  readonly lastKnownGood: number
  /** How much faster or slower than true time a clock may run, as a share of it. 0.01 is fifty times a bad quartz. */
  readonly drift: number
  /** What lies between reading a clock and acting on it. */
  readonly margin: number
  /** How far the wall clock may be from the store's. */
  readonly tolerance: number
  /** An instance that serves nothing for so long leaves. */
  readonly idleAfter: number
}

/** L = 2 s, ρ = 1 %. */
export const defaultTiming: LeaseTiming = {
  lease: 2000,
  lastKnownGood: 0,
  drift: 0.01,
  margin: 50,
  tolerance: 5000,
  idleAfter: 30_000,
}

/** Both clocks at one moment. */
export interface Clocks {
  /** Milliseconds from an arbitrary start; runs on while the wall clock is set. */
  readonly monotonic: number
  /** Milliseconds since 1970; runs on while the machine sleeps. */
  readonly wall: number
}

/** Counted from before the renewal was sent. */
export interface Lease {
  readonly from: Clocks
  /** Milliseconds; the margin is already off. */
  readonly lasts: number
}

export function grant(asked: Clocks, timing: LeaseTiming, leaseFor: number | null): Lease {
  return { from: asked, lasts: Math.min(timing.lease, leaseFor ?? timing.lease) - timing.margin }
}

/** Whether both clocks say so. A wall clock that went back says no: how far it should have gone nobody knows. */
export function holds(lease: Lease, monotonic: number, wall: number, beyond = 0): boolean {
  const { from, lasts } = lease
  const ends = lasts + beyond
  return monotonic - from.monotonic < ends && wall >= from.wall && wall - from.wall < ends
}

/** Whether the store's clock, read between the two moments, and this machine's are too far apart for a lease. */
export function isSkewed(time: number | null, asked: Clocks, answered: Clocks, tolerance: number): boolean {
  return time !== null && (time < asked.wall - tolerance || time > answered.wall + tolerance)
}

/** How long a revoker waits, on its own clock, for members that do not answer. */
export function waitOut(members: readonly Pick<Member, 'lease' | 'lastKnownGood'>[], timing: LeaseTiming): number {
  let longest = 0
  for (const { lease, lastKnownGood } of members) longest = Math.max(longest, lease + lastKnownGood)
  return stretched(longest, timing)
}

/** After so long no lease is believed any more that was taken before. */
export function window(timing: LeaseTiming): number {
  return stretched(timing.lease + timing.lastKnownGood, timing)
}

/** What is left of a relay's lease for those below it, who count it on clocks of their own from before they asked. */
export function handedDown(lease: Lease, now: Clocks, timing: LeaseTiming): number {
  const left = lease.lasts - Math.max(now.monotonic - lease.from.monotonic, now.wall - lease.from.wall)
  return Math.max(0, (left - timing.margin) / (1 + 2 * timing.drift))
}

/** How long a view remembers: every token it might accept has expired by then, on any clock within tolerance. */
export function retention(longestLifetime: number, timing: LeaseTiming): number {
  return longestLifetime + 2 * timing.tolerance + window(timing)
}

function stretched(milliseconds: number, { drift, margin }: LeaseTiming): number {
  return milliseconds * (1 + 2 * drift) + margin
}
