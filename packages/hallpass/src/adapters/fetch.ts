import type { Hallpass } from '../api.js'
import type { Awaitable } from '../core/ports.js'
import type { Requirement, Standing } from '../http/guard.js'
import { problemFor, refusalPatch } from '../http/problem.js'
import type { ResponsePatch } from '../http/response-patch.js'
import { createEntrance } from './entrance.js'
import { answer, patched } from './fetch-response.js'
import { type FetchRequest, fetchView } from './fetch-view.js'
import type { RequestAuth } from './request-auth-type.js'

export type { RequestAuth } from './request-auth-type.js'
export type { FetchRequest } from './fetch-view.js'
export { logFeed, type LogFeedHandler, type LogFeedOptions } from '../feed/log-feed.js'

/** `rest` is what the platform hands its handlers besides: `env` and `ctx`, route parameters, an event. */
export type Handler<Rest extends unknown[] = []> = (
  request: Request,
  auth: RequestAuth,
  ...rest: Rest
) => Awaitable<Response>

/** Wraps a fetch handler: answers the addresses under the base path, and hands every other request on with its auth. */
export function withAuth<Rest extends unknown[] = []>(
  auth: Hallpass,
  handler: Handler<Rest>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const enter = createEntrance(auth)
  return async (request, ...rest) => {
    const patches: ResponsePatch[] = []
    const caller = await enter(fetchView(request, null), (patch) => void patches.push(patch))
    if (caller === null) return answer(patches[0]!)
    try {
      return patched(await handler(request, caller, ...rest), patches)
    } catch (error) {
      const problem = problemFor(error)
      if (problem === null) throw error
      return answer(problem, patches)
    }
  }
}

/** Lets only requests with a session through to the handler. */
export function requireSession<Rest extends unknown[] = []>(
  handler: Handler<Rest>,
  requirement?: Requirement,
): Handler<Rest> {
  return (request, caller, ...rest) => {
    const refusal = caller.guard(requirement)
    return refusal === null ? handler(request, caller, ...rest) : answer(refusal)
  }
}

/** The 401 problem document, for a handler that decides by itself. */
export function unauthorized(): Response {
  return answer(refusalPatch('session-required'))
}

/** Who is calling, where no cookie can be written (server components): `{ headers: await headers() }` is enough. */
export function readAuth(auth: Hallpass, request: FetchRequest): Promise<Standing> {
  return auth.read(fetchView(request, null))
}
