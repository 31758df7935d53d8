import { randomBytes } from 'node:crypto'
import type { AuditRecord, AuditStore, Hallpass, Runtime } from 'hallpass'
import { eventTypes } from '../observe/event-log.js'
import type { Logger } from '../observe/log.js'
import { type Coalesced, createCoalescing } from './coalesce.js'
import { createCounters } from './counters.js'
import { type AnyEvent, recordOf } from './record-of.js'
import type { ServerEvent } from './server-event.js'
import { writeBehind } from './write-behind.js'

/** How often what was counted is looked through while there is any, milliseconds. */
const every = 1000

/** Keeps what happened in the store, for whom it concerns and for operators. Nothing waits for it, nothing rests on it. */
export interface Journal {
  /** Keeps what the server tells; events of the library are heard by themselves. */
  tell(event: ServerEvent): void
  /** Writes what is still to be written, for as long as that may take. */
  close(): Promise<void>
}

export interface JournalParts {
  readonly auth: Pick<Hallpass, 'on'>
  readonly store: AuditStore
  readonly runtime: Pick<Runtime, 'now' | 'later'>
  readonly log: Logger
}

export function createJournal({ auth, store, runtime, log }: JournalParts): Journal {
  const records = writeBehind(store, runtime, log)
  const counters = createCounters(store, runtime)
  const coalescing = createCoalescing()
  let callOff: (() => void) | null = null

  function arm(): void {
    callOff ??= runtime.later(every, () => {
      callOff = null
      for (const record of coalescing.due(runtime.now())) records.add(withId(record))
      if (coalescing.size > 0) arm()
    })
  }

  function heard(event: AnyEvent): void {
    counters.heard(event)
    const draft = recordOf(event)
    const record = draft === null ? null : coalescing.take(draft)
    if (record !== null) records.add(withId(record))
    if (coalescing.size > 0) arm()
  }

  for (const type of eventTypes) auth.on(type, heard)
  return {
    tell: heard,
    async close() {
      callOff?.()
      for (const record of coalescing.rest()) records.add(withId(record))
      await Promise.all([records.close(), counters.close()])
    },
  }
}

function withId(record: Coalesced): AuditRecord {
  return { id: randomBytes(16).toString('base64url'), ...record }
}
