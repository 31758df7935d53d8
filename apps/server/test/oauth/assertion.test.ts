import assert from 'node:assert/strict'
import { generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { memory } from 'hallpass/memory'
import { SignJWT, UnsecuredJWT } from 'jose'
import { assertionType, isError, makeClient, oauthServer, type OAuthServer, seen } from './oauth-server.js'

const grant = { grant_type: 'client_credentials' }

interface Pair {
  readonly alg: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

function pairs(): readonly Pair[] {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return [
    { alg: 'EdDSA', ...generateKeyPairSync('ed25519') },
    { alg: 'ES256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
    { alg: 'RS256', ...rsa },
    { alg: 'PS256', ...rsa },
  ]
}

const [ed = undefined as never] = pairs()

function publicJwk({ publicKey, alg }: Pair, kid: string): JsonWebKey & { alg: string; kid: string } {
  return { ...publicKey.export({ format: 'jwk' }), alg, kid }
}

async function scene(t: TestContext, pair: Pair = ed) {
  const server = await oauthServer(t)
  const { id } = await makeClient(server, { keys: [publicJwk(pair, 'k1')] })
  return { server, id }
}

/** An assertion that is right but for what the test changes; undefined leaves a claim out. */
function assertion(
  origin: string,
  id: string,
  claims: object = {},
  { header = {}, pair = ed }: { header?: object; pair?: Pair } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const whole = { iss: id, sub: id, aud: origin, iat: now, exp: now + 60, jti: randomUUID(), ...claims }
  return new SignJWT(JSON.parse(JSON.stringify(whole)) as object as Record<string, unknown>)
    .setProtectedHeader({ alg: pair.alg, kid: 'k1', ...header })
    .sign(pair.privateKey)
}

function present({ form }: OAuthServer, client_assertion: string, more: object = {}) {
  return form('/oauth/token', { ...grant, client_assertion_type: assertionType, client_assertion, ...more })
}

for (const pair of pairs()) {
  test(`private_key_jwt with ${pair.alg}: for the issuer or the token endpoint, with or without client_id`, async (t) => {
    const { server, id } = await scene(t, pair)
    const { origin } = server
    for (const aud of [origin, `${origin}/oauth/token`, [origin]]) {
      const answer = await present(server, await assertion(origin, id, { aud }, { pair }))
      assert.equal(answer.status, 200, `${String(aud)} ${answer.text}`)
    }
    const named = await present(server, await assertion(origin, id, {}, { pair }), { client_id: id })
    assert.equal(named.status, 200)
  })
}

test('an assertion is good for one use; at once by many, for exactly one of them', async (t) => {
  const { server, id } = await scene(t)
  const once = await assertion(server.origin, id)
  const answers = await Promise.all(Array.from({ length: 8 }, () => present(server, once)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const answer of answers.filter(({ status }) => status !== 200)) isError(answer, 401, 'invalid_client')
  isError(await present(server, once), 401, 'invalid_client')
})

test('a broken twin: where the store forgets what was used, an assertion is good for ever', async (t) => {
  const forgetful = memory()
  const spend = async () => 'fresh' as const
  const server = await oauthServer(t, { store: { ...forgetful, clients: { ...forgetful.clients, spend } } })
  const { id } = await makeClient(server, { keys: [publicJwk(ed, 'k1')] })
  const once = await assertion(server.origin, id)
  for (const status of [200, 200]) assert.equal((await present(server, once)).status, status)
})

test('two clients may choose the same jti', async (t) => {
  const { server, id } = await scene(t)
  const { id: other } = await makeClient(server, { keys: [publicJwk(ed, 'k1')] })
  for (const client of [id, other])
    assert.equal((await present(server, await assertion(server.origin, client, { jti: 'one' }))).status, 200)
})

test('every other assertion gets the one answer of an unknown client', async (t) => {
  const { server, id } = await scene(t)
  const { origin } = server
  const now = Math.floor(Date.now() / 1000)
  const stranger = { alg: 'EdDSA', ...generateKeyPairSync('ed25519') }
  const withSecret = await makeClient(server)
  const wrong = {
    'an unknown client': await assertion(origin, 'c_0123456789012345678901'),
    'a client without keys': await assertion(origin, withSecret.id),
    'somebody else’s key': await assertion(origin, id, {}, { pair: stranger }),
    'an unknown kid': await assertion(origin, id, {}, { header: { kid: 'k2' } }),
    'no kid': await assertion(origin, id, {}, { header: { kid: undefined } }),
    'another audience': await assertion(origin, id, { aud: 'https://other.example' }),
    'the address of another endpoint': await assertion(origin, id, { aud: `${origin}/oauth/token/` }),
    'no audience': await assertion(origin, id, { aud: undefined }),
    'sub of another': await assertion(origin, id, { sub: withSecret.id }),
    'no sub': await assertion(origin, id, { sub: undefined }),
    'no iss': await assertion(origin, id, { iss: undefined }),
    'no jti': await assertion(origin, id, { jti: undefined }),
    'an empty jti': await assertion(origin, id, { jti: '' }),
    'no exp': await assertion(origin, id, { exp: undefined }),
    'exp passed': await assertion(origin, id, { iat: now - 120, exp: now - 60 }),
    'exp in more than an hour': await assertion(origin, id, { exp: now + 3601 }),
    'iat in the future': await assertion(origin, id, { iat: now + 60, exp: now + 120 }),
    'nbf in the future': await assertion(origin, id, { nbf: now + 60 }),
    'no signature': new UnsecuredJWT({ iss: id, sub: id, aud: origin, jti: 'x', iat: now, exp: now + 60 }).encode(),
    'a header that brings its key': await assertion(origin, id, {}, { header: { jwk: publicJwk(stranger, 'k1') } }),
    'no token at all': 'x',
    'a payload that is no JSON': 'e30.e3.e30',
    'a payload that is null': 'e30.bnVsbA.e30',
  }
  const answers = new Map<string, object>()
  for (const [what, text] of Object.entries(wrong)) {
    const answer = await present(server, text)
    isError(answer, 401, 'invalid_client', what)
    answers.set(what, seen(answer))
  }
  const [first] = answers.values()
  for (const [what, answer] of answers) assert.deepEqual(answer, first, what)
})

test('a disabled client’s assertion is refused, and another type of assertion is a bad request', async (t) => {
  const { server, id } = await scene(t)
  const unknown = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }
  isError(await present(server, await assertion(server.origin, id), unknown), 400, 'invalid_request')
  const { client_assertion_type: _, ...untyped } = { ...grant, client_assertion_type: '', client_assertion: 'x' }
  isError(await server.form('/oauth/token', untyped), 400, 'invalid_request')
  const another = { client_id: 'c_0123456789012345678901' }
  isError(await present(server, await assertion(server.origin, id), another), 400, 'invalid_request')
  await server.operator.request('PATCH', `/admin/clients/${id}`, { json: { disabled: true } })
  isError(await present(server, await assertion(server.origin, id)), 401, 'invalid_client')
})
