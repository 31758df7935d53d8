/** The layout both bindings share: nonce, ciphertext, tag (NIST SP 800-38D). */

export const nonceLength = 12
export const tagLength = 16

export interface CutSealed {
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

export function cutSealed(sealed: Uint8Array): CutSealed | null {
  const tagStart = sealed.length - tagLength
  if (tagStart < nonceLength) return null
  return {
    nonce: sealed.subarray(0, nonceLength),
    ciphertext: sealed.subarray(nonceLength, tagStart),
    tag: sealed.subarray(tagStart),
  }
}
