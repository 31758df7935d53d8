import { type ErrorCode, HallpassError } from '../core/errors.js'
import type { Policy } from '../core/policy.js'
import type { Session, Visitor } from '../core/session.js'
import { isTopLevel, requestVerdict } from './csrf.js'
import { problemPatch, seeOther } from './problem.js'
import { safeReturnPath } from './redirect.js'
import type { RequestView } from './request-view.js'
import type { ResponsePatch } from './response-patch.js'

/** Who is calling, and how that was told: the outcome of authenticating one request. */
export interface Standing {
  /** Whose session the request carries; null where nobody is signed in or the credential was refused. */
  readonly session: Session | null
  /** An anonymous session with data of its own. */
  readonly visitor: Visitor | null
  /** Why there is no session although a credential came, or 'session-required' where none came. Null with a session. */
  readonly refusal: ErrorCode | null
  /** Which part of the request carried the credential. */
  readonly carriedBy: 'cookie' | 'authorization' | null
  /** The double-submit token in `Hallpass-CSRF`, checked against the session. */
  readonly csrfToken: 'valid' | 'invalid' | 'absent'
  /**
   * With the refusal `store-unavailable`: the session that memory last knew to be good, within the time that the option
   * `lastKnownGood` allows. Null otherwise.
   */
  readonly lastKnown: Session | null
}

/** What a route asks for besides a session. */
export interface Requirement {
  /** How long ago the subject may have proved who they are, seconds. */
  readonly maxAge?: number
  /** Unsafe methods need the CSRF token even from our own pages. */
  readonly sensitive?: boolean
  /**
   * Whether what memory last knew will do while the store is away, for as long as the option `lastKnownGood` allows.
   * Default: such a request is refused with 503.
   */
  readonly lastKnownGood?: boolean
}

/**
 * The session, or null. Throws `store-unavailable` where only memory knows one: a store that is away must not read as
 * signed out to a route that never heard of last-known-good.
 */
function sessionIn({ session, lastKnown }: Standing): Session | null {
  if (lastKnown !== null) throw new HallpassError('store-unavailable')
  return session
}

/** Who is calling, as a route asks; a sign-in or a sign-out on the way changes the answer. */
export class Caller {
  protected readonly view: RequestView
  readonly #policy: Policy
  readonly #at: number
  #standing: Standing

  /** `at`: when the standing was told, milliseconds since 1970. */
  constructor(view: RequestView, policy: Policy, standing: Standing & { readonly at: number }) {
    this.view = view
    this.#policy = policy
    this.#standing = standing
    this.#at = standing.at
  }

  get session(): Session | null {
    return sessionIn(this.#standing)
  }

  get visitor(): Visitor | null {
    return this.#standing.visitor
  }

  get refusal(): ErrorCode | null {
    return this.#standing.refusal
  }

  require(requirement?: Requirement): Session {
    return sessionFor(this.#standing, this.view, this.#policy, this.#at, requirement)
  }

  guard(requirement?: Requirement): ResponsePatch | null {
    return guard(this.#standing, this.view, this.#policy, this.#at, requirement)
  }

  protected become(session: Session | null, visitor: Visitor | null): void {
    const refusal = session === null ? 'session-required' : null
    this.#standing = { ...this.#standing, session, visitor, lastKnown: null, refusal }
  }
}

/** The session, if the route's requirement is met; throws the refusal otherwise. `now` in milliseconds since 1970. */
export function sessionFor(
  standing: Standing,
  view: RequestView,
  policy: Policy,
  now: number,
  requirement?: Requirement,
): Session {
  const judged = judge(standing, view, policy, now, requirement)
  if (judged instanceof HallpassError) throw judged
  return judged
}

/**
 * What to answer instead of going on, or null. A page is sent where its visitor can do something about it: to
 * `resume` where a refresh may help, else to the sign-in page; everything else gets a problem document.
 */
export function guard(
  standing: Standing,
  view: RequestView,
  policy: Policy,
  now: number,
  requirement?: Requirement,
): ResponsePatch | null {
  const refusal = judge(standing, view, policy, now, requirement)
  if (!(refusal instanceof HallpassError)) return null
  const page = refusal.status === 401 && isNavigation(view) ? pageFor(refusal.code, policy) : null
  // A guarded sign-in page would send its visitor to itself for ever.
  if (page === null || page.split('?', 1)[0] === view.path) return problemPatch(refusal)
  return seeOther(withReturn(page, view.query === '' ? view.path : `${view.path}?${view.query}`))
}

function judge(
  { session: known, lastKnown, refusal, carriedBy, csrfToken }: Standing,
  view: RequestView,
  policy: Policy,
  now: number,
  { maxAge, sensitive = false, lastKnownGood = false }: Requirement = {},
): Session | HallpassError {
  const session = lastKnownGood ? (known ?? lastKnown) : known
  if (session === null) return new HallpassError(refusal ?? 'session-required')
  const verdict = requestVerdict(view, { carriedBy, csrfToken, sensitive, ownOrigins: policy.origins })
  if (!verdict.allowed) return new HallpassError('csrf-refused', { reason: verdict.reason })
  const tooOld = maxAge !== undefined && now - session.authenticatedAt > maxAge * 1000
  return tooOld ? new HallpassError('step-up-required', { maxAge }) : session
}

/** Where a page goes whose refresh did not help, or null where the application has no sign-in page. */
export function signInAddress(policy: Policy, to: string | null): string | null {
  return policy.signInPage === null ? null : withReturn(policy.signInPage, to)
}

/** Under `hybrid` any page may have a refresh cookie that it does not see; elsewhere only a leftover token tells of one. */
function pageFor(code: ErrorCode, policy: Policy): string | null {
  const refreshMayHelp =
    code === 'expired' || code === 'stale' || (code === 'session-required' && policy.strategy === 'hybrid')
  return refreshMayHelp ? `${policy.basePath}/resume` : policy.signInPage
}

function withReturn(page: string, to: string | null): string {
  const path = safeReturnPath(to)
  if (path === null) return page
  return `${page}${page.includes('?') ? '&' : '?'}to=${encodeURIComponent(path)}`
}

/** A page of its own that the browser wants to show; older browsers say so by what they accept first. */
function isNavigation(view: RequestView): boolean {
  if (view.method !== 'GET') return false
  const mode = view.header('sec-fetch-mode')
  return mode === null ? prefersHtml(view.header('accept')) : mode === 'navigate' && isTopLevel(view)
}

/** RFC 9110, section 12.5.1, as far as it decides between a page and a problem document. */
function prefersHtml(accept: string | null): boolean {
  const weights = new Map<string, number>()
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    weights.set(type, weight === undefined ? 1 : Number(weight.slice(2)))
  }
  const html = weights.get('text/html') ?? 0
  return html > 0 && html >= (weights.get('application/json') ?? 0)
}
