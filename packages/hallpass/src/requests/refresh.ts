import type { Issued } from '../api.js'
import type { ErrorCode } from '../core/errors.js'
import { readBody } from '../http/body.js'
import { cookiesFor, expireCookies, tokensBody } from '../http/carriage.js'
import { type Presented, presentedCredentials } from '../http/credentials.js'
import type { RequestView } from '../http/request-view.js'
import { notKept, withHeadersOf } from '../http/response-patch.js'
import { sessionNamedBy } from '../sessions/authenticate.js'
import type { Carried, Refused } from '../sessions/engine.js'
import { parseCredential } from '../sessions/credential.js'
import { refreshText } from '../sessions/refresh.js'
import { type Context, deviceOf, issued, refusal, tellAmbiguous } from './context.js'
import { refuseForgery } from './forgery.js'

interface Candidates {
  readonly texts: readonly string[]
  readonly carriedBy: 'cookie' | 'authorization' | 'body'
  /** Whether a name of ours came more than once. */
  readonly several: boolean
}

/** What is over is over, whatever else the browser sent. */
const isFinal: ReadonlySet<ErrorCode> = new Set(['ended', 'reused', 'rolled-back'])

/** Refreshes with whatever the request presents: a bearer token, a token in the body, or else the cookies. */
export async function refreshRequest(context: Context, view: RequestView): Promise<Issued> {
  const { engine } = context
  const presented = presentedCredentials(view, engine.policy)
  const { texts, carriedBy, several } = await candidates(context, view, presented)
  const [text = null] = texts
  if (text === null && !several) throw refusal(context, view, 'session-required', 'nothing to refresh with')
  // Before anything is answered: that cookies stand in each other's way would have all of them expired.
  if (carriedBy === 'cookie')
    await refuseForgery(context, view, text === null ? null : await sessionNamedBy(engine, text))
  if (several) tellAmbiguous(context, view, presented)
  if (text === null) throw refusal(context, view, 'ambiguous', 'several cookies carry our name')

  const answer = await refreshWith(context, view, { texts, carriedBy, several })
  return several ? { ...answer, patch: withHeadersOf(answer.patch, expireCookies(engine.policy)) } : answer
}

async function refreshWith(
  context: Context,
  view: RequestView,
  { texts, carriedBy, several }: Candidates,
): Promise<Issued> {
  const device = deviceOf(context, view)
  let first: Refused | null = null
  for (const text of texts) {
    const answer = await refreshText(context.engine, text, device)
    if (answer.ok)
      return carriedAnswer(context, answer, carriedBy === 'cookie', parseCredential(text)?.kind === 'access')
    first ??= answer
    if (answer.code === 'reused' || answer.code === 'rolled-back') break
  }
  const { code, reason, session } = first!
  // The right one may be among those that were left aside.
  throw refusal(context, view, several && !isFinal.has(code) ? 'ambiguous' : code, reason, { session })
}

async function candidates(context: Context, view: RequestView, { bearer, cookies }: Presented): Promise<Candidates> {
  if (bearer !== null) return { texts: [bearer], carriedBy: 'authorization', several: false }
  const inBody = await tokenInBody(view)
  if (inBody !== null) return { texts: [inBody], carriedBy: 'body', several: false }

  const refresh =
    cookies.refresh.length > 1 ? await theOneOfOurSession(context, cookies.refresh, cookies.access) : cookies.refresh
  const alone = [cookies.session, cookies.access].filter((values) => values.length === 1)
  const several = Object.values(cookies).some((values) => values.length > 1)
  return { texts: [...refresh, ...alone.flat()], carriedBy: 'cookie', several }
}

/**
 * Of several refresh cookies the one counts that belongs to the session of the access cookie, so that a sibling
 * domain which plants another cannot keep people signed out.
 */
async function theOneOfOurSession(
  context: Context,
  refresh: readonly string[],
  access: readonly string[],
): Promise<readonly string[]> {
  const session = access.length === 1 ? await sessionNamedBy(context.engine, access[0]!) : null
  const ours = refresh.filter((text) => {
    const credential = parseCredential(text)
    return credential?.kind === 'refresh' && credential.token.id === session
  })
  return ours.length === 1 ? ours : []
}

async function tokenInBody(view: RequestView): Promise<string | null> {
  if (!(view.header('content-type') ?? '').toLowerCase().startsWith('application/json')) return null
  const { refreshToken } = await readBody(view, ['refreshToken'])
  return typeof refreshToken === 'string' ? refreshToken : null
}

/** In what the credential came, the answer goes: script on a page never turns a cookie into a token. */
export function carriedAnswer(
  context: Context,
  { record, tokens }: Carried,
  byCookie: boolean,
  accessOnly: boolean,
): Issued {
  const { policy, runtime } = context.engine
  const now = runtime.now()
  return byCookie
    ? issued(record, null, cookiesFor(tokens, policy, record, now, { keepOthers: accessOnly }))
    : issued(record, tokensBody(tokens, now), notKept)
}
