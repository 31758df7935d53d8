import type { AuthenticateOptions } from '../api.js'
import type { ErrorCode } from '../core/errors.js'
import type { Awaitable } from '../core/ports.js'
import { hasSubject, sessionOf } from '../core/session.js'
import { expireCookies, expirePrevious } from '../http/carriage.js'
import { type Presented, presentedCredentials } from '../http/credentials.js'
import type { Standing } from '../http/guard.js'
import type { RequestView } from '../http/request-view.js'
import { noPatch, type ResponsePatch, withHeadersOf } from '../http/response-patch.js'
import { authenticateText, type Live } from '../sessions/authenticate.js'
import { refused, type Refused } from '../sessions/engine.js'
import { type Context, refusal, tellAmbiguous, visitorFrom } from './context.js'
import { csrfTokenOf } from './csrf-token.js'
import { forgeryVerdict } from './forgery.js'

/** The standing of a request, with what it rests on. */
export interface Judgement {
  readonly standing: Standing
  /** The session behind the standing; null with a refusal. */
  readonly live: Live | null
  /** The credential that counted. */
  readonly text: string | null
  readonly patch: ResponsePatch
}

/**
 * Judges whichever credential of the request counts: a bearer token alone, or else the cookies. Answers at once where
 * memory does.
 */
export function judge(context: Context, view: RequestView, options: AuthenticateOptions = {}): Awaitable<Judgement> {
  const { policy } = context.engine
  const presented = presentedCredentials(view, policy)
  const judgement = judgePresented(context, view, presented, options)
  return presented.previous.length === 0 ? judgement : healing(judgement, expirePrevious(policy, presented.previous))
}

async function healing(judgement: Awaitable<Judgement>, expiry: ResponsePatch): Promise<Judgement> {
  const judged = await judgement
  return { ...judged, patch: withHeadersOf(judged.patch, expiry) }
}

function judgePresented(
  context: Context,
  view: RequestView,
  presented: Presented,
  options: AuthenticateOptions,
): Awaitable<Judgement> {
  if (presented.bearer !== null) return judgeTexts(context, view, [presented.bearer], 'authorization', options)

  const { access, session } = presented.cookies
  if (access.length > 1 || session.length > 1) return ambiguous(context, view, presented)
  const [own, other] = context.engine.strategy.reads
  const texts =
    presented.cookies[other].length === 0
      ? presented.cookies[own]
      : [...presented.cookies[own], ...presented.cookies[other]]
  return texts.length === 0 ? nobody('session-required', null) : judgeTexts(context, view, texts, 'cookie', options)
}

function judgeTexts(
  context: Context,
  view: RequestView,
  texts: readonly string[],
  carriedBy: 'cookie' | 'authorization',
  options: AuthenticateOptions,
): Awaitable<Judgement> {
  const answer = authenticateText(context.engine, texts[0]!, options)
  return 'ok' in answer && answer.ok
    ? judgeLive(context, view, answer, texts[0]!, carriedBy)
    : judgeInTurn(context, view, texts, carriedBy, options, answer)
}

async function judgeInTurn(
  context: Context,
  view: RequestView,
  texts: readonly string[],
  carriedBy: 'cookie' | 'authorization',
  options: AuthenticateOptions,
  firstAnswer: Awaitable<Live | Refused>,
): Promise<Judgement> {
  let first: Refused | null = null
  for (const [index, text] of texts.entries()) {
    const answer = await (index === 0 ? firstAnswer : authenticateText(context.engine, text, options))
    if (answer.ok) return judgeLive(context, view, answer, text, carriedBy)
    if (first === null || canBeRefreshed(answer)) first = answer
  }
  const { code, reason, session } = first ?? refused('session-required', 'nothing was presented')
  refusal(context, view, code, reason, { session })
  return nobody(code, carriedBy)
}

function judgeLive(
  context: Context,
  view: RequestView,
  live: Live,
  text: string,
  carriedBy: 'cookie' | 'authorization',
): Awaitable<Judgement> {
  const csrfToken = csrfTokenOf(context.engine, view, live.record)
  return typeof csrfToken === 'string'
    ? judgeOrigin(context, view, live, text, { carriedBy, csrfToken })
    : csrfToken.then((checked) => judgeOrigin(context, view, live, text, { carriedBy, csrfToken: checked }))
}

function judgeOrigin(
  context: Context,
  view: RequestView,
  live: Live,
  text: string,
  how: Pick<Standing, 'carriedBy' | 'csrfToken'>,
): Judgement {
  const { record } = live
  const verdict = forgeryVerdict(context.engine.policy, view, how)
  if (!verdict.allowed) {
    refusal(context, view, 'csrf-refused', verdict.reason, { session: record.id, subject: record.subject })
    return nobody('csrf-refused', how.carriedBy)
  }
  return { standing: standingOf(live, how), live, text, patch: noPatch }
}

function standingOf(
  { record, lastKnownGood }: Live,
  { carriedBy, csrfToken }: Pick<Standing, 'carriedBy' | 'csrfToken'>,
): Standing {
  if (!hasSubject(record)) {
    const visitor = visitorFrom(record)
    return { session: null, visitor, lastKnown: null, refusal: 'session-required', carriedBy, csrfToken }
  }
  const session = sessionOf(record)
  return lastKnownGood
    ? { session: null, visitor: null, lastKnown: session, refusal: 'store-unavailable', carriedBy, csrfToken }
    : { session, visitor: null, lastKnown: null, refusal: null, carriedBy, csrfToken }
}

/** A sibling domain may have planted one of them: none is believed, and all that can be expired are. */
function ambiguous(context: Context, view: RequestView, presented: Presented): Judgement {
  tellAmbiguous(context, view, presented)
  return { ...nobody('ambiguous', 'cookie'), patch: expireCookies(context.engine.policy) }
}

function nobody(code: ErrorCode, carriedBy: Standing['carriedBy']): Judgement {
  const caller = { session: null, visitor: null, lastKnown: null }
  return {
    standing: { ...caller, refusal: code, carriedBy, csrfToken: 'absent' },
    live: null,
    text: null,
    patch: noPatch,
  }
}

function canBeRefreshed(answer: Refused): boolean {
  return answer.code === 'expired' || answer.code === 'stale'
}
