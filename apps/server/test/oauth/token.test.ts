import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { client } from '../test-client.js'
import { body, claimsOf, exchangeGrant, invoices, isError, makeClient, oauthServer, orders } from './oauth-server.js'

const grant = { grant_type: 'client_credentials' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

test('client_credentials: a token for one minute and one audience, which anybody can verify', async (t) => {
  const server = await oauthServer(t)
  const { id, basic } = await makeClient(server)
  const answer = await server.form('/oauth/token', grant, basic)
  const { access_token, ...rest } = body(answer)
  assert.deepEqual([answer.status, rest], [200, { token_type: 'Bearer', expires_in: rest.expires_in }])
  assert.ok(rest.expires_in <= 60 && rest.expires_in > 30, `what is left on a busy machine: ${rest.expires_in}`)
  assert.equal(answer.headers.get('content-type'), 'application/json')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.deepEqual(answer.headers.getSetCookie(), [])

  const keys = createRemoteJWKSet(new URL(`${server.origin}/.well-known/jwks.json`))
  const { payload } = await jwtVerify(access_token, keys, { issuer: server.origin, audience: orders, typ: 'at+jwt' })
  const { iat = 0, exp, jti } = payload
  assert.deepEqual(payload, { iss: server.origin, sub: id, aud: orders, client_id: id, iat, exp: iat + 60, jti: jti! })
  assert.equal(exp, iat + 60)
  assert.ok(server.logged.some((line) => line.includes('"token-issued"') && line.includes(jti!) && line.includes(id)))
})

test('an access token it is not: no session, no route of ours is opened by it', async (t) => {
  const server = await oauthServer(t)
  const { basic } = await makeClient(server, { audiences: [server.origin] })
  const { access_token } = body(await server.form('/oauth/token', grant, basic))
  const answer = await client(server.origin, { authorization: `Bearer ${access_token}` }).get('/auth/session')
  assert.deepEqual([answer.status, answer.json.code], [401, 'invalid'])
})

test('the audience, by the name of RFC 8693 or RFC 8707: one of the client’s own', async (t) => {
  const server = await oauthServer(t)
  const { basic } = await makeClient(server, { audiences: [orders, invoices] })
  for (const name of ['audience', 'resource']) {
    const answer = await server.form('/oauth/token', { ...grant, [name]: invoices }, basic)
    assert.equal(claimsOf(body(answer).access_token)['aud'], invoices)
  }
  const both = { ...grant, audience: orders, resource: orders }
  assert.equal((await server.form('/oauth/token', both, basic)).status, 200)
  const wrong: readonly (readonly [string, object])[] = [
    ['none of two', {}],
    ['another', { audience: 'https://other.example' }],
    ['another by the other name', { resource: 'https://other.example' }],
    ['a longer one', { audience: `${orders}/` }],
    ['two of them', { audience: orders, resource: invoices }],
  ]
  for (const [what, asked] of wrong)
    isError(await server.form('/oauth/token', { ...grant, ...asked }, basic), 400, 'invalid_target', what)
  const { basic: nowhere } = await makeClient(server, { audiences: [] })
  isError(await server.form('/oauth/token', grant, nowhere), 400, 'invalid_target', 'a client without audiences')
})

test('the scope: all that the client may by default, else some of it', async (t) => {
  const server = await oauthServer(t)
  const { basic } = await makeClient(server, { scopes: ['orders.read', 'orders.write'] })
  for (const [scope, expected] of [
    [{}, 'orders.read orders.write'],
    [{ scope: '' }, 'orders.read orders.write'],
    [{ scope: 'orders.write' }, 'orders.write'],
    [{ scope: 'orders.write orders.write' }, 'orders.write'],
  ] as const) {
    const answer = body(await server.form('/oauth/token', { ...grant, ...scope }, basic))
    assert.deepEqual([answer.scope, claimsOf(answer.access_token)['scope']], [expected, expected])
  }
  for (const scope of ['admin', 'orders.read admin', 'orders.read  orders.write', 'ORDERS.READ'])
    isError(await server.form('/oauth/token', { ...grant, scope }, basic), 400, 'invalid_scope', scope)
})

test('what OAuth 2.1 dropped, and whatever else is no grant of ours, is unsupported with any credentials', async (t) => {
  const server = await oauthServer(t)
  const { id, basic } = await makeClient(server)
  const dropped = ['password', 'implicit', 'authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer']
  const others = [
    'token-exchange',
    'CLIENT_CREDENTIALS',
    'client_credentials ',
    '__proto__',
    'constructor',
    'introspect',
  ]
  for (const grant_type of [...dropped, ...others]) {
    const asked = {
      grant_type,
      username: 'anna@example.com',
      password: 'violet tram under seven',
      code: 'x',
      client_id: id,
    }
    isError(await server.form('/oauth/token', asked, basic), 400, 'unsupported_grant_type', grant_type)
    isError(await server.form('/oauth/token', asked), 400, 'unsupported_grant_type', grant_type)
  }
  isError(await server.form('/oauth/token', {}, basic), 400, 'invalid_request')
  isError(await server.form('/oauth/token', { grant_type: '' }, basic), 400, 'invalid_request')
})

test('a client uses only the grants that it was given', async (t) => {
  const server = await oauthServer(t)
  const nothing = { refresh_token: 'x', subject_token: 'x', token: 'x', subject_token_type: 'x' }
  const { basic } = await makeClient(server, { grants: ['introspect'] })
  for (const grant_type of ['client_credentials', 'refresh_token', exchangeGrant])
    isError(
      await server.form('/oauth/token', { grant_type, ...nothing }, basic),
      400,
      'unauthorized_client',
      grant_type,
    )
  const { basic: other } = await makeClient(server, { grants: ['client_credentials'] })
  isError(await server.form('/oauth/introspect', nothing, other), 400, 'unauthorized_client')
})

test('a parameter that comes twice, another type of body, broken text, too much of it: the request is bad', async (t) => {
  const server = await oauthServer(t)
  const { basic } = await makeClient(server)
  const right = 'grant_type=client_credentials'
  for (const text of [
    `${right}&${right}`,
    `${right}&audience=${orders}&audience=${orders}`,
    `${right}&scope=&scope=a`,
    `${right}&%73cope=a&scope=a`,
    `${right}&unknown=1&unknown=2`,
    `${right}&scope=%zz`,
    `${right}&scope=%ff`,
    `${right}&scope=%ed%a0%80`,
    `${right}&scope=a%00`,
  ])
    isError(await server.form('/oauth/token', text, basic), 400, 'invalid_request', text)
  for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke']) {
    for (const type of [
      'application/json',
      'text/plain',
      'multipart/form-data; boundary=x',
      `${form['content-type']}; charset=utf-16`,
      '',
    ]) {
      const headers = { authorization: basic, 'content-type': type }
      const answer = await client(server.origin, {}).request('POST', path, { body: `${right}&token=x`, headers })
      isError(answer, 400, 'invalid_request', `${path} ${type}`)
    }
    isError(await server.form(path, `${right}&token=${'x'.repeat(20_000)}`, basic), 413, 'invalid_request', path)
    isError(await server.form(path, '', basic), 400, 'invalid_request', path)
  }
  const charset = { authorization: basic, 'content-type': `${form['content-type']}; charset=UTF-8` }
  const answer = await client(server.origin, {}).request('POST', '/oauth/token', { body: right, headers: charset })
  assert.equal(answer.status, 200)
})

test('parameters nobody knows are ignored, those of the address too (RFC 6749, section 3.2)', async (t) => {
  const server = await oauthServer(t)
  const { basic } = await makeClient(server)
  const answer = await server.form('/oauth/token?grant_type=password&scope=admin', { ...grant, colour: 'blue' }, basic)
  assert.equal(answer.status, 200)
})
