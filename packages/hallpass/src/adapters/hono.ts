import type { Context, MiddlewareHandler } from 'hono'
import type { Hallpass } from '../api.js'
import type { Requirement } from '../http/guard.js'
import { problemFor } from '../http/problem.js'
import { createEntrance } from './entrance.js'
import { createPending, fetchView } from './fetch-view.js'
import type { RequestAuth } from './request-auth-type.js'

export type { RequestAuth } from './request-auth-type.js'

/** `new Hono<HallpassEnv>()` types `c.var.auth`. */
export interface HallpassEnv {
  Variables: { auth: RequestAuth }
}

/**
 * Middleware for Hono 4: answers the addresses under the base path and sets `c.var.auth` on every other request.
 * What `c.var.auth` throws is answered by a problem document, unless the application's `onError` made it something
 * other than a 500.
 */
export function hallpassHono(auth: Hallpass): MiddlewareHandler<HallpassEnv> {
  const enter = createEntrance(auth)
  return async (c, next) => {
    const { apply, onto, answer } = createPending()
    const { raw } = c.req
    const text = raw.bodyUsed ? async () => ({ text: await c.req.text() }) : undefined
    const caller = await enter(fetchView(raw, addressOf(c), text), apply)
    if (caller === null) return answer()
    c.set('auth', caller)
    await next()
    const problem = c.res.status === 500 ? problemFor(c.error) : null
    if (problem !== null) apply(problem)
    const response = problem === null ? onto(c.res) : answer()
    // Hono would put the cookies of the response before over those of this one.
    c.res = undefined
    c.res = response
    return undefined
  }
}

/** Lets only requests with a session pass. Place it after `hallpassHono`. */
export function requireSession(requirement?: Requirement): MiddlewareHandler<HallpassEnv> {
  return async (c, next) => {
    const refusal = c.var.auth.guard(requirement)
    if (refusal === null) return next()
    const { apply, answer } = createPending()
    apply(refusal)
    return answer()
  }
}

/** Where @hono/node-server keeps the socket; other platforms do not tell. */
function addressOf(c: Context): string | null {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  return env?.incoming?.socket?.remoteAddress ?? null
}
