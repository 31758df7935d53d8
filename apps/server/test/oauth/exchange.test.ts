import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  accessTokenType,
  body,
  claimsOf,
  exchangeGrant,
  invoices,
  isError,
  makeClient,
  oauthServer,
  type OAuthServer,
  orders,
  signedInApp,
  tokenOf,
} from './oauth-server.js'

const form = (subject_token: string, more: object = {}) => ({
  grant_type: exchangeGrant,
  subject_token,
  subject_token_type: accessTokenType,
  ...more,
})

async function scene(t: TestContext) {
  const server = await oauthServer(t)
  const gateway = await makeClient(server)
  const ordersClient = await makeClient(server, { name: 'Orders', audiences: [invoices] })
  return { server, gateway, ordersClient, app: await signedInApp(server) }
}

async function traded(server: OAuthServer, token: string, basic: string): Promise<string> {
  const answer = await server.form('/oauth/token', form(token), basic)
  assert.equal(answer.status, 200, answer.text)
  return body(answer).access_token
}

async function isActive(server: OAuthServer, token: string, basic: string): Promise<unknown> {
  return body(await server.form('/oauth/introspect', { token }, basic)).active
}

test('a user’s token becomes one for a single other audience, and every actor stays named (RFC 8693)', async (t) => {
  const { server, gateway, ordersClient, app } = await scene(t)
  const answer = await server.form('/oauth/token', form(tokenOf(app, 'accessToken')), gateway.basic)
  const { access_token, expires_in, ...rest } = body(answer)
  assert.deepEqual([answer.status, rest], [200, { token_type: 'Bearer', issued_token_type: accessTokenType }])
  assert.ok(expires_in > 0 && expires_in <= 60)
  const [before, first] = [claimsOf(tokenOf(app, 'accessToken')), claimsOf(access_token)]
  assert.deepEqual([first['sub'], first['sid'], first['aud']], [before['sub'], before['sid'], orders])
  assert.deepEqual([first['client_id'], first['act']], [gateway.id, { sub: gateway.id }])

  const second = claimsOf(await traded(server, access_token, ordersClient.basic))
  assert.deepEqual([second['sub'], second['aud'], second['client_id']], [before['sub'], invoices, ordersClient.id])
  assert.deepEqual(second['act'], { sub: ordersClient.id, act: { sub: gateway.id } })
  assert.ok((second['exp'] as number) <= (first['exp'] as number))
})

test('a service’s own token is traded too, and stays the service’s', async (t) => {
  const { server, gateway, ordersClient } = await scene(t)
  const answer = await server.form('/oauth/token', { grant_type: 'client_credentials' }, gateway.basic)
  const claims = claimsOf(await traded(server, body(answer).access_token, ordersClient.basic))
  assert.deepEqual([claims['sub'], claims['sid'], claims['act']], [gateway.id, undefined, { sub: ordersClient.id }])
})

test('exchanged tokens die with their session, down the whole chain', async (t) => {
  const { server, gateway, ordersClient, app } = await scene(t)
  const first = await traded(server, tokenOf(app, 'accessToken'), gateway.basic)
  const second = await traded(server, first, ordersClient.basic)
  assert.deepEqual(
    [await isActive(server, first, gateway.basic), await isActive(server, second, ordersClient.basic)],
    [true, true],
  )
  await app.post('/auth/sign-out')
  assert.deepEqual(
    [await isActive(server, first, gateway.basic), await isActive(server, second, ordersClient.basic)],
    [false, false],
  )
  isError(await server.form('/oauth/token', form(first), ordersClient.basic), 400, 'invalid_request')
})

test('what is no live access token of ours is one error, whatever is wrong with it (section 2.2.2)', async (t) => {
  const { server, gateway, app } = await scene(t)
  const other = await oauthServer(t)
  const foreign = tokenOf(await signedInApp(other), 'accessToken')
  const ended = await signedInApp(server)
  await ended.post('/auth/sign-out')
  const wrong = {
    'a refresh token': tokenOf(app, 'refreshToken'),
    'of a session that ended': tokenOf(ended, 'accessToken'),
    'of another issuer': foreign,
    mangled: `${tokenOf(app, 'accessToken').slice(0, -4)}AAAA`,
    garbage: 'x',
  }
  const texts = new Set<string>()
  for (const [what, token] of Object.entries(wrong)) {
    const answer = await server.form('/oauth/token', form(token), gateway.basic)
    isError(answer, 400, 'invalid_request', what)
    texts.add(answer.text)
  }
  assert.equal(texts.size, 1)
})

test('the audience is one of the client’s and never the application itself; types and actors are ours to choose', async (t) => {
  const { server, gateway, app } = await scene(t)
  const token = tokenOf(app, 'accessToken')
  const ask = (more: object, basic = gateway.basic) => server.form('/oauth/token', form(token, more), basic)
  isError(await ask({ audience: invoices }), 400, 'invalid_target')
  const { basic } = await makeClient(server, { audiences: [server.origin, orders] })
  isError(await ask({ audience: server.origin }, basic), 400, 'invalid_target', 'an access token of ours')
  isError(await ask({}, basic), 400, 'invalid_target', 'none of two')
  const jwt = 'urn:ietf:params:oauth:token-type:jwt'
  isError(await ask({ subject_token_type: jwt }), 400, 'invalid_request')
  isError(await ask({ requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }), 400, 'invalid_request')
  isError(await ask({ actor_token: token, actor_token_type: accessTokenType }), 400, 'invalid_request')
  isError(await server.form('/oauth/token', { grant_type: exchangeGrant }, gateway.basic), 400, 'invalid_request')
  assert.equal((await ask({ requested_token_type: accessTokenType })).status, 200)
})

test('scope only ever shrinks on the way', async (t) => {
  const { server } = await scene(t)
  const first = await makeClient(server, { scopes: ['read', 'write', 'pay'] })
  const second = await makeClient(server, { scopes: ['read', 'pay', 'admin'], audiences: [invoices] })
  const passing = await makeClient(server, { audiences: [invoices] })
  const granted = await server.form(
    '/oauth/token',
    { grant_type: 'client_credentials', scope: 'read write' },
    first.basic,
  )
  const token = body(granted).access_token
  const ask = async (more: object, basic: string) => {
    const answer = await server.form('/oauth/token', form(token, more), basic)
    return answer.status === 200 ? body(answer).scope : body(answer).error
  }
  assert.equal(await ask({}, second.basic), 'read')
  assert.equal(await ask({ scope: 'read pay' }, second.basic), 'read')
  assert.equal(await ask({ scope: 'pay' }, second.basic), 'invalid_scope')
  assert.equal(await ask({ scope: 'write' }, second.basic), 'invalid_scope')
  assert.equal(await ask({}, passing.basic), 'read write')
})

test('a chain of actors that is too long for one token ends in an error, not in a token without them', async (t) => {
  const { server, app } = await scene(t)
  const links = [await makeClient(server), await makeClient(server, { audiences: [invoices] })]
  let token = tokenOf(app, 'accessToken')
  let last = await server.form('/oauth/token', form(token), links[0]!.basic)
  for (let length = 1; length < 40 && last.status === 200; length += 1) {
    token = body(last).access_token
    last = await server.form('/oauth/token', form(token), links[length % 2]!.basic)
  }
  isError(last, 400, 'invalid_request')
  assert.ok(JSON.stringify(claimsOf(token)['act']).split('sub').length > 3)
})
