import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { browser } from '../test-client.js'
import {
  accessTokenType,
  basic,
  body,
  claimsOf,
  exchangeGrant,
  isError,
  makeClient,
  oauthServer,
  seen,
} from './oauth-server.js'

const credentials = { grant_type: 'client_credentials' }
const endpoints = [
  ['/oauth/token', credentials],
  ['/oauth/token', { grant_type: exchangeGrant, subject_token: 'x', subject_token_type: accessTokenType }],
  ['/oauth/introspect', { token: 'x' }],
  ['/oauth/revoke', { token: 'x' }],
] as const

async function scene(t: TestContext) {
  const server = await oauthServer(t)
  return { server, one: await makeClient(server), other: await makeClient(server) }
}

test('client_secret_basic: the id and the secret of a client, form-encoded (RFC 6749, section 2.3.1)', async (t) => {
  const { server, one } = await scene(t)
  const plain = `Basic ${Buffer.from(`${one.id}:${one.secret}`).toString('base64')}`
  const escaped = one.id.replaceAll(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
  const wordy = `basic  ${Buffer.from(`${escaped}:${one.secret}`).toString('base64')}`
  for (const authorization of [one.basic, plain, wordy])
    assert.equal((await server.form('/oauth/token', credentials, authorization)).status, 200, authorization)
  const named = await server.form('/oauth/token', { ...credentials, client_id: one.id }, one.basic)
  assert.equal(named.status, 200)
})

test('an unknown client, a wrong secret, another client’s and a disabled client get one answer, everywhere', async (t) => {
  const { server, one, other } = await scene(t)
  const disabled = await makeClient(server)
  await server.operator.request('PATCH', `/admin/clients/${disabled.id}`, { json: { disabled: true } })
  const erased = await makeClient(server)
  await server.operator.request('DELETE', `/admin/clients/${erased.id}`)
  const keysAlone = await makeClient(server, {
    keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }],
  })
  const wrong = {
    'unknown client': basic('c_0123456789012345678901', one.secret),
    'an id that is none': basic("c_' OR 1=1 --", one.secret),
    'an empty secret': basic(one.id, ''),
    'wrong secret': basic(one.id, `${one.secret.slice(0, -1)}${one.secret.endsWith('A') ? 'B' : 'A'}`),
    'another client’s secret': basic(one.id, other.secret),
    'disabled client': disabled.basic,
    'erased client': erased.basic,
    'a client that has keys alone': basic(keysAlone.id, ''),
    'the client that stands for none': basic('c_AAAAAAAAAAAAAAAAAAAAAA', ''),
  }
  for (const [path, form] of endpoints) {
    const answers = new Map<string, object>()
    for (const [what, authorization] of Object.entries(wrong)) {
      const answer = await server.form(path, form, authorization)
      isError(answer, 401, 'invalid_client', what)
      answers.set(what, seen(answer))
    }
    const [first] = answers.values()
    for (const [what, answer] of answers) assert.deepEqual(answer, first, what)
  }
  assert.ok(server.logged.some((line) => line.includes(`client ${disabled.id}: it is disabled`)))
  assert.ok(server.logged.some((line) => line.includes(`client ${one.id}: the secret is not one of its own`)))
})

test('what is no Basic credential is refused, and what was sent in place of an id is in no log', async (t) => {
  const { server, one } = await scene(t)
  const encoded = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')
  const swapped = encoded(`${one.secret}:${one.id}`)
  const wrong = [
    ...[
      '',
      'Basic',
      'Basic ',
      `Bearer ${one.secret}`,
      `Basic ${encoded(one.id)}`,
      `Basic ${encoded(`:${one.secret}`)}`,
    ],
    ...[`Basic ${swapped}`, `${one.basic}\u00a0`, `${one.basic} x`, `Basic ${one.basic.slice(6, -1)}`],
    ...[`Basic ${encoded(`${one.id}:%zz`)}`, `Basic ${encoded(`${one.id}:%ff`)}`, `Basic ${encoded(`${one.id}:%00`)}`],
    `Basic ${encoded(Buffer.concat([Buffer.from(`${one.id}:`), Buffer.from([0xff, 0xfe])]))}`,
  ]
  for (const authorization of wrong)
    isError(await server.form('/oauth/token', credentials, authorization), 401, 'invalid_client', authorization)
  assert.ok(!server.logged.join('').includes(one.secret.slice(5, 30)))
})

