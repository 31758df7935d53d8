import type { Grant } from 'hallpass'

/** What a client may do at the token endpoint, by the name that the protocol has for it (RFC 6749, RFC 8693). */
export const grantTypes = {
  client_credentials: 'client_credentials',
  refresh_token: 'refresh_token',
  'token-exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
} as const satisfies { readonly [name in Exclude<Grant, 'introspect'>]: string }

export type TokenGrant = keyof typeof grantTypes

/** Null for every grant that OAuth 2.1 dropped, and for all that never were. */
export function grantOf(grantType: string): TokenGrant | null {
  const names = Object.keys(grantTypes) as TokenGrant[]
  return names.find((name) => grantTypes[name] === grantType) ?? null
}
