import {
  encodeAcknowledgement,
  encodeLeaseRequest,
  leasePath,
  Malformed,
  positionPath,
  readOutcome,
  readReading,
} from '../cluster/feed.js'
import { HallpassError, type Mistake } from '../core/errors.js'
import { endOf, follows, type Position } from '../core/log.js'
import { logKeyMistakes } from '../core/log-key.js'
import type { Runtime } from '../core/ports.js'
import type { LogFeed, LogHint } from '../core/store.js'
import { InstanceCalls } from './instance-calls.js'
import { openLogStream } from './log-stream.js'
import { isPrivate } from './transport.js'

export interface RemoteLogOptions {
  /** The origin of an instance, or of a verifier that serves its feed, such as `https://app.example`. */
  readonly address: string
  /** The log key that it was given. */
  readonly key: string
  readonly runtime: Runtime
  /** Default: the platform's own. */
  readonly fetch?: typeof fetch
}

/** The log of an instance elsewhere. */
export interface RemoteLog extends LogFeed {
  /** Ends the stream and whatever request is under way; every later call rejects. */
  close(): Promise<void>
}

/**
 * Asks an instance for leases, and hears what it streams. Whatever goes wrong between here and there rejects with
 * `store-unavailable`. Throws `configuration` where address or key are not safe to use. An open stream may keep a
 * process alive: `close` it.
 */
export function remoteLog({ address, key, runtime, fetch = globalThis.fetch }: RemoteLogOptions): RemoteLog {
  const mistakes = [...addressMistakes(address), ...logKeyMistakes(key)]
  if (mistakes.length > 0) throw new HallpassError('configuration', { mistakes })
  return new LogElsewhere(new InstanceCalls({ address, key, runtime, fetch }), runtime)
}

class LogElsewhere implements RemoteLog {
  readonly mayForget = true
  readonly #calls: InstanceCalls
  readonly #runtime: Runtime
  readonly #listeners = new Set<(hint: LogHint) => void>()
  /** How far its reader has come, by renewals and by the stream: where that is to go on. */
  #position: Position | null = null
  #stopStream: (() => void) | null = null

  constructor(calls: InstanceCalls, runtime: Runtime) {
    this.#calls = calls
    this.#runtime = runtime
  }

  renew: LogFeed['renew'] = async (member, terms, after) => {
    // An answer that takes a whole lease is worth none.
    this.#calls.patience = member.lease
    const answer = await this.#calls.call('POST', leasePath, encodeLeaseRequest({ member, terms, after }))
    const reading = this.#read(() => readReading(answer))
    this.#position = endOf(reading.held && after !== null ? after : reading.start, reading.entries)
    return reading
  }

  acknowledge: LogFeed['acknowledge'] = async (incarnation, position) => {
    const answer = await this.#calls.call('PUT', positionPath, encodeAcknowledgement({ incarnation, position }))
    return this.#read(() => readOutcome(answer, ['acknowledged', 'refused'] as const))
  }

  retire: LogFeed['retire'] = async (incarnation, mark) => {
    const which = new URLSearchParams({ incarnation, mark }).toString()
    const answer = await this.#calls.call('DELETE', `${leasePath}?${which}`, null)
    return this.#read(() => readOutcome(answer, ['retired', 'kept'] as const))
  }

  subscribe(listener: (hint: LogHint) => void): () => void {
    this.#listeners.add(listener)
    if (!this.#calls.isClosed) {
      this.#stopStream ??= openLogStream({
        runtime: this.#runtime,
        open: (path, init) => this.#calls.open(path, init),
        position: () => this.#position,
        heard: (hint) => this.#hear(hint),
      })
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#endStream()
    }
  }

  async close(): Promise<void> {
    this.#calls.close()
    this.#listeners.clear()
    this.#endStream()
  }

  #hear(hint: LogHint): void {
    if (hint.about === 'entry' && this.#position !== null && follows(this.#position, hint.entry)) {
      this.#position = { sequence: hint.entry.sequence, id: hint.entry.id }
    }
    for (const heard of this.#listeners) heard(hint)
  }

  #endStream(): void {
    this.#stopStream?.()
    this.#stopStream = null
  }

  /** What is malformed is trouble, whatever it would have said. */
  #read<Value>(read: () => Value): Value {
    try {
      return read()
    } catch (cause) {
      throw this.#calls.trouble(cause instanceof Malformed ? `says what is no message: ${cause.reason}` : 'lies', cause)
    }
  }
}

function addressMistakes(address: string): Mistake[] {
  const remedy = 'Give the origin of an instance, such as "https://app.example".'
  const wrong = (problem: string): Mistake[] => [{ field: 'address', problem, remedy }]
  if (!URL.canParse(address)) return wrong('is no address.')
  const url = new URL(address)
  const { pathname, search, hash, username } = url
  if (pathname !== '/' || search !== '' || hash !== '' || username !== '') return wrong('is more than an origin.')
  if (isPrivate(url)) return []
  return wrong('is not https: whoever is on the way could read the key, and say what ended and what did not.')
}
