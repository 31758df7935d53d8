import type { Credential } from './credentials.js'
import { epoch } from './machine.js'
import type { Scheduler } from './scheduler.js'

/** Something was asked to end or to change: what must not be accepted once it has resolved. */
export interface Promised {
  readonly name: string
  readonly begunAt: number
  readonly begunOrder: number
  /** What must be refused once it has resolved. */
  readonly covers: (credential: Credential) => boolean
  /** What may be refused, whether it must or not: a sign-in at the same time may come before or after. */
  readonly touches: (credential: Credential) => boolean
  resolvedOrder: number | null
  resolvedAt: number | null
  /** Whether times of last known good have passed as well. */
  complete: boolean
}

export interface Loss {
  readonly at: number
  /** What was written after this is gone. */
  readonly to: number
  /** When an instance that remembered all of it had published it again; null: nobody has. */
  curedAt: number | null
  /** Where only what one machine wrote is gone, since it wrote to the old primary: that machine. */
  readonly by: string | null
}

export interface Acceptance {
  readonly who: string
  readonly how: 'memory' | 'view' | 'store' | 'last-known-good'
  readonly startedAt: number
  readonly startedOrder: number
}

interface Dead {
  readonly promised: Promised
  readonly order: number
}

/** Judges from outside: it knows what was promised and when, and nothing of how the promise is kept. */
export class Oracle {
  readonly violations: string[] = []
  readonly credentials: Credential[] = []
  readonly losses: Loss[] = []
  /** Acceptances that the design says a store which forgot may cost. */
  residual = 0
  accepted = 0
  /** Milliseconds: a bound on how long any lease that is believed can last, in true time. */
  readonly #window: number
  /** Milliseconds by which a clock may be wrong when an expiry is judged. */
  readonly #tolerance: number
  readonly #scheduler: Scheduler
  readonly #promises: { readonly promised: Promised; readonly order: number }[] = []
  readonly #begun: Promised[] = []
  readonly #dead = new Map<Credential, Dead[]>()
  /** Splits: until when a machine that is on the wrong side is outside what is claimed. */
  readonly #outside = new Map<string, { from: number; until: number }>()

  constructor(scheduler: Scheduler, window: number, tolerance: number) {
    this.#scheduler = scheduler
    this.#window = window
    this.#tolerance = tolerance
  }

  violate(what: string): void {
    this.violations.push(`${this.#scheduler.now.toFixed(1)} ${what}`)
    this.#scheduler.tell('ORACLE', () => `VIOLATION: ${what}`)
    this.#scheduler.stop()
  }

  register(credential: Credential): void {
    this.credentials.push(credential)
    for (const { promised, order } of this.#promises)
      if (promised.covers(credential)) this.#kill(credential, promised, order)
  }

  begin(name: string, covers: Promised['covers'], touches: Promised['touches']): Promised {
    const { now, order } = this.#scheduler
    this.#scheduler.tell('client', () => `asks: ${name}`)
    const begun = { name, begunAt: now, begunOrder: order, covers, touches }
    const promised: Promised = { ...begun, resolvedAt: null, resolvedOrder: null, complete: false }
    this.#begun.push(promised)
    return promised
  }

  mayBeTouched(credential: Credential): boolean {
    return this.#begun.some(
      ({ touches, resolvedOrder }) => touches(credential) && credential.readOrder <= (resolvedOrder ?? Infinity),
    )
  }

  resolved(promised: Promised, complete: boolean): void {
    const { now, order } = this.#scheduler
    this.#scheduler.tell('client', () => `is told: ${promised.name}${complete ? '' : ' (leases only)'}`)
    promised.resolvedAt = now
    promised.resolvedOrder = order
    promised.complete = complete
    this.#promises.push({ promised, order })
    for (const credential of this.credentials) if (promised.covers(credential)) this.#kill(credential, promised, order)
  }

  isDead(credential: Credential): boolean {
    return this.#dead.has(credential)
  }

  lost(to: number, by: string | null = null): Loss {
    const loss: Loss = { at: this.#scheduler.now, to, curedAt: null, by }
    this.losses.push(loss)
    return loss
  }

  cured(loss: Loss): void {
    loss.curedAt ??= this.#scheduler.now
  }

  /** Nothing is promised of that subject's credentials any more. */
  forgive(subject: string): void {
    for (const credential of this.#dead.keys()) if (credential.subject === subject) this.#dead.delete(credential)
  }

  /** From now on no loss excuses anything: whoever could know must have told by now. */
  overdue(): void {
    this.losses.length = 0
  }

  outside(who: string, until: number): void {
    const from = this.#outside.get(who)?.from ?? this.#scheduler.now
    this.#outside.set(who, { from, until })
  }

  accept(credential: Credential, acceptance: Acceptance): void {
    this.accepted++
    const { who, how, startedAt, startedOrder } = acceptance
    const late = epoch + startedAt - credential.expiresAt - this.#tolerance - this.#window
    // The store knows no times: there the instance's own wall clock decides, right or wrong.
    if (late > 0 && how !== 'store')
      this.violate(
        `S2: ${who} accepts ${credential.name} by ${how}, ${Math.round(late)} ms after its end and tolerance`,
      )
    for (const { promised, order } of this.#dead.get(credential) ?? []) {
      if (startedOrder <= order) continue
      if (how === 'last-known-good' && !promised.complete) continue
      if (this.#isExcused(promised, who, startedAt)) this.residual++
      else
        this.violate(
          `S1: ${who} accepts ${credential.name} by ${how} after "${promised.name}" resolved at ${promised.resolvedAt!.toFixed(1)}`,
        )
      return
    }
  }

  /** A2 and A3: what is gone with the store's memory is excused until it is known again, and one window for every lease. */
  #isExcused(promised: Promised, who: string, startedAt: number): boolean {
    const outside = this.#outside.get(who)
    if (outside !== undefined && startedAt >= outside.from && startedAt <= outside.until) return true
    return this.losses.some(({ at, to, curedAt, by }) => {
      if (by !== null && !promised.name.includes(`(by ${by})`)) return false
      // Begun before it, answered after it.
      if (this.#scheduler.now < at) return false
      const mayBeLost = promised.begunAt <= at && promised.resolvedAt! >= to
      if (mayBeLost) return startedAt <= (curedAt ?? Infinity) + this.#window
      return promised.resolvedAt! >= at && promised.begunAt <= at + this.#window && startedAt <= at + 2 * this.#window
    })
  }

  #kill(credential: Credential, promised: Promised, order: number): void {
    const dead = this.#dead.get(credential) ?? []
    dead.push({ promised, order })
    this.#dead.set(credential, dead)
  }
}
