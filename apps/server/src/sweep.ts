import type { SessionStore } from 'hallpass'
import type { Logger } from './observe/log.js'

const every = 10 * 60_000
const batch = 500

/** For so long after its end a session can still say why it ended. Milliseconds. */
const remembered = 24 * 3_600_000

/** Erases sessions long over, now and then, a batch at a time. Answers how to stop. */
export function sweepExpired(
  sessions: Pick<SessionStore, 'removeExpired'>,
  now: () => number,
  log: Logger,
): () => void {
  async function sweep(): Promise<void> {
    try {
      let removed = batch
      while (removed === batch) removed = await sessions.removeExpired(now() - remembered, batch)
    } catch (error) {
      log.warn({ error }, 'expired sessions could not be erased')
    }
  }
  const timer = setInterval(() => void sweep(), every)
  timer.unref()
  return () => clearInterval(timer)
}
