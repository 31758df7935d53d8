import type { Jwk } from '../../core/algorithm.js'
import { encodeBase64url } from '../../crypto/base64url.js'

/** DER of the object identifiers of the keys we know (RFC 8410, RFC 5480, RFC 3279). */
const identifiers = {
  ed25519: '06032b6570',
  p256: '06072a8648ce3d020106082a8648ce3d030107',
  rsa: '06092a864886f70d0101010500',
}
const tags = { integer: 0x02, bits: 0x03, sequence: 0x30 }

/** The JWK of a SubjectPublicKeyInfo in DER (RFC 5280, section 4.1); null for any other bytes or type of key. */
export function jwkOfSpki(der: Uint8Array): Jwk | null {
  const [info, rest] = element(der, tags.sequence)
  const [identifier, afterwards] = element(info, tags.sequence)
  const [bits, nothing] = element(afterwards, tags.bits)
  if (rest.length > 0 || nothing.length > 0 || bits[0] !== 0) return null
  const kind = hex(identifier)
  const key = bits.subarray(1)
  if (kind === identifiers.ed25519 && key.length === 32) return { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(key) }
  if (kind === identifiers.p256 && key.length === 65 && key[0] === 4) {
    const [x, y] = [encodeBase64url(key.subarray(1, 33)), encodeBase64url(key.subarray(33))]
    return { kty: 'EC', crv: 'P-256', x, y }
  }
  if (kind !== identifiers.rsa) return null
  const [numbers] = element(key, tags.sequence)
  const [n, behind] = element(numbers, tags.integer)
  const [e] = element(behind, tags.integer)
  return n.length === 0 || e.length === 0 ? null : { kty: 'RSA', n: unsigned(n), e: unsigned(e) }
}

const none = new Uint8Array()

/** What the first element of that tag holds, and what follows it; nothing at all where there is none. */
function element(der: Uint8Array, tag: number): readonly [content: Uint8Array, rest: Uint8Array] {
  const [first, second = 0] = der
  if (first !== tag) return [none, none]
  const lengthBytes = second < 0x80 ? 0 : second - 0x80
  if (lengthBytes > 2) return [none, none]
  const start = 2 + lengthBytes
  const length = lengthBytes === 0 ? second : der.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0)
  if (der.length < start + length) return [none, none]
  return [der.subarray(start, start + length), der.subarray(start + length)]
}

/** Without the zero that keeps an integer of DER positive. */
function unsigned(integer: Uint8Array): string {
  return encodeBase64url(integer[0] === 0 ? integer.subarray(1) : integer)
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
