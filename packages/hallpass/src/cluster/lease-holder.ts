import type { HallpassEvent } from '../core/events.js'
import { type Clocks, grant, holds, isSkewed, type Lease, type LeaseTiming, window } from '../core/lease.js'
import { follows, judgeReading, type LogEntry, type LogReading, type LogTerms, type Position } from '../core/log.js'
import type { Runtime } from '../core/ports.js'
import type { LogFeed, LogHint } from '../core/store.js'
import { type Acknowledger, createAcknowledger } from './acknowledger.js'
import { withinDeadline } from './deadline.js'
import { contradiction, lastCommon, misfit } from './continuity.js'
import { oneAtATime } from '../core/one-at-a-time.js'
import type { View } from './view.js'

/** A member said that it has come so far. */
export type Acknowledgement = Pick<Extract<LogHint, { about: 'acknowledgement' }>, 'incarnation' | 'sequence'>

/** What this instance knew and the log has lost. */
export interface Lost {
  /** What it had applied beyond the last entry that both have, in order. */
  readonly entries: readonly LogEntry[]
  /** Whether that is all: else more may have been lost than anybody here remembers. */
  readonly all: boolean
}

/** What an instance with a store of its own does for the log; verifiers have none. */
export interface Housekeeping {
  /** Tells the log that it forgot, and publishes again what is known to have ended. */
  recover(lost: Lost): Promise<void>
  truncate(through: Position): Promise<void>
}

/** Those to whom this instance has handed down what is left of its lease. */
export interface Below {
  /** How far all of them have come, and no further than `position`: what this instance may acknowledge. */
  acknowledgeable(position: Position): Position
  /** When the last lease that was handed down runs out, on this instance's monotonic clock. */
  lastUntil(): number
}

export interface LeaseHolderParts {
  readonly upstream: LogFeed
  readonly view: View
  readonly runtime: Runtime
  readonly timing: LeaseTiming
  readonly terms: LogTerms
  /** 128 random bits as text. */
  readonly random: () => string
  readonly emit: (event: HallpassEvent) => void
  /** Null for a verifier. */
  readonly housekeeping: Housekeeping | null
  /** Null where nobody is below. */
  readonly below: Below | null
}

export interface LeaseStatus {
  readonly valid: boolean
  /** How far the log has been applied; null before the first reading. */
  readonly sequence: number | null
  /** Milliseconds since the last successful reading began; null before the first. */
  readonly lag: number | null
}

/**
 * Keeps this instance a member of the log for as long as it serves, and says at every check whether its memory may be
 * trusted. The answer is worked out from both clocks each time: no timer and no flag ever grants it.
 */
export class LeaseHolder {
  readonly incarnation: string
  readonly #parts: LeaseHolderParts
  readonly #acknowledger: Acknowledger
  readonly #readings = oneAtATime(() => this.#renewed())
  readonly #heardBy = new Set<(acknowledgement: Acknowledgement | null) => void>()
  #state: 'out' | 'in' | 'leaving' | 'closed' = 'out'
  #lease: Lease | null = null
  #servedAt = -Infinity
  #renewals = 0
  #askedAt: number | null = null
  #markSent: string | null = null
  #markAnswered: string | null = null
  #establishedFrom: number | null = null
  #forgotAt = -Infinity
  #surrenderedAt = -Infinity
  #lost: Lost | null = null
  #inTrouble = false
  /** What keeps this instance from a lease, as the operator was told. */
  #told: HallpassEvent['type'] | null = null
  #callOff: (() => void) | null = null
  #unsubscribe: (() => void) | null = null

  constructor(parts: LeaseHolderParts) {
    this.#parts = parts
    this.incarnation = parts.random()
    this.#acknowledger = createAcknowledger(parts, this.incarnation, () => this.#reached())
    parts.view.onApplied(({ kind }) => {
      if (kind !== 'forgot') return
      this.#forgotAt = parts.runtime.monotonic()
      // Counters may have begun anew: what earlier tokens carry proves nothing.
      parts.view.distrust(parts.runtime.now())
    })
  }

