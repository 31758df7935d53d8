import { randomBytes } from 'node:crypto'
import { createExpressMiddleware } from '@trpc/server/adapters/express'
import express from 'express'
import { hallpass } from 'hallpass'
import { hallpassExpress } from 'hallpass/express'
import { memory } from 'hallpass/memory'
import { router } from './router.js'
import { addUser } from './users.js'

const port = Number(process.env.PORT ?? 3000)

export const auth = hallpass({
  issuer: `http://localhost:${port}`,
  secret: process.env.AUTH_SECRET ?? randomBytes(48).toString('base64'), // keep one, or a restart signs everybody out
  store: memory(), // or sqlite('auth.db') from 'hallpass/sqlite'
  strategy: process.env.STRATEGY ?? 'session', // or 'hybrid', or 'jwt': nothing else changes
})

const app = express().use(hallpassExpress(auth)) // who is calling, and the endpoints under /auth

app.use('/trpc', createExpressMiddleware({ router, createContext: ({ req }) => ({ auth: req.auth }) }))

await addUser('u_1', 'ada@example.com', 'correct horse battery staple')
app.listen(port, () => console.log(`http://localhost:${port}`))
