import { randomBytes } from 'node:crypto'
import { hallpass, type StrategyName } from 'hallpass'
import { memory } from 'hallpass/memory'

export const port = Number(process.env.PORT ?? 3000)

export const auth = hallpass({
  issuer: `http://localhost:${port}`,
  secret: process.env.AUTH_SECRET ?? randomBytes(48).toString('base64'), // keep one, or a restart signs everybody out
  store: memory(), // or sqlite('auth.db') from 'hallpass/sqlite'
  strategy: (process.env.STRATEGY ?? 'session') as StrategyName, // nothing else changes
})
