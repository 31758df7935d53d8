import type { ErrorCode } from '../core/errors.js'
import type { Policy } from '../core/policy.js'
import { hasBrowserHeaders, isNative, mayAnswerTokens } from './carriage.js'
import type { RequestView } from './request-view.js'

/** What the verdict takes from the request. */
export interface CsrfRequest {
  readonly method: string
  readonly secFetchSite: string | null
  readonly origin: string | null
  readonly referer: string | null
}

/** What it takes from elsewhere. */
export interface CsrfContext {
  /** The part of the request whose credential was used. */
  readonly carriedBy: 'cookie' | 'authorization' | null
  /** Serialised origins (RFC 6454, section 6.2), from the configuration: no header can add one. */
  readonly ownOrigins: readonly string[]
  /** The double-submit token, checked against the session. */
  readonly csrfToken: 'valid' | 'invalid' | 'absent'
  /** Requires the double-submit token even from our own pages. */
  readonly sensitive: boolean
}

export type CsrfVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string }

const allowed: CsrfVerdict = { allowed: true }
const refused = (reason: string): CsrfVerdict => ({ allowed: false, reason })

export function csrfRequest(view: RequestView): CsrfRequest {
  return {
    method: methodOf(view),
    secFetchSite: view.header('sec-fetch-site'),
    origin: view.header('origin'),
    referer: view.header('referer'),
  }
}

/**
 * A WebSocket begins with a GET and can then do anything; over HTTP/2 the same is a CONNECT (RFC 8441), and counts as
 * one here.
 */
export function methodOf(view: RequestView): string {
  return view.method === 'GET' && view.header('upgrade') !== null ? 'CONNECT' : view.method
}

/** Methods that change nothing (RFC 9110, section 9.2.1). Every other one does, also one nobody has heard of. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** The verdict on a request as it came. Most of them change nothing, and are not looked into. */
export function requestVerdict(view: RequestView, context: CsrfContext): CsrfVerdict {
  if (isSafe(methodOf(view)) || context.carriedBy !== 'cookie') return allowed
  return csrfVerdict({ ...csrfRequest(view), ...context })
}

/** Whether the request came from one of our own pages; only asked where the browser attached the credential by itself. */
export function csrfVerdict(request: CsrfRequest & CsrfContext): CsrfVerdict {
  if (isSafe(request.method) || request.carriedBy !== 'cookie') return allowed
  if (request.csrfToken === 'invalid') return refused('the CSRF token is not one of this session')
  if (request.sensitive && request.csrfToken === 'absent') return refused('the route requires the CSRF token')
  return originVerdict(request)
}

/** `Origin` decides where it is sent, then `Sec-Fetch-Site`, then `Referer`; without all three, the token alone. */
function originVerdict({
  origin,
  secFetchSite,
  referer,
  ownOrigins,
  csrfToken,
}: CsrfRequest & CsrfContext): CsrfVerdict {
  if (origin !== null) {
    return ownOrigins.includes(origin) ? allowed : refused(`the origin ${JSON.stringify(origin)} is not listed`)
  }
  if (secFetchSite === 'same-origin') return allowed
  if (secFetchSite === 'same-site' || secFetchSite === 'cross-site') return refused(`the browser says ${secFetchSite}`)
  if (referer !== null) {
    const isOwn = ownOrigins.some((own) => referer.startsWith(`${own}/`))
    return isOwn ? allowed : refused('the referring page is not of a listed origin')
  }
  return csrfToken === 'valid' ? allowed : refused('no browser headers, and no CSRF token in their place')
}

export type SignInVerdict =
  /** Cookies for a browser, tokens in the body for a native client: never both. */
  | 'browser'
  | 'native'
  | { readonly code: Extract<ErrorCode, 'csrf-refused' | 'client-required'>; readonly reason: string }

/**
 * Whether a request may begin a session, and how its credentials are handed out. There is no session yet that a
 * token could be bound to, so it is the browser's headers or `Hallpass-Client: native`.
 */
export function signInVerdict(view: RequestView, policy: Policy): SignInVerdict {
  if (mayAnswerTokens(view, policy, 'sign-in')) return 'native'
  if (!hasBrowserHeaders(view)) {
    return isNative(view)
      ? { code: 'csrf-refused', reason: 'a native client signs in without any cookie' }
      : { code: 'client-required', reason: 'neither browser headers nor Hallpass-Client: native' }
  }
  // Identity providers send their visitors back by a navigation; the application checks its `state` (RFC 9700).
  if (view.method === 'GET' && isTopLevel(view)) return 'browser'
  if (isSafe(view.method))
    return { code: 'csrf-refused', reason: `nobody signs in by ${view.method} from within a page` }
  const context: CsrfContext = {
    carriedBy: 'cookie',
    ownOrigins: policy.origins,
    csrfToken: 'absent',
    sensitive: false,
  }
  const verdict = requestVerdict(view, context)
  return verdict.allowed ? 'browser' : { code: 'csrf-refused', reason: verdict.reason }
}

/** A page of its own in the browser; where nothing is said about the destination, it cannot be told. */
export function isTopLevel(view: RequestView): boolean {
  const destination = view.header('sec-fetch-dest')
  return destination === null || destination === 'document'
}
