import { encodePosition, logPath, longestLine, readEntry } from '../cluster/feed.js'
import type { Position } from '../core/log.js'
import type { Runtime } from '../core/ports.js'
import type { LogHint } from '../core/store.js'
import { createEventReader, type StreamEvent } from './event-stream.js'
import type { InstanceCalls } from './instance-calls.js'

export interface LogStreamParts {
  readonly runtime: Runtime
  /** Asks the instance; rejects where it refuses. */
  readonly open: InstanceCalls['open']
  /** How far this reader has come; null before it has read anything. */
  readonly position: () => Position | null
  readonly heard: (hint: LogHint) => void
}

/** A stream that says nothing for so long is dead: the other end says something every ten seconds. */
const longestSilence = 25_000

/** Milliseconds until it is opened anew, doubled with every stream that does not last. */
const soonest = 250
const latest = 8000

/**
 * Hears what an instance streams, opened anew for as long as it is wanted. Nothing rests on it: whatever a stream says,
 * or fails to say, the next renewal tells.
 */
export function openLogStream({ runtime, open, position, heard }: LogStreamParts): () => void {
  let isWanted = true
  let wait = soonest
  let cancel = new AbortController()
  let callOff: (() => void) | null = null

  function hear({ type, data }: StreamEvent): void {
    if (type === 'entry') heard({ about: 'entry', entry: readEntry(data) })
    else if (type === 'behind') heard({ about: 'anything' })
  }

  async function read(): Promise<void> {
    const after = position()
    const headers = { accept: 'text/event-stream', ...(after && { 'last-event-id': encodePosition(after) }) }
    const response = await open(logPath, { headers, signal: cancel.signal })
    const take = createEventReader(longestLine, hear)
    const decoder = new TextDecoder()
    const reader = response.body!.getReader()
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        notDead()
        take(decoder.decode(part.value, { stream: true }))
      }
    } finally {
      // What was malformed leaves a stream behind that goes on.
      void reader.cancel().catch(() => undefined)
    }
  }

  function notDead(): void {
    callOff?.()
    callOff = runtime.later(longestSilence, () => cancel.abort())
  }

  async function run(): Promise<void> {
    cancel = new AbortController()
    const began = runtime.monotonic()
    notDead()
    await read().catch(() => undefined)
    callOff?.()
    if (!isWanted) return
    if (runtime.monotonic() - began >= latest) wait = soonest
    callOff = runtime.later(wait, () => void run())
    wait = Math.min(latest, wait * 2)
  }

  void run()
  return () => {
    isWanted = false
    callOff?.()
    cancel.abort()
  }
}
