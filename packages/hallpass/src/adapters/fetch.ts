import type { Hallpass } from '../api.js'
import type { Awaitable } from '../core/ports.js'
import type { Requirement, Standing } from '../http/guard.js'
import { problemFor, refusalPatch } from '../http/problem.js'
import { createEntrance } from './entrance.js'
import { createPending, type FetchRequest, fetchView } from './fetch-view.js'
import type { RequestAuth } from './request-auth-type.js'

export type { RequestAuth } from './request-auth-type.js'
export type { FetchRequest } from './fetch-view.js'

export type Handler = (request: Request, auth: RequestAuth) => Awaitable<Response>

/** Wraps a fetch handler: answers the addresses under the base path, and hands every other request on with its auth. */
export function withAuth(auth: Hallpass, handler: Handler): (request: Request) => Promise<Response> {
  const enter = createEntrance(auth)
  return async (request) => {
    const { apply, onto, answer } = createPending()
    const caller = await enter(fetchView(request, null), apply)
    if (caller === null) return answer()
    try {
      return onto(await handler(request, caller))
    } catch (error) {
      const problem = problemFor(error)
      if (problem === null) throw error
      apply(problem)
      return answer()
    }
  }
}

/** Lets only requests with a session through to the handler. */
export function requireSession(handler: Handler, requirement?: Requirement): Handler {
  return async (request, caller) => {
    const refusal = caller.guard(requirement)
    if (refusal === null) return handler(request, caller)
    const { apply, answer } = createPending()
    apply(refusal)
    return answer()
  }
}

/** The 401 problem document for a handler that decides by itself. */
export function unauthorized(): Response {
  const { apply, answer } = createPending()
  apply(refusalPatch('session-required'))
  return answer()
}

/** Who is calling, where no cookie can be written (server components): `{ headers: await headers() }` is enough. */
export function readAuth(auth: Hallpass, request: FetchRequest): Promise<Standing> {
  return auth.read(fetchView(request, null))
}
