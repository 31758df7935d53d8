import { HallpassError } from '../core/errors.js'
import { decodeBase64url } from './base64url.js'

export interface Ed25519PublicJwk {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
}

/**
 * The public members of an Ed25519 JWK (RFC 8037) and nothing else. A stored key that is anything but that (another
 * type, another use, a private half in the open) is trouble with the store: `keys-unusable`.
 */
export function ed25519PublicJwk(jwk: { readonly [member: string]: string }): Ed25519PublicJwk {
  const refuse = (reason: string): HallpassError => new HallpassError('keys-unusable', { reason })
  const { kty, crv, x, d, alg, use } = jwk
  if (kty !== 'OKP' || crv !== 'Ed25519') throw refuse('a key is not an Ed25519 key')
  if (d !== undefined) throw refuse('a public key carries its private half')
  if (alg !== undefined && alg !== 'EdDSA' && alg !== 'Ed25519') throw refuse('a key names another algorithm')
  if (use !== undefined && use !== 'sig') throw refuse('a key is not meant for signatures')
  if (typeof x !== 'string' || decodeBase64url(x)?.length !== 32) throw refuse('a public key is not 32 bytes long')
  return { kty, crv, x }
}
