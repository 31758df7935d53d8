import type { LeaseHolder } from '../cluster/lease-holder.js'
import { createHolderAndRelay, type Relay } from '../cluster/relay.js'
import { createRevoker, type Revoker } from '../cluster/revoker.js'
import { View } from '../cluster/view.js'
import { defaultTiming, retention } from '../core/lease.js'
import { protocol } from '../core/log.js'
import { encodeBase64url } from '../crypto/base64url.js'
import type { Parts } from './parts.js'
import { recover } from './recover.js'
import { SessionCache } from './session-cache.js'

/** What makes an instance one of many: what it remembers, by what right, and how it tells the others. */
export interface Membership {
  readonly view: View
  readonly holder: LeaseHolder | null
  /** Null where there is no lease to hand down. */
  readonly relay: Relay | null
  readonly cache: SessionCache
  readonly revoker: Revoker
}

/** `longestLifetime`: of any access token that is accepted, milliseconds. */
export function createMembership(
  parts: Pick<Parts, 'policy' | 'store' | 'runtime' | 'crypto' | 'emit'>,
  longestLifetime: number,
): Membership {
  const { policy, store, runtime, crypto, emit } = parts
  const timing = policy.leases ?? defaultTiming
  const view = new View()
  const { holder, relay } =
    policy.leases === null
      ? { holder: null, relay: null }
      : createHolderAndRelay({
          upstream: store.log,
          view,
          runtime,
          timing,
          terms: { deployment: policy.issuer, protocol, retention: retention(longestLifetime, timing) },
          random: () => encodeBase64url(crypto.randomBytes(16)),
          emit,
          housekeeping: {
            recover: (lost) => recover(parts, lost),
            truncate: (through) => store.log.truncate(through),
          },
        })
  const cache = new SessionCache({ view, runtime, lease: timing.lease - timing.margin, limit: policy.cachedSessions })
  const revoker = createRevoker({ log: store.log, holder, view, runtime, timing })
  return { view, holder, relay, cache, revoker }
}
