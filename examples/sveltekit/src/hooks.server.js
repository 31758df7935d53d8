import { requireSession, withAuth } from 'hallpass/fetch'
import { auth } from './auth.js'

const open = (_request, caller, { event, resolve }) => {
  event.locals.auth = caller
  return resolve(event)
}
const guarded = requireSession(open)

/** Who is calling, as `event.locals.auth`; the endpoints under /auth; and a guard for all below /account. */
const enter = withAuth(auth, (request, caller, input) =>
  input.event.url.pathname.startsWith('/account') ? guarded(request, caller, input) : open(request, caller, input),
)

/** @type {import('@sveltejs/kit').Handle} */
export const handle = (input) => enter(input.event.request, input)
