import type { Decision } from '../core/decision.js'
import { HallpassError } from '../core/errors.js'
import type { Awaitable } from '../core/ports.js'
import type { Found, SessionRecord } from '../core/session.js'
import type { Counter } from '../core/store.js'
import type { Parts } from './parts.js'

/** Fifty clients that refresh one token at once lose a race each, rarely two; more than this many is trouble. */
const mostAttempts = 20

export interface Settled<Verdict> {
  readonly verdict: Verdict
  /** What the store knew when the decision was taken. */
  readonly found: Found
}

type Decide<Verdict> = (found: Found) => Awaitable<Decision<Verdict>>

/**
 * The one meeting of decisions with the store: load, decide, replace on the version that was read, and decide
 * anew when another writer was first. Events leave only after the write.
 */
export async function settle<Verdict>(parts: Parts, id: string, decide: Decide<Verdict>): Promise<Settled<Verdict>> {
  return attempt(parts, id, decide, async (next) => (await parts.store.sessions.replace(next)) !== 'conflict')
}

/** The same where a counter is raised in one step with the record that is kept. */
export async function settleRaising<Verdict>(
  parts: Parts,
  id: string,
  counter: Counter,
  decide: Decide<Verdict>,
): Promise<Settled<Verdict>> {
  return attempt(parts, id, decide, async (next) => (await parts.store.sessions.raise(counter, next)) !== 'conflict')
}

async function attempt<Verdict>(
  parts: Parts,
  id: string,
  decide: Decide<Verdict>,
  write: (next: SessionRecord) => Promise<boolean>,
): Promise<Settled<Verdict>> {
  for (let attempts = 0; attempts < mostAttempts; attempts++) {
    const found = await parts.store.sessions.find(id)
    const { verdict, next, events } = await decide(found)
    if (next === undefined || (await write(next))) {
      for (const event of events) parts.emit(event)
      return { verdict, found }
    }
  }
  throw new HallpassError('contended', { reason: `session ${id}: another writer was first ${mostAttempts} times` })
}
