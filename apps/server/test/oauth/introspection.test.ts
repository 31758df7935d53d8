import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  basic as credentials,
  body,
  claimsOf,
  exchangeGrant,
  accessTokenType,
  invoices,
  isError,
  makeClient,
  oauthServer,
  type OAuthServer,
  orders,
  seen,
  signedInApp,
  tokenOf,
} from './oauth-server.js'

async function serviceToken(server: OAuthServer, basic: string, more: object = {}): Promise<string> {
  const answer = await server.form('/oauth/token', { grant_type: 'client_credentials', ...more }, basic)
  return body(answer).access_token
}

test('a service token: all that RFC 7662 has a name for, and who may ask', async (t) => {
  const server = await oauthServer(t)
  const issued = await makeClient(server, { scopes: ['read'] })
  const audience = await makeClient(server, { grants: ['introspect'], audiences: [orders] })
  const token = await serviceToken(server, issued.basic)
  const { iss, sub, aud, client_id, iat, exp, jti, scope } = claimsOf(token)
  for (const { basic } of [issued, audience]) {
    const answer = await server.form('/oauth/introspect', { token, token_type_hint: 'refresh_token' }, basic)
    assert.equal(answer.status, 200)
    const claims = { iss, sub, aud, client_id, iat, exp, jti, scope }
    assert.deepEqual(body(answer), { active: true, ...claims, token_type: 'Bearer' })
    assert.equal(answer.headers.get('content-type'), 'application/json')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
  }
})

test('an exchanged token names its session and its actors; tokens of sessions say what they stand for', async (t) => {
  const server = await oauthServer(t)
  const gateway = await makeClient(server)
  const own = await makeClient(server, { grants: ['introspect'], audiences: [server.origin] })
  const app = await signedInApp(server)
  const presented = { subject_token: tokenOf(app, 'accessToken'), subject_token_type: accessTokenType }
  const exchanged = await server.form('/oauth/token', { grant_type: exchangeGrant, ...presented }, gateway.basic)
  const { access_token } = body(exchanged)
  const told = body(await server.form('/oauth/introspect', { token: access_token }, gateway.basic))
  const { sid, sub, act } = claimsOf(access_token)
  assert.deepEqual([told['active'], told['sid'], told['sub'], told['act']], [true, sid, sub, act])

  for (const [kind, type] of [
    ['accessToken', 'Bearer'],
    ['refreshToken', undefined],
  ] as const) {
    const answer = body(await server.form('/oauth/introspect', { token: tokenOf(app, kind) }, own.basic))
    const found = [answer['active'], answer['sub'], answer['sid'], answer['client_id'], answer['token_type']]
    assert.deepEqual(found, [true, sub, sid, 'hallpass', type], kind)
  }
})

test('everything else is exactly {"active":false}: there is nothing to tell one reason from another by', async (t) => {
  const server = await oauthServer(t)
  const other = await oauthServer(t)
  const issued = await makeClient(server)
  const asking = await makeClient(server, { grants: ['introspect', 'client_credentials'], audiences: [invoices] })
  const app = await signedInApp(server)
  const ended = await signedInApp(server)
  const endedToken = tokenOf(ended, 'accessToken')
  await ended.post('/auth/sign-out')
  const revoked = await serviceToken(server, asking.basic)
  await server.form('/oauth/revoke', { token: revoked }, asking.basic)
  const stranger = await makeClient(other, { audiences: [invoices] })
  const own = await serviceToken(server, asking.basic)
  const tokens = {
    garbage: 'x',
    'a session token that is none': 'hp_s.x',
    'a token for somebody else': await serviceToken(server, issued.basic),
    'a live access token of a session': tokenOf(app, 'accessToken'),
    'a live refresh token': tokenOf(app, 'refreshToken'),
    'of a session that ended': endedToken,
    'a revoked one': revoked,
    'of another issuer': await serviceToken(other, stranger.basic),
    mangled: `${own.slice(0, -4)}AAAA`,
    'with something behind it': `${own}.`,
  }
  assert.equal(body(await server.form('/oauth/introspect', { token: own }, asking.basic))['active'], true)
  const answers = new Map<string, object>()
  for (const [what, token] of Object.entries(tokens)) {
    const answer = await server.form('/oauth/introspect', { token }, asking.basic)
    assert.deepEqual([answer.status, answer.text], [200, '{"active":false}'], what)
    answers.set(what, seen(answer))
  }
  const [first] = answers.values()
  for (const [what, answer] of answers) assert.deepEqual(answer, first, what)
})

test('without the grant, without a token, without a client: errors, not answers', async (t) => {
  const server = await oauthServer(t)
  const { id, basic } = await makeClient(server)
  const without = await makeClient(server, { grants: ['client_credentials'] })
  const token = await serviceToken(server, basic)
  isError(await server.form('/oauth/introspect', { token }, without.basic), 400, 'unauthorized_client')
  isError(await server.form('/oauth/introspect', {}, basic), 400, 'invalid_request')
  isError(await server.form('/oauth/introspect', { token }), 401, 'invalid_client')
  isError(await server.form('/oauth/introspect', { token }, credentials(id, 'x')), 401, 'invalid_client')
  isError(await server.form('/oauth/introspect', { token }, `Bearer ${token}`), 401, 'invalid_client')
})
