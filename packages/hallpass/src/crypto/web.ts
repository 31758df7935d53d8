import type { Algorithm } from '../core/algorithm.js'
import type { Crypto, VerifyKey } from '../core/ports.js'
import { checkedLength } from './random-length.js'
import { cutSealed, nonceLength, tagLength } from './sealed.js'
import { publicJwkToImport, secretToImport, signatureLength } from './verify-jwk.js'

const { subtle } = globalThis.crypto

/** How signatures of one algorithm are checked (RFC 7518, section 3.1; RFC 8037). */
const signatures: { readonly [Alg in Algorithm]: { readonly name: string; readonly [parameter: string]: unknown } } = {
  EdDSA: { name: 'Ed25519' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  HS256: { name: 'HMAC', hash: 'SHA-256' },
}

interface WebKey {
  readonly alg: Algorithm
  readonly key: Parameters<typeof subtle.verify>[1]
  readonly signatureLength: number
}

const utf8 = new TextEncoder()
const gcm = (nonce: Uint8Array, context: string) => ({
  name: 'AES-GCM',
  iv: nonce,
  additionalData: utf8.encode(context),
  tagLength: tagLength * 8,
})
const drawn = (length: number): Uint8Array => globalThis.crypto.getRandomValues(new Uint8Array(length))

/** Web Crypto, for every runtime that is not Node.js: answers with promises. */
export const crypto: Crypto = {
  randomBytes: (length) => drawn(checkedLength(length)),
  sha256: async (text) => new Uint8Array(await subtle.digest('SHA-256', utf8.encode(text))),

  async hmacSha256(key, text) {
    const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    return new Uint8Array(await subtle.sign('HMAC', imported, utf8.encode(text)))
  },

  async hkdfSha256(secret, label, length) {
    const imported = await subtle.importKey('raw', utf8.encode(secret), 'HKDF', false, ['deriveBits'])
    const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8.encode(label) }
    return new Uint8Array(await subtle.deriveBits(how, imported, length * 8))
  },

  equal(one, other) {
    if (one.length !== other.length) return false
    let difference = 0
    for (let index = 0; index < one.length; index++) difference |= one[index]! ^ other[index]!
    return difference === 0
  },

  async seal(key, plain, context) {
    const nonce = drawn(nonceLength)
    const imported = await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
    const encrypted = new Uint8Array(await subtle.encrypt(gcm(nonce, context), imported, plain))
    const sealed = new Uint8Array(nonceLength + encrypted.length)
    sealed.set(nonce)
    sealed.set(encrypted, nonceLength)
    return sealed
  },

  async open(key, sealed, context) {
    const cut = cutSealed(sealed)
    if (cut === null) return null
    const imported = await subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt'])
    try {
      return new Uint8Array(await subtle.decrypt(gcm(cut.nonce, context), imported, sealed.subarray(nonceLength)))
    } catch {
      return null
    }
  },

  async importVerifyKey(alg, jwk): Promise<WebKey> {
    const how = signatures[alg]
    if (alg === 'HS256') {
      const key = await subtle.importKey('raw', secretToImport(jwk), how, false, ['verify'])
      return { alg, key, signatureLength: 32 }
    }
    const members = publicJwkToImport(alg, jwk)
    const key = await subtle.importKey('jwk', members, how, false, ['verify'])
    return { alg, key, signatureLength: signatureLength(members) }
  },

  async verify(alg, verifyKey: VerifyKey, text, signature) {
    const { alg: own, key, signatureLength } = verifyKey as WebKey
    if (own !== alg || signature.length !== signatureLength) return false
    return subtle.verify(signatures[alg], key, signature, utf8.encode(text))
  },
}
