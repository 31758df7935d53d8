import type { Receipt } from '../core/revoke.js'
import { expireCookies } from '../http/carriage.js'
import { presentedCredentials } from '../http/credentials.js'
import type { RequestView } from '../http/request-view.js'
import { noPatch, type ResponsePatch } from '../http/response-patch.js'
import { sessionNamedBy } from '../sessions/authenticate.js'
import { revokeSession } from '../sessions/revoke.js'
import type { Context } from './context.js'
import { refuseForgery } from './forgery.js'

/**
 * Ends every session that an authentic credential of the request names: an access token that has expired says well
 * enough whose session its holder wants to end.
 */
export async function signOutRequest(
  context: Context,
  view: RequestView,
): Promise<{ receipt: Receipt | null; patch: ResponsePatch }> {
  const { engine } = context
  const { bearer, cookies } = presentedCredentials(view, engine.policy)
  const texts = bearer === null ? [...cookies.session, ...cookies.access, ...cookies.refresh] : [bearer]
  const named = await Promise.all(texts.map((text) => sessionNamedBy(engine, text)))
  const sessions = [...new Set(named.filter((session) => session !== null))]

  if (bearer === null && texts.length > 0) await refuseForgery(context, view, sessions[0] ?? null)
  let receipt: Receipt | null = null
  for (const session of sessions) receipt = await revokeSession(engine, session, 'signed-out')
  return { receipt, patch: bearer === null ? expireCookies(engine.policy) : noPatch }
}
