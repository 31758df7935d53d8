import type { Policy } from 'hallpass'
import { grantTypes } from './grant-types.js'

/** Of assertions (RFC 7523): those of the keys that a client may have. */
export const assertionAlgorithms = ['EdDSA', 'Ed25519', 'ES256', 'RS256', 'PS256'] as const

const authentication = ['client_secret_basic', 'private_key_jwt'] as const

export const paths = {
  metadata: '/.well-known/oauth-authorization-server',
  token: '/oauth/token',
  introspection: '/oauth/introspect',
  revocation: '/oauth/revoke',
} as const

/**
 * RFC 8414. What would be an empty list is left out, `response_types_supported` too: there is no authorization
 * endpoint.
 */
export function metadata({ issuer }: Pick<Policy, 'issuer'>): object {
  const authenticated = (endpoint: 'token' | 'introspection' | 'revocation') => ({
    [`${endpoint}_endpoint`]: issuer + paths[endpoint],
    [`${endpoint}_endpoint_auth_methods_supported`]: authentication,
    [`${endpoint}_endpoint_auth_signing_alg_values_supported`]: assertionAlgorithms,
  })
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: Object.values(grantTypes),
    ...authenticated('token'),
    ...authenticated('introspection'),
    ...authenticated('revocation'),
  }
}
