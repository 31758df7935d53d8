import { readCookieDate } from './cookie-date.js'

/** What a browser reads in one `Set-Cookie` line (RFC 6265bis, section 5.6): it takes much that no server should write. */
export interface ReadCookie {
  readonly name: string
  readonly value: string
  readonly httpOnly: boolean
  readonly secure: boolean
  /** Null where it is not said, or in a word that nobody knows. */
  readonly sameSite: 'Strict' | 'Lax' | 'None' | null
  /** What stands there, where that is no word that browsers know. */
  readonly unknownSameSite: string | null
  /** Null where there is none that counts. */
  readonly path: string | null
  /** In lower case, without a dot at its beginning; null for a cookie of its host alone. */
  readonly domain: string | null
  /** Seconds from now until it goes, below zero where that has passed; null where it goes with the browser. */
  readonly lifetime: number | null
  /** Attributes that browsers skip, as they stand. */
  readonly skipped: readonly string[]
}

/** Null where a browser takes the whole line for nothing. `now`: milliseconds since 1970. */
export function parseSetCookie(line: string, now: number): ReadCookie | null {
  // oxlint-disable-next-line no-control-regex -- all but the tab end everything (section 5.6, step 1)
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) return null
  const [pair = '', ...attributes] = line.split(';')
  const equals = pair.indexOf('=')
  const name = equals === -1 ? '' : trim(pair.slice(0, equals))
  const value = trim(equals === -1 ? pair : pair.slice(equals + 1))
  if (name === '' && value === '') return null
  const read = attributes.map((attribute) => readAttribute(attribute, now))
  /** Of several alike the last one counts. */
  const last = <Kind extends Attribute['kind']>(kind: Kind) =>
    read.filter((one): one is Extract<Attribute, { kind: Kind }> => one.kind === kind).at(-1)
  const sameSite = last('SameSite')?.word
  return {
    name,
    value,
    httpOnly: last('HttpOnly') !== undefined,
    secure: last('Secure') !== undefined,
    sameSite: known(sameSite),
    unknownSameSite: sameSite === undefined || known(sameSite) !== null ? null : sameSite,
    path: last('Path')?.path ?? null,
    domain: last('Domain')?.domain || null,
    lifetime: (last('Max-Age') ?? last('Expires'))?.seconds ?? null,
    skipped: read.flatMap((one) => (one.kind === 'skipped' && one.text !== '' ? [one.text] : [])),
  }
}

type Attribute =
  | { readonly kind: 'HttpOnly' }
  | { readonly kind: 'Secure' }
  | { readonly kind: 'SameSite'; readonly word: string }
  | { readonly kind: 'Path'; readonly path: string | null }
  | { readonly kind: 'Domain'; readonly domain: string }
  | { readonly kind: 'Max-Age'; readonly seconds: number }
  | { readonly kind: 'Expires'; readonly seconds: number }
  | { readonly kind: 'skipped'; readonly text: string }

const longestAttribute = 1024

function readAttribute(text: string, now: number): Attribute {
  const equals = text.indexOf('=')
  const name = trim(equals === -1 ? text : text.slice(0, equals)).toLowerCase()
  const value = equals === -1 ? '' : trim(text.slice(equals + 1))
  const skipped = { kind: 'skipped', text: trim(text) } as const
  if (new TextEncoder().encode(value).length > longestAttribute) return skipped
  switch (name) {
    case 'httponly':
      return { kind: 'HttpOnly' }
    case 'secure':
      return { kind: 'Secure' }
    case 'samesite':
      return { kind: 'SameSite', word: value }
    case 'path':
      return { kind: 'Path', path: value.startsWith('/') ? value : null }
    case 'domain':
      return { kind: 'Domain', domain: value.replace(/^\./, '').toLowerCase() }
    case 'max-age':
      return /^-?\d+$/.test(value) ? { kind: 'Max-Age', seconds: Number(value) } : skipped
    case 'expires': {
      const time = readCookieDate(value)
      return time === null ? skipped : { kind: 'Expires', seconds: Math.round((time - now) / 1000) }
    }
    default:
      return skipped
  }
}

function known(word: string | undefined): ReadCookie['sameSite'] {
  const words = ['Strict', 'Lax', 'None'] as const
  return words.find((one) => one.toLowerCase() === word?.toLowerCase()) ?? null
}

/** Blanks alone: what else looks like white space belongs to the value. */
function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}
