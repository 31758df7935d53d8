/** Base64url without padding (RFC 4648, section 5), in exactly one spelling. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Negative, and so is whatever it is shifted and joined with. */
const foreign = -1
const values = new Int8Array(128).fill(foreign)
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

/**
 * The bytes, or null for any text that `encodeBase64url` would not have written: padding, whitespace, stray bits.
 *
 * @param room where they are written if they fit, for who reads them at once; else they get room of their own
 */
export function decodeBase64url(text: string, room?: Uint8Array): Uint8Array | null {
  const rest = text.length % 4
  if (rest === 1) return null
  const size = Math.floor((text.length * 3) / 4)
  const bytes = room !== undefined && size <= room.length ? room.subarray(0, size) : new Uint8Array(size)
  const whole = text.length - rest
  let length = 0
  for (let index = 0; index < whole; index += 4) {
    const bits = fourAt(text, index)
    if (bits < 0) return null
    bytes[length++] = bits >> 16
    bytes[length++] = bits >> 8
    bytes[length++] = bits
  }
  if (rest === 0) return bytes
  const bits = fourAt(text.slice(whole) + 'AA', 0)
  // What is left over of the last character is zero.
  if (bits < 0 || (rest === 2 ? bits & 0xffff : bits & 0xff) !== 0) return null
  bytes[length++] = bits >> 16
  if (rest === 3) bytes[length] = bits >> 8
  return bytes
}

/** The 24 bits of four characters; negative where one of them is none of the alphabet. */
function fourAt(text: string, index: number): number {
  return (
    (valueAt(text, index) << 18) |
    (valueAt(text, index + 1) << 12) |
    (valueAt(text, index + 2) << 6) |
    valueAt(text, index + 3)
  )
}

function valueAt(text: string, index: number): number {
  return values[text.charCodeAt(index)] ?? foreign
}
