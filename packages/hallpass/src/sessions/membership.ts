import { LeaseHolder } from '../cluster/lease-holder.js'
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
  const holder =
    policy.leases === null
      ? null
      : new LeaseHolder({
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
          below: null,
        })
  const cache = new SessionCache({ view, runtime, lease: timing.lease - timing.margin, limit: policy.cachedSessions })
  const revoker = createRevoker({ log: store.log, holder, view, runtime, timing })
  return { view, holder, cache, revoker }
}
