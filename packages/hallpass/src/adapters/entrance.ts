import type { Hallpass } from '../api.js'
import { createEndpoints } from '../endpoints/endpoints.js'
import { problemFor } from '../http/problem.js'
import type { RequestView } from '../http/request-view.js'
import { createRequestAuth } from './request-auth.js'
import type { Apply, RequestAuth } from './request-auth-type.js'

/**
 * What every adapter does with a request: answers it where it is for one of our addresses, else says who is calling.
 * Null: the answer has been applied. Trouble is answered as trouble, so that nobody is taken for a stranger.
 */
export function createEntrance(auth: Hallpass): (view: RequestView, apply: Apply) => Promise<RequestAuth | null> {
  const endpoints = createEndpoints(auth)
  return async (view, apply) => {
    const ours = endpoints.handle(view)
    if (ours !== null) {
      apply(await ours)
      return null
    }
    try {
      return await createRequestAuth(auth, view, apply)
    } catch (error) {
      const problem = problemFor(error)
      if (problem === null) throw error
      apply(problem)
      return null
    }
  }
}
