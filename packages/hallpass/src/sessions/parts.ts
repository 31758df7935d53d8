import type { LeaseHolder } from '../cluster/lease-holder.js'
import type { Relay } from '../cluster/relay.js'
import type { Revoker } from '../cluster/revoker.js'
import type { View } from '../cluster/view.js'
import type { HallpassEvent } from '../core/events.js'
import type { Policy } from '../core/policy.js'
import type { Awaitable, Crypto, Runtime } from '../core/ports.js'
import type { Json, Session } from '../core/session.js'
import type { Store } from '../core/store.js'
import type { Roots } from '../crypto/roots.js'
import type { AccessTokens } from '../keys/access-tokens.js'
import type { KeyRing } from '../keys/key-ring.js'
import type { SessionCache } from './session-cache.js'

/** What everything in this folder works with; assembled once, in `hallpass()`. */
export interface Parts {
  readonly policy: Policy
  readonly store: Store
  readonly runtime: Runtime
  readonly crypto: Crypto
  readonly roots: Roots
  readonly keyRing: KeyRing
  readonly accessTokens: AccessTokens
  /** The application's own claims. */
  readonly claims: (session: Session) => Awaitable<{ readonly [name: string]: Json }>
  readonly emit: (event: HallpassEvent) => void

  /** What this instance has read in the revocation log. */
  readonly view: View
  /** Null where this instance takes no leases, and asks the store at every check. */
  readonly holder: LeaseHolder | null
  /** This instance as the log of those below it; null where it takes no leases itself. */
  readonly relay: Relay | null
  readonly cache: SessionCache
  readonly revoker: Revoker
}
