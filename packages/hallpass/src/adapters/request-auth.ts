import type { Hallpass } from '../api.js'
import type { RequestView } from '../http/request-view.js'
import type { Apply, RequestAuth } from './request-auth-type.js'
import { RequestCaller } from './request-caller.js'

export async function createRequestAuth(auth: Hallpass, view: RequestView, apply: Apply): Promise<RequestAuth> {
  const authenticated = await auth.authenticate(view, { lastKnownGood: true })
  apply(authenticated.patch)
  return new RequestCaller(auth, view, apply, authenticated)
}
