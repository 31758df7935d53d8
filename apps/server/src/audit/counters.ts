import type { AuditStore, Count, Runtime } from 'hallpass'
import { within } from '../within.js'
import type { AnyEvent } from './record-of.js'

const minute = 60_000
/** Milliseconds from what is counted until it is in the store. */
const soon = 10_000
/** Series and minutes that wait for a store that is away. */
const mostWaiting = 1000
const patience = 2000

/** What revocations took at most, milliseconds. */
export const revokeBounds: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

/** Series of revocations by what they took: its bound, or "more". */
export const revokeSeries = 'revoke-took:'

export interface Counters {
  heard(event: AnyEvent): void
  close(): Promise<void>
}

/** Counts by the minute what charts show, and adds it to what other instances counted. */
export function createCounters(store: Pick<AuditStore, 'count'>, runtime: Pick<Runtime, 'now' | 'later'>): Counters {
  let waiting = new Map<string, Count>()
  let callOff: (() => void) | null = null

  function add({ minute: begun, series, value }: Count): void {
    const key = `${begun} ${series}`
    const sum = waiting.get(key)
    if (sum === undefined && waiting.size >= mostWaiting) return
    waiting.set(key, { minute: begun, series, value: (sum?.value ?? 0) + value })
    callOff ??= runtime.later(soon, () => {
      callOff = null
      void flush()
    })
  }

  async function flush(): Promise<void> {
    if (waiting.size === 0) return
    const counts = [...waiting.values()]
    waiting = new Map()
    try {
      await store.count(counts)
    } catch {
      for (const count of counts) add(count)
    }
  }

  return {
    heard(event) {
      const begun = Math.floor(runtime.now() / minute) * minute
      for (const series of seriesOf(event)) add({ minute: begun, series, value: 1 })
    },
    async close() {
      await within(patience, flush())
      callOff?.()
    },
  }
}

function seriesOf(event: AnyEvent): readonly string[] {
  if (event.type === 'signed-in' || event.type === 'refresh-rotated') return [event.type]
  if (event.type === 'refused') return [`refused:${event.code}`]
  if (event.type !== 'revoked') return []
  const bound = revokeBounds.find((atMost) => event.tookMilliseconds <= atMost)
  return [event.type, `${revokeSeries}${bound ?? 'more'}`]
}
