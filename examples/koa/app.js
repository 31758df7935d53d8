import { randomBytes } from 'node:crypto'
import { bodyParser } from '@koa/bodyparser'
import Koa from 'koa'
import { hallpass } from 'hallpass'
import { hallpassKoa, requireSession } from 'hallpass/koa'
import { memory } from 'hallpass/memory'
import { addUser, checkPassword, idOf } from './users.js'

const port = Number(process.env.PORT ?? 3000)

export const auth = hallpass({
  issuer: `http://localhost:${port}`,
  secret: process.env.AUTH_SECRET ?? randomBytes(48).toString('base64'), // keep one, or a restart signs everybody out
  store: memory(), // or sqlite('auth.db') from 'hallpass/sqlite'
  strategy: process.env.STRATEGY ?? 'session', // or 'hybrid', or 'jwt': nothing else changes
})

const app = new Koa().use(bodyParser()).use(hallpassKoa(auth)) // who is calling, and the endpoints under /auth

const on = (method, path, handler) =>
  app.use((ctx, next) => (ctx.method === method && ctx.path === path ? handler(ctx) : next())) // your router does it better

on('POST', '/sign-in', async (ctx) => {
  const { email, password } = ctx.request.body ?? {}
  if (typeof email !== 'string' || typeof password !== 'string') ctx.throw(400)
  const id = idOf(email)
  const begun = await ctx.state.auth.begin(id) // before the check: "log out everywhere" in between wins
  if (!(await checkPassword(id, password))) ctx.throw(401)
  const { tokens } = await ctx.state.auth.signIn(id, { begun, amr: ['pwd'], remember: true })
  ctx.body = tokens === null ? null : { tokens } // a native client carries its own
})

app.use(requireSession()) // for all that follows; what changes something must come from a page of ours

on('GET', '/me', (ctx) => {
  ctx.body = { id: ctx.state.auth.require().subject }
})

on('POST', '/notes', (ctx) => {
  ctx.status = 201
  ctx.body = { by: ctx.state.auth.require().subject }
})

await addUser('u_1', 'ada@example.com', 'correct horse battery staple')
app.listen(port, () => console.log(`http://localhost:${port}`))
