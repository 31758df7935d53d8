import type { AuditStore, SessionStore } from 'hallpass'
import type { Logger } from './observe/log.js'

const every = 10 * 60_000
const batch = 500

/** For so long after its end a session can still say why it ended. Milliseconds. */
const remembered = 24 * 3_600_000

/** For so long it can be read what happened. Milliseconds. */
const kept = 90 * 24 * 3_600_000

export interface Swept {
  readonly sessions: Pick<SessionStore, 'removeExpired'>
  readonly audit: Pick<AuditStore, 'removeBefore'>
}

/** Erases sessions and records of long ago, now and then, a batch at a time. Answers how to stop. */
export function sweepExpired({ sessions, audit }: Swept, now: () => number, log: Logger): () => void {
  async function sweep(): Promise<void> {
    try {
      let removed = batch
      while (removed === batch) removed = await sessions.removeExpired(now() - remembered, batch)
      do removed = await audit.removeBefore(now() - kept, batch)
      while (removed === batch)
    } catch (error) {
      log.warn({ error }, 'what is long over could not be erased')
    }
  }
  const timer = setInterval(() => void sweep(), every)
  timer.unref()
  return () => clearInterval(timer)
}
