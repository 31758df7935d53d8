import type { Hallpass } from '../api.js'
import type { Policy } from '../core/policy.js'
import { isForm, readBody } from '../http/body.js'
import { expireCookies } from '../http/carriage.js'
import { signInAddress } from '../http/guard.js'
import { hallpassErrorOf, jsonPatch, problemPatch, seeOther } from '../http/problem.js'
import { safeReturnPath } from '../http/redirect.js'
import type { RequestView } from '../http/request-view.js'
import { type ResponsePatch, withHeadersOf } from '../http/response-patch.js'
import type { Endpoint } from './endpoint.js'
import { issuedBody } from './issued-body.js'

/** POST refresh: fresh credentials of the present strategy, for a browser, a native client or the form of `resume`. */
export const refresh: Endpoint = (auth, view) =>
  isForm(view) ? refreshForPage(auth, view) : refreshForClient(auth, view)

async function refreshForClient(auth: Hallpass, view: RequestView): Promise<ResponsePatch> {
  try {
    const issued = await auth.refresh(view)
    return withHeadersOf(jsonPatch(200, issuedBody(issued)), issued.patch)
  } catch (error) {
    return refusalOf(error, auth.policy, null)
  }
}

/** Back to the page, or to the sign-in page: never to one that would send its visitor here again. */
async function refreshForPage(auth: Hallpass, view: RequestView): Promise<ResponsePatch> {
  const { to } = await readBody(view, ['to'], { form: true })
  const path = safeReturnPath(typeof to === 'string' ? to : null)
  try {
    const { patch } = await auth.refresh(view)
    return withHeadersOf(seeOther(path ?? '/'), patch)
  } catch (error) {
    return refusalOf(error, auth.policy, signInAddress(auth.policy, path))
  }
}

/** Only a refusal leads to the sign-in page: trouble says nothing about whether somebody is signed in. */
function refusalOf(thrown: unknown, policy: Policy, page: string | null): ResponsePatch {
  const error = hallpassErrorOf(thrown)
  if (error === null) throw thrown
  const answer = error.status === 401 && page !== null ? seeOther(page) : problemPatch(error)
  // Cookies that stand in each other's way would do so for ever.
  return error.code === 'ambiguous' ? withHeadersOf(answer, expireCookies(policy)) : answer
}
