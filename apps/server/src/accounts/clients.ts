import { HallpassError, type Policy, type RequestView, signInVerdict } from 'hallpass'
import type { Context, MiddlewareHandler } from 'hono'

/**
 * Lets only those begin a session who could be handed one, before an account is made or a password hashed: our own
 * pages, and native clients. `signIn` asks the same again.
 */
export function ownClients(policy: Policy): MiddlewareHandler {
  return async (c, next) => {
    const verdict = signInVerdict(viewOf(c), policy)
    if (typeof verdict !== 'string') throw new HallpassError(verdict.code, { reason: verdict.reason })
    return next()
  }
}

/** As much of the request as the verdict looks at. */
function viewOf(c: Context): RequestView {
  const { method, path } = c.req
  return {
    method,
    path,
    query: '',
    header: (name) => c.req.header(name) ?? null,
    address: null,
    body: () => ({ text: '' }),
  }
}
