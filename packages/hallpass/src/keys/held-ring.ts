import { HallpassError } from '../core/errors.js'
import type { NewEntry } from '../core/log.js'
import type { Algorithm } from '../core/algorithm.js'
import type { Crypto, Runtime, VerifyKey } from '../core/ports.js'
import type { KeyRecord, KeyStore } from '../core/store.js'
import type { Roots } from '../crypto/roots.js'
import { firstRing, ringProblem, verifies } from './keyring.js'
import { type OneAtATime, oneAtATime } from '../core/one-at-a-time.js'
import { createSigningKey, verifyingJwk } from './signing.js'

/** A ring as it was read, with the keys that verify ready for use. */
export interface Ring {
  readonly version: number
  readonly keys: readonly KeyRecord[]
  readonly verifying: ReadonlyMap<string, VerifyingKey>
}

/** One object per key for as long as the instance holds it. */
export interface VerifyingKey {
  readonly kid: string
  readonly alg: Algorithm
  readonly key: VerifyKey
}

/** How often unknown key ids may send an instance to the store, milliseconds. */
export const rereadEvery = 5000

const attempts = 3

export interface RingParts {
  readonly store: KeyStore
  readonly roots: Roots
  readonly crypto: Crypto
  readonly runtime: Runtime
  /** What the first keys are of. */
  readonly algorithm: Algorithm
  /** Whether this instance would have heard of a revoked key. */
  readonly trusted: () => boolean
  /** How long after the start of a read its answer may still be kept, milliseconds: one lease. */
  readonly lease: number
  /** Called when a ring was read and kept. */
  readonly held: () => void
  /** Called when this instance has begun the first ring. */
  readonly began: (keys: readonly KeyRecord[]) => void
}

/** The key ring as this instance knows it. Trouble with the store rejects, and is never remembered. */
export class HeldRing {
  readonly #parts: RingParts
  readonly #reading: OneAtATime<Ring>
  readonly #beginning: OneAtATime<Ring>
  #held: Ring | null = null
  #isOld = false
  /** What the log has told of keys, counted: an answer that it overtook is not the newest. */
  #told = 0
  #forgotten = 0
  #rereadAt = -Infinity
  readonly #revoked = new Set<string>()

  constructor(parts: RingParts) {
    this.#parts = parts
    this.#reading = oneAtATime(() => this.#read())
    this.#beginning = oneAtATime(() => this.#begin())
  }

  /** Whether what is held may be believed without asking the store. */
  get isTrusted(): boolean {
    return this.#parts.trusted()
  }

  /** The last ring that was read, and whether the log has told of a change since; null before the first. */
  get last(): { readonly ring: Ring; readonly isOld: boolean } | null {
    return this.#held === null ? null : { ring: this.#held, isOld: this.#isOld }
  }

  /** The key of that id, if the ring in memory has it and the log has told nothing against it. */
  known(kid: string): VerifyingKey | undefined {
    return this.#keyOf(this.#held, kid)
  }

  /** The key of that id; an unknown one is looked for in the store, but not more often than `rereadEvery`. */
  async find(kid: string): Promise<VerifyingKey | undefined> {
    if (!this.isTrusted) return this.#keyOf(await this.#reading.afresh(), kid)
    return this.#keyOf(this.#held ?? (await this.#reading.joined()), kid) ?? this.#keyOf(await this.#reread(), kid)
  }

  /** The ring; begins the first one where the store has none. Of many instances that do so at once, one wins. */
  async ensured(): Promise<Ring> {
    if (!this.isTrusted) return this.#beginning.afresh()
    const isEnough = this.#held !== null && !this.#isOld && this.#held.keys.length > 0
    return isEnough ? this.#held! : this.#beginning.joined()
  }

  /** The same, never older than the call. */
  read(): Promise<Ring> {
    return this.#beginning.afresh()
  }

