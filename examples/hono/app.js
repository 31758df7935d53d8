import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { hallpass } from 'hallpass'
import { hallpassHono, requireSession } from 'hallpass/hono'
import { memory } from 'hallpass/memory'
import { addUser, checkPassword, idOf } from './users.js'

const port = Number(process.env.PORT ?? 3000)

export const auth = hallpass({
  issuer: `http://localhost:${port}`,
  secret: process.env.AUTH_SECRET ?? randomBytes(48).toString('base64'), // keep one, or a restart signs everybody out
  store: memory(), // or sqlite('auth.db') from 'hallpass/sqlite'
  strategy: process.env.STRATEGY ?? 'session', // or 'hybrid', or 'jwt': nothing else changes
})

const app = new Hono().use(hallpassHono(auth)) // who is calling, and the endpoints under /auth

app.post('/sign-in', async (c) => {
  const { email, password } = await c.req.json().catch(() => ({}))
  if (typeof email !== 'string' || typeof password !== 'string') return c.body(null, 400)
  const id = idOf(email)
  const begun = await c.var.auth.begin(id) // before the check: "log out everywhere" in between wins
  if (!(await checkPassword(id, password))) return c.body(null, 401)
  const { tokens } = await c.var.auth.signIn(id, { begun, amr: ['pwd'], remember: true })
  return tokens === null ? c.body(null, 204) : c.json({ tokens }) // a native client carries its own
})

app.get('/me', requireSession(), (c) => c.json({ id: c.var.auth.require().subject }))

// Changes something, so it must come from a page of ours: the guard sees to it.
app.post('/notes', requireSession(), (c) => c.json({ by: c.var.auth.require().subject }, 201))

await addUser('u_1', 'ada@example.com', 'correct horse battery staple')
serve({ fetch: app.fetch, port }, () => console.log(`http://localhost:${port}`))
