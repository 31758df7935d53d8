import type { AuditRecord, AuditStore, Runtime } from 'hallpass'
import type { Logger } from '../observe/log.js'
import { within } from '../within.js'

/** Milliseconds until what came is written, and until what could not be is tried again. */
const soon = 250
const again = 1000
const batch = 200
/** Records that wait for a store that is away; what comes after them is lost. */
const mostWaiting = 10_000
/** How long closing may take. */
const patience = 2000

export interface WriteBehind {
  add(record: AuditRecord): void
  close(): Promise<void>
}

/** Writes records in batches, in order, behind whatever caused them. Adding a record again changes nothing, so retries are harmless. */
export function writeBehind(
  store: Pick<AuditStore, 'append'>,
  runtime: Pick<Runtime, 'later'>,
  log: Logger,
): WriteBehind {
  const waiting: AuditRecord[] = []
  let callOff: (() => void) | null = null
  let writing: Promise<void> | null = null
  let isLosing = false

  function arm(delay: number): void {
    callOff ??= runtime.later(delay, () => {
      callOff = null
      void write()
    })
  }

  /** One at a time, until nothing waits or the store fails. */
  function write(): Promise<void> {
    return (writing ??= writeAll().finally(() => (writing = null)))
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const records = waiting.slice(0, batch)
      try {
        await store.append(records)
      } catch {
        arm(again)
        return
      }
      waiting.splice(0, records.length)
      isLosing = false
    }
  }

  return {
    add(record) {
      if (waiting.length < mostWaiting) {
        waiting.push(record)
        arm(soon)
      } else if (!isLosing) {
        isLosing = true
        log.warn({ waiting: waiting.length }, 'the store takes no audit records: they are being lost')
      }
    },
    async close() {
      await within(patience, write())
      callOff?.()
      if (waiting.length > 0) log.warn({ lost: waiting.length }, 'audit records were lost')
    },
  }
}
