import type { LeaseTiming } from '../core/lease.js'
import type { Position } from '../core/log.js'
import type { Runtime } from '../core/ports.js'
import type { LogStore } from '../core/store.js'
import { withinDeadline } from './deadline.js'

/** Tells the log how far this instance has come: one acknowledgement under way at a time, always of the newest. */
export interface Acknowledger {
  /** Acknowledges what `reached` answers by now, unless that was acknowledged before. */
  send(): void
  /** Nothing counts as acknowledged any more: the row is gone, or the log is another. */
  reset(): void
}

export interface AcknowledgerParts {
  readonly upstream: Pick<LogStore, 'acknowledge'>
  readonly runtime: Runtime
  readonly timing: LeaseTiming
}

export function createAcknowledger(
  { upstream, runtime, timing }: AcknowledgerParts,
  incarnation: string,
  reached: () => Position | null,
): Acknowledger {
  let acknowledged = -1
  let underWay = false

  function send(): void {
    const position = reached()
    if (underWay || position === null || position.sequence <= acknowledged) return
    underWay = true
    withinDeadline(runtime, timing.lease, upstream.acknowledge(incarnation, position)).then(
      (answer) => {
        underWay = false
        if (answer !== 'acknowledged') return
        acknowledged = position.sequence
        send()
      },
      // The next renewal tries again.
      () => void (underWay = false),
    )
  }

  return { send, reset: () => void (acknowledged = -1) }
}
