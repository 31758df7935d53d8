import { calculateJwkThumbprint, CompactSign, exportJWK, generateKeyPair, importJWK } from 'jose'
import type { Algorithm, Jwk } from '../core/algorithm.js'
import { HallpassError } from '../core/errors.js'
import type { Crypto } from '../core/ports.js'
import type { KeyRecord } from '../core/store.js'
import { encodeBase64url } from '../crypto/base64url.js'
import { type PublicJwkReading, readPublicJwk } from '../crypto/public-jwk.js'
import type { Roots } from '../crypto/roots.js'
import type { UnplacedKey } from './keyring.js'

const label = 'signing-key'
const utf8 = new TextEncoder()

/** Signs a payload as it stands, into the compact serialization. */
export type Signer = (payload: string) => Promise<string>

/** What private halves are made and sealed with. */
export interface KeyMaterial {
  readonly roots: Roots
  readonly crypto: Pick<Crypto, 'randomBytes'>
}

/** A fresh key of that algorithm, its private half sealed under the first root. RSA keys have 2048 bits. */
export async function createSigningKey(material: KeyMaterial, alg: Algorithm): Promise<UnplacedKey> {
  if (alg === 'HS256') {
    return sealedKey(material, alg, { kty: 'oct', k: encodeBase64url(material.crypto.randomBytes(32)) })
  }
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return sealedKey(material, alg, (await exportJWK(privateKey)) as Jwk)
}

/**
 * A private JWK as the ring keeps it. Its kid is the thumbprint of the public half (RFC 7638); a secret has none that
 * tells nothing of it, and gets a random one.
 */
export async function sealedKey(material: KeyMaterial, alg: Algorithm, privateJwk: Jwk): Promise<UnplacedKey> {
  const publicJwk = alg === 'HS256' ? { kty: 'oct' } : usable(publicHalf(privateJwk, alg))
  const kid =
    alg === 'HS256' ? encodeBase64url(material.crypto.randomBytes(16)) : await calculateJwkThumbprint({ ...publicJwk })
  const wrappedPrivateKey = await material.roots.seal(label, utf8.encode(JSON.stringify(privateJwk)), kid)
  return { kid, alg, publicJwk, wrappedPrivateKey }
}

/** The public half of a private JWK, read as strictly as anybody's. */
export function publicHalf({ kty, crv, x, y, n, e, alg }: Jwk, algorithm: Algorithm): PublicJwkReading {
  return readPublicJwk({ kty, crv, x, y, n, e, alg }, algorithm)
}

/** Opens a key's private half. Throws `root-unknown` where no configured root opens it. */
export async function openSigner(roots: Roots, { kid, alg, wrappedPrivateKey }: KeyRecord): Promise<Signer> {
  const plain = await roots.open(label, wrappedPrivateKey, kid)
  const key = await importJWK(privateJwkOf(plain), alg).catch((cause: unknown) => {
    throw new HallpassError('keys-unusable', { reason: 'a private key is not a JWK', cause })
  })
  return (payload) => new CompactSign(utf8.encode(payload)).setProtectedHeader({ alg, typ: 'at+jwt', kid }).sign(key)
}

/** What signatures under that key are verified with: of `HS256` the secret itself. */
export async function verifyingJwk(roots: Roots, { kid, alg, publicJwk, wrappedPrivateKey }: KeyRecord): Promise<Jwk> {
  return alg === 'HS256' ? privateJwkOf(await roots.open(label, wrappedPrivateKey, kid)) : publicJwk
}

/** The same key, its private half sealed under the first root. */
export async function resealed(roots: Roots, key: KeyRecord): Promise<KeyRecord> {
  const plain = await roots.open(label, key.wrappedPrivateKey, key.kid)
  return { ...key, wrappedPrivateKey: await roots.seal(label, plain, key.kid) }
}

function privateJwkOf(plain: Uint8Array): Jwk {
  return JSON.parse(new TextDecoder().decode(plain)) as Jwk
}

function usable(read: PublicJwkReading): Jwk {
  if (!read.ok) throw new HallpassError('keys-unusable', { reason: `a key cannot be used: ${read.reason}` })
  return read.jwk
}
