import type { Hallpass } from '../api.js'
import { hallpassErrorOf, refusalPatch } from '../http/problem.js'
import type { RequestView } from '../http/request-view.js'
import type { ResponsePatch } from '../http/response-patch.js'
import { csrf } from './csrf.js'
import type { Endpoint } from './endpoint.js'
import { jwks } from './jwks.js'
import { refused } from './refused.js'
import { refresh } from './refresh.js'
import { resume } from './resume.js'
import { session } from './session.js'
import { endSession, listSessions, revokeAll } from './sessions.js'
import { signOut } from './sign-out.js'

export interface Endpoints {
  /** Answers a request for one of our addresses; null at once for any other, which is the application's. */
  handle(view: RequestView): Promise<ResponsePatch> | null
}

interface Route {
  readonly path: string
  readonly methods: { readonly [method: string]: Endpoint }
}

/** Below the base path. */
const routes: readonly Route[] = [
  { path: '/refresh', methods: { POST: refresh } },
  { path: '/resume', methods: { GET: resume } },
  { path: '/sign-out', methods: { POST: signOut } },
  { path: '/session', methods: { GET: session } },
  { path: '/sessions', methods: { GET: listSessions } },
  { path: '/sessions/revoke-all', methods: { POST: revokeAll } },
  { path: '/csrf', methods: { GET: csrf } },
]
const oneSession: Route = { path: '/sessions/', methods: { DELETE: endSession } }
const jwksPath = '/.well-known/jwks.json'
const jwksRoute: Route = { path: jwksPath, methods: { GET: jwks } }

/** The addresses that every application needs, as functions from request to response. */
export function createEndpoints(auth: Hallpass): Endpoints {
  const { basePath } = auth.policy
  const known = new Map([...routes.map((route) => [basePath + route.path, route] as const), [jwksPath, jwksRoute]])
  const ofOne = basePath + oneSession.path
  return {
    handle(view) {
      const { path } = view
      const route = known.get(path)
      if (route !== undefined) return answer(route, auth, view, '')
      if (!path.startsWith(ofOne)) return null
      const parameter = path.slice(ofOne.length)
      return /^[A-Za-z0-9_-]{1,64}$/.test(parameter) ? answer(oneSession, auth, view, parameter) : null
    },
  }
}

async function answer(route: Route, auth: Hallpass, view: RequestView, parameter: string): Promise<ResponsePatch> {
  // HEAD is GET without the body, which the platform leaves out (RFC 9110, section 9.3.2).
  const method = view.method === 'HEAD' ? 'GET' : view.method
  const endpoint = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined
  if (endpoint === undefined) return otherMethods(route)
  try {
    return await endpoint(auth, view, parameter)
  } catch (error) {
    const known = hallpassErrorOf(error)
    if (known === null) throw error
    return refused(known, auth.policy)
  }
}

function otherMethods({ methods }: Route): ResponsePatch {
  const allow = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  const problem = refusalPatch('method-not-allowed')
  return { ...problem, headers: [...problem.headers, ['allow', allow.join(', ')]] }
}
