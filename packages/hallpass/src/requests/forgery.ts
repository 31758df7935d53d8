import { csrfRequest, csrfVerdict } from '../http/csrf.js'
import type { RequestView } from '../http/request-view.js'
import { type Context, refusal } from './context.js'
import { csrfTokenOf } from './csrf-token.js'

/** Of requests that cookies carry, only those from a page of ours, or with the session's own token, are obeyed. */
export async function refuseForgery(context: Context, view: RequestView, session: string | null): Promise<void> {
  const { engine } = context
  const record = session === null ? null : (await engine.store.sessions.find(session)).record
  const verdict = csrfVerdict({
    ...csrfRequest(view),
    carriedBy: 'cookie',
    ownOrigins: engine.policy.origins,
    csrfToken: await csrfTokenOf(engine, view, record),
    sensitive: false,
  })
  if (!verdict.allowed) throw refusal(context, view, 'csrf-refused', verdict.reason, { session })
}
