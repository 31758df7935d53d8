import type { Jwk } from '../core/algorithm.js'
import { HallpassError } from '../core/errors.js'
import type { EventOf, HallpassEvent } from '../core/events.js'
import type { NewEntry } from '../core/log.js'
import type { Crypto, Runtime } from '../core/ports.js'
import type { KeyRecord } from '../core/store.js'
import type { Roots } from '../crypto/roots.js'
import type { HeldRing } from './held-ring.js'
import { readPrivateKey } from './import-key.js'
import { needsReplacement, rotated, signingKey, tidied, type UnplacedKey, withNext, withoutKey } from './keyring.js'
import { due, isOver, type RingTask, type RingTiming, safeFrom } from './schedule.js'
import { createSigningKey, resealed, sealedKey } from './signing.js'

export interface RingChangeParts {
  readonly ring: HeldRing
  readonly timing: RingTiming
  readonly roots: Roots
  readonly crypto: Crypto
  readonly runtime: Runtime
  readonly emit: (event: HallpassEvent) => void
  /** An entry that tells of a changed ring. */
  readonly keysChanged: () => NewEntry
}

type What = EventOf<'keys-changed'>['what']
/** The ring as it is to be; null where there is nothing to do. */
type Decide = (keys: readonly KeyRecord[]) => Promise<readonly KeyRecord[] | null>

/** As often as many instances that start together may get in each other's way. */
const attempts = 10

const names: { readonly [Task in RingTask]: What } = { tidy: 'tidied', next: 'published', rotate: 'rotated' }

/** What happens to the ring, each in one compare-and-set that every instance hears of. */
export class RingChanges {
  readonly #parts: RingChangeParts

  constructor(parts: RingChangeParts) {
    this.#parts = parts
  }

  /** Puts the next key to work. Errors: `rotation-too-soon`, `contended`. */
  rotate(): Promise<readonly KeyRecord[]> {
    const { runtime, timing } = this.#parts
    const fresh = freshKey(this.#parts)
    return this.#change('rotated', async (keys) => {
      refuseTooSoon(keys, runtime.now(), timing)
      const key = await fresh()
      return rotated(keys, key, runtime.now())
    })
  }

  /** Publishes a key of the operator's own as the next one. Errors: `key-refused`, `contended`. */
  async import(key: string | Jwk): Promise<readonly KeyRecord[]> {
    const { algorithm } = this.#parts.timing
    const privateJwk = await readPrivateKey(key, algorithm, this.#parts.crypto)
    const sealed = await sealedKey(this.#parts, algorithm, privateJwk)
    return this.#change('imported', async (keys) => {
      if (keys.some(({ kid }) => kid === sealed.kid)) throw inTheRingAlready()
      return withNext(keys, sealed, this.#parts.runtime.now())
    })
  }

  /** Takes a key out, in one step with its entry in the log; false where another writer was first. */
  async revoke(kid: string, entry: NewEntry): Promise<boolean> {
    const { ring } = this.#parts
    const { version, keys: before } = await ring.read()
    const keys = await without(before, kid, freshKey(this.#parts), this.#parts.runtime)
    if (!(await ring.replace(version, keys, entry))) return false
    if (keys !== before) tell(this.#parts, 'revoked', keys)
    return true
  }

  /** Does whatever is due at this moment, one thing after the other. */
  async careFor(): Promise<void> {
    const { ring, timing, roots, runtime } = this.#parts
    let { keys } = await ring.ensured()
    for (const { kid } of keys) if (ring.isRevoked(kid) && isIn(keys, kid)) keys = await this.#revokeAgain(kid)
    let next = due(keys, timing)
    while (next.at <= runtime.now()) {
      keys = await this.#do(next.task)
      next = due(keys, timing)
    }
    if ((await sealedElsewhere(roots, keys)).length > 0) await this.#sealAnew()
  }

  #do(task: RingTask): Promise<readonly KeyRecord[]> {
    const { timing, runtime } = this.#parts
    const fresh = freshKey(this.#parts)
    return this.#change(names[task], async (keys) => {
      const now = runtime.now()
      const first = due(keys, timing)
      if (first.task !== task || first.at > now) return null
      if (task === 'tidy') return tidied(keys, (key) => isOver(key, now, timing), now)
      const key = await fresh()
      return task === 'next' ? withNext(keys, key, runtime.now()) : rotated(keys, key, runtime.now())
    })
  }

  #sealAnew(): Promise<readonly KeyRecord[]> {
    const { roots } = this.#parts
    return this.#change('sealed-anew', async (keys) => {
      const elsewhere = await sealedElsewhere(roots, keys)
      if (elsewhere.length === 0) return null
      return Promise.all(keys.map(async (key) => (elsewhere.includes(key) ? resealed(roots, key) : key)))
    })
  }

  /** A store that was put back to where it was before a revocation has the key at work again. */
  #revokeAgain(kid: string): Promise<readonly KeyRecord[]> {
    const fresh = freshKey(this.#parts)
    return this.#change('revoked', async (keys) =>
      isIn(keys, kid) ? without(keys, kid, fresh, this.#parts.runtime) : null,
    )
  }

  async #change(what: What, decide: Decide): Promise<readonly KeyRecord[]> {
    const { ring, keysChanged } = this.#parts
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { version, keys: before } = await ring.read()
      const keys = await decide(before)
      if (keys === null) return before
      if (!(await ring.replace(version, keys, keysChanged()))) continue
      tell(this.#parts, what, keys)
      return keys
    }
    throw new HallpassError('contended', { reason: `the key ring: another writer was first ${attempts} times` })
  }
}

