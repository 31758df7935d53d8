import { HallpassError } from '../core/errors.js'
import { type Clocks, handedDown, holds, type Lease, type LeaseTiming } from '../core/lease.js'
import type { LogReading, LogTerms, Membership, Position } from '../core/log.js'
import type { Runtime } from '../core/ports.js'
import type { LogFeed, LogHint } from '../core/store.js'
import { type Below, LeaseHolder, type LeaseHolderParts } from './lease-holder.js'
import type { View } from './view.js'

export interface RelayParts {
  readonly view: View
  readonly runtime: Runtime
  readonly timing: LeaseTiming
  readonly terms: LogTerms
  /** Sees to a lease of the instance's own: somebody is about to ask for what is left of it. */
  readonly ready: () => Promise<void>
  /** The instance's own lease at this moment. */
  readonly lease: () => Lease | null
  /** Calls the instance to acknowledge what it can by now. */
  readonly acknowledge: () => void
}

interface Child {
  readonly mark: string
  readonly renewal: number
  acknowledged: number
  /** When everything that was handed down has run out, on this instance's monotonic clock. */
  readonly until: number
}

/** How far those have come who have come least far. */
interface Least {
  readonly sequence: number
  /** How many of them there are still. */
  stragglers: number
  /** When the first of their leases runs out, as it was then: those below may have come further without a word. */
  readonly until: number
}

/**
 * An instance as the log of those below it: remote verifiers, or further relays. What it hands down is what is left of
 * its own lease as it answers, so it ends before the own one does on any clock that is within its drift.
 */
export class Relay implements LogFeed, Below {
  readonly mayForget = true
  readonly #parts: RelayParts
  readonly #children = new Map<string, Child>()
  readonly #listeners = new Set<(hint: LogHint) => void>()
  /** Null where it has to be worked out anew: among a thousand, each says something for every entry. */
  #least: Least | null = null

  constructor(parts: RelayParts) {
    this.#parts = parts
    parts.view.onApplied((entry) => {
      for (const heard of this.#listeners) heard({ about: 'entry', entry })
    })
    // Their leases last on; what they acknowledged was of another log.
    parts.view.onDropped(() => {
      for (const child of this.#children.values()) child.acknowledged = 0
      this.#least = null
    })
  }

  /** How many are below, as far as their leases tell. */
  get size(): number {
    return this.#children.size
  }

  /**
   * Errors: `store-unavailable` while this instance has no lease itself; `bad-request` for a last-known-good time that
   * is longer than its own, because revokers wait for what its own row says.
   */
  async renew(membership: Membership, _terms: LogTerms, after: Position | null): Promise<LogReading> {
    const { runtime, timing } = this.#parts
    const { lastKnownGood } = membership
    if (lastKnownGood > timing.lastKnownGood) throw tooLong(lastKnownGood, timing)
    await this.#parts.ready()
    // No await from here on: the lease, the entries and the child are of one moment.
    const lease = this.#parts.lease()
    const now: Clocks = { monotonic: runtime.monotonic(), wall: runtime.now() }
    if (lease === null || !holds(lease, now.monotonic, now.wall)) {
      throw new HallpassError('store-unavailable', { reason: 'this instance has no lease to hand down' })
    }
    const leaseFor = handedDown(lease, now, timing)
    this.#note(membership, now.monotonic + (leaseFor + lastKnownGood) * (1 + 2 * timing.drift))
    return this.#read(after, leaseFor)
  }

  async acknowledge(incarnation: string, position: Position): Promise<'acknowledged' | 'refused'> {
    const child = this.#children.get(incarnation)
    if (child === undefined || !this.#has(position)) return 'refused'
    if (position.sequence <= child.acknowledged) return 'acknowledged'
    if (child.acknowledged === this.#least?.sequence) this.#least.stragglers--
    child.acknowledged = position.sequence
    this.#parts.acknowledge()
    return 'acknowledged'
  }

  async retire(incarnation: string, mark: string): Promise<'retired' | 'kept'> {
    if (this.#children.get(incarnation)?.mark !== mark) return 'kept'
    this.#children.delete(incarnation)
    this.#least = null
    this.#parts.acknowledge()
    return 'retired'
  }

  subscribe(heard: (hint: LogHint) => void): () => void {
    this.#listeners.add(heard)
    return () => void this.#listeners.delete(heard)
  }

  /** How far all of them have come whose leases have not run out, and no further than `position`. */
  acknowledgeable(position: Position): Position {
    const { view, runtime } = this.#parts
    const now = runtime.monotonic()
    if (this.#least === null || this.#least.stragglers === 0 || this.#least.until <= now) this.#least = this.#work(now)
    const { sequence } = this.#least
    return sequence >= position.sequence ? position : (view.at(sequence) ?? view.start!)
  }

  lastUntil(): number {
    let last = -Infinity
    for (const { until } of this.#children.values()) last = Math.max(last, until)
    return last
  }

  #note({ incarnation, mark, renewal }: Membership, runsOut: number): void {
    const earlier = this.#children.get(incarnation)
    const latest = earlier !== undefined && earlier.renewal >= renewal ? earlier : { mark, renewal }
    this.#children.set(incarnation, {
      mark: latest.mark,
      renewal: latest.renewal,
      acknowledged: earlier?.acknowledged ?? 0,
      // what answers a late renewal may be believed as well
      until: Math.max(runsOut, earlier?.until ?? 0),
    })
    if (earlier === undefined) this.#least = null
  }

  /** Gives up those whose leases have run out, and finds the least of the others. */
  #work(now: number): Least {
    let least: Least = { sequence: Infinity, stragglers: 0, until: Infinity }
    for (const [incarnation, { until, acknowledged }] of this.#children) {
      if (until <= now) this.#children.delete(incarnation)
      else if (acknowledged < least.sequence) least = { sequence: acknowledged, stragglers: 1, until }
      else if (acknowledged === least.sequence) {
        least = { ...least, stragglers: least.stragglers + 1, until: Math.min(until, least.until) }
      }
    }
    return least
  }

  #read(after: Position | null, leaseFor: number): LogReading {
    const { view, runtime, terms } = this.#parts
    const held = after !== null && this.#has(after)
    const start = view.start!
    const entries = view.after(held ? after.sequence : start.sequence)
    return { identity: view.log!, terms, time: runtime.now(), start, held, entries, leaseFor }
  }

  #has({ sequence, id }: Position): boolean {
    return this.#parts.view.at(sequence)?.id === id
  }
}

/** A lease from above, and what is left of it for those below: one place in the tree. */
export function createHolderAndRelay(parts: Omit<LeaseHolderParts, 'below'>): {
  readonly holder: LeaseHolder
  readonly relay: Relay
} {
  const { view, runtime, timing, terms } = parts
  const relay = new Relay({
    ...{ view, runtime, timing, terms },
    ready: () => holder.ready(),
    lease: () => holder.lease,
    acknowledge: () => holder.acknowledge(),
  })
  const holder: LeaseHolder = new LeaseHolder({ ...parts, below: relay })
  return { holder, relay }
}

function tooLong(lastKnownGood: number, timing: LeaseTiming): HallpassError {
  const problem = `is ${lastKnownGood} ms; revocations wait for ${timing.lastKnownGood} ms.`
  const remedy = 'Shorten it, or lengthen "lastKnownGood" of the instance above.'
  return new HallpassError('bad-request', { mistakes: [{ field: 'lastKnownGood', problem, remedy }] })
}
