import { longestAnswer } from '../cluster/feed.js'
import { HallpassError } from '../core/errors.js'
import { defaultTiming } from '../core/lease.js'
import type { Runtime } from '../core/ports.js'
import { textWithin } from './transport.js'

export interface InstanceCallsParts {
  readonly address: string
  readonly key: string
  readonly runtime: Runtime
  readonly fetch: typeof fetch
}

type OpenInit = Omit<RequestInit, 'headers'> & { readonly headers: { readonly [name: string]: string } }

/** Requests to one instance, with the log key. Whatever goes wrong rejects with `store-unavailable`, and says why. */
export class InstanceCalls {
  /** Milliseconds that an answer may take. */
  patience = defaultTiming.lease
  readonly #parts: InstanceCallsParts
  readonly #underWay = new Set<AbortController>()
  #isClosed = false

  constructor(parts: InstanceCallsParts) {
    this.#parts = parts
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** The answer as it begins; only a good one is. */
  async open(path: string, { headers, ...init }: OpenInit): Promise<Response> {
    const { address, key, fetch } = this.#parts
    try {
      // Not followed: the key is for this address alone. Some platforms of the edge know no 'error'.
      const response = await fetch(new URL(path, address), {
        ...init,
        headers: { ...headers, authorization: `Bearer ${key}` },
        redirect: 'manual',
      })
      if (response.ok) return response
      await response.body?.cancel()
      throw this.trouble(response.status === 401 ? 'does not take this log key (401)' : `answers ${response.status}`)
    } catch (cause) {
      throw cause instanceof HallpassError ? cause : this.trouble('does not answer', cause)
    }
  }

  /** The whole answer, within `patience`. */
  async call(method: string, path: string, body: string | null): Promise<string> {
    if (this.#isClosed) throw this.trouble('is not asked any more: it was closed')
    const cancel = new AbortController()
    const callOff = this.#parts.runtime.later(this.patience, () => cancel.abort(), true)
    this.#underWay.add(cancel)
    try {
      const headers = { accept: 'application/json', 'content-type': 'application/json' }
      return await textWithin(longestAnswer, await this.open(path, { method, body, headers, signal: cancel.signal }))
    } catch (cause) {
      throw cause instanceof HallpassError ? cause : this.trouble('broke off its answer', cause)
    } finally {
      callOff()
      this.#underWay.delete(cancel)
    }
  }

  trouble(problem: string, cause?: unknown): HallpassError {
    const reason = `the log at ${this.#parts.address} ${problem}`
    return new HallpassError('store-unavailable', cause === undefined ? { reason } : { reason, cause })
  }

  /** Gives up what is under way, and whatever is asked later. */
  close(): void {
    this.#isClosed = true
    for (const cancel of this.#underWay) cancel.abort()
  }
}
