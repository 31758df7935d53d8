import type { PreviousCookie } from '../core/cookie-policy.js'
import { HallpassError } from '../core/errors.js'

/** A cookie as we write it: host-only and HttpOnly always, and never without `Path` and `SameSite`. */
export interface Cookie {
  readonly name: string
  /** Letters, digits, `_`, `.` and `-`: what tokens consist of. */
  readonly value: string
  readonly path: string
  /** Seconds; null for a cookie that goes when the browser closes. */
  readonly maxAge: number | null
  readonly sameSite: 'Lax' | 'Strict'
  readonly secure: boolean
}

/** Name and value together; browsers drop anything larger without a word (RFC 6265bis, section 5.6). */
const longestCookie = 4096
/** Browsers cut `Max-Age` to 400 days (RFC 6265bis, section 5.5). */
const longestMaxAge = 400 * 86_400

const nameForm = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const valueForm = /^[A-Za-z0-9_.-]*$/
const pathForm = /^\/[\x21-\x2b\x2d-\x3a\x3c-\x7e]*$/
const domainForm = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/
/** Browsers know the prefixes in any case. */
const prefixForm = /^__(?:host|secure|http)-/i

/**
 * The values under each of the names, in the order sent; a name that did not come has no entry. Names are compared
 * byte by byte and nothing is decoded: a browser never sends a cookie of ours in another spelling, an attacker
 * may. Values are handed on as they came, so that garbage beside the real one still counts as a second cookie.
 */
export function readCookies(header: string | null, names: readonly string[]): Map<string, readonly string[]> {
  const found = new Map<string, string[]>()
  if (header === null) return found
  for (let start = 0; start < header.length;) {
    const semicolon = header.indexOf(';', start)
    const end = semicolon === -1 ? header.length : semicolon
    const pair = header.slice(start, end)
    start = end + 1
    const equals = pair.indexOf('=')
    if (equals === -1) continue
    const name = trim(pair.slice(0, equals))
    if (!names.includes(name)) continue
    const value = trim(pair.slice(equals + 1))
    const values = found.get(name)
    if (values === undefined) found.set(name, [value])
    else values.push(value)
  }
  return found
}

/** A `Set-Cookie` value (RFC 6265bis). Throws `configuration` where a browser could read it as anything else. */
export function setCookie(cookie: Cookie): string {
  refuse(problemWith(cookie))
  const { name, value, path, maxAge, sameSite, secure } = cookie
  const age = maxAge === null ? '' : `; Max-Age=${maxAge}`
  return `${name}=${value}; Path=${path}${age}; HttpOnly${secure ? '; Secure' : ''}; SameSite=${sameSite}`
}

/** A `Set-Cookie` value that removes the cookie of this name and path. */
export function expireCookie(cookie: Omit<Cookie, 'value' | 'maxAge'>): string {
  return setCookie({ ...cookie, value: '', maxAge: 0 })
}

/**
 * A `Set-Cookie` value that removes a cookie which something else has set, perhaps for a whole domain. Throws like
 * `setCookie`. A prefixed name needs `Secure`, also where the present cookies have none.
 */
export function expirePreviousCookie({ name, domain, path }: PreviousCookie, secureCookies: boolean): string {
  const secure = secureCookies || prefixForm.test(name)
  const line = expireCookie({ name, path, sameSite: 'Lax', secure })
  if (domain === null) return line
  if (!domainForm.test(domain)) refuse(`(${name}) has a domain that is not one.`)
  if (/^__host-/i.test(name)) refuse(`(${name}) has a prefix that forbids a domain.`)
  return `${line}; Domain=${domain}`
}

/**
 * The `set-cookie` lines of a response with one more: it takes the place of an earlier line for the same cookie,
 * since a response must not name one twice (RFC 6265bis, section 4.1.1).
 */
export function withSetCookie(lines: readonly string[], line: string): readonly string[] {
  const identity = cookieIdentity(line)
  return [...lines.filter((earlier) => cookieIdentity(earlier) !== identity), line]
}

/** What browsers tell cookies apart by: two lines with the same one are about the same cookie. */
export function cookieIdentity(line: string): string {
  const [, path = ''] = /;[ \t]*path=([^;]*)/i.exec(line) ?? []
  const [, domain = ''] = /;[ \t]*domain=([^;]*)/i.exec(line) ?? []
  return `${line.slice(0, line.indexOf('='))};${domain};${path}`
}

function refuse(problem: string | null): void {
  if (problem === null) return
  // The value stays out of the message: it is a credential.
  throw new HallpassError('configuration', {
    mistakes: [{ field: 'cookie', problem, remedy: 'It was not written.' }],
  })
}

function problemWith({ name, value, path, maxAge, secure }: Cookie): string | null {
  if (!nameForm.test(name)) return 'has a name that is not a token.'
  if (!valueForm.test(value)) return `(${name}) has a value with characters that cookies of ours never have.`
  if (!pathForm.test(path)) return `(${name}) has a path that is not one.`
  if (name.length + value.length > longestCookie) return `(${name}) is larger than the 4096 bytes browsers keep.`
  if (maxAge !== null && !(Number.isSafeInteger(maxAge) && maxAge >= 0 && maxAge <= longestMaxAge)) {
    return `(${name}) has a Max-Age that is not between 0 seconds and 400 days.`
  }
  if (prefixForm.test(name) && !secure) return `(${name}) has a prefix that requires Secure.`
  if (/^__host-/i.test(name) && path !== '/') return `(${name}) has a prefix that requires the path "/".`
  return null
}

/** Spaces and tabs only: String.prototype.trim takes U+00A0 and U+2000 off as well, and so makes foreign names ours. */
function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text, start)) start++
  while (end > start && isBlank(text, end - 1)) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

function isBlank(text: string, index: number): boolean {
  const unit = text.charCodeAt(index)
  return unit === 0x20 || unit === 0x09
}
