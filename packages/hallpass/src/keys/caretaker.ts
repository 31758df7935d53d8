import type { HallpassEvent } from '../core/events.js'
import type { Crypto, Runtime } from '../core/ports.js'
import type { HeldRing } from './held-ring.js'
import type { RingChanges } from './ring-changes.js'
import { due, type RingTiming } from './schedule.js'

/** Milliseconds. Timers cannot sleep for a month, and machines do: it looks at the clock every hour. */
const longestSleep = 3_600_000
/** How long it lets pass before it tries again what the store did not take. */
const afterTrouble = 30_000
/** Of many instances that have the same thing to do, one is to be first: each waits up to so much longer. */
const spread = 5000

/** Does what is due to the key ring while the instance lives. No request waits for it, and none fails by it. */
export interface Caretaker {
  /** The ring was read, or changed: looks when the next thing is due. */
  notice(): void
  /** Resolves when what is under way is over. */
  stop(): Promise<void>
}

export interface CaretakerParts {
  readonly ring: Pick<HeldRing, 'last'>
  readonly changes: Pick<RingChanges, 'careFor'>
  readonly timing: RingTiming
  readonly runtime: Runtime
  readonly crypto: Pick<Crypto, 'randomBytes'>
  readonly emit: (event: HallpassEvent) => void
}

export function createCaretaker({ ring, changes, timing, runtime, crypto, emit }: CaretakerParts): Caretaker {
  let planned: { readonly at: number; readonly callOff: () => void } | null = null
  let underWay: Promise<void> | null = null
  let inTrouble = false
  let stopped = false
  /** Whether the private halves were looked at since this instance began. */
  let hasLooked = false

  const jitter = (): number => Math.floor((crypto.randomBytes(1)[0]! / 256) * spread)

  function plan(delay: number): void {
    const at = runtime.monotonic() + delay
    if (stopped || (planned !== null && planned.at <= at + spread)) return
    planned?.callOff()
    const callOff = runtime.later(delay + jitter(), () => {
      planned = null
      underWay = look().finally(() => {
        underWay = null
      })
    })
    planned = { at, callOff }
  }

  function untilDue(): number {
    const { last } = ring
    if (last === null || last.isOld || !hasLooked) return 0
    return Math.min(Math.max(0, due(last.ring.keys, timing).at - runtime.now()), longestSleep)
  }

  async function look(): Promise<void> {
    try {
      await changes.careFor()
      hasLooked = true
      inTrouble = false
    } catch (error) {
      if (!inTrouble && !stopped) emit({ type: 'trouble', at: runtime.now(), where: 'key-ring', error })
      inTrouble = true
    }
    plan(inTrouble ? afterTrouble : untilDue())
  }

  return {
    notice() {
      if (underWay === null && !inTrouble) plan(untilDue())
    },
    async stop() {
      stopped = true
      planned?.callOff()
      await underWay
    },
  }
}
