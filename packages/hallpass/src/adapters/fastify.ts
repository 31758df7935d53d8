import type { FastifyPluginAsync, FastifyReply, FastifyRequest, preHandlerHookHandler } from 'fastify'
import type { Hallpass } from '../api.js'
import type { Requirement } from '../http/guard.js'
import { problemFor } from '../http/problem.js'
import { createEntrance } from './entrance.js'
import { applyToReply } from './fastify-reply.js'
import { nodeView } from './node-view.js'
import type { RequestAuth } from './request-auth-type.js'

export type { RequestAuth } from './request-auth-type.js'

declare module 'fastify' {
  interface FastifyRequest {
    auth: RequestAuth
  }
}

/** On the request itself: what a WeakMap holds beside it is collected late, and whole requests with it. */
const caller = Symbol('hallpass caller')
type Called = FastifyRequest & { [caller]?: RequestAuth }

/**
 * Plugin for Fastify 5, before any body is parsed: answers the addresses under the base path and puts `request.auth` on
 * every other request. Register it on the root, which is where addresses without a route are answered. `property` gives
 * `auth` another name.
 */
export function hallpassFastify(
  auth: Hallpass,
  { property = 'auth' }: { readonly property?: string } = {},
): FastifyPluginAsync {
  const enter = createEntrance(auth)
  const plugin: FastifyPluginAsync = async (app) => {
    app.decorateRequest(property, null)
    app.addHook('onRequest', async (request, reply) => {
      const known = await enter(nodeView(request.raw, request), (patch) => applyToReply(reply, patch))
      if (known === null) return reply
      return void Object.assign(request, { [caller]: known, [property]: known })
    })
  }
  // What fastify-plugin does: the hook is for the routes of whoever registers it, not for those of the plugin alone.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'hallpass',
  })
}

/** Lets only requests with a session pass, as `onRequest` or `preHandler` of a route or of a plugin's own routes. */
export function requireSession(requirement?: Requirement): preHandlerHookHandler {
  return (request: Called, reply, done) => {
    const known = request[caller]
    if (known === undefined) throw new Error('requireSession() runs before hallpassFastify(auth): register that first')
    const answer = known.guard(requirement)
    if (answer === null) done()
    else applyToReply(reply, answer)
  }
}

/**
 * Answers what `request.auth` throws with problem documents (RFC 9457): `app.setErrorHandler(hallpassErrors())`. What is
 * not ours goes on to the error handler of the context around.
 */
export function hallpassErrors(): (error: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, _request, reply) => {
    const problem = problemFor(error)
    if (problem === null) throw error
    applyToReply(reply, problem)
  }
}
