import type { Crypto } from '../core/ports.js'
import { ed25519PublicJwk } from './ed25519.js'
import { checkedLength } from './random-length.js'
import { cutSealed, nonceLength, tagLength } from './sealed.js'

const { subtle } = globalThis.crypto
type WebKey = Parameters<typeof subtle.verify>[1]

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

  importVerifyKey: (_alg, publicJwk) =>
    subtle.importKey('jwk', { ...ed25519PublicJwk(publicJwk) }, 'Ed25519', false, ['verify']),
  verify: (_alg, key, text, signature) => subtle.verify('Ed25519', key as WebKey, signature, utf8.encode(text)),
}
