import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { hallpass } from 'hallpass'
import { memory } from 'hallpass/memory'
import { createVerifier } from 'hallpass/verify'
import { SignJWT } from 'jose'
import { client } from '../test-client.js'
import { rootSecret } from '../test-server.js'
import {
  accessTokenType,
  assertionType,
  basic,
  body,
  exchangeGrant,
  makeClient,
  oauthServer,
  type OAuthServer,
  orders,
  signedInApp,
  tokenOf,
} from './oauth-server.js'

const kinds = ['session', 'access', 'refresh', 'service', 'exchanged', 'secret', 'assertion'] as const
type Kind = (typeof kinds)[number]
type Credentials = { readonly [kind in Kind]: string }

/** Everything that can be presented, live, and made so that nothing but its kind stands in its way. */
async function credentials(t: TestContext) {
  const store = memory()
  const server = await oauthServer(t, { store })
  const { origin } = server
  const asking = await makeClient(server, { audiences: [orders] })
  const introspecting = await makeClient(server, { audiences: [orders, origin] })

  const pair = generateKeyPairSync('ed25519')
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'k1' }
  const signing = await makeClient(server, { keys: [jwk] })
  const assertion = () =>
    new SignJWT({ iss: signing.id, sub: signing.id, aud: origin, jti: randomUUID() })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(pair.privateKey)

  const app = await signedInApp(server)
  const sessions = hallpass({ issuer: origin, secret: rootSecret, store, strategy: 'session', lease: 'off' })
  const refresh = { refreshToken: tokenOf(app, 'refreshToken') }
  const opaque = await sessions.refresh({
    method: 'POST',
    path: '/auth/refresh',
    query: '',
    header: (name) => (name === 'content-type' ? 'application/json' : null),
    address: null,
    body: () => ({ parsed: refresh }),
  })

  const tokenFrom = async (form: { readonly [name: string]: string }): Promise<string> =>
    body(await server.form('/oauth/token', { audience: orders, ...form }, asking.basic)).access_token
  const trade = { grant_type: exchangeGrant, subject_token_type: accessTokenType }
  const made = async (): Promise<Credentials> => ({
    session: opaque.tokens!.sessionToken!,
    access: tokenOf(app, 'accessToken'),
    refresh: tokenOf(app, 'refreshToken'),
    service: await tokenFrom({ grant_type: 'client_credentials' }),
    exchanged: await tokenFrom({ ...trade, subject_token: tokenOf(app, 'accessToken') }),
    secret: asking.secret,
    assertion: await assertion(),
  })
  return { server, asking, introspecting, made }
}

type Scene = Awaited<ReturnType<typeof credentials>>

/** Where something is presented, what of it is accepted there, and how. */
const verifiers: {
  readonly [place: string]: { readonly accepts: readonly Kind[]; accept(scene: Scene, text: string): Promise<boolean> }
} = {
  'Authorization: Bearer at a route of ours': {
    accepts: ['session', 'access'],
    accept: async ({ server }, text) => {
      const answer = await client(server.origin, { authorization: `Bearer ${text}` }).get('/auth/session')
      return answer.status === 200
    },
  },
  'hallpass/verify for another service': {
    accepts: ['service', 'exchanged'],
    accept: async ({ server }, text) => {
      const jwks = `${server.origin}/.well-known/jwks.json`
      return (await createVerifier({ issuer: server.origin, audience: orders, jwks }).verify(text)).ok
    },
  },
  'the secret of a client': {
    accepts: ['secret'],
    accept: ({ server, asking }, text) => grants(server, { grant_type: 'client_credentials' }, basic(asking.id, text)),
  },
  client_assertion: {
    accepts: ['assertion'],
    accept: ({ server }, text) => {
      const presented = { client_assertion_type: assertionType, client_assertion: text }
      return grants(server, { grant_type: 'client_credentials', ...presented })
    },
  },
  subject_token: {
    accepts: ['access', 'service', 'exchanged'],
    accept: ({ server, asking }, text) => {
      const presented = { subject_token: text, subject_token_type: accessTokenType }
      return grants(server, { grant_type: exchangeGrant, ...presented }, asking.basic)
    },
  },
  introspection: {
    accepts: ['session', 'access', 'refresh', 'service', 'exchanged'],
    accept: async ({ server, introspecting }, text) =>
      body(await server.form('/oauth/introspect', { token: text }, introspecting.basic))['active'] === true,
  },
  // last: it rotates what it accepts
  refresh_token: {
    accepts: ['refresh'],
    accept: ({ server }, text) => grants(server, { grant_type: 'refresh_token', refresh_token: text }),
  },
}

async function grants(server: OAuthServer, form: { readonly [name: string]: string }, authorization?: string) {
  return (await server.form('/oauth/token', form, authorization)).status === 200
}

test('every kind of credential at every place that takes one: accepted only where it belongs', async (t) => {
  const scene = await credentials(t)
  for (const [place, { accepts, accept }] of Object.entries(verifiers)) {
    const made = await scene.made()
    for (const kind of kinds)
      assert.equal(await accept(scene, made[kind]), accepts.includes(kind), `${kind} as ${place}`)
  }
})
