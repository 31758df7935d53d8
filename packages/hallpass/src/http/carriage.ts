import type { CookieNames, Policy } from '../core/policy.js'
import type { IssuedTokens } from '../core/token.js'
import { expireCookie, setCookie } from './cookies.js'
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
 * of strategy nothing of the earlier one stays behind, unless `keepOthers`. Without `remember` they go when the
 * browser closes.
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
  return patchOf(lines)
}

/** Removes cookies of ours, all kinds by default, from every path that one of them could have been set for. */
export function expireCookies(policy: Policy, only: readonly CookieKind[] = kinds): ResponsePatch {
  const lines = only.flatMap((kind) => {
    const place = placeOf(kind, policy)
    const paths = new Set([place.path, '/'])
    return [...paths].map((path) => expireCookie({ ...place, path }))
  })
  return patchOf(lines)
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
    path: isRefresh ? `${policy.basePath}/refresh` : '/',
    sameSite: isRefresh ? 'Strict' : policy.sameSite,
    secure: policy.secureCookies,
  }
}

function patchOf(lines: readonly string[]): ResponsePatch {
  return { ...notKept, headers: [...notKept.headers, ...lines.map((line) => ['set-cookie', line] as const)] }
}
