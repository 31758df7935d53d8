import type { Algorithm, Jwk } from '../core/algorithm.js'
import { HallpassError } from '../core/errors.js'
import { decodeBase64url } from './base64url.js'
import { readPublicJwk } from './public-jwk.js'

/** The least bytes of an HS256 secret (RFC 7518, section 3.2). */
export const leastSecret = 32

/** The members that a platform's import is to see, and no others. Throws `keys-unusable`. */
export function publicJwkToImport(alg: Algorithm, jwk: Jwk): { [member: string]: string } {
  const read = readPublicJwk(jwk, alg)
  if (!read.ok) throw unusable(read.reason)
  return { ...read.jwk }
}

/**
 * How many bytes every signature under that public key has. Not left to the platform: OpenSSL takes RSA signatures that
 * lack their leading zeros, although RFC 8017, section 8.1.2, does not, and workerd throws at lengths it does not expect.
 */
export function signatureLength({ n }: Jwk): number {
  return n === undefined ? 64 : Math.floor((n.length * 3) / 4)
}

/** The secret of an `oct` JWK for HS256. Throws `keys-unusable`. */
export function secretToImport({ kty, k, alg, use }: Jwk): Uint8Array {
  const secret = kty === 'oct' && typeof k === 'string' ? decodeBase64url(k) : null
  if (secret === null) throw unusable('it is not a secret in canonical base64url')
  if (alg !== undefined && alg !== 'HS256') throw unusable('it is not for HS256')
  if (use !== undefined && use !== 'sig') throw unusable('its use is not sig')
  if (secret.length < leastSecret) throw unusable(`the secret has less than ${leastSecret} bytes`)
  return secret
}

function unusable(reason: string): HallpassError {
  return new HallpassError('keys-unusable', { reason: `a key cannot be used: ${reason}` })
}