  /** Stores the ring with its entry in the log, in one step; false where another writer was first. */
  async replace(version: number, keys: readonly KeyRecord[], entry: NewEntry): Promise<boolean> {
    const outcome = await this.#parts.store.replace(version, keys, entry)
    this.changed()
    return outcome === 'replaced'
  }

  /** The ring is another one: keys that are known go on verifying, and nothing is signed until it was read again. */
  changed(): void {
    this.#isOld = true
    this.#told++
  }

  /** The log told that a key was revoked. */
  drop(kid: string): void {
    this.#revoked.add(kid)
    this.changed()
  }

  /** Whether the log has told that. */
  isRevoked(kid: string): boolean {
    return this.#revoked.has(kid)
  }

  /** Forgets the ring: the log that it was held by is another one now. */
  forget(): void {
    this.#held = null
    this.#forgotten++
  }

  #keyOf(ring: Ring | null, kid: string): VerifyingKey | undefined {
    return this.#revoked.has(kid) ? undefined : ring?.verifying.get(kid)
  }

  async #read(): Promise<Ring> {
    const { store, runtime, lease } = this.#parts
    const startedAt = runtime.monotonic()
    const [told, forgotten] = [this.#told, this.#forgotten]
    const { version, keys } = await store.read()
    const ring = { version, keys, verifying: await verifyingKeys(this.#parts, keys, this.#held) }
    const isLate = runtime.monotonic() - startedAt >= lease
    if (forgotten !== this.#forgotten || isLate || version < (this.#held?.version ?? 0)) return ring
    this.#held = ring
    this.#isOld = told !== this.#told
    this.#parts.held()
    return ring
  }

  async #begin(): Promise<Ring> {
    const { store, runtime, algorithm, began } = this.#parts
    for (let attempt = 0; attempt < attempts; attempt++) {
      const ring = await this.#reading.afresh()
      if (ring.keys.length > 0) return ring
      const two = [createSigningKey(this.#parts, algorithm), createSigningKey(this.#parts, algorithm)] as const
      const keys = firstRing(...(await Promise.all(two)), runtime.now())
      if ((await store.replace(ring.version, keys)) === 'replaced') began(keys)
    }
    throw new HallpassError('contended', { reason: 'the first key ring was neither stored nor found' })
  }

  async #reread(): Promise<Ring> {
    const { runtime } = this.#parts
    // Before there are keys at all, the first token of another instance must not have to wait.
    const isEnough = this.#held !== null && !this.#isOld && this.#held.keys.length > 0
    const startedAt = runtime.monotonic()
    if (isEnough && startedAt - this.#rereadAt < rereadEvery) return this.#held!
    const ring = await this.#reading.joined()
    this.#rereadAt = startedAt
    return ring
  }
}

/** Keys that stay are the same objects again, so that what was verified with them stays verified. */
async function verifyingKeys(
  { roots, crypto }: RingParts,
  keys: readonly KeyRecord[],
  before: Ring | null,
): Promise<Ring['verifying']> {
  const reason = ringProblem(keys)
  if (reason !== null) throw new HallpassError('keys-unusable', { reason })
  const verifying = new Map<string, VerifyingKey>()
  for (const record of keys.filter(verifies)) {
    const { kid, alg } = record
    const earlier = before?.keys.find((key) => key.kid === kid)
    const known = earlier !== undefined && isSameKey(earlier, record) ? before?.verifying.get(kid) : undefined
    verifying.set(kid, known ?? { kid, alg, key: await crypto.importVerifyKey(alg, await verifyingJwk(roots, record)) })
  }
  return verifying
}

function isSameKey(one: KeyRecord, other: KeyRecord): boolean {
  const members = Object.keys(one.publicJwk)
  return (
    one.alg === other.alg &&
    members.length === Object.keys(other.publicJwk).length &&
    members.every((member) => one.publicJwk[member] === other.publicJwk[member])
  )
}
