import type { Receipt } from '../core/receipt.js'
import { expireCookies } from '../http/carriage.js'
import { presentedCredentials } from '../http/credentials.js'
import type { RequestView } from '../http/request-view.js'
import { noPatch, type ResponsePatch } from '../http/response-patch.js'
import { revokeSession } from '../sessions/revoke.js'
import type { Context } from './context.js'
import { refuseForeignPage, refuseForgery } from './forgery.js'
import { namedSessions } from './named-sessions.js'

/** Ends the sessions that the request names, and expires every cookie of ours. */
export async function signOutRequest(
  context: Context,
  view: RequestView,
): Promise<{ receipt: Receipt | null; patch: ResponsePatch }> {
  const { engine } = context
  const { bearer, cookies } = presentedCredentials(view, engine.policy)
  const sessions = await namedSessions(context, view)
  const byCookie = Object.values(cookies).some((values) => values.length > 0)
  if (byCookie) await refuseForgery(context, view, sessions[0] ?? null)
  else if (bearer === null) refuseForeignPage(context, view)

  let receipt: Receipt | null = null
  for (const session of sessions) receipt = await revokeSession(engine, session, 'signed-out')
  return { receipt, patch: bearer === null ? expireCookies(engine.policy) : noPatch }
}
