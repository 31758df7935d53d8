import { redirect } from '@sveltejs/kit'

export async function POST({ locals }) {
  await locals.auth.signOut()
  redirect(303, '/sign-in')
}
