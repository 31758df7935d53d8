import type { Algorithm, Jwk } from '../../core/algorithm.js'
import { decodeBase64url, encodeBase64url } from '../../crypto/base64url.js'
import { type PublishedKey, readKeySet } from '../../crypto/key-set.js'
import { readPublicJwk } from '../../crypto/public-jwk.js'
import { leastSecret } from '../../crypto/verify-jwk.js'
import { jwkOfSpki } from './spki.js'

/** A key without an id: it stands for the one that a token names. */
export interface UnnamedKey {
  readonly alg: Algorithm
  readonly jwk: Jwk
}

export type PastedKeys =
  | { readonly kind: 'set'; readonly keys: readonly PublishedKey[] }
  /** Readings of one key: the same text is a secret as it stands, and the bytes that it spells. */
  | { readonly kind: 'key'; readonly readings: readonly UnnamedKey[] }
  | { readonly kind: 'unfit'; readonly reason: string }

const longestPasted = 262_144
const pem = /^-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----$/

/**
 * Reads keys as people have them at hand: a JWK Set, a JWK, a public key in PEM (SubjectPublicKeyInfo), or the secret of
 * HS256, as it stands or in base64url.
 *
 * @param algorithm what an RSA key verifies that names no algorithm
 */
export function readPastedKeys(text: string, algorithm: 'RS256' | 'PS256' | undefined): PastedKeys {
  if (text.length > longestPasted) return unfit('it is longer than any key set')
  const pasted = text.trim()
  if (pasted.startsWith('-----')) return fromPem(pasted, algorithm)
  if (pasted.startsWith('{')) return fromJson(pasted, algorithm)
  return fromSecret(pasted)
}

function fromPem(text: string, algorithm: 'RS256' | 'PS256' | undefined): PastedKeys {
  const [, kind, body] = pem.exec(text) ?? []
  if (kind === undefined) return unfit('it is not one whole PEM block')
  if (kind.endsWith('PRIVATE KEY')) return unfit(`it is a private key: ${takeThePublicOne}`)
  if (kind === 'CERTIFICATE') return unfit('it is a certificate; take its key: openssl x509 -pubkey -noout')
  const encoded = body!
    .replaceAll(/\s|=+\s*$/g, '')
    .replaceAll('+', '-')
    .replaceAll('/', '_')
  const der = kind === 'PUBLIC KEY' ? decodeBase64url(encoded) : null
  const jwk = der === null ? null : jwkOfSpki(der)
  if (jwk === null) return unfit('it is no public key of Ed25519, P-256 or RSA in PEM (BEGIN PUBLIC KEY)')
  return unnamed(readPublicJwk(jwk, jwk['kty'] === 'RSA' ? (algorithm ?? 'RS256') : undefined))
}

const takeThePublicOne = 'a verifier needs the public one, and a private one belongs nowhere else'

function fromJson(text: string, algorithm: 'RS256' | 'PS256' | undefined): PastedKeys {
  let json: { readonly [member: string]: unknown }
  try {
    json = JSON.parse(text) as typeof json
  } catch {
    return unfit('it is no JSON')
  }
  if ('keys' in json) {
    const set = readKeySet(json, algorithm)
    return set.ok ? { kind: 'set', keys: set.keys } : unfit(set.reason)
  }
  if (json['kty'] === 'oct') return fromSecretJwk(json)
  const own = readPublicJwk(json)
  const read = own.ok || json['kty'] !== 'RSA' ? own : readPublicJwk(json, algorithm ?? 'RS256')
  if (read.ok && typeof json['kid'] === 'string') {
    return { kind: 'set', keys: [{ kid: json['kid'], alg: read.alg, jwk: read.jwk }] }
  }
  return unnamed(read)
}

function unnamed(read: ReturnType<typeof readPublicJwk>): PastedKeys {
  if (!read.ok) return unfit(read.reason)
  return { kind: 'key', readings: [{ alg: read.alg, jwk: read.jwk }] }
}

/** Kept as the one key of its id, where it has one. */
function fromSecretJwk({ k, kid, alg = 'HS256', use = 'sig' }: { readonly [member: string]: unknown }): PastedKeys {
  const secret = typeof k === 'string' ? decodeBase64url(k) : null
  if (secret === null) return unfit('k is not canonical base64url')
  if (alg !== 'HS256' || use !== 'sig') return unfit('it is not for HS256')
  if (secret.length < leastSecret) return unfit(tooShort)
  const key = secretKey(secret)
  return typeof kid === 'string' ? { kind: 'set', keys: [{ ...key, kid }] } : { kind: 'key', readings: [key] }
}

const tooShort = `an HS256 secret has ${leastSecret} bytes or more (RFC 7518, section 3.2)`

function fromSecret(text: string): PastedKeys {
  const spelt = decodeBase64url(text)
  const secrets = [new TextEncoder().encode(text), ...(spelt === null ? [] : [spelt])]
  const long = secrets.filter(({ length }) => length >= leastSecret)
  return long.length === 0 ? unfit(tooShort) : { kind: 'key', readings: long.map(secretKey) }
}

function secretKey(secret: Uint8Array): UnnamedKey {
  return { alg: 'HS256', jwk: { kty: 'oct', k: encodeBase64url(secret) } }
}

function unfit(reason: string): PastedKeys {
  return { kind: 'unfit', reason }
}
