import { randomBytes } from 'node:crypto'
import express from 'express'
import { hallpass } from 'hallpass'
import { hallpassErrors, hallpassExpress, requireSession } from 'hallpass/express'
import { memory } from 'hallpass/memory'
import { addUser, checkPassword, idOf } from './users.js'

const port = Number(process.env.PORT ?? 3000)

export const auth = hallpass({
  issuer: `http://localhost:${port}`,
  secret: process.env.AUTH_SECRET ?? randomBytes(48).toString('base64'), // keep one, or a restart signs everybody out
  store: memory(), // or sqlite('auth.db') from 'hallpass/sqlite'
  strategy: process.env.STRATEGY ?? 'session', // or 'hybrid', or 'jwt': nothing else changes
})

const app = express().use(express.json(), hallpassExpress(auth)) // who is calling, and the endpoints under /auth

app.post('/sign-in', async (req, res) => {
  const { email, password } = req.body ?? {}
  if (typeof email !== 'string' || typeof password !== 'string') return res.sendStatus(400)
  const id = idOf(email)
  const begun = await req.auth.begin(id) // before the check: "log out everywhere" in between wins
  if (!(await checkPassword(id, password))) return res.sendStatus(401)
  const { tokens } = await req.auth.signIn(id, { begun, amr: ['pwd'], remember: true })
  return tokens === null ? res.sendStatus(204) : res.json({ tokens }) // a native client carries its own
})

app.get('/me', requireSession(), (req, res) => res.json({ id: req.auth.require().subject }))

// Changes something, so it must come from a page of ours: the guard sees to it.
app.post('/notes', requireSession(), (req, res) => res.status(201).json({ by: req.auth.require().subject }))

app.use(hallpassErrors())

await addUser('u_1', 'ada@example.com', 'correct horse battery staple')
app.listen(port, () => console.log(`http://localhost:${port}`))
