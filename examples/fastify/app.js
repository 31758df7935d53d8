import { randomBytes } from 'node:crypto'
import fastify from 'fastify'
import { hallpass } from 'hallpass'
import { hallpassErrors, hallpassFastify, requireSession } from 'hallpass/fastify'
import { memory } from 'hallpass/memory'
import { addUser, checkPassword, idOf } from './users.js'

const port = Number(process.env.PORT ?? 3000)

export const auth = hallpass({
  issuer: `http://localhost:${port}`,
  secret: process.env.AUTH_SECRET ?? randomBytes(48).toString('base64'), // keep one, or a restart signs everybody out
  store: memory(), // or sqlite('auth.db') from 'hallpass/sqlite'
  strategy: process.env.STRATEGY ?? 'session', // or 'hybrid', or 'jwt': nothing else changes
})

const app = fastify()
app.register(hallpassFastify(auth)) // who is calling, and the endpoints under /auth
app.setErrorHandler(hallpassErrors())

app.post('/sign-in', async (request, reply) => {
  const { email, password } = request.body ?? {}
  if (typeof email !== 'string' || typeof password !== 'string') return reply.code(400).send()
  const id = idOf(email)
  const begun = await request.auth.begin(id) // before the check: "log out everywhere" in between wins
  if (!(await checkPassword(id, password))) return reply.code(401).send()
  const { tokens } = await request.auth.signIn(id, { begun, amr: ['pwd'], remember: true })
  return tokens === null ? reply.code(204).send() : { tokens } // a native client carries its own
})

app.get('/me', { preHandler: requireSession() }, async (request) => ({ id: request.auth.require().subject }))

// Changes something, so it must come from a page of ours: the guard sees to it.
app.post('/notes', { preHandler: requireSession() }, async (request, reply) =>
  reply.code(201).send({ by: request.auth.require().subject }),
)

await addUser('u_1', 'ada@example.com', 'correct horse battery staple')
await app.listen({ port })
console.log(`http://localhost:${port}`)
