import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browser, client } from '../test-client.js'
import { body, exchangeGrant, oauthServer } from './oauth-server.js'

const path = '/.well-known/oauth-authorization-server'

test('the metadata names what is there, and nothing that is not (RFC 8414)', async (t) => {
  const { origin } = await oauthServer(t)
  const answer = await client(origin, {}).get(path)
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'application/json'])
  const methods = ['client_secret_basic', 'private_key_jwt']
  const algorithms = ['EdDSA', 'Ed25519', 'ES256', 'RS256', 'PS256']
  assert.deepEqual(body(answer), {
    issuer: origin,
    jwks_uri: `${origin}/.well-known/jwks.json`,
    grant_types_supported: ['client_credentials', 'refresh_token', exchangeGrant],
    token_endpoint: `${origin}/oauth/token`,
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: algorithms,
    introspection_endpoint: `${origin}/oauth/introspect`,
    introspection_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_signing_alg_values_supported: algorithms,
    revocation_endpoint: `${origin}/oauth/revoke`,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: algorithms,
  })
  const { jwks_uri } = body(answer)
  assert.equal((await fetch(String(jwks_uri))).status, 200)
  assert.ok(!answer.text.includes('[]'), 'zero-element arrays are omitted (section 3.2)')
})

test('other methods are told which there are', async (t) => {
  const { origin } = await oauthServer(t)
  for (const [address, method, allow] of [
    [path, 'POST', 'GET, HEAD'],
    ['/oauth/token', 'GET', 'POST'],
    ['/oauth/token', 'OPTIONS', 'POST'],
    ['/oauth/introspect', 'GET', 'POST'],
    ['/oauth/revoke', 'DELETE', 'POST'],
  ] as const) {
    const answer = await browser(origin).request(method, address)
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, allow], address)
    assert.equal(answer.headers.get('access-control-allow-origin'), null)
  }
})
