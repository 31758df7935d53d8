import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  verify,
  type KeyObject,
} from 'node:crypto'
import type { Crypto } from '../core/ports.js'
import { ed25519PublicJwk } from './ed25519.js'
import { checkedLength } from './random-length.js'
import { cutSealed, nonceLength } from './sealed.js'

/** node:crypto: every answer comes at once. */
export const crypto: Crypto = {
  randomBytes: (length) => randomBytes(checkedLength(length)),
  sha256: (text) => hash('sha256', text, 'buffer'),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest(),
  hkdfSha256: (secret, label, length) => new Uint8Array(hkdfSync('sha256', secret, '', label, length)),
  equal: (one, other) => one.length === other.length && timingSafeEqual(one, other),

  seal(key, plain, context) {
    const nonce = randomBytes(nonceLength)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  },

  open(key, sealed, context) {
    const cut = cutSealed(sealed)
    if (cut === null) return null
    const decipher = createDecipheriv('aes-256-gcm', key, cut.nonce)
    decipher.setAAD(Buffer.from(context)).setAuthTag(cut.tag)
    const plain = decipher.update(cut.ciphertext)
    try {
      return Buffer.concat([plain, decipher.final()])
    } catch {
      return null
    }
  },

  importVerifyKey: (_alg, publicJwk) => createPublicKey({ key: { ...ed25519PublicJwk(publicJwk) }, format: 'jwk' }),
  verify: (_alg, key, text, signature) => verify(null, Buffer.from(text), key as KeyObject, signature),
}
