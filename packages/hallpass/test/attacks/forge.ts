import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Algorithm, Jwk } from '#src/core/algorithm.js'

export type AsymmetricAlgorithm = Exclude<Algorithm, 'HS256'>

export const issuer = 'https://app.example'
export const audience = 'https://api.example'
/** Seconds. */
export const maximumLifetime = 900
export const startedAt = 1_800_000_000_000
export const issuedAt = startedAt / 1000

/** What an issuer of RFC 9068 says, and nothing that is odd. */
export const payload = {
  iss: issuer,
  sub: 'u_42',
  aud: audience,
  exp: issuedAt + 300,
  iat: issuedAt,
  jti: 't_1',
  client_id: 'web',
  roles: ['reader'],
}

export type Claims = typeof payload & { readonly [claim: string]: unknown }

export interface ForgeParts {
  readonly keys?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
  readonly kid?: string
  readonly payload?: Claims
}

/** Signs whatever it is given with a key that the verifier trusts: only strictness stands in its way. */
export class Forge {
  readonly alg: AsymmetricAlgorithm
  readonly header: { readonly alg: string; readonly typ: string; readonly kid: string }
  readonly publicJwk: Jwk
  readonly publicKey: KeyObject
  /** What its tokens say, where nothing else is asked for. */
  readonly payload: Claims
  readonly #privateKey: KeyObject

  constructor(
    alg: AsymmetricAlgorithm,
    { keys = keyPair(alg), kid = `key-of-${alg}`, payload: claims = payload }: ForgeParts = {},
  ) {
    this.alg = alg
    this.payload = claims
    this.header = { alg, typ: 'at+jwt', kid }
    this.#privateKey = keys.privateKey
    this.publicKey = keys.publicKey
    this.publicJwk = { ...publicMembers(keys.publicKey), kid, alg, use: 'sig' }
  }

  /** Objects are written as JSON, text and bytes as they stand. */
  token(header: object | string | Uint8Array = this.header, body: object | string | Uint8Array = this.payload): string {
    return this.sealed(`${encoded(header)}.${encoded(body)}`)
  }

  /** Signs any text that stands before the last dot. */
  sealed(signed: string): string {
    return `${signed}.${signature(this.alg, signed, this.#privateKey).toString('base64url')}`
  }
}

export function encoded(value: object | string | Uint8Array): string {
  const bytes = typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value)
  return Buffer.from(bytes).toString('base64url')
}

export function hmac(secret: string | Buffer, signed: string): string {
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

function keyPair(alg: AsymmetricAlgorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519')
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** And no others: workerd writes the private half too. */
function publicMembers(key: KeyObject): Jwk {
  const jwk = key.export({ format: 'jwk' })
  const members = (['kty', 'crv', 'x', 'y', 'n', 'e'] as const).filter((member) => member in jwk)
  return Object.fromEntries(members.map((member) => [member, jwk[member]!]))
}

function signature(alg: AsymmetricAlgorithm, signed: string, privateKey: KeyObject): Buffer {
  const text = Buffer.from(signed)
  if (alg === 'EdDSA') return sign(null, text, privateKey)
  if (alg === 'RS256') return sign('sha256', text, privateKey)
  // As text, because workerd takes no key object together with options.
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  if (alg === 'ES256') return sign('sha256', text, { key, dsaEncoding: 'ieee-p1363' })
  // RSA_PKCS1_PSS_PADDING, with a salt as long as the digest (RFC 7518, section 3.5)
  return sign('sha256', text, { key, padding: 6, saltLength: 32 })
}
