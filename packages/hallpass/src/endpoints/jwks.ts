import type { Endpoint } from './endpoint.js'

/** How long a verifier may keep the keys, seconds: shorter than the time a key is published before it signs. */
const keepFor = 300

/** GET /.well-known/jwks.json: the JWK Set (RFC 7517). Public, and the same for everybody. */
export const jwks: Endpoint = async (auth) => ({
  status: 200,
  headers: [
    ['content-type', 'application/jwk-set+json'],
    ['cache-control', `public, max-age=${keepFor}`],
    ['x-content-type-options', 'nosniff'],
  ],
  body: JSON.stringify(await auth.keys.jwks()),
})
