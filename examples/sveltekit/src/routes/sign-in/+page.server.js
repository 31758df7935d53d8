import { fail, redirect } from '@sveltejs/kit'
import { checkPassword, idOf } from '../../users.js'

export const actions = {
  async default({ request, locals }) {
    const { email, password } = Object.fromEntries(await request.formData())
    if (typeof email !== 'string' || typeof password !== 'string') return fail(400)
    const id = idOf(email)
    const begun = await locals.auth.begin(id) // before the check: "log out everywhere" in between wins
    if (!(await checkPassword(id, password))) return fail(400, { wrong: true })
    await locals.auth.signIn(id, { begun, amr: ['pwd'], remember: true })
    return redirect(303, '/account')
  },
}
