import type { ReadCookie } from './parse.js'
import { bad, good, type Verdict, worth } from './verdict.js'

const sessionName =
  /(?:^|[^a-z])(?:s?sid|sess|session|sessionid|phpsessid|jsessionid|auth|token|jwt|login|remember|refresh|access)(?:[^a-z]|$)|session|sessid/i

function looksLikeSession(name: string): boolean {
  return sessionName.test(name) && !/csrf|xsrf/i.test(name)
}

/** Whether somebody who has it may be somebody else: by its name, or as a JWT or a token of Hallpass. */
export function isCredential({ name, value }: ReadCookie): boolean {
  return looksLikeSession(name) || looksLikeJwt(value) || /^hp_[sr]_/.test(value)
}

/** Three parts in base64url, of which the first begins as JSON does. */
function looksLikeJwt(value: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(decoded(value))
}

/** Bits that nobody can guess through (OWASP). */
const leastBits = 64

export function valueVerdict(cookie: ReadCookie): Verdict | null {
  const { value } = cookie
  if (value === '') return null
  if (looksLikeJwt(value)) {
    const said = 'A JWT: whoever holds it reads it, and it stays good until it expires, signed out or not.'
    return worth('Value', said, 'Let the server look sessions up, or check each one against revocations.', 'OWASP')
  }
  if (!isCredential(cookie)) return null
  const bits = mostBits(decoded(value))
  if (bits < leastBits) {
    const said = `It has room for ${bits} bits at most: somebody who tries long enough finds a session.`
    return bad('Value', said, 'Draw 128 bits or more from a secure source.', 'OWASP')
  }
  return good('Value', 'It is long enough not to be guessed, if it is random.', 'OWASP')
}

/** How many bits a value of this length can hold at most, in the smallest alphabet that it fits into. */
function mostBits(value: string): number {
  const alphabets = [
    [/^\d+$/, 10],
    [/^[\da-f]+$|^[\dA-F]+$/, 16],
    [/^[\da-z]+$|^[\dA-Z]+$/, 36],
    [/^[\dA-Za-z]+$/, 62],
    [/^[\w+/.=-]+$/, 64],
  ] as const
  const [, size] = alphabets.find(([form]) => form.test(value)) ?? [null, 94]
  return Math.floor(value.length * Math.log2(size))
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