export function tell(
  { emit, runtime }: Pick<RingChangeParts, 'emit' | 'runtime'>,
  what: What,
  keys: readonly KeyRecord[],
): void {
  const states = keys.map(({ kid, alg, state, since }) => ({ kid, alg, state, since }))
  emit({ type: 'keys-changed', at: runtime.now(), what, active: signingKey(keys).kid, keys: states })
}

/** Made once, when it is first needed, however often the writing is tried. */
function freshKey(parts: RingChangeParts): () => Promise<UnplacedKey> {
  let made: Promise<UnplacedKey> | null = null
  return () => (made ??= createSigningKey(parts, parts.timing.algorithm))
}

async function without(
  keys: readonly KeyRecord[],
  kid: string,
  fresh: () => Promise<UnplacedKey>,
  runtime: Pick<Runtime, 'now'>,
): Promise<readonly KeyRecord[]> {
  const replacement = needsReplacement(keys, kid) ? await fresh() : null
  return withoutKey(keys, kid, replacement, runtime.now())
}

function isIn(keys: readonly KeyRecord[], kid: string): boolean {
  return keys.some((key) => key.kid === kid && key.state !== 'retired')
}

/** The keys whose private halves are sealed under another root than the first. */
async function sealedElsewhere(roots: Roots, keys: readonly KeyRecord[]): Promise<readonly KeyRecord[]> {
  const sealed = keys.filter(({ wrappedPrivateKey }) => wrappedPrivateKey !== '')
  const isCurrent = await Promise.all(sealed.map(({ wrappedPrivateKey }) => roots.isCurrent(wrappedPrivateKey)))
  return sealed.filter((_, index) => !isCurrent[index])
}

function refuseTooSoon(keys: readonly KeyRecord[], now: number, timing: RingTiming): void {
  const safe = safeFrom(keys, timing)
  if (safe !== null && now >= safe) return
  const problem =
    safe === null
      ? 'no next key is published yet.'
      : `verifiers may lack the next key before ${new Date(safe).toISOString()}.`
  throw new HallpassError('rotation-too-soon', {
    reason: problem,
    mistakes: [{ field: 'keys', problem, remedy: 'Rotate after that; revoke a key that has leaked.' }],
  })
}

function inTheRingAlready(): HallpassError {
  const mistakes = [{ field: 'key', problem: 'is or was in the ring.', remedy: 'Make a new one.' }]
  return new HallpassError('key-refused', { reason: 'its thumbprint is that of a key in the ring', mistakes })
}
