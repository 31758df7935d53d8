import { merged, type Sighting, touch } from '../core/touch.js'
import { settle } from './settle.js'
import type { Parts } from './parts.js'
import { idleLifetime } from './strategies/strategy.js'

/** How long sightings wait for company, milliseconds; well within the overlap, as confirmations must be. */
const batchEvery = 1000
/** Sightings kept while the store is away; the oldest go first: they only cost a little idle time. */
const mostWaiting = 100_000

/** Touches and confirmations, written behind in batches and retried until they are stored. */
export interface WriteBehind {
  note(id: string, sighting: Sighting): void
  /** Writes all that waits; what the store refuses to take waits on. */
  flush(): Promise<void>
  stop(): Promise<void>
}

export function createWriteBehind(parts: Parts): WriteBehind {
  let waiting = new Map<string, Sighting>()
  let callOff: (() => void) | null = null
  let stopped = false

  function note(id: string, sighting: Sighting): void {
    const earlier = waiting.get(id)
    waiting.set(id, earlier === undefined ? sighting : merged(earlier, sighting))
    if (waiting.size > mostWaiting) waiting.delete(waiting.keys().next().value!)
    schedule()
  }

  function schedule(): void {
    if (callOff !== null || stopped) return
    callOff = parts.runtime.later(batchEvery, () => {
      callOff = null
      void flush()
    })
  }

  async function flush(): Promise<void> {
    const batch = waiting
    waiting = new Map()
    for (const [id, sighting] of batch) {
      try {
        await settle(parts, id, (found) =>
          touch(found, sighting, (record) => idleLifetime(parts.policy, record), parts.runtime.now()),
        )
      } catch (error) {
        parts.emit({ type: 'trouble', at: parts.runtime.now(), where: 'write-behind', error })
        note(id, sighting)
      }
    }
  }

  async function stop(): Promise<void> {
    stopped = true
    callOff?.()
    await flush()
  }

  return { note, flush, stop }
}
