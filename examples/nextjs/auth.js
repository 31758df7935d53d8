import { randomBytes } from 'node:crypto'
import { hallpass } from 'hallpass'
import { memory } from 'hallpass/memory'
import { addUser } from './users.js'

/** Next loads this file once for pages and once for route handlers; in one process one instance is enough. */
export const auth = (globalThis.auth ??= hallpass({
  issuer: process.env.ORIGIN ?? 'http://localhost:3000',
  secret: process.env.AUTH_SECRET ?? randomBytes(48).toString('base64'), // keep one, or a restart signs everybody out
  store: memory(), // or postgres(pool) from 'hallpass/postgres', redis(client) from 'hallpass/redis'
  strategy: process.env.STRATEGY ?? 'hybrid', // or 'session', or 'jwt': nothing else changes
  signInPage: '/sign-in',
  lifetimes: { accessToken: Number(process.env.ACCESS_TOKEN_SECONDS ?? 300) },
}))

await addUser('u_1', 'ada@example.com', 'correct horse battery staple')
