import { withinDeadline } from '../cluster/deadline.js'
import { HallpassError } from '../core/errors.js'
import type { Awaitable, Crypto, Runtime } from '../core/ports.js'
import type { VerifyingKey } from '../keys/held-ring.js'
import type { PublishedKey } from '../crypto/key-set.js'

/** An issuer's keys as they were read once. */
export interface KeysReading {
  readonly keys: readonly PublishedKey[]
  /** For how long they need not be read again, milliseconds; Infinity for keys that were configured. */
  readonly freshFor: number
}

export interface IssuerKeysParts {
  readonly crypto: Crypto
  readonly runtime: Runtime
  /** Rejects with `keys-unavailable`. */
  readonly read: () => Promise<KeysReading>
  /** Hears of trouble, once per outage. */
  readonly tell: (error: unknown) => void
}

export interface KeysStatus {
  readonly count: number
  /** Milliseconds since they were read; null where they never were. */
  readonly age: number | null
}

/** Milliseconds. */
const bounds = {
  /** From one reading to the next, whatever makes somebody ask: so often can a stranger's kid send us out. */
  coolDown: 5000,
  /** The same, after a reading that failed. */
  retryAfter: 1000,
  /**
   * How long anybody waits for a reading. Runtimes of the edge end a request together with the reading that it began, and
   * whoever shares that would wait for ever: past this, another is begun.
   */
  patience: 6000,
  /** How long keys that are no longer fresh are believed while they cannot be read. */
  staleFor: 3_600_000,
  /** Whoever has lost the thread of the log believes no keys that were read longer ago: it keeps what is younger. */
  withoutLog: 60_000,
}

interface Held {
  readonly keys: Map<string, VerifyingKey>
  /** On the monotonic clock, from before they were read; like all of these. */
  readonly readAt: number
  freshUntil: number
  readonly usableUntil: number
}

/** The keys of one issuer: read once for all who ask, and again in the background while the old ones still serve. */
export class IssuerKeys {
  readonly #parts: IssuerKeysParts
  readonly #revoked = new Set<string>()
  #held: Held | null = null
  #underWay: { readonly since: number; readonly done: Promise<void> } | null = null
  #notBefore = -Infinity
  /** Why the last reading failed. */
  #trouble: HallpassError | null = null

  constructor(parts: IssuerKeysParts) {
    this.#parts = parts
  }

  /** The key of that id, if it is held and still believed. */
  known(kid: string): VerifyingKey | undefined {
    const held = this.#held
    if (held === null) return undefined
    const now = this.#parts.runtime.monotonic()
    if (now >= held.freshUntil && this.#mayRead(now)) void this.#read(now)
    return now < held.usableUntil ? held.keys.get(kid) : undefined
  }

  /**
   * The key of that id; an unknown one is looked for, within the cool-down. Rejects with `keys-unavailable` where the
   * keys cannot be read and those held do not answer.
   */
  find(kid: string): Awaitable<VerifyingKey | undefined> {
    return this.known(kid) ?? this.#look(kid)
  }

  /** That key is never believed again, whoever publishes it. */
  revoke(kid: string): void {
    this.#revoked.add(kid)
    this.#held?.keys.delete(kid)
    this.refresh()
  }

  /** Has the keys read again soon; those held serve until then. */
  refresh(): void {
    if (this.#held !== null) this.#held.freshUntil = -Infinity
  }

  /** Entries of the log were missed: a key may have been revoked. */
  missedEntries(): void {
    const { runtime } = this.#parts
    if (this.#held !== null && runtime.monotonic() - this.#held.readAt > bounds.withoutLog) this.#held = null
  }

  status(): KeysStatus {
    const { runtime } = this.#parts
    if (this.#held === null) return { count: 0, age: null }
    return { count: this.#held.keys.size, age: runtime.monotonic() - this.#held.readAt }
  }

  async #look(kid: string): Promise<VerifyingKey | undefined> {
    const { runtime } = this.#parts
    const now = runtime.monotonic()
    if (this.#isReading(now) || this.#mayRead(now)) {
      await withinDeadline(runtime, bounds.patience, this.#read(now)).catch((cause: unknown) => {
        throw new HallpassError('keys-unavailable', { reason: 'the reading under way gives no answer', cause })
      })
    }
    const key = this.known(kid)
    if (key === undefined && this.#trouble !== null) throw this.#trouble
    return key
  }

  #isReading(now: number): boolean {
    return this.#underWay !== null && now - this.#underWay.since < bounds.patience
  }

  #mayRead(now: number): boolean {
    return now >= this.#notBefore && !this.#isReading(now) && this.#held?.freshUntil !== Infinity
  }

  /** Never rejects. */
  #read(now: number): Promise<void> {
    if (this.#isReading(now)) return this.#underWay!.done
    const begun = { since: now, done: this.#readOnce(now) }
    this.#underWay = begun
    void begun.done.finally(() => {
      if (this.#underWay === begun) this.#underWay = null
    })
    return begun.done
  }

  async #readOnce(readAt: number): Promise<void> {
    const { runtime, read, tell } = this.#parts
    try {
      const { keys, freshFor } = await read()
      const imported = await this.#imported(keys)
      // One that was given up may answer after the one that took its place.
      if (this.#held !== null && this.#held.readAt > readAt) return
      for (const kid of this.#revoked) imported.delete(kid)
      const freshUntil = readAt + freshFor
      this.#held = { keys: imported, readAt, freshUntil, usableUntil: freshUntil + bounds.staleFor }
      this.#notBefore = readAt + bounds.coolDown
      this.#trouble = null
    } catch (error) {
      if (this.#trouble === null) tell(error)
      this.#trouble =
        error instanceof HallpassError
          ? error
          : new HallpassError('keys-unavailable', { reason: 'no answer', cause: error })
      this.#notBefore = runtime.monotonic() + bounds.retryAfter
    }
  }

  /** Keys that stay are the same objects again, so that what was verified with them stays verified. */
  async #imported(keys: readonly PublishedKey[]): Promise<Map<string, VerifyingKey>> {
    const imported = new Map<string, PublishedVerifyingKey>()
    for (const { kid, alg, jwk } of keys) {
      const text = JSON.stringify(jwk)
      const before = this.#held?.keys.get(kid) as PublishedVerifyingKey | undefined
      const same = before?.alg === alg && before.text === text
      imported.set(kid, same ? before : { kid, alg, text, key: await this.#parts.crypto.importVerifyKey(alg, jwk) })
    }
    return imported
  }
}

interface PublishedVerifyingKey extends VerifyingKey {
  /** The key as it was published. */
  readonly text: string
}
