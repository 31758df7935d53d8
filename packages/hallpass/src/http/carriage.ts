import { type CookieNames, type PreviousCookie, refreshPath } from '../core/cookie-policy.js'
import type { Policy } from '../core/policy.js'
import type { IssuedTokens } from '../core/token.js'
import { expireCookie, expirePreviousCookie, setCookie, withSetCookie } from './cookies.js'
import type { RequestView } from './request-view.js'
import { notKept, type ResponsePatch } from './response-patch.js'

export type CookieKind = keyof CookieNames

/** Tokens for the body of an answer, for clients that carry their own. */
export interface TokensBody {
  readonly accessToken?: string
  readonly refreshToken?: string
  readonly sessionToken?: string
  readonly tokenType: 'Bearer'
  /** Seconds until the token that authenticates requests ends. */
  readonly expiresIn: number
}

const kinds: readonly CookieKind[] = ['session', 'access', 'refresh']

/**
 * The cookies that carry the tokens, and the expiry of those kinds that this answer has no token for: after a change
 * of strategy nothing of the earlier one stays behind, unless `keepOthers`. What was in use before goes with them, so
 * that none of it stands beside the new ones. Without `remember` they go when the browser closes.
 */
export function cookiesFor(
  tokens: IssuedTokens,
  policy: Policy,
  session: { readonly remember: boolean; readonly absoluteExpiresAt: number },
  now: number,
  { keepOthers = false }: { readonly keepOthers?: boolean } = {},
): ResponsePatch {
  const maxAge = session.remember ? Math.max(0, Math.floor((session.absoluteExpiresAt - now) / 1000)) : null
  const values = { session: tokens.sessionToken, access: tokens.accessToken, refresh: tokens.refreshToken }
  const lines = kinds.flatMap((kind) => {
    const value = values[kind]
    const place = placeOf(kind, policy)
    if (value === undefined) return keepOthers ? [] : [expireCookie(place)]
    return [setCookie({ ...place, value, maxAge })]
  })
  return patchOf([...expiredPrevious(policy), ...lines])
}

/** Removes every cookie of ours that is known: from each path it could have been set for, and what was in use before. */
export function expireCookies(policy: Policy): ResponsePatch {
  const lines = kinds.flatMap((kind) => {
    const place = placeOf(kind, policy)
    return [place.path, '/'].map((path) => expireCookie({ ...place, path }))
  })
  return patchOf([...expiredPrevious(policy), ...lines])
}

/** Removes some of the cookies that were in use before the present ones. */
export function expirePrevious(policy: Policy, cookies: readonly PreviousCookie[]): ResponsePatch {
  return patchOf(expiredPrevious(policy, cookies))
}

/** The same tokens for a client that carries its own. */
export function tokensBody(tokens: IssuedTokens, now: number): TokensBody {
  const { sessionToken, accessToken, refreshToken, expiresAt } = tokens
  return {
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
    tokenType: 'Bearer',
    expiresIn: Math.max(0, Math.floor((expiresAt - now) / 1000)),
  }
}

/** Whether the client says of itself that it is no browser. */
export function isNative(view: RequestView): boolean {
  return view.header('hallpass-client') === 'native'
}

/** Whether the request carries what browsers send and scripts cannot leave out. */
export function hasBrowserHeaders(view: RequestView): boolean {
  return view.header('origin') !== null || view.header('referer') !== null || view.header('sec-fetch-site') !== null
}

/**
 * Whether tokens may go into the body of the answer, by where the credential came from. Script on a page holds no
 * credential of ours, so it must never be handed one in exchange for the cookies it can send.
 */
export function mayAnswerTokens(
  view: RequestView,
  policy: Policy,
  how: 'sign-in' | 'body' | 'authorization' | 'cookie',
): boolean {
  if (how !== 'sign-in') return how !== 'cookie'
  if (!isNative(view) || view.header('cookie') !== null) return false
  return !hasBrowserHeaders(view) || comesFromApp(view, policy)
}

function comesFromApp(view: RequestView, policy: Policy): boolean {
  const origin = view.header('origin')
  return origin !== null && policy.appOrigins.includes(origin)
}

function placeOf(kind: CookieKind, policy: Policy): Parameters<typeof expireCookie>[0] {
  const isRefresh = kind === 'refresh'
  return {
    name: policy.cookieNames[kind],
    path: isRefresh ? refreshPath(policy.basePath) : '/',
    sameSite: isRefresh ? 'Strict' : policy.sameSite,
    secure: policy.secureCookies,
  }
}

/** In front of what is set: some browsers do not tell a cookie for one host from one for its domain. */
function expiredPrevious(policy: Policy, cookies = policy.cookies.previously): readonly string[] {
  return cookies.map((cookie) => expirePreviousCookie(cookie, policy.secureCookies))
}

function patchOf(lines: readonly string[]): ResponsePatch {
  const once = lines.reduce(withSetCookie, [] as readonly string[])
  return { ...notKept, headers: [...notKept.headers, ...once.map((line) => ['set-cookie', line] as const)] }
}
