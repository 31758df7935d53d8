/**
 * How tokens are signed (RFC 7518, RFC 8037): one algorithm per key, and never another.
 *
 * - `EdDSA`: Ed25519, the default; also written `Ed25519` (RFC 9864).
 * - `ES256`, `RS256`, `PS256`: for verifiers that know nothing newer.
 * - `HS256`: only where issuer and verifier are one process; has no public half, and is in no JWK Set.
 */
export const algorithms = ['EdDSA', 'ES256', 'RS256', 'PS256', 'HS256'] as const

export type Algorithm = (typeof algorithms)[number]

/** A JSON Web Key (RFC 7517) as plain text members. */
export interface Jwk {
  readonly [member: string]: string
}