test('nothing that authenticates: 401 wherever a client must prove itself', async (t) => {
  const { server, one } = await scene(t)
  for (const [path, form] of endpoints.filter(([path]) => path !== '/oauth/revoke')) {
    isError(await server.form(path, form), 401, 'invalid_client', path)
    isError(
      await server.form(path, { ...form, client_id: one.id }),
      401,
      'invalid_client',
      `${path}: an id proves nothing`,
    )
  }
})

test('a secret in the body is not taken; two ways at once, or another client_id, are a bad request', async (t) => {
  const { server, one, other } = await scene(t)
  for (const [path, form] of endpoints) {
    const inBody = { ...form, client_id: one.id, client_secret: one.secret }
    isError(await server.form(path, inBody), 401, 'invalid_client', path)
    isError(await server.form(path, inBody, one.basic), 400, 'invalid_request', path)
    const assertion = { ...form, client_assertion_type: 'x', client_assertion: 'x.y.z' }
    isError(await server.form(path, assertion, one.basic), 400, 'invalid_request', path)
    isError(await server.form(path, { ...form, client_id: other.id }, one.basic), 400, 'invalid_request', path)
  }
})

test('a new secret works beside the old one, until that is removed; a third is refused', async (t) => {
  const { server, one } = await scene(t)
  const works = async (authorization: string): Promise<boolean> =>
    (await server.form('/oauth/token', credentials, authorization)).status === 200
  const added = await server.operator.post(`/admin/clients/${one.id}/secrets`)
  assert.equal(added.status, 201)
  const { secret, client } = body(added)
  const next = basic(one.id, secret!)
  assert.deepEqual([await works(one.basic), await works(next), client.secrets.length], [true, true, 2])
  const third = await server.operator.post(`/admin/clients/${one.id}/secrets`)
  assert.deepEqual([third.status, third.json.code], [409, 'too-many-secrets'])

  const [old] = client.secrets
  const removed = await server.operator.request('DELETE', `/admin/clients/${one.id}/secrets/${old?.id}`)
  assert.equal(removed.status, 200)
  assert.deepEqual([await works(one.basic), await works(next)], [false, true])
  const again = await server.operator.request('DELETE', `/admin/clients/${one.id}/secrets/${old?.id}`)
  assert.deepEqual([again.status, again.json.code], [404, 'not-found'])
})

test('a disabled client gets nothing more; enabled again it does, with the same secret', async (t) => {
  const { server, one } = await scene(t)
  const change = (disabled: boolean) =>
    server.operator.request('PATCH', `/admin/clients/${one.id}`, { json: { disabled } })
  const before = await server.form('/oauth/token', credentials, one.basic)
  await change(true)
  isError(await server.form('/oauth/token', credentials, one.basic), 401, 'invalid_client')
  isError(await server.form('/oauth/introspect', { token: 'x' }, one.basic), 401, 'invalid_client')
  const { access_token } = body(before)
  assert.equal(claimsOf(access_token)['client_id'], one.id, 'what it has lives on for its minute')
  await change(false)
  assert.equal((await server.form('/oauth/token', credentials, one.basic)).status, 200)
})

test('cookies of a session authenticate nobody here', async (t) => {
  const { server } = await scene(t)
  const page = browser(server.origin)
  await page.post('/auth/sign-up', { email: 'ben@example.com', password: 'violet tram under seven' })
  assert.ok(page.cookies.size > 0)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  for (const [path, form] of endpoints.slice(0, 3)) {
    const answer = await page.request('POST', path, { body: String(new URLSearchParams(form)), headers })
    isError(answer, 401, 'invalid_client', path)
  }
})
