import type { Runtime } from '../core/ports.js'

export interface ManualClock extends Runtime {
  /**
   * Moves both clocks on by `ms` and calls every timer that falls due on the way, in order, each at its own time.
   * What a timer starts asynchronously is the caller's to await.
   */
  advance(ms: number): void
  /** Sets the wall clock alone, forwards or backwards, as an administrator or NTP would; timers do not notice. */
  set(wall: number): void
}

interface Timer {
  readonly due: number
  readonly call: () => void
}

/** A clock that stands still until told otherwise. `start`: milliseconds since 1970, by default 2026-01-01T00:00:00Z. */
export function manualClock(start: number = Date.UTC(2026, 0, 1)): ManualClock {
  let wall = start
  let monotonic = 0
  const timers = new Set<Timer>()

  const moveTo = (moment: number): void => {
    wall += moment - monotonic
    monotonic = moment
  }
  const nextUntil = (end: number): Timer | undefined => {
    let next: Timer | undefined
    for (const timer of timers) if (timer.due <= end && (next === undefined || timer.due < next.due)) next = timer
    return next
  }
  return {
    now: () => wall,
    monotonic: () => monotonic,
    later(delay, call) {
      const timer = { due: monotonic + Math.max(0, delay), call }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`time goes forwards: advance(${ms})`)
      const end = monotonic + ms
      for (let timer = nextUntil(end); timer !== undefined; timer = nextUntil(end)) {
        timers.delete(timer)
        moveTo(timer.due)
        timer.call()
      }
      moveTo(end)
    },
    set(to) {
      wall = to
    },
  }
}
