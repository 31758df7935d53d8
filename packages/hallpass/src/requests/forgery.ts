import type { Policy } from '../core/policy.js'
import { type CsrfVerdict, requestVerdict } from '../http/csrf.js'
import type { Standing } from '../http/guard.js'
import { hasBrowserHeaders } from '../http/carriage.js'
import type { RequestView } from '../http/request-view.js'
import { type Context, refusal } from './context.js'
import { csrfTokenOf } from './csrf-token.js'

/** Whether a request came from a page of ours, as far as that matters for its method and its credential. */
export function forgeryVerdict(
  policy: Policy,
  view: RequestView,
  { carriedBy, csrfToken }: Pick<Standing, 'carriedBy' | 'csrfToken'>,
): CsrfVerdict {
  return requestVerdict(view, { carriedBy, csrfToken, ownOrigins: policy.origins, sensitive: false })
}

/** Refuses a request that cookies carry, unless it comes from a page of ours or with the session's own token. */
export async function refuseForgery(context: Context, view: RequestView, session: string | null): Promise<void> {
  const { engine } = context
  const record = session === null ? null : (await engine.store.sessions.find(session)).record
  const csrfToken = await csrfTokenOf(engine, view, record)
  const verdict = forgeryVerdict(engine.policy, view, { carriedBy: 'cookie', csrfToken })
  if (!verdict.allowed) throw refusal(context, view, 'csrf-refused', verdict.reason, { session })
}

/**
 * Refuses another site's page also where no cookie came: by `SameSite` the browser withholds ours from such a request,
 * and yet takes to heart what its answer sets or expires, where it is a page of its own.
 */
export function refuseForeignPage(context: Context, view: RequestView): void {
  if (!hasBrowserHeaders(view)) return
  const verdict = forgeryVerdict(context.engine.policy, view, { carriedBy: 'cookie', csrfToken: 'absent' })
  if (!verdict.allowed) throw refusal(context, view, 'csrf-refused', verdict.reason)
}
