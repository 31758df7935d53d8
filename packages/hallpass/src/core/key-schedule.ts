import type { Algorithm, Jwk } from './algorithm.js'
import type { KeyRecord } from './store.js'

/** The JWK Set (RFC 7517) of every key that verifies. */
export interface PublishedKeys {
  readonly keys: readonly Jwk[]
  /** How long it may be kept: until the ring next changes, and never longer than `signing.cacheFor`. Milliseconds. */
  readonly cacheFor: number
}

/** One key, and what happens to it next. Times are milliseconds since 1970. */
export interface ScheduledKey {
  /** Empty for a key that a rehearsed rotation would only make. */
  readonly kid: string
  readonly alg: Algorithm
  readonly state: KeyRecord['state']
  readonly since: number
  /** When it is due for its next state; null where nothing is. */
  readonly until: number | null
}

/** The key ring as it stands and as it goes on. */
export interface KeySchedule {
  readonly keys: readonly ScheduledKey[]
  /** When the next key goes to work by itself, milliseconds since 1970. */
  readonly rotatesAt: number
}

/** A rotation as it would be now. */
export interface Rehearsal {
  readonly now: KeySchedule
  readonly afterwards: KeySchedule
  /** From when on every verifier has the next key, milliseconds since 1970: a rotation before that is refused. */
  readonly safeFrom: number
  /** Of each member of the log: whether it is known to have heard of the ring as it stands. An instance without leases cannot tell. */
  readonly members: readonly { readonly incarnation: string; readonly self: boolean; readonly upToDate: boolean }[]
}
