import type { Jwk } from '../core/algorithm.js'
import type { HallpassEvent } from '../core/events.js'
import type { KeySchedule, PublishedKeys, Rehearsal } from '../core/key-schedule.js'
import type { LogEntry, MemberState, NewEntry } from '../core/log.js'
import type { Crypto, Runtime } from '../core/ports.js'
import type { KeyRecord, KeyStore } from '../core/store.js'
import type { Roots } from '../crypto/roots.js'
import { createCaretaker } from './caretaker.js'
import { HeldRing, type VerifyingKey } from './held-ring.js'
import { jwkSet } from './jwks.js'
import { nextKey, rotated, signingKey, type UnplacedKey } from './keyring.js'
import { RingChanges, tell } from './ring-changes.js'
import { cacheFor, type RingTiming, safeFrom, scheduleOf } from './schedule.js'
import { openSigner, type Signer } from './signing.js'

/** The key ring of a deployment: what this instance knows of it, and what is done to it. Trouble rejects. */
export interface KeyRing {
  /** Whether what is held may be believed without asking the store. */
  isTrusted(): boolean
  /** The key of that id, if the ring in memory has it and the log has told nothing against it. */
  known(kid: string): VerifyingKey | undefined
  /** The key of that id; an unknown one is looked for in the store, but not too often. */
  find(kid: string): Promise<VerifyingKey | undefined>
  /**
   * Signs with the active key.
   * @param lastKnown the one of the ring that memory last knew, unless the log has told of a change since: no lease is
   * asked for, since whoever verifies the signature would know of a revoked key
   */
  signer(lastKnown?: boolean): Promise<Signer>
  /** Private halves are sealed. */
  list(): Promise<readonly KeyRecord[]>
  jwks(): Promise<PublishedKeys>
  /** Errors: `rotation-too-soon`, `contended`. */
  rotate(): Promise<KeySchedule>
  /**
   * @param members of the log, as the store has them
   * @param isInformed whether this instance reads the log, and knows where it last told of keys
   */
  rehearse(members: readonly MemberState[], isInformed: boolean): Promise<Rehearsal>
  /** Errors: `key-refused`, `contended`. */
  import(key: string | Jwk): Promise<KeySchedule>
  /** Takes a key out of the ring in one step with its entry in the log; false where another writer was first. */
  revoke(kid: string, entry: NewEntry): Promise<boolean>
  /** The log told something of keys. */
  heard(entry: Pick<LogEntry, 'target' | 'sequence'>): void
  /** The log is no longer the one that was read: what was held by it is forgotten. */
  forget(): void
  stop(): Promise<void>
}

export interface KeyRingParts {
  readonly store: KeyStore
  readonly roots: Roots
  readonly crypto: Crypto
  readonly runtime: Runtime
  readonly timing: RingTiming
  /** Whether this instance would have heard of a revoked key. */
  readonly trusted: () => boolean
  /** How long after the start of a read its answer may still be kept, milliseconds: one lease. */
  readonly lease: number
  readonly emit: (event: HallpassEvent) => void
  /** An entry that tells of a changed ring. */
  readonly keysChanged: () => NewEntry
}

export function createKeyRing(parts: KeyRingParts): KeyRing {
  const { timing, runtime } = parts
  const ring = new HeldRing({
    ...parts,
    algorithm: timing.algorithm,
    held: () => caretaker.notice(),
    began: (keys) => tell(parts, 'began', keys),
  })
  const changes = new RingChanges({ ...parts, ring })
  const caretaker = createCaretaker({ ...parts, ring, changes })
  const schedule = (keys: readonly KeyRecord[]): KeySchedule => scheduleOf(keys, timing)
  /** The sequence number of the last entry about keys; 0 where the log has none. */
  let toldAt = 0

  return {
    known: (kid) => ring.known(kid),
    find: (kid) => ring.find(kid),
    isTrusted: () => ring.isTrusted,
    signer: currentSigner(ring, parts.roots),
    list: async () => (await ring.ensured()).keys,
    async jwks() {
      const { keys } = await ring.ensured()
      return { keys: jwkSet(keys), cacheFor: cacheFor(keys, runtime.now(), timing) }
    },
    rotate: async () => schedule(await changes.rotate()),
    async rehearse(members, isInformed) {
      const { keys } = await ring.read()
      const now = runtime.now()
      return {
        now: schedule(keys),
        afterwards: schedule(nextKey(keys) === undefined ? keys : rotated(keys, unmade(timing), now)),
        safeFrom: safeFrom(keys, timing) ?? now + timing.publishFor,
        members: members.map(({ incarnation, self, acknowledged }) => {
          return { incarnation, self, upToDate: isInformed && acknowledged >= toldAt }
        }),
      }
    },
    import: async (key) => schedule(await changes.import(key)),
    revoke: (kid, entry) => changes.revoke(kid, entry),
    heard({ target, sequence }) {
      toldAt = sequence
      if (target === null) ring.changed()
      else ring.drop(target)
      if (ring.last !== null) caretaker.notice()
    },
    forget() {
      toldAt = 0
      ring.forget()
    },
    stop: () => caretaker.stop(),
  }
}

/** The private half of the active key is opened once, and again when another key is active. */
function currentSigner(ring: HeldRing, roots: Roots): (lastKnown?: boolean) => Promise<Signer> {
  let opened: { readonly kid: string; readonly sign: Signer } | null = null
  return async (lastKnown = false) => {
    const known = lastKnown && ring.last?.isOld === false ? ring.last.ring : null
    const active = signingKey((known ?? (await ring.ensured())).keys)
    if (opened?.kid !== active.kid) opened = { kid: active.kid, sign: await openSigner(roots, active) }
    return opened.sign
  }
}

/** In place of the key that a rotation would make. */
function unmade({ algorithm }: RingTiming): UnplacedKey {
  return { kid: '', alg: algorithm, publicJwk: {}, wrappedPrivateKey: '' }
}
