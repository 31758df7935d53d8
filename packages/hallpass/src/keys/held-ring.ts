import { HallpassError } from '../core/errors.js'
import type { NewEntry } from '../core/log.js'
import type { Crypto, Runtime, VerifyKey } from '../core/ports.js'
import type { KeyRecord, KeyStore } from '../core/store.js'
import type { Roots } from '../crypto/roots.js'
import { firstRing, ringProblem, verifies, withoutKey } from './keyring.js'
import { createSigningKey } from './signing.js'

/** A ring as it was read, with the keys that verify ready for use. */
export interface Ring {
  readonly version: number
  readonly keys: readonly KeyRecord[]
  readonly verifying: ReadonlyMap<string, VerifyingKey>
}

/** One object per key for as long as the instance holds it. */
export interface VerifyingKey {
  readonly kid: string
  readonly alg: KeyRecord['alg']
  readonly key: VerifyKey
}

/** The key ring as this instance knows it. Trouble with the store rejects, and is never remembered. */
export interface HeldRing {
  /** The key of that id, if the ring in memory has it. */
  known(kid: string): VerifyingKey | undefined
  /** The key of that id; an unknown one is looked for in the store, but not more often than `rereadEvery`. */
  find(kid: string): Promise<VerifyingKey | undefined>
  /** Whether what is held may be believed without asking the store. */
  isTrusted(): boolean
  forget(): void
  /** Takes a key out, in one step with its entry in the log; false where another writer was first. */
  revoke(kid: string, entry: NewEntry): Promise<boolean>
  /** The ring; begins the first one where the store has none. Of many instances that do so at once, one wins. */
  ensured(): Promise<Ring>
}

/** How often unknown key ids may send an instance to the store, milliseconds. */
export const rereadEvery = 5000

const attempts = 3

export interface RingParts {
  readonly store: KeyStore
  readonly roots: Roots
  readonly crypto: Crypto
  readonly runtime: Runtime
  /** Whether this instance would have heard of a revoked key. */
  readonly trusted: () => boolean
}

export function holdRing({ store, roots, crypto, runtime, trusted }: RingParts): HeldRing {
  let held: Ring | null = null
  let forgotten = 0
  let rereadAt = -Infinity

  const read = singleFlight(async () => {
    const before = forgotten
    const { version, keys } = await store.read()
    const ring = { version, keys, verifying: await verifyingKeys(crypto, keys, held) }
    // What the log told meanwhile may be newer than this read.
    if (before === forgotten) held = ring
    return ring
  })

  const create = singleFlight(async () => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const ring = await read()
      if (ring.keys.length > 0) return ring
      const [active, next] = await Promise.all([createSigningKey(roots), createSigningKey(roots)])
      await store.replace(ring.version, firstRing(active, next, runtime.now()))
    }
    throw new HallpassError('contended', { reason: 'the first key ring was neither stored nor found' })
  })

  const reread = async (): Promise<Ring> => {
    // Before there are keys at all, the first token of another instance must not have to wait.
    if (held !== null && held.keys.length > 0 && runtime.monotonic() - rereadAt < rereadEvery) return held
    const startedAt = runtime.monotonic()
    const ring = await read()
    rereadAt = startedAt
    return ring
  }

  return {
    known: (kid) => held?.verifying.get(kid),
    isTrusted: trusted,
    forget() {
      held = null
      forgotten++
    },
    async find(kid) {
      if (!trusted()) return (await read()).verifying.get(kid)
      return (held ?? (await read())).verifying.get(kid) ?? (await reread()).verifying.get(kid)
    },
    ensured: async () => (trusted() && held !== null && held.keys.length > 0 ? held : create()),
    async revoke(kid, entry) {
      const ring = await read()
      const replacement = await createSigningKey(roots)
      const keys = withoutKey(ring.keys, kid, replacement, runtime.now())
      return (await store.replace(ring.version, keys, entry)) === 'replaced'
    },
  }
}

/** Keys that stay are the same objects again, so that what was verified with them stays verified. */
async function verifyingKeys(
  crypto: Crypto,
  keys: readonly KeyRecord[],
  before: Ring | null,
): Promise<Ring['verifying']> {
  const reason = ringProblem(keys)
  if (reason !== null) throw new HallpassError('keys-unusable', { reason })
  const verifying = new Map<string, VerifyingKey>()
  for (const { kid, alg, publicJwk } of keys.filter(verifies)) {
    const same = before?.keys.find((key) => key.kid === kid)?.publicJwk['x'] === publicJwk['x']
    const known = same ? before?.verifying.get(kid) : undefined
    verifying.set(kid, known ?? { kid, alg, key: await crypto.importVerifyKey(alg, publicJwk) })
  }
  return verifying
}

/** Whoever calls while one is under way shares it; the next call starts afresh, whatever came of it. */
function singleFlight<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let underWay: Promise<Value> | null = null
  return () => {
    underWay ??= work().finally(() => {
      underWay = null
    })
    return underWay
  }
}
