import type { Hallpass } from '../api.js'
import type { Session } from '../core/session.js'
import { jsonPatch, refusalPatch } from '../http/problem.js'
import type { RequestView } from '../http/request-view.js'
import { type ResponsePatch, withHeadersOf } from '../http/response-patch.js'
import { sessionBody } from '../http/session-body.js'
import type { Endpoint } from './endpoint.js'

/** GET session: who am I. 401 with the code where nobody is signed in. */
export const session: Endpoint = (auth, view) =>
  forCaller(auth, view, async (caller) => jsonPatch(200, { session: sessionBody(caller, true) }))

/** Answers the caller who is signed in; anybody else hears why not. Forged requests are among those. */
export async function forCaller(
  auth: Hallpass,
  view: RequestView,
  answer: (caller: Session) => Promise<ResponsePatch>,
): Promise<ResponsePatch> {
  const { session: caller, refusal, patch } = await auth.authenticate(view)
  const answered = caller === null ? refusalPatch(refusal ?? 'session-required') : await answer(caller)
  return withHeadersOf(answered, patch)
}
