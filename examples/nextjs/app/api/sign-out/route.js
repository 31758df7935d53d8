import { withAuth } from 'hallpass/fetch'
import { auth } from '../../../auth.js'

export const POST = withAuth(auth, async (_request, caller) => {
  await caller.signOut()
  return new Response(null, { status: 303, headers: { location: '/sign-in' } })
})
