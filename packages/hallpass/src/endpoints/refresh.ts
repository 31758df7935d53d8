import type { Hallpass } from '../api.js'
import { isForm, readBody } from '../http/body.js'
import { signInAddress } from '../http/guard.js'
import { hallpassErrorOf, jsonPatch, seeOther } from '../http/problem.js'
import { safeReturnPath } from '../http/redirect.js'
import type { RequestView } from '../http/request-view.js'
import { type ResponsePatch, withHeadersOf } from '../http/response-patch.js'
import type { Endpoint } from './endpoint.js'
import { issuedBody } from './issued-body.js'
import { refused } from './refused.js'

/** POST refresh: fresh credentials of the present strategy, for a browser, a native client or the form of `resume`. */
export const refresh: Endpoint = (auth, view) =>
  isForm(view) ? refreshForPage(auth, view) : refreshForClient(auth, view)

async function refreshForClient(auth: Hallpass, view: RequestView): Promise<ResponsePatch> {
  const issued = await auth.refresh(view)
  return withHeadersOf(jsonPatch(200, issuedBody(issued)), issued.patch)
}

/** Back to the page, or to the sign-in page: never to one that would send its visitor here again. */
async function refreshForPage(auth: Hallpass, view: RequestView): Promise<ResponsePatch> {
  const { to } = await readBody(view, ['to'], { form: true })
  const path = safeReturnPath(typeof to === 'string' ? to : null)
  try {
    const { patch } = await auth.refresh(view)
    return withHeadersOf(seeOther(path ?? '/'), patch)
  } catch (error) {
    const known = hallpassErrorOf(error)
    if (known === null) throw error
    return refused(known, auth.policy, signInAddress(auth.policy, path))
  }
}
