import type { ServiceToken } from 'hallpass'

/** RFC 6749, section 5.1; `issued_token_type`: RFC 8693, section 2.2.1. */
export interface TokenAnswer {
  readonly access_token: string
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly scope?: string
  readonly refresh_token?: string
  readonly issued_token_type?: typeof accessTokenType
}

/** RFC 8693, section 3. */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

export function serviceTokenAnswer({ token, expiresAt, scope }: ServiceToken, now: number): TokenAnswer {
  return {
    access_token: token,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.floor((expiresAt - now) / 1000)),
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
  }
}
