import type { KeyRecord } from '../core/store.js'
import { verifies } from './keyring.js'

/** A JWK Set (RFC 7517). */
export interface JwkSet {
  readonly keys: readonly { readonly [member: string]: string }[]
}

/** Every key that verifies, by its public members alone. */
export function jwkSet(keys: readonly KeyRecord[]): JwkSet {
  return { keys: keys.filter(verifies).map(publicJwk) }
}

function publicJwk({ kid, alg, publicJwk }: KeyRecord): { readonly [member: string]: string } {
  const { kty, crv, x } = publicJwk
  return { kty: kty!, crv: crv!, x: x!, kid, alg, use: 'sig' }
}
