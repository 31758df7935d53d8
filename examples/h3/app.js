import { randomBytes } from 'node:crypto'
import { H3, noContent, readBody, serve, toResponse } from 'h3'
import { hallpass } from 'hallpass'
import { withAuth } from 'hallpass/fetch'
import { memory } from 'hallpass/memory'
import { addUser, checkPassword, idOf } from './users.js'

const port = Number(process.env.PORT ?? 3000)

export const auth = hallpass({
  issuer: `http://localhost:${port}`,
  secret: process.env.AUTH_SECRET ?? randomBytes(48).toString('base64'), // keep one, or a restart signs everybody out
  store: memory(), // or sqlite('auth.db') from 'hallpass/sqlite'
  strategy: process.env.STRATEGY ?? 'session', // or 'hybrid', or 'jwt': nothing else changes
})

/** Who is calling, as `event.context.auth`; the endpoints under /auth; and what `event.context.auth` throws. */
const enter = withAuth(auth, async (_request, caller, event, next) => {
  event.context.auth = caller
  return toResponse(await next(), event)
})

const app = new H3().use((event, next) => enter(event.req, event, next))

app.post('/sign-in', async (event) => {
  const { email, password } = (await readBody(event)) ?? {}
  if (typeof email !== 'string' || typeof password !== 'string') return noContent(400)
  const id = idOf(email)
  const begun = await event.context.auth.begin(id) // before the check: "log out everywhere" in between wins
  if (!(await checkPassword(id, password))) return noContent(401)
  const { tokens } = await event.context.auth.signIn(id, { begun, amr: ['pwd'], remember: true })
  return tokens === null ? noContent() : { tokens } // a native client carries its own
})

app.get('/me', (event) => ({ id: event.context.auth.require().subject }))

// Changes something, so it must come from a page of ours: require() sees to it.
app.post('/notes', (event) => {
  event.res.status = 201
  return { by: event.context.auth.require().subject }
})

await addUser('u_1', 'ada@example.com', 'correct horse battery staple')
await serve(app, { port, silent: true }).ready()
console.log(`http://localhost:${port}`)
