import type { LogHint } from '../../core/store.js'
import type { Connection } from './connection.js'
import { every } from './runtime.js'

/** Who wants to hear of the log. */
export interface Hints {
  readonly subscribe: (heard: (hint: LogHint) => void) => () => void
  /** Tells everybody, soon. */
  readonly tell: (hint: LogHint) => void
  readonly close: () => void
}

/** Milliseconds. */
const interval = 25

const fingerprint = `
  SELECT head_sequence AS head, count(incarnation) AS members, total(acknowledged) AS acknowledged
  FROM hallpass_log LEFT JOIN hallpass_log_members ON true`

/**
 * What this store did its listeners hear at once. What other connections committed, in this process or another, is
 * found by looking, as long as anybody listens: SQLite calls nobody.
 */
export function hintsOn(connection: Connection): Hints {
  const listeners = new Set<{ readonly heard: (hint: LogHint) => void }>()
  let stopLooking: (() => void) | null = null

  const tell = (hint: LogHint): void => {
    for (const listener of listeners) {
      queueMicrotask(() => {
        if (listeners.has(listener)) listener.heard(hint)
      })
    }
  }
  const stopIfAlone = (): void => {
    if (listeners.size > 0) return
    stopLooking?.()
    stopLooking = null
  }
  return {
    tell,
    subscribe(heard) {
      const listener = { heard }
      listeners.add(listener)
      stopLooking ??= every(interval, lookout(connection, tell))
      return () => {
        listeners.delete(listener)
        stopIfAlone()
      }
    },
    close() {
      listeners.clear()
      stopIfAlone()
    },
  }
}

/** A look at the file. Other connections' renewals, which change no more than a mark, are not worth a hint. */
function lookout(connection: Connection, tell: (hint: LogHint) => void): () => void {
  let version: unknown = null
  let print: string | null = null
  const look = (): boolean => {
    const seen = connection.glance(({ rows }) => rows<{ data_version: number }>('PRAGMA data_version')[0]!.data_version)
    if (seen === null || seen === version) return false
    const found = connection.glance(({ rows }) => JSON.stringify(rows(fingerprint)))
    if (found === null) return false
    version = seen
    const isNews = found !== print
    print = found
    return isNews
  }
  look()
  return () => {
    if (look()) tell({ about: 'anything' })
  }
}
