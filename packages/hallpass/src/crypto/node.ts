import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  verify,
  type VerifyKeyObjectInput,
} from 'node:crypto'
import type { Algorithm } from '../core/algorithm.js'
import type { Crypto, VerifyKey } from '../core/ports.js'
import { checkedLength } from './random-length.js'
import { cutSealed, nonceLength } from './sealed.js'
import { publicJwkToImport, secretToImport, signatureLength } from './verify-jwk.js'

/** How signatures of one algorithm are checked (RFC 7518, section 3.1; RFC 8037). */
const signatures: {
  readonly [Alg in Exclude<Algorithm, 'HS256'>]: readonly [hash: string | null, how: Omit<VerifyKeyObjectInput, 'key'>]
} = {
  EdDSA: [null, {}],
  ES256: ['sha256', { dsaEncoding: 'ieee-p1363' }],
  RS256: ['sha256', { padding: constants.RSA_PKCS1_PADDING }],
  PS256: ['sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
}

type NodeKey =
  | {
      readonly alg: Exclude<Algorithm, 'HS256'>
      readonly hash: string | null
      readonly input: VerifyKeyObjectInput
      readonly signatureLength: number
    }
  | { readonly alg: 'HS256'; readonly secret: Uint8Array }

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

  importVerifyKey(alg, jwk): NodeKey {
    if (alg === 'HS256') return { alg, secret: secretToImport(jwk) }
    const [hash, how] = signatures[alg]
    const members = publicJwkToImport(alg, jwk)
    const key = createPublicKey({ key: members, format: 'jwk' })
    return { alg, hash, input: { key, ...how }, signatureLength: signatureLength(members) }
  },

  verify(alg, verifyKey: VerifyKey, text, signature) {
    const key = verifyKey as NodeKey
    if (key.alg !== alg) return false
    if (key.alg !== 'HS256') {
      return signature.length === key.signatureLength && verify(key.hash, Buffer.from(text), key.input, signature)
    }
    const expected = createHmac('sha256', key.secret).update(text).digest()
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  },
}
