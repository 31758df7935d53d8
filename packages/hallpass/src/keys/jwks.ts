import type { Jwk } from '../core/algorithm.js'
import type { KeyRecord } from '../core/store.js'
import { verifies } from './keyring.js'

const publicMembers = ['kty', 'crv', 'x', 'y', 'n', 'e']

/** The JWK Set (RFC 7517) of every key that verifies, by its public members alone. An HS256 key has none. */
export function jwkSet(keys: readonly KeyRecord[]): readonly Jwk[] {
  return keys.filter((key) => verifies(key) && key.alg !== 'HS256').map(published)
}

function published({ kid, alg, publicJwk }: KeyRecord): Jwk {
  const members = publicMembers.filter((member) => publicJwk[member] !== undefined)
  return { ...Object.fromEntries(members.map((member) => [member, publicJwk[member]!])), kid, alg, use: 'sig' }
}
