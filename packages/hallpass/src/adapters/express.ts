import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import type { Hallpass } from '../api.js'
import type { Requirement } from '../http/guard.js'
import { problemFor } from '../http/problem.js'
import { createEntrance } from './entrance.js'
import { applyToNode } from './node-response.js'
import { nodeView } from './node-view.js'
import type { RequestAuth } from './request-auth-type.js'

export type { RequestAuth } from './request-auth-type.js'

declare global {
  // How @types/express lets others add to its Request.
  namespace Express {
    interface Request {
      auth: RequestAuth
    }
  }
}

/** On the request itself: what a WeakMap holds beside it is collected late, and whole requests with it. */
const caller = Symbol('hallpass caller')
type Called = Request & { [caller]?: RequestAuth }

/**
 * Middleware for Express 4 and 5: answers the addresses under the base path and puts `req.auth` on every other
 * request. `property` gives it another name.
 */
export function hallpassExpress(
  auth: Hallpass,
  { property = 'auth' }: { readonly property?: string } = {},
): RequestHandler {
  const enter = createEntrance(auth)
  return (req, res, next) => {
    enter(nodeView(req), (patch) => applyToNode(res, patch)).then((known) => {
      if (known === null) return
      Object.assign(req, { [caller]: known, [property]: known })
      next()
    }, next)
  }
}

/** Lets only requests with a session pass. Place it after `hallpassExpress`. */
export function requireSession(requirement?: Requirement): RequestHandler {
  return (req: Called, res, next) => {
    const known = req[caller]
    if (known === undefined) throw new Error('requireSession() runs before hallpassExpress(auth): app.use that first')
    const answer = known.guard(requirement)
    if (answer === null) next()
    else applyToNode(res, answer)
  }
}

/** Answers what `req.auth` throws with problem documents (RFC 9457). Place it after the routes. */
export function hallpassErrors(): ErrorRequestHandler {
  return (error, _req, res, next) => {
    const problem = res.headersSent ? null : problemFor(error)
    if (problem === null) next(error)
    else applyToNode(res, problem)
  }
}
