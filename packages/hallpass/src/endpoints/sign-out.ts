import { jsonPatch } from '../http/problem.js'
import { withHeadersOf } from '../http/response-patch.js'
import { receiptBody } from '../http/session-body.js'
import type { Endpoint } from './endpoint.js'

/** POST sign-out: ends the caller's session, if there is one. The receipt is null where there was none. */
export const signOut: Endpoint = async (auth, view) => {
  const { receipt, patch } = await auth.signOut(view)
  return withHeadersOf(jsonPatch(200, { receipt: receipt === null ? null : receiptBody(receipt) }), patch)
}
