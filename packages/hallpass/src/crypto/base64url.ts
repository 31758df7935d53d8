/** Base64url without padding (RFC 4648, section 5), in exactly one spelling. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const foreign = 64
const values = new Uint8Array(128).fill(foreign)
for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value

export function encodeBase64url(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 6) {
      bits -= 6
      text += alphabet[(held >>> bits) & 63]!
    }
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + alphabet[(held << (6 - bits)) & 63]!
}

/** The bytes, or null for any text that `encodeBase64url` would not have written: padding, whitespace, stray bits. */
export function decodeBase64url(text: string): Uint8Array | null {
  if (text.length % 4 === 1) return null
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let length = 0
  for (let index = 0; index < text.length; index++) {
    const value = values[text.charCodeAt(index)] ?? foreign
    if (value === foreign) return null
    held = (held << 6) | value
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[length++] = held >>> bits
      held &= (1 << bits) - 1
    }
  }
  return held === 0 ? bytes : null
}
