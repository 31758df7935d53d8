import { HallpassError } from '../core/errors.js'
import type { Crypto, Runtime, VerifyKey } from '../core/ports.js'
import type { KeyRecord, KeyStore } from '../core/store.js'
import type { Roots } from '../crypto/roots.js'
import { firstRing, ringProblem, verifies } from './keyring.js'
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
}

export function holdRing({ store, roots, crypto, runtime }: RingParts): HeldRing {
  let held: Ring | null = null
  let rereadAt = -Infinity

  const read = singleFlight(async () => {
    const { version, keys } = await store.read()
    return (held = { version, keys, verifying: await verifyingKeys(crypto, keys, held) })
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
    find: async (kid) => (held ?? (await read())).verifying.get(kid) ?? (await reread()).verifying.get(kid),
    ensured: async () => (held !== null && held.keys.length > 0 ? held : create()),
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
