import type { Upstream, UpstreamOptions } from '../api.js'
import type { RequestView } from '../http/request-view.js'
import { defaultServiceTtl } from '../core/service-token.js'
import { hasSubject } from '../core/session.js'
import { refuseTarget } from '../sessions/service-tokens.js'
import { upstreamToken } from '../sessions/upstream.js'
import type { Context } from './context.js'
import { judge } from './judge.js'

/** Who is calling, with a token that says so to one backend, and word when it is over. */
export async function upstreamRequest(
  context: Context,
  view: RequestView,
  options: UpstreamOptions,
): Promise<Upstream> {
  const { engine } = context
  const { audience, ttl = defaultServiceTtl } = options
  refuseTarget(engine, { audience, ttl })
  const since = engine.watcher.moment()
  const { standing, live, text, patch } = await judge(context, view, options)
  const at = live?.startedAt ?? engine.runtime.now()
  const { session, visitor, lastKnown, refusal, carriedBy, csrfToken } = standing
  let token: Upstream['token'] = null
  let whenOver: Upstream['whenOver'] = watchNobody
  if (live !== null && hasSubject(live.record)) {
    token = await upstreamToken(engine, live, { audience, ttl })
    whenOver = (heard) => engine.watcher.watch(live, text, since, heard)
  }
  return { session, visitor, lastKnown, refusal, carriedBy, csrfToken, at, patch, token, whenOver }
}

const noWatch = (): void => undefined
const watchNobody = (): (() => void) => noWatch
