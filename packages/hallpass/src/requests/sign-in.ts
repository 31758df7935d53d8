import type { Issued, SignInOptions } from '../api.js'
import { cookiesFor, mayAnswerTokens, tokensBody } from '../http/carriage.js'
import { signInVerdict } from '../http/csrf.js'
import type { RequestView } from '../http/request-view.js'
import { notKept } from '../http/response-patch.js'
import { begun } from '../core/sign-in.js'
import type { Live } from '../sessions/authenticate.js'
import { revokeSession } from '../sessions/revoke.js'
import { signIn } from '../sessions/sign-in.js'
import { type Context, deviceOf, issued, refusal } from './context.js'
import { judge } from './judge.js'

/** Opens a session for the subject and ends whatever session the request came with. */
export async function signInRequest(
  context: Context,
  view: RequestView,
  subject: string,
  options: SignInOptions,
): Promise<Issued> {
  const { engine } = context
  const client = signInVerdict(view, engine.policy)
  if (typeof client !== 'string') throw refusal(context, view, client.code, client.reason)
  const answersTokens = mayAnswerTokens(view, engine.policy, 'sign-in')
  if (client === 'native' && !answersTokens)
    throw refusal(context, view, 'client-required', 'a native client sends no cookies')

  const { behind: previous } = await judge(context, view)
  const carried = await signIn(engine, {
    subject,
    begun: options.begun ?? begun(subject, await engine.store.sessions.versions(subject)),
    amr: options.amr ?? [],
    remember: options.remember ?? false,
    data: mergedData(previous, options),
    actor: options.actor ?? null,
    device: deviceOf(context, view),
  })
  if (previous !== null) await endPrevious(context, previous)

  const now = engine.runtime.now()
  const tokens = answersTokens ? tokensBody(carried.tokens, now) : null
  const patch = client === 'native' ? notKept : cookiesFor(carried.tokens, engine.policy, carried.record, now)
  return issued(carried.record, tokens, patch)
}

function mergedData(previous: Live | null, options: SignInOptions): SignInMerge {
  return previous?.record.subject === null && options.merge !== undefined ? options.merge(previous.record.data) : {}
}

type SignInMerge = ReturnType<NonNullable<SignInOptions['merge']>>

async function endPrevious(context: Context, { record }: Live): Promise<void> {
  if (record.subject === null) await context.engine.store.sessions.remove(record.id)
  else await revokeSession(context.engine, record.id, 'signed-in-again')
}
