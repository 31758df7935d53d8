// A session cookie as people have it: express-session over connect-redis, each as its own documentation says.
import { RedisStore } from 'connect-redis'
import session from 'express-session'
import { createClient } from 'redis'

export async function way({ redisPort, secret, sameSite }) {
  const client = createClient({ url: `redis://127.0.0.1:${redisPort}` })
  client.on('error', () => undefined)
  await client.connect()
  return {
    before: session({
      store: new RedisStore({ client }),
      secret,
      resave: false,
      saveUninitialized: false,
      cookie: { secure: true, sameSite },
    }),
    async signIn(req, res, subject) {
      await new Promise((resolve, reject) =>
        req.session.regenerate((error) => (error === undefined || error === null ? resolve() : reject(error))),
      )
      req.session.subject = subject
      res.json({})
    },
    subjectOf: (req) => req.session.subject ?? null,
    signOut: (req, res, next) =>
      req.session.destroy((error) => (error ? next(error) : res.clearCookie('connect.sid').json({}))),
  }
}
