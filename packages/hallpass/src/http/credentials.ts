import { type CookieNames, type PreviousCookie, refreshPath } from '../core/cookie-policy.js'
import type { Policy } from '../core/policy.js'
import { readCookies } from './cookies.js'
import type { RequestView } from './request-view.js'

/** What a request presents, unjudged. */
export interface Presented {
  /** A token in `Authorization: Bearer` (RFC 6750) that could be one of ours. */
  readonly bearer: string | null
  /** The values of each of our cookies; all empty beside a bearer token. More than one value is ambiguous. */
  readonly cookies: { readonly [Kind in keyof CookieNames]: readonly string[] }
  /** Those in use before that the browser still has, as far as can be told; none of them is a credential. */
  readonly previous: readonly PreviousCookie[]
}

const nothing: readonly never[] = []
const noCookies = { session: nothing, access: nothing, refresh: nothing }
const bearerForm = /^bearer +([^\s,]+)$/i

/**
 * Looks where a credential may be, and nowhere else: never in the address, never in a header of another name.
 * Other `Authorization` schemes, and bearer tokens that cannot be ours, count as absent: browsers attach some of
 * them by themselves, and then the cookies need their CSRF check.
 */
export function presentedCredentials(view: RequestView, policy: Policy): Presented {
  const bearer = bearerToken(view.header('authorization'))
  if (bearer !== null) return { bearer, cookies: noCookies, previous: nothing }
  const { session, access, refresh } = policy.cookieNames
  const { names, previously } = policy.cookies
  const found = readCookies(view.header('cookie'), names)
  if (found.size === 0) return { bearer: null, cookies: noCookies, previous: nothing }
  return {
    bearer: null,
    cookies: {
      session: found.get(session) ?? nothing,
      access: found.get(access) ?? nothing,
      refresh: found.get(refresh) ?? nothing,
    },
    previous: previously.length === 0 ? nothing : previousAmong(found, view, policy),
  }
}

/** A name that comes more often than a present cookie of it is sent to this path: some of these are from before. */
function previousAmong(
  found: ReadonlyMap<string, readonly string[]>,
  { path }: RequestView,
  { cookies, cookieNames: { session, access, refresh }, basePath }: Policy,
): readonly PreviousCookie[] {
  const presentOnes = (name: string): number =>
    name === session || name === access || (name === refresh && isBelow(refreshPath(basePath), path)) ? 1 : 0
  return cookies.previously.filter(({ name }) => (found.get(name)?.length ?? 0) > presentOnes(name))
}

/** Whether browsers send a cookie for one path with requests to another (RFC 6265bis, section 5.1.4). */
function isBelow(cookiePath: string, path: string): boolean {
  return path === cookiePath || path.startsWith(`${cookiePath}/`)
}

function bearerToken(header: string | null): string | null {
  const token = header === null ? null : (bearerForm.exec(header)?.[1] ?? null)
  return token !== null && couldBeOurs(token) ? token : null
}

/** An opaque token by its mark, or anything in the three parts of a JWT; whether it is right is judged later. */
function couldBeOurs(token: string): boolean {
  return token.startsWith('hp_s.') || token.startsWith('hp_r.') || token.split('.', 4).length === 3
}
