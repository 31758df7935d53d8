import { mintAccessToken } from '../minting.js'
import type { Strategy } from './strategy.js'

/** One access token, and the session ends with it. */
export const jwt: Strategy = {
  name: 'jwt',
  reads: ['access', 'session'],
  lifetime: ({ lifetimes: { accessToken } }) => ({ idle: accessToken, absolute: accessToken }),
  endsWithin: ({ lifetimes: { accessToken } }) => accessToken,
  issue: (parts, mintable) => mintAccessToken(parts, mintable, mintable.record.absoluteExpiresAt),
}
