import { decodeBase64url } from './base64url.js'

const fewestBits = 2048
const mostBits = 8192
const largestExponent = 2n ** 32n - 1n

/** Primes under which the powers of 65537 are few: what the flawed generator of CVE-2017-15361 made is always among them. */
const tellingPrimes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]

/** What makes an RSA key not worth believing, or null. Members as RFC 7518, section 6.3.1, writes them. */
export function rsaWeakness(n: string, e: string): string | null {
  const modulus = readNumber(n, mostBits)
  if (modulus === null) return 'n is not a number of at most 8192 bits in canonical base64url'
  const exponent = readNumber(e, 32)
  if (exponent === null || exponent > largestExponent)
    return 'e is not a number of at most 32 bits in canonical base64url'
  if (exponent < 3n || exponent % 2n === 0n) return 'e is not an odd number of 3 or more'
  if (modulus < 2n ** BigInt(fewestBits - 1)) return `the modulus has less than ${fewestBits} bits`
  if ([2, 3, 5, 7, ...tellingPrimes].some((prime) => modulus % BigInt(prime) === 0n))
    return 'the modulus has a small factor'
  return isFromFlawedGenerator(modulus) ? 'the modulus was made by a flawed generator (CVE-2017-15361)' : null
}

/** Of sound moduli one in a hundred million looks like that. */
function isFromFlawedGenerator(modulus: bigint): boolean {
  return tellingPrimes.every((prime) => {
    const remainder = Number(modulus % BigInt(prime))
    let power = 1
    do {
      if (power === remainder) return true
      power = (power * 65_537) % prime
    } while (power !== 1)
    return false
  })
}

function readNumber(text: string, mostBits: number): bigint | null {
  if (text.length > Math.ceil(mostBits / 6)) return null
  const bytes = decodeBase64url(text)
  if (bytes === null || bytes.length === 0 || bytes[0] === 0) return null
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}
