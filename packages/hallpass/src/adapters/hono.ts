import type { Context, MiddlewareHandler } from 'hono'
import type { Hallpass } from '../api.js'
import type { Requirement } from '../http/guard.js'
import { problemFor } from '../http/problem.js'
import type { ResponsePatch } from '../http/response-patch.js'
import { createEntrance } from './entrance.js'
import { answer, patched } from './fetch-response.js'
import { fetchView } from './fetch-view.js'
import type { RequestAuth } from './request-auth-type.js'

export type { RequestAuth } from './request-auth-type.js'

/** `new Hono<HallpassEnv>()` types `c.var.auth`. */
export interface HallpassEnv {
  Variables: { auth: RequestAuth }
}

export interface HallpassHonoOptions {
  /** The client's address, where proxies stand before the server. Default: that of whoever connected, as @hono/node-server tells. */
  readonly address?: (c: Context) => string | null
}

/**
 * Middleware for Hono 4: answers the addresses under the base path and sets `c.var.auth` on every other request.
 * What `c.var.auth` throws is answered by a problem document, unless the application's `onError` made it something
 * other than a 500.
 */
export function hallpassHono(
  auth: Hallpass,
  { address = addressOf }: HallpassHonoOptions = {},
): MiddlewareHandler<HallpassEnv> {
  const enter = createEntrance(auth)
  return async (c, next) => {
    const patches: ResponsePatch[] = []
    const { raw } = c.req
    // A body that a middleware has read before is kept by Hono.
    const body = raw.bodyUsed ? async () => ({ text: await c.req.text() }) : undefined
    const caller = await enter(fetchView(raw, address(c), body), (patch) => void patches.push(patch))
    if (caller === null) return answer(patches[0]!)
    c.set('auth', caller)
    await next()
    const problem = c.res.status === 500 ? problemFor(c.error) : null
    const response = problem === null ? patched(c.res, patches) : answer(problem, patches)
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
    return refusal === null ? next() : answer(refusal)
  }
}

/** Where @hono/node-server keeps the socket; other platforms do not tell. */
function addressOf(c: Context): string | null {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  return env?.incoming?.socket?.remoteAddress ?? null
}