  /** Whether the view and what is cached may be trusted at this moment. Begins to renew where it does not yet. */
  holds(): boolean {
    const { runtime } = this.#parts
    this.#servedAt = runtime.monotonic()
    if (this.#state === 'out') this.#join()
    return this.#lease !== null && holds(this.#lease, this.#servedAt, runtime.now())
  }

  /**
   * For those below, who ask for a share of the lease: it counts as serving, so that an instance stays a member for as
   * long as somebody is below it. Resolves when there is a lease or, if there was none, when the reading under way is
   * over. It begins none of its own but by joining: a store in trouble hears no more of us for all who ask.
   */
  async ready(): Promise<void> {
    if (this.holds()) return
    const { runtime, timing } = this.#parts
    await withinDeadline(runtime, timing.lease, this.#readings.settled())
  }

  /** Whether they could be trusted no longer ago than that. Milliseconds. */
  heldWithin(milliseconds: number): boolean {
    const { runtime } = this.#parts
    return this.#lease !== null && holds(this.#lease, runtime.monotonic(), runtime.now(), milliseconds)
  }

  get lease(): Lease | null {
    return this.#lease
  }

  /** The marks that this instance's row may carry: of the last renewal answered, and of one under way. */
  get marks(): readonly string[] {
    return [this.#markSent, this.#markAnswered].filter((mark) => mark !== null)
  }

  /** Whether a log that forgot would have shown by now: one that has only just been met may have forgotten others. */
  isEstablished(): boolean {
    const { upstream, runtime, timing } = this.#parts
    if (!upstream.mayForget) return true
    return this.#establishedFrom !== null && runtime.monotonic() - this.#establishedFrom >= window(timing)
  }

  /** Whether the log was found to have forgotten something within the last window. */
  hasForgottenLately(): boolean {
    const { runtime, timing } = this.#parts
    return runtime.monotonic() - this.#forgotAt < window(timing)
  }

  /** Resolves when a reading that began after this call has been applied. Rejects with trouble. */
  async catchUp(): Promise<void> {
    if (this.#state === 'in') await this.#readings.afresh()
  }

  /** Whether this instance, or anybody below it, may still believe what the log said before that entry. */
  mayBelieveOtherwise(sequence: number): boolean {
    const { below, runtime } = this.#parts
    if ((this.#reached()?.sequence ?? -1) >= sequence) return false
    return this.#lease !== null || (below?.lastUntil() ?? -Infinity) > runtime.monotonic()
  }

  /** Gives the lease up at once, and what a renewal under way would grant: for one that could not catch up. */
  surrender(): void {
    this.#lease = null
    this.#surrenderedAt = this.#parts.runtime.monotonic()
  }

  /** Calls `heard` when a member may have acknowledged or left (null: who knows which); answers how to stop. */
  onAcknowledgement(heard: (acknowledgement: Acknowledgement | null) => void): () => void {
    this.#heardBy.add(heard)
    return () => void this.#heardBy.delete(heard)
  }

  /** Takes an entry that follows the last one applied; whatever else something tells of leads to a renewal. */
  hear(hint: LogHint): void {
    const { view, runtime } = this.#parts
    if (this.#state !== 'in') return
    if (hint.about !== 'entry') {
      for (const heard of this.#heardBy) heard(hint.about === 'acknowledgement' ? hint : null)
    }
    if (hint.about === 'acknowledgement') return
    if (hint.about === 'entry' && view.position !== null) {
      if (hint.entry.sequence <= view.position.sequence) return
      if (follows(view.position, hint.entry)) {
        view.apply([hint.entry], runtime.monotonic())
        this.#acknowledger.send()
        return
      }
    }
    this.#catchUpSoon()
  }

  /** Acknowledges what can be acknowledged by now: for when those below have come further. */
  acknowledge(): void {
    this.#acknowledger.send()
    const sequence = this.#reached()?.sequence
    if (sequence === undefined) return
    // A revocation of this instance's own need not wait until the log has told it.
    for (const heard of this.#heardBy) heard({ incarnation: this.incarnation, sequence })
  }

  /** Stops believing, waits for those below to stop, and tells the log; the next check joins again. */
  async leave(): Promise<void> {
    if (this.#state !== 'in') return
    const { upstream, runtime, timing, below } = this.#parts
    this.#state = 'leaving'
    this.#lease = null
    this.#callOff?.()
    this.#unsubscribe?.()
    const marks = new Set(this.marks)
    try {
      await this.#readings.settled()
      const remaining = (below?.lastUntil() ?? -Infinity) - runtime.monotonic()
      if (remaining > 0) await new Promise<void>((resolve) => void runtime.later(remaining, resolve, true))
      for (const mark of marks) await withinDeadline(runtime, timing.lease, upstream.retire(this.incarnation, mark))
    } finally {
      this.#acknowledger.reset()
      this.#state = 'out'
    }
  }

  /** Leaves for good. A row that cannot be taken away is waited out once, and then retired by others. */
  async close(): Promise<void> {
    await this.leave().catch(() => undefined)
    this.#state = 'closed'
  }

  status(): LeaseStatus {
    const { runtime, view } = this.#parts
    return {
      valid: this.heldWithin(0),
      sequence: view.position?.sequence ?? null,
      lag: this.#askedAt === null ? null : runtime.monotonic() - this.#askedAt,
    }
  }

  #join(): void {
    this.#state = 'in'
    this.#listen()
    this.#tick()
  }

  #listen(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = this.#parts.upstream.subscribe((hint) => this.hear(hint))
  }

  #tick(): void {
    const { runtime, timing } = this.#parts
    if (this.#state !== 'in') return
    if (runtime.monotonic() - this.#servedAt >= timing.idleAfter) return void this.leave().catch(() => undefined)
    const { lease } = timing
    // What a relay hands down is less than a whole lease, and less at every level of the tree. One that is busy hands
    // down the least, and must not be asked the more for it.
    const often = Math.min(lease / 3, (this.#lease?.lasts ?? lease) / 2)
    this.#callOff = runtime.later(Math.max(lease / 10, often), () => this.#tick())
    this.#catchUpSoon()
  }

  #catchUpSoon(): void {
    this.#readings.afresh().catch(() => undefined)
  }

  async #renewed(): Promise<void> {
    const { runtime, emit } = this.#parts
    try {
      await this.#renew()
      // Whoever listened while the store went away may be listening to nothing.
      if (this.#inTrouble && this.#state === 'in') this.#listen()
      this.#inTrouble = false
    } catch (error) {
      // Once per outage: a store that is away is away at every renewal.
      if (!this.#inTrouble) emit({ type: 'trouble', at: runtime.now(), where: 'lease', error })
      this.#inTrouble = true
      throw error
    }
  }

  async #renew(): Promise<void> {
    const { upstream, view, runtime, timing, terms } = this.#parts
    if (this.#lost !== null) await this.#recover(this.#lost)
    if (this.#state !== 'in') return
    const asked = this.#clocks()
    const from = view.position
    const mark = (this.#markSent = this.#parts.random())
    const { lease, lastKnownGood } = timing
    const membership = { incarnation: this.incarnation, mark, renewal: ++this.#renewals, lease, lastKnownGood }
    // An answer that takes a whole lease is worth none.
    const reading = await withinDeadline(runtime, timing.lease, upstream.renew(membership, terms, from))
    if (this.#state !== 'in') return
    this.#markAnswered = mark
    const answered = this.#clocks()
    const fault = misfit(reading.terms, terms)
    if (fault !== null) {
      this.#lease = null
      this.#tellOnce({ type: 'lease-refused', at: answered.wall, reason: fault, deployment: reading.terms.deployment })
      return
    }
    if (!this.#take(reading, from)) return this.#catchUpSoon()
    this.#askedAt = asked.monotonic
    const skewed = isSkewed(reading.time, asked, answered, timing.tolerance)
    if (skewed) this.#tellOnce({ type: 'clock-skewed', at: answered.wall, storeTime: reading.time! })
    else this.#told = null
    const isLate = asked.monotonic <= this.#surrenderedAt
    this.#lease = skewed || isLate ? null : grant(asked, timing, reading.leaseFor)
    this.#acknowledger.send()
    await this.#tidy(reading)
  }

  /** Once each time it comes to that: what is so at one renewal is so at the next. */
  #tellOnce(event: HallpassEvent): void {
    if (this.#told !== event.type) this.#parts.emit(event)
    this.#told = event.type
  }

  /** Brings the view to the end of the reading; false where the log forgot, and what was built on it is worth nothing. */
  #take(reading: LogReading, from: Position | null): boolean {
    const { view, runtime } = this.#parts
    const now = runtime.monotonic()
    const verdict = judgeReading(from, view.log, reading)
    if (verdict.outcome === 'forgot') return this.#forget(reading, verdict.reason)
    if (verdict.outcome === 'continues') {
      const reason = contradiction(view, reading)
      if (reason !== null) return this.#forget(reading, reason)
      view.apply(reading.entries, now)
      return true
    }
    view.restart(reading, now)
    this.#establishedFrom = now
    this.#acknowledger.reset()
    return true
  }

  #forget(reading: LogReading, reason: string): false {
    const { view, runtime, emit } = this.#parts
    const common = lastCommon(view, reading)
    const all = common !== null && view.start !== null && common >= view.start.sequence
    const entries = view.after(common ?? 0)
    this.#lost = { entries, all }
    this.#lease = null
    this.#establishedFrom = null
    this.#forgotAt = runtime.monotonic()
    view.drop(runtime.now())
    emit({ type: 'log-forgot', at: runtime.now(), reason, entries: entries.length, all })
    return false
  }

  async #recover(lost: Lost): Promise<void> {
    await this.#parts.housekeeping?.recover(lost)
    this.#lost = null
  }

  async #tidy(reading: LogReading): Promise<void> {
    const { view, runtime, terms, housekeeping } = this.#parts
    const through = view.prune(runtime.monotonic(), Math.max(terms.retention, reading.terms.retention))
    if (through !== null && through.sequence > reading.start.sequence) await housekeeping?.truncate(through)
  }

  #reached(): Position | null {
    const { view, below } = this.#parts
    if (this.#state !== 'in' || view.position === null) return null
    return below === null ? view.position : below.acknowledgeable(view.position)
  }

  #clocks(): Clocks {
    const { runtime } = this.#parts
    return { monotonic: runtime.monotonic(), wall: runtime.now() }
  }
}
