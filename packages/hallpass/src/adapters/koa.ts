import type { Context, Middleware } from 'koa'
import type { Hallpass } from '../api.js'
import type { Requirement } from '../http/guard.js'
import { problemFor } from '../http/problem.js'
import type { ResponsePatch } from '../http/response-patch.js'
import { createEntrance } from './entrance.js'
import { setHeaders } from './node-response.js'
import { nodeView } from './node-view.js'
import type { RequestAuth } from './request-auth-type.js'

export type { RequestAuth } from './request-auth-type.js'

declare module 'koa' {
  interface DefaultState {
    auth: RequestAuth
  }
}

/**
 * Middleware for Koa 3: answers the addresses under the base path and sets `ctx.state.auth` on every other request. What
 * `ctx.state.auth` throws is answered by a problem document, unless a middleware after this one catches it.
 */
export function hallpassKoa(auth: Hallpass): Middleware {
  const enter = createEntrance(auth)
  return async (ctx, next) => {
    const caller = await enter(nodeView(ctx.req, ctx.request), (patch) => applyToKoa(ctx, patch))
    if (caller === null) return
    ctx.state.auth = caller
    try {
      await next()
    } catch (error) {
      const problem = ctx.headerSent ? null : problemFor(error)
      if (problem === null) throw error
      applyToKoa(ctx, problem)
    }
  }
}

/** Lets only requests with a session pass. Place it after `hallpassKoa`. */
export function requireSession(requirement?: Requirement): Middleware {
  return (ctx, next) => {
    const { auth } = ctx.state as { auth?: RequestAuth }
    if (auth === undefined) throw new Error('requireSession() runs before hallpassKoa(auth): app.use that first')
    const answer = auth.guard(requirement)
    if (answer === null) return next()
    return Promise.resolve(applyToKoa(ctx, answer))
  }
}

function applyToKoa(ctx: Context, patch: ResponsePatch): void {
  setHeaders(ctx.res, patch)
  if (patch.status === null) return
  ctx.status = patch.status
  ctx.body = patch.body ?? ''
}
