import type { HallpassEvent } from '../core/events.js'
import type { Runtime } from '../core/ports.js'
import type { SessionStore, Touch } from '../core/store.js'
import { merged } from '../core/touch.js'

/** How long sightings wait for company, milliseconds; well within the overlap, as confirmations must be. */
const batchEvery = 1000
/** Sightings in one step of the store. */
const mostAtOnce = 1000
/** Sightings kept while the store is away; the oldest go first: they only cost a little idle time. */
const mostWaiting = 100_000

/** Touches and confirmations, written behind in batches and retried until they are stored. */
export interface WriteBehind {
  note(touch: Touch): void
  /** Writes all that waits; what the store does not take waits on. */
  flush(): Promise<void>
  stop(): Promise<void>
}

export interface WriteBehindParts {
  readonly sessions: Pick<SessionStore, 'touch'>
  readonly runtime: Runtime
  readonly emit: (event: HallpassEvent) => void
}

export function createWriteBehind({ sessions, runtime, emit }: WriteBehindParts): WriteBehind {
  let waiting = new Map<string, Touch>()
  let callOff: (() => void) | null = null
  let stopped = false

  function note(touch: Touch): void {
    const earlier = waiting.get(touch.id)
    waiting.set(touch.id, earlier === undefined ? touch : merged(earlier, touch))
    if (waiting.size > mostWaiting) waiting.delete(waiting.keys().next().value!)
    schedule()
  }

  function schedule(): void {
    if (callOff !== null || stopped) return
    callOff = runtime.later(batchEvery, () => {
      callOff = null
      void flush()
    })
  }

  async function flush(): Promise<void> {
    const touches = [...waiting.values()]
    waiting = new Map()
    for (let from = 0; from < touches.length; from += mostAtOnce) {
      const batch = touches.slice(from, from + mostAtOnce)
      try {
        await sessions.touch(batch, runtime.now())
      } catch (error) {
        emit({ type: 'trouble', at: runtime.now(), where: 'write-behind', error })
        for (const touch of batch) note(touch)
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
