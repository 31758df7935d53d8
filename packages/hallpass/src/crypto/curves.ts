/** Whether a public key is a point at all. Not every platform's import asks, and none may be left out of asking. */

const bigEndian = (bytes: Uint8Array): bigint => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)

const modulo = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let rest = exponent, square = base % modulus; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus
  }
  return result
}

// SP 800-186, section 3.2.1.3
const p256 = {
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
}

/** Coordinates as RFC 7518, section 6.2.1, writes them: 32 bytes each, most significant first. */
export function isOnP256(xBytes: Uint8Array, yBytes: Uint8Array): boolean {
  const { p, b } = p256
  const [x, y] = [bigEndian(xBytes), bigEndian(yBytes)]
  return x < p && y < p && modulo(y * y - (x * x * x - 3n * x + b), p) === 0n
}

// RFC 8032, section 5.1
const edwards25519 = {
  p: 2n ** 255n - 19n,
  d: 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n,
}

/**
 * Whether 32 bytes are a point of edwards25519 in its one spelling, and none of the eight of small order: under those
 * a signature can be right for every message.
 */
export function isEd25519Key(bytes: Uint8Array): boolean {
  const { p, d } = edwards25519
  const y = bigEndian(Uint8Array.from(bytes).reverse()) & (2n ** 255n - 1n)
  if (y >= p) return false
  const ySquared = (y * y) % p
  const ofSmallOrder = y === 0n || ySquared === 1n || modulo(d * ySquared * ySquared + 2n * ySquared - 1n, p) === 0n
  // x² = (y² − 1) / (d·y² + 1); a fraction is a square where numerator times denominator is.
  const xSquared = modulo((ySquared - 1n) * (d * ySquared + 1n), p)
  return !ofSmallOrder && power(xSquared, (p - 1n) / 2n, p) === 1n
}
