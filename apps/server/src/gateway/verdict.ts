import {
  type Authenticated,
  type ErrorCode,
  guard,
  type Hallpass,
  HallpassError,
  type Requirement,
  type RequestView,
  type ResponsePatch,
  type Session,
  type Upstream,
} from 'hallpass'
import { problemAnswer, ServerError } from '../errors.js'
import { type HeaderLine, identityLines } from './identity-headers.js'
import type { Access, Route } from './route.js'

/** Whether a request may go on to the backend of its route, and as whom. */
export type Verdict = Admitted | Turned

export interface Admitted {
  readonly allowed: true
  /** Who is calling; a route without an audience has no token for anybody. Null while the store is away. */
  readonly caller: Upstream | Authenticated | null
  /** For `Authorization: Bearer`; null where the backend is told of nobody. */
  readonly token: string | null
  /** What the backend is told besides: by the route's `identityHeaders`. */
  readonly identity: readonly HeaderLine[]
  /** Cookies to expire, whatever the backend answers. */
  readonly cookies: readonly HeaderLine[]
}

export interface Turned {
  readonly allowed: false
  /** The whole answer: a page goes to sign-in or `resume`, everything else gets a problem document. */
  readonly patch: ResponsePatch
  /** For the log: what was refused, and why where that is known. */
  readonly code: string
  readonly reason: string | null
  readonly session: Session | null
}

type Asked = Pick<Hallpass, 'policy' | 'upstream' | 'authenticate'>

/** Judges a request for one route: for the gateway, and for proxies that ask before they forward. Changes nothing. */
export async function judgeFor(auth: Asked, route: Route, view: RequestView): Promise<Verdict> {
  try {
    const caller = await callerOf(auth, route, view)
    return route.access.kind === 'public'
      ? forEverybody(route, caller)
      : forSignedIn(auth, route, route.access, view, caller)
  } catch (error) {
    if (!(error instanceof HallpassError)) throw error
    if (route.whenStoreAway === 'anonymous' && error.status === 503) return nobody
    return turned(error, null)
  }
}

const nobody: Admitted = { allowed: true, caller: null, token: null, identity: [], cookies: [] }

function callerOf(
  auth: Asked,
  { audience, whenStoreAway }: Route,
  view: RequestView,
): Promise<Upstream | Authenticated> {
  const lastKnownGood = whenStoreAway === 'last-known-good'
  return audience === null
    ? auth.authenticate(view, { lastKnownGood })
    : auth.upstream(view, { audience, lastKnownGood })
}

/** A page of another site may not act in anybody's name, and not as a stranger either: the visitor never asked for it. */
function forEverybody(route: Route, caller: Upstream | Authenticated): Verdict {
  return caller.refusal === 'csrf-refused' ? turned(new HallpassError('csrf-refused'), null) : admitted(route, caller)
}

function forSignedIn(
  { policy }: Asked,
  route: Route,
  access: Access & { readonly kind: 'signed-in' },
  view: RequestView,
  caller: Upstream | Authenticated,
): Verdict {
  const lastKnownGood = route.whenStoreAway === 'last-known-good'
  const session = caller.session ?? (lastKnownGood ? caller.lastKnown : null)
  const refusal = guard(caller, view, policy, caller.at, requirementOf(access, lastKnownGood))
  if (refusal !== null) {
    const code = codeOf(session, caller.refusal, refusal)
    return { allowed: false, patch: withCookies(refusal, caller), code, reason: null, session }
  }
  const unmet = unmetClaim(access.claims, caller)
  if (unmet === null) return admitted(route, caller)
  return { ...turned(new ServerError('claim-required'), session), reason: `the token lacks "${unmet}"` }
}

function requirementOf(access: Access & { readonly kind: 'signed-in' }, lastKnownGood: boolean): Requirement {
  const { maxAge, sensitive } = access
  return maxAge === null ? { sensitive, lastKnownGood } : { sensitive, lastKnownGood, maxAge }
}

/** What `guard` answered with: of a session that is known it refuses the origin, or how long ago the sign-in was. */
function codeOf(session: Session | null, refusal: ErrorCode | null, { status }: ResponsePatch): ErrorCode {
  if (session === null) return refusal ?? 'session-required'
  return status === 403 ? 'csrf-refused' : 'step-up-required'
}

/** The first claim that the token does not make; null where it makes them all. */
function unmetClaim(
  wanted: ReadonlyMap<string, string | number | boolean>,
  caller: Upstream | Authenticated,
): string | null {
  const claims = claimsOf(caller)
  for (const [name, value] of wanted) {
    const said = Object.hasOwn(claims, name) ? claims[name] : undefined
    if (said !== value && !(Array.isArray(said) && said.includes(value))) return name
  }
  return null
}

function claimsOf(caller: Upstream | Authenticated): { readonly [name: string]: unknown } {
  return 'token' in caller && caller.token !== null ? caller.token.claims : {}
}

function admitted({ identityHeaders }: Route, caller: Upstream | Authenticated): Admitted {
  const token = 'token' in caller ? (caller.token?.token ?? null) : null
  return {
    allowed: true,
    caller,
    token,
    identity: token === null ? [] : identityLines(identityHeaders, claimsOf(caller)),
    cookies: cookiesOf(caller.patch),
  }
}

function turned(error: HallpassError | ServerError, session: Session | null): Turned {
  const reason = error instanceof HallpassError ? error.reason : null
  return { allowed: false, patch: problemAnswer(error), code: error.code, reason, session }
}

function withCookies(answer: ResponsePatch, { patch }: Authenticated): ResponsePatch {
  const cookies = cookiesOf(patch)
  return cookies.length === 0 ? answer : { ...answer, headers: [...answer.headers, ...cookies] }
}

function cookiesOf({ headers }: ResponsePatch): readonly HeaderLine[] {
  return headers.length === 0 ? headers : headers.filter(([name]) => name === 'set-cookie')
}
