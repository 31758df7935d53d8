import { calculateJwkThumbprint, CompactSign, exportJWK, generateKeyPair, importJWK } from 'jose'
import { HallpassError } from '../core/errors.js'
import type { KeyRecord } from '../core/store.js'
import { ed25519PublicJwk } from '../crypto/ed25519.js'
import type { Roots } from '../crypto/roots.js'
import type { UnplacedKey } from './keyring.js'

const label = 'signing-key'
const utf8 = new TextEncoder()

/** Signs a payload as it stands, into the compact serialization. */
export type Signer = (payload: string) => Promise<string>

/** A fresh Ed25519 key; its kid is its thumbprint (RFC 7638), its private half is sealed under the first root. */
export async function createSigningKey(roots: Roots): Promise<UnplacedKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const { kty, crv, x } = (await exportJWK(publicKey)) as { [member: string]: string }
  const publicJwk = { ...ed25519PublicJwk({ kty: kty!, crv: crv!, x: x! }) }
  const kid = await calculateJwkThumbprint(publicJwk)
  const plain = utf8.encode(JSON.stringify(await exportJWK(privateKey)))
  return { kid, alg: 'EdDSA', publicJwk, wrappedPrivateKey: await roots.seal(label, plain, kid) }
}

/** Opens a key's private half. Throws `root-unknown` where no configured root opens it. */
export async function openSigner(roots: Roots, { kid, alg, wrappedPrivateKey }: KeyRecord): Promise<Signer> {
  const plain = await roots.open(label, wrappedPrivateKey, kid)
  const key = await importJWK(JSON.parse(new TextDecoder().decode(plain)), alg).catch((cause: unknown) => {
    throw new HallpassError('keys-unusable', { reason: 'a private key is not a JWK', cause })
  })
  return (payload) => new CompactSign(utf8.encode(payload)).setProtectedHeader({ alg, typ: 'at+jwt', kid }).sign(key)
}
