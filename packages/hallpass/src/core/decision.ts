import type { HallpassEvent } from './events.js'
import type { SessionRecord } from './session.js'

/**
 * What a decision returns: the verdict, the record to store if it changes one, and the events that are true
 * once that record is stored.
 */
export interface Decision<Verdict> {
  readonly verdict: Verdict
  readonly next?: SessionRecord
  readonly events: readonly HallpassEvent[]
}

export function unchanged<Verdict>(verdict: Verdict, events: readonly HallpassEvent[] = []): Decision<Verdict> {
  return { verdict, events }
}
