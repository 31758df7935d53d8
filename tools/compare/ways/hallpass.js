// Hallpass as the README has it.
import { createClient } from '@redis/client'
import { hallpass } from 'hallpass'
import { hallpassErrors, hallpassExpress, requireSession } from 'hallpass/express'
import { redis } from 'hallpass/redis'

export const ways = { 'hallpass-hybrid': 'hybrid', 'hallpass-session': 'session' }

export async function way({ id, redisPort, secret, issuer, accessSeconds }) {
  const client = createClient({ url: `redis://127.0.0.1:${redisPort}`, disableOfflineQueue: true })
  client.on('error', () => undefined)
  await client.connect()
  const lifetimes = accessSeconds === null ? {} : { accessToken: accessSeconds }
  const auth = hallpass({ issuer, secret, store: redis(client), strategy: ways[id], lifetimes })
  return {
    before: hallpassExpress(auth),
    async signIn(req, res, subject) {
      const begun = await req.auth.begin(subject)
      await req.auth.signIn(subject, { begun, amr: ['pwd'] })
      res.json({})
    },
    guard: requireSession(),
    subjectOf: (req) => req.auth.session?.subject ?? null,
    // of the endpoints that the middleware serves
    signOutAddress: '/auth/sign-out',
    refreshAddress: '/auth/refresh',
    after: hallpassErrors(),
  }
}
