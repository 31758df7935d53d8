import type { Mistake } from './errors.js'

export interface CookieNames {
  readonly session: string
  readonly access: string
  readonly refresh: string
}

/** A cookie that was in use before, by all that browsers tell cookies apart by (RFC 6265bis, section 5.7). */
export interface PreviousCookieOptions {
  /** Such as `connect.sid`, or a name of ours that was once set with a `Domain` or for another path. */
  readonly name: string
  /** The `Domain` it was set with, such as `example.com`. Default: none, the cookie is for the issuer's host alone. */
  readonly domain?: string
  /** The `Path` it was set with. Default `/`. */
  readonly path?: string
}

export interface CookieOptions {
  /**
   * Cookies of an earlier configuration, or of what signed people in before Hallpass. Wherever one is met it is
   * expired; it never authenticates anybody. Once the longest of their lifetimes has passed the list may go. Default:
   * none.
   */
  readonly previously?: readonly PreviousCookieOptions[]
}

export interface PreviousCookie {
  readonly name: string
  /** Null for a cookie of one host alone. */
  readonly domain: string | null
  readonly path: string
}

/** The same, ready for use. */
export interface CookiePolicy {
  /** Every name that is looked for in a request: ours, and those used before. */
  readonly names: readonly string[]
  /** Each cookie once. */
  readonly previously: readonly PreviousCookie[]
}

/** What the present cookies are, and for whom. */
export interface PresentCookies {
  readonly issuer: string
  readonly basePath: string
  readonly cookieNames: CookieNames
}

/** What an answer can carry besides everything else; servers and proxies allow some 8 KB of headers. */
const mostPrevious = 20

const nameForm = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/
const pathForm = /^\/[\x21-\x2b\x2d-\x3a\x3c-\x7e]{0,255}$/
const domainForm = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const addressForm = /^[0-9.]+$|:/

/** Every name under which a cookie of ours can exist; what is expired at sign-out. */
export function cookieNames(name: string, secure: boolean): CookieNames {
  return secure
    ? { session: `__Host-Http-${name}`, access: `__Host-Http-${name}-access`, refresh: `__Secure-${name}-refresh` }
    : { session: name, access: `${name}-access`, refresh: `${name}-refresh` }
}

/** Where the refresh cookie is sent: to the one endpoint that needs it. */
export function refreshPath(basePath: string): string {
  return `${basePath}/refresh`
}

/** Only for options without mistakes. */
export function cookiePolicy(options: CookieOptions | undefined, { cookieNames }: PresentCookies): CookiePolicy {
  const listed = (options?.previously ?? []).map(({ name, domain = null, path = '/' }) => ({ name, domain, path }))
  const once = new Map(listed.map((cookie) => [`${cookie.name};${cookie.domain};${cookie.path}`, cookie]))
  const names = new Set([...Object.values(cookieNames), ...listed.map(({ name }) => name)])
  return { names: [...names], previously: [...once.values()] }
}

export function cookieMistakes(options: unknown, present: PresentCookies): Mistake[] {
  if (options === undefined) return []
  const inside = 'Give { previously: [{ name, domain, path }] }.'
  if (!isObject(options)) return [{ field: 'cookies', problem: 'is not an object.', remedy: inside }]
  const unknown = unknownMembers('cookies', options, ['previously'])
  const { previously = [] } = options
  const field = 'cookies.previously'
  if (!Array.isArray(previously)) return [...unknown, { field, problem: 'is not a list.', remedy: inside }]
  if (previously.length > mostPrevious) {
    const remedy = `Name ${mostPrevious} at most: all of them may have to be expired by one answer.`
    return [...unknown, { field, problem: `has ${previously.length} cookies.`, remedy }]
  }
  return [...unknown, ...previously.flatMap((one, index) => previousMistakes(`${field}[${index}]`, one, present))]
}

function previousMistakes(field: string, cookie: unknown, present: PresentCookies): Mistake[] {
  if (!isObject(cookie)) return [{ field, problem: 'is not an object.', remedy: 'Give { name, domain, path }.' }]
  const mistakes = unknownMembers(field, cookie, ['name', 'domain', 'path'])
  const { name, domain, path = '/' } = cookie
  const wrong = (member: string, problem: string, remedy: string): void =>
    void mistakes.push({ field: `${field}.${member}`, problem, remedy })

  if (typeof name !== 'string' || !nameForm.test(name))
    wrong('name', 'is not the name of a cookie.', 'Write it as browsers show it, such as "connect.sid".')
  if (typeof path !== 'string' || !pathForm.test(path))
    wrong('path', 'is not the path of a cookie.', 'Write it as browsers show it, such as "/"; that is the default.')
  if (domain !== undefined) {
    const problem = domainProblem(domain, present.issuer)
    if (problem !== null)
      wrong('domain', problem, 'Write the parent domain as "example.com"; leave it out for a cookie of one host.')
  }
  if (mistakes.length > 0) return mistakes

  if (/^__host-/i.test(name as string) && (domain !== undefined || path !== '/'))
    wrong(
      'name',
      'begins with "__Host-": no browser kept such a cookie with a domain or another path.',
      'Leave it out.',
    )
  if (domain === undefined && pathOfOurs(name as string, present) === path)
    wrong('name', 'is the cookie of now, which would be expired with it.', 'Leave it out.')
  return mistakes
}

function pathOfOurs(
  name: string,
  { basePath, cookieNames: { session, access, refresh } }: PresentCookies,
): string | null {
  if (name === refresh) return refreshPath(basePath)
  return name === session || name === access ? '/' : null
}

function domainProblem(domain: unknown, issuer: string): string | null {
  if (typeof domain !== 'string') return 'is not a string.'
  if (domain.startsWith('.')) return 'begins with a dot, which browsers take off.'
  if (addressForm.test(domain)) return 'is an address: browsers keep no cookie for more than one of those.'
  if (domain !== domain.toLowerCase()) return 'is not in lower case.'
  if (!domain.includes('.')) return 'has one label: browsers keep no cookie for all that is below it.'
  if (!domainForm.test(domain)) return 'is not a host name.'
  const host = hostOf(issuer)
  return host === domain || host.endsWith(`.${domain}`) ? null : `is neither the issuer's host (${host}) nor above it.`
}

/** Of an issuer that may itself be a mistake. */
function hostOf(issuer: unknown): string {
  return /^https?:\/\/([^/:]*)/.exec(String(issuer))?.[1] ?? ''
}

function unknownMembers(field: string, value: object, known: readonly string[]): Mistake[] {
  return Object.keys(value)
    .filter((member) => !known.includes(member))
    .map((member) => ({ field: `${field}.${member}`, problem: 'is unknown.', remedy: `Known: ${known.join(', ')}.` }))
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
