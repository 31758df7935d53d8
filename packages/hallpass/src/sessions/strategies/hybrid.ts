import { refreshTokenOf } from '../chain.js'
import { mintAccessToken } from '../minting.js'
import { ownLifetime, type Strategy } from './strategy.js'

/** An access token of minutes, and the refresh token of the record's generation. */
export const hybrid: Strategy = {
  name: 'hybrid',
  reads: ['access', 'session'],
  lifetime: ownLifetime,
  endsWithin: () => null,
  async issue(parts, mintable) {
    const refreshToken = await refreshTokenOf(parts, mintable.record)
    const access = await mintAccessToken(parts, mintable, mintable.startedAt + parts.policy.lifetimes.accessToken)
    return { ...access, refreshToken }
  },
}
