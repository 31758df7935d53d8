// An access JWT of five minutes and a refresh token that rotates in Redis, both in HttpOnly cookies: as guides have it.
import { randomBytes } from 'node:crypto'
import { createClient } from 'redis'
import { signer } from './jwt.js'

const month = 30 * 86_400

export async function way({ redisPort, sameSite, ...settings }) {
  const cookie = { httpOnly: true, secure: true, sameSite }
  const refreshCookie = { ...cookie, path: '/auth' }
  const client = createClient({ url: `redis://127.0.0.1:${redisPort}` })
  client.on('error', () => undefined)
  await client.connect()
  const tokens = signer(settings)

  async function hand(res, subject) {
    const refresh = randomBytes(32).toString('base64url')
    await client.set(`refresh:${refresh}`, subject, { EX: month })
    res.cookie('access', tokens.issue(subject), { ...cookie, maxAge: settings.accessSeconds * 1000 })
    res.cookie('refresh', refresh, { ...refreshCookie, maxAge: month * 1000 })
    res.json({})
  }
  return {
    signIn: (req, res, subject) => hand(res, subject),
    subjectOf: (req) => tokens.read(cookieOf(req, 'access'))?.sub ?? null,
    async refresh(req, res) {
      const subject = await client.getDel(`refresh:${cookieOf(req, 'refresh')}`)
      if (subject === null) res.status(401).json({})
      else await hand(res, subject)
    },
    async signOut(req, res) {
      await client.del(`refresh:${cookieOf(req, 'refresh')}`)
      res.clearCookie('access', cookie).clearCookie('refresh', refreshCookie).json({})
    },
    signOutAddress: '/auth/sign-out',
    refreshAddress: '/auth/refresh',
  }
}

function cookieOf(req, name) {
  const pairs = (req.get('cookie') ?? '').split(/; */)
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
