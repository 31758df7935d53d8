import { presentedCredentials } from '../http/credentials.js'
import type { RequestView } from '../http/request-view.js'
import { sessionNamedBy } from '../sessions/authenticate.js'
import type { Context } from './context.js'

/**
 * The sessions that the authentic credentials of a request name, believed or not: an access token that has expired
 * says well enough whose session its holder wants to end.
 */
export async function namedSessions({ engine }: Context, view: RequestView): Promise<readonly string[]> {
  const { bearer, cookies } = presentedCredentials(view, engine.policy)
  const texts = bearer === null ? [...cookies.session, ...cookies.access, ...cookies.refresh] : [bearer]
  const named = await Promise.all(texts.map((text) => sessionNamedBy(engine, text)))
  return [...new Set(named.filter((session) => session !== null))]
}
