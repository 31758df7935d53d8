import { HallpassError } from '../core/errors.js'
import { type Clocks, handedDown, holds, type Lease, type LeaseTiming } from '../core/lease.js'
import type { LogReading, LogTerms, Membership, Position } from '../core/log.js'
import type { Runtime } from '../core/ports.js'
import type { LogHint } from '../core/store.js'
import type { Below, Upstream } from './lease-holder.js'
import type { View } from './view.js'

export interface RelayParts {
  readonly view: View
  readonly runtime: Runtime
  readonly timing: LeaseTiming
  readonly terms: LogTerms
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

/**
 * An instance as the log of those below it: remote verifiers, or further relays. What it hands down is what is left of
 * its own lease as it answers, so it ends before the own one does on any clock that is within its drift.
 */
export class Relay implements Upstream, Below {
  readonly mayForget = true
  readonly #parts: RelayParts
  readonly #children = new Map<string, Child>()
  readonly #listeners = new Set<(hint: LogHint) => void>()

  constructor(parts: RelayParts) {
    this.#parts = parts
    parts.view.onApplied((entry) => {
      for (const heard of this.#listeners) heard({ about: 'entry', entry })
    })
    // Their leases last on; what they acknowledged was of another log.
    parts.view.onDropped(() => {
      for (const child of this.#children.values()) child.acknowledged = 0
    })
  }

  /** Errors: `store-unavailable` while this instance has no lease itself. */
  async renew(
    { incarnation, mark, renewal }: Membership,
    _terms: LogTerms,
    after: Position | null,
  ): Promise<LogReading> {
    // No await from here on: the lease, the entries and the child are of one moment.
    const { runtime, timing } = this.#parts
    const lease = this.#parts.lease()
    const now: Clocks = { monotonic: runtime.monotonic(), wall: runtime.now() }
    if (lease === null || !holds(lease, now.monotonic, now.wall)) {
      throw new HallpassError('store-unavailable', { reason: 'this instance has no lease to hand down' })
    }
    const leaseFor = handedDown(lease, now, timing)
    const runsOut = now.monotonic + leaseFor * (1 + 2 * timing.drift)
    const earlier = this.#children.get(incarnation)
    const latest = earlier !== undefined && earlier.renewal >= renewal ? earlier : { mark, renewal }
    this.#children.set(incarnation, {
      mark: latest.mark,
      renewal: latest.renewal,
      acknowledged: earlier?.acknowledged ?? 0,
      // what answers a late renewal may be believed as well
      until: Math.max(runsOut, earlier?.until ?? 0),
    })
    return this.#read(after, leaseFor)
  }

  async acknowledge(incarnation: string, position: Position): Promise<'acknowledged' | 'refused'> {
    const child = this.#children.get(incarnation)
    if (child === undefined || !this.#has(position)) return 'refused'
    child.acknowledged = Math.max(child.acknowledged, position.sequence)
    this.#parts.acknowledge()
    return 'acknowledged'
  }

  async retire(incarnation: string, mark: string): Promise<'retired' | 'kept'> {
    if (this.#children.get(incarnation)?.mark !== mark) return 'kept'
    this.#children.delete(incarnation)
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
    let { sequence } = position
    for (const [incarnation, { until, acknowledged }] of this.#children) {
      if (until <= now) this.#children.delete(incarnation)
      else sequence = Math.min(sequence, acknowledged)
    }
    return sequence === position.sequence ? position : (view.at(sequence) ?? view.start!)
  }

  lastUntil(): number {
    let last = -Infinity
    for (const { until } of this.#children.values()) last = Math.max(last, until)
    return last
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
