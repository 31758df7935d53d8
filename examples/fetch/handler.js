import { randomBytes } from 'node:crypto'
import { hallpass } from 'hallpass'
import { requireSession, withAuth } from 'hallpass/fetch'
import { memory } from 'hallpass/memory'
import { addUser, checkPassword, idOf } from './users.js'

export const port = Number(process.env.PORT ?? 3000)

const auth = hallpass({
  issuer: `http://localhost:${port}`,
  secret: process.env.AUTH_SECRET ?? randomBytes(48).toString('base64'), // keep one, or a restart signs everybody out
  store: memory(), // or sqlite('auth.db') from 'hallpass/sqlite'
  strategy: process.env.STRATEGY ?? 'session', // or 'hybrid', or 'jwt': nothing else changes
})

const routes = {
  async 'POST /sign-in'(request, caller) {
    const { email, password } = await request.json()
    if (typeof email !== 'string' || typeof password !== 'string') return new Response(null, { status: 400 })
    const id = idOf(email)
    const begun = await caller.begin(id) // before the check: "log out everywhere" in between wins
    if (!(await checkPassword(id, password))) return new Response(null, { status: 401 })
    const { tokens } = await caller.signIn(id, { begun, amr: ['pwd'], remember: true })
    return tokens === null ? new Response(null, { status: 204 }) : Response.json({ tokens }) // a native client carries its own
  },
  'GET /me': requireSession((_request, caller) => Response.json({ id: caller.require().subject })),
  // Changes something, so it must come from a page of ours: the guard sees to it.
  'POST /notes': requireSession((_request, caller) => Response.json({ by: caller.require().subject }, { status: 201 })),
}

/** Who is calling, and the endpoints under /auth. */
const handle = withAuth(auth, (request, caller) => {
  const route = routes[`${request.method} ${new URL(request.url).pathname}`]
  return route === undefined ? new Response('Not found', { status: 404 }) : route(request, caller)
})

await addUser('u_1', 'ada@example.com', 'correct horse battery staple')

export default { port, fetch: handle }
