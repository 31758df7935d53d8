import type { ErrorCode } from '../core/errors.js'
import { networkOf } from '../core/device.js'
import { hasSubject, sessionOf } from '../core/session.js'
import { expireCookies } from '../http/carriage.js'
import { type Presented, presentedCredentials } from '../http/credentials.js'
import type { Standing } from '../http/guard.js'
import type { RequestView } from '../http/request-view.js'
import { noPatch, type ResponsePatch } from '../http/response-patch.js'
import { authenticateText, type Live } from '../sessions/authenticate.js'
import { refused, type Refused } from '../sessions/engine.js'
import { type Context, refusal, visitorFrom } from './context.js'
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

/** Judges whichever credential of the request counts: a bearer token alone, or else the cookies. */
export async function judge(context: Context, view: RequestView): Promise<Judgement> {
  const presented = presentedCredentials(view, context.engine.policy)
  if (presented.bearer !== null) return judgeTexts(context, view, [presented.bearer], 'authorization')

  const { access, session } = presented.cookies
  if (access.length > 1 || session.length > 1) return ambiguous(context, view, presented)
  const texts = context.engine.strategy.reads.flatMap((kind) => presented.cookies[kind])
  return texts.length === 0 ? nobody('session-required', null) : judgeTexts(context, view, texts, 'cookie')
}

async function judgeTexts(
  context: Context,
  view: RequestView,
  texts: readonly string[],
  carriedBy: 'cookie' | 'authorization',
): Promise<Judgement> {
  let first: Refused | null = null
  for (const text of texts) {
    const answer = await authenticateText(context.engine, text)
    if (answer.ok) return judgeLive(context, view, answer, text, carriedBy)
    if (first === null || canBeRefreshed(answer)) first = answer
  }
  const { code, reason, session } = first ?? refused('session-required', 'nothing was presented')
  refusal(context, view, code, reason, { session })
  return nobody(code, carriedBy)
}

async function judgeLive(
  context: Context,
  view: RequestView,
  live: Live,
  text: string,
  carriedBy: 'cookie' | 'authorization',
): Promise<Judgement> {
  const { record } = live
  const csrfToken = await csrfTokenOf(context.engine, view, record)
  const verdict = forgeryVerdict(context.engine.policy, view, { carriedBy, csrfToken })
  if (!verdict.allowed) {
    refusal(context, view, 'csrf-refused', verdict.reason, { session: record.id, subject: record.subject })
    return nobody('csrf-refused', carriedBy)
  }
  const standing: Standing = hasSubject(record)
    ? { session: sessionOf(record), visitor: null, refusal: null, carriedBy, csrfToken }
    : { session: null, visitor: visitorFrom(record), refusal: 'session-required', carriedBy, csrfToken }
  return { standing, live, text, patch: noPatch }
}

/** A sibling domain may have planted one of them: none is believed, and all that can be expired are. */
function ambiguous(context: Context, view: RequestView, presented: Presented): Judgement {
  const { cookieNames } = context.engine.policy
  const names = (['session', 'access'] as const).filter((kind) => presented.cookies[kind].length > 1)
  context.engine.emit({
    type: 'cookies-ambiguous',
    at: context.engine.runtime.now(),
    names: names.map((kind) => cookieNames[kind]),
    network: networkOf(view.address),
  })
  return { ...nobody('ambiguous', 'cookie'), patch: expireCookies(context.engine.policy) }
}

function nobody(code: ErrorCode, carriedBy: Standing['carriedBy']): Judgement {
  const standing: Standing = { session: null, visitor: null, refusal: code, carriedBy, csrfToken: 'absent' }
  return { standing, live: null, text: null, patch: noPatch }
}

function canBeRefreshed(answer: Refused): boolean {
  return answer.code === 'expired' || answer.code === 'stale'
}
