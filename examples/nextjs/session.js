import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { readAuth } from 'hallpass/fetch'
import { auth } from './auth.js'

/** For server components, which can write no cookie: reads, never rotates. Without a session, to `resume` and back. */
export async function requireSession(path) {
  const { session } = await readAuth(auth, { headers: await headers() })
  return session ?? redirect(`/auth/resume?to=${encodeURIComponent(path)}`)
}
