import { defaultTiming } from '../core/lease.js'
import type { KeySchedule, PublishedKeys, Rehearsal } from '../core/key-schedule.js'
import type { Jwk } from '../core/algorithm.js'
import { news } from '../core/log.js'
import type { KeyRecord } from '../core/store.js'
import { createKeyRing, type KeyRing } from '../keys/key-ring.js'
import { ringTiming } from '../keys/schedule.js'
import { membersOf } from './members.js'
import type { Membership } from './membership.js'
import type { Parts } from './parts.js'
import { entryOf } from './settle.js'

type RingParts = Pick<Parts, 'policy' | 'store' | 'roots' | 'crypto' | 'runtime' | 'emit'>

/** The key ring of this instance: it believes its memory by the lease, and hears of changes through the log. */
export function ringOf(parts: RingParts, { view, holder }: Membership, longestLifetime: number): KeyRing {
  const { policy, store } = parts
  const { lease, margin } = policy.leases ?? defaultTiming
  const ring = createKeyRing({
    ...parts,
    store: store.keys,
    timing: ringTiming(policy.signing, policy.leases, longestLifetime),
    trusted: () => holder !== null && holder.holds(),
    lease: lease - margin,
    keysChanged: () => entryOf(parts, news.keysChanged()),
  })
  view.onApplied((entry) => entry.kind === 'key' && ring.heard(entry))
  view.onDropped(() => ring.forget())
  return ring
}

/** What an operator does with keys; `revoke` is a revocation like the others. */
export function keyVerbs(parts: Parts) {
  const { keyRing } = parts
  return {
    list: async (): Promise<readonly Omit<KeyRecord, 'wrappedPrivateKey'>[]> =>
      (await keyRing.list()).map(({ wrappedPrivateKey: _sealed, ...key }) => key),
    jwks: (): Promise<PublishedKeys> => keyRing.jwks(),
    rotate: (): Promise<KeySchedule> => keyRing.rotate(),
    rehearse: async (): Promise<Rehearsal> => keyRing.rehearse(await membersOf(parts), parts.view.position !== null),
    import: (key: string | Jwk): Promise<KeySchedule> => keyRing.import(key),
  }
}
