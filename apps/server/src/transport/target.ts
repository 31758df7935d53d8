import { ServerError } from '../errors.js'

/** The target of a request in its one spelling: what is decided on is what is forwarded. */
export interface RequestTarget {
  readonly path: string
  /** What follows the first "?", as sent; empty where there is none. */
  readonly query: string
}

/** Characters of a request target at most. */
const longestTarget = 8192

/** Visible ASCII, and no fragment: clients keep it to themselves, and readers differ about one that is sent. */
const wellFormed = /^\/[\x21\x22\x24-\x7e]*$/
/** Nothing that could be read in two ways, which is how most paths are. */
const plainPath = /^\/(?:[\w~-][\w.~-]*\/)*(?:[\w~-][\w.~-]*)?$/
/** What a path may hold as it is: `pchar` and "/" (RFC 3986, section 3.3). */
const triplet = /%[0-9A-Fa-f]{2}/g
const notPathCharacter = /[^\w.~!$&'()*+,;=:@/%-]/g
const unreserved = /[\w.~-]/

/**
 * Reads a target in origin-form (RFC 9112, section 3.2.1) and gives its path the one spelling of RFC 3986, section 6.2.2:
 * what need not be encoded is decoded, what must be is encoded, hexadecimal digits are in upper case. Errors as values:
 * `ambiguous-address` where somebody further on could read another path, `address-too-long`.
 */
export function readTarget(url: string): RequestTarget | ServerError {
  if (url.length > longestTarget) return new ServerError('address-too-long')
  if (!wellFormed.test(url)) return new ServerError('ambiguous-address')
  const mark = url.indexOf('?')
  const query = mark === -1 ? '' : url.slice(mark + 1)
  const path = oneSpelling(mark === -1 ? url : url.slice(0, mark))
  return path === null ? new ServerError('ambiguous-address') : { path, query }
}

/**
 * What the most lenient reader further on could make of a path in its one spelling: everything decoded as often as it
 * goes, compatibility characters for what they look like (NFKC), parameters after ";" dropped, slashes of either
 * kind taken together, lower case, no slash at the end.
 */
export function loosestReading(path: string): string {
  let reading = path
  for (let before = ''; before !== reading;) {
    before = reading
    reading = looselyDecoded(reading).normalize('NFKC').toLowerCase()
  }
  return `/${reading.split(/[/\\]/).map(withoutParameters).filter(Boolean).join('/')}`
}

function oneSpelling(path: string): string | null {
  if (plainPath.test(path)) return path
  if (path.replace(triplet, '').includes('%')) return null
  const spelled = path.replace(triplet, spelledTriplet).replace(notPathCharacter, encoded)
  const [, ...segments] = spelled.split('/')
  return segments.every((segment, index) => isPlain(segment, index === segments.length - 1)) ? spelled : null
}

function spelledTriplet(text: string): string {
  const character = String.fromCharCode(Number.parseInt(text.slice(1), 16))
  return unreserved.test(character) ? character : text.toUpperCase()
}

function encoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** Whether a segment stays a segment, and stays where it is, whoever reads it. Only the last one may be empty. */
function isPlain(segment: string, isLast: boolean): boolean {
  const text = decoded(segment)?.normalize('NFKC')
  // a triplet that is left would be something else, were it decoded once more
  if (text === undefined || /[/\\\p{Cc}]|%[0-9a-f]{2}/iu.test(text)) return false
  const name = withoutParameters(text).trim()
  return name === '' ? isLast && segment === '' : name !== '.' && name !== '..'
}

/** Undefined where it is no UTF-8, overlong forms among them. */
function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

function looselyDecoded(path: string): string {
  return path.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decoded(run) ?? run)
}

function withoutParameters(segment: string): string {
  return segment.replace(/;.*$/s, '')
}
