// The same JWT, and a list of those that were signed out, which every request asks.
import { createClient } from 'redis'
import { bearerOf, signer } from './jwt.js'

export async function way({ redisPort, ...settings }) {
  const client = createClient({ url: `redis://127.0.0.1:${redisPort}` })
  client.on('error', () => undefined)
  await client.connect()
  const tokens = signer(settings)
  return {
    signIn: (req, res, subject) => res.json({ token: tokens.issue(subject) }),
    async subjectOf(req) {
      const claims = tokens.read(bearerOf(req))
      if (claims === null || (await client.exists(`denied:${claims.jti}`)) === 1) return null
      return claims.sub
    },
    async signOut(req, res) {
      const claims = tokens.read(bearerOf(req))
      if (claims !== null) await client.set(`denied:${claims.jti}`, '1', { EXAT: claims.exp })
      res.json({})
    },
  }
}
