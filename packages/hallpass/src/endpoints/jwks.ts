import type { Endpoint } from './endpoint.js'

/**
 * GET /.well-known/jwks.json: the JWK Set (RFC 7517). Public, the same for everybody, and to be kept until it next
 * changes, but for five minutes at most (the option `signing.cacheFor`).
 */
export const jwks: Endpoint = async (auth, view) => {
  const { keys, cacheFor } = await auth.keys.jwks()
  // A kid is the thumbprint of its key, so that together they name the set.
  const tag = `"${keys.map((key) => key['kid']).join('.')}"`
  const headers = [
    ['cache-control', `public, max-age=${Math.floor(cacheFor / 1000)}`],
    ['etag', tag],
    ['x-content-type-options', 'nosniff'],
  ] as const
  if (view.header('if-none-match') === tag) return { status: 304, headers, body: null }
  return {
    status: 200,
    headers: [['content-type', 'application/jwk-set+json'], ...headers],
    body: JSON.stringify({ keys }),
  }
}
