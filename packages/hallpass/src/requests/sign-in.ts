import type { Issued, SignInOptions } from '../api.js'
import { type Json, type SessionRecord, whyOver } from '../core/session.js'
import { begun } from '../core/sign-in.js'
import { cookiesFor, tokensBody } from '../http/carriage.js'
import { signInVerdict } from '../http/csrf.js'
import type { RequestView } from '../http/request-view.js'
import { notKept } from '../http/response-patch.js'
import { revokeSession } from '../sessions/revoke.js'
import { signIn } from '../sessions/sign-in.js'
import { type Context, deviceOf, issued, refusal } from './context.js'
import { namedSessions } from './named-sessions.js'

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
  const previous = await previousSessions(context, view)
  const carried = await signIn(engine, {
    subject,
    begun: options.begun ?? begun(subject, await engine.store.sessions.versions(subject)),
    amr: options.amr ?? [],
    remember: options.remember ?? false,
    data: mergedData(previous, options),
    actor: options.actor ?? null,
    device: deviceOf(context, view),
  })
  for (const record of previous) await endPrevious(context, record)

  const now = engine.runtime.now()
  const { record, tokens } = carried
  return client === 'native'
    ? issued(record, tokensBody(tokens, now), notKept)
    : issued(record, null, cookiesFor(tokens, engine.policy, record, now))
}

async function previousSessions(context: Context, view: RequestView): Promise<readonly SessionRecord[]> {
  const { store, runtime } = context.engine
  const found = await Promise.all((await namedSessions(context, view)).map((id) => store.sessions.find(id)))
  return found.flatMap(({ record, versions }) =>
    record !== null && whyOver(record, versions, runtime.now()) === null ? [record] : [],
  )
}

/** Of several anonymous sessions nobody can say which is the visitor's own: then nothing is taken over. */
function mergedData(previous: readonly SessionRecord[], { merge }: SignInOptions): Json {
  const [only, ...others] = previous.filter(({ subject }) => subject === null)
  return only === undefined || others.length > 0 || merge === undefined ? {} : merge(only.data)
}

async function endPrevious({ engine }: Context, { id }: SessionRecord): Promise<void> {
  await revokeSession(engine, id, 'signed-in-again')
}
