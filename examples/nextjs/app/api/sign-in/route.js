import { withAuth } from 'hallpass/fetch'
import { auth } from '../../../auth.js'
import { checkPassword, idOf } from '../../../users.js'

/** Takes the form of the sign-in page. */
export const POST = withAuth(auth, async (request, caller) => {
  const { email, password } = Object.fromEntries(await request.formData())
  if (typeof email !== 'string' || typeof password !== 'string') return seeOther('/sign-in?wrong')
  const id = idOf(email)
  const begun = await caller.begin(id) // before the check: "log out everywhere" in between wins
  if (!(await checkPassword(id, password))) return seeOther('/sign-in?wrong')
  await caller.signIn(id, { begun, amr: ['pwd'], remember: true })
  return seeOther('/account')
})

function seeOther(location) {
  return new Response(null, { status: 303, headers: { location } })
}
