import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { describe, test, type TestContext } from 'node:test'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import * as openid from 'openid-client'
import {
  accessTokenType,
  exchangeGrant,
  type MadeClient,
  makeClient,
  type OAuthServer,
  oauthServer,
  orders,
  signedInApp,
  tokenOf,
} from './oauth-server.js'

/** The server in TypeScript's folders is built elsewhere; what is in Python is not built at all. */
const script = fileURLToPath(new URL('../../test/oauth/interop.py', import.meta.url))

interface Scene {
  readonly server: OAuthServer
  readonly made: MadeClient
}

async function openScene(t: TestContext): Promise<Scene> {
  const server = await oauthServer(t)
  return { server, made: await makeClient(server) }
}

function discover({ server: { origin } }: Scene, id: string, how: openid.ClientAuth): Promise<openid.Configuration> {
  const options = { algorithm: 'oauth2' as const, execute: [openid.allowInsecureRequests] }
  return openid.discovery(new URL(origin), id, undefined, how, options)
}

describe('openid-client and jose, unmodified', () => {
  test('find the metadata, get a token, verify it, introspect it and revoke it', async (t) => {
    const scene = await openScene(t)
    const { made } = scene
    const config = await discover(scene, made.id, openid.ClientSecretBasic(made.secret))
    const metadata = config.serverMetadata()
    assert.equal(metadata.issuer, scene.server.origin)

    const { access_token: token, token_type: type } = await openid.clientCredentialsGrant(config, { resource: orders })
    assert.equal(type, 'bearer')
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri!))
    const { payload } = await jwtVerify(token, keys, { issuer: metadata.issuer, audience: orders, typ: 'at+jwt' })
    assert.deepEqual([payload.sub, payload['client_id']], [made.id, made.id])

    assert.equal((await openid.tokenIntrospection(config, token)).active, true)
    await openid.tokenRevocation(config, token)
    assert.deepEqual(await openid.tokenIntrospection(config, token), { active: false })
  })

  test('get a token with private_key_jwt', async (t) => {
    const scene = await openScene(t)
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const keys = [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'mine' }]
    const { id } = await makeClient(scene.server, { keys })
    const config = await discover(scene, id, openid.PrivateKeyJwt({ key: privateKey, kid: 'mine' }))
    const { access_token: token } = await openid.clientCredentialsGrant(config, { resource: orders })
    assert.equal((await openid.tokenIntrospection(config, token)).client_id, id)
  })

  test('trade a token of a session for one of another audience', async (t) => {
    const scene = await openScene(t)
    const { made, server } = scene
    const config = await discover(scene, made.id, openid.ClientSecretBasic(made.secret))
    const app = await signedInApp(server)
    const { access_token: traded } = await openid.genericGrantRequest(config, exchangeGrant, {
      subject_token: tokenOf(app, 'accessToken'),
      subject_token_type: accessTokenType,
      resource: orders,
    })
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri!))
    const { payload } = await jwtVerify(traded, keys, { issuer: server.origin, audience: orders })
    assert.deepEqual(payload['act'], { sub: made.id })
  })

  test('refresh the session of a native app', async (t) => {
    const scene = await openScene(t)
    const app = await signedInApp(scene.server)
    const config = await discover(scene, 'hallpass', openid.None())
    const first = await openid.refreshTokenGrant(config, tokenOf(app, 'refreshToken'))
    const second = await openid.refreshTokenGrant(config, first.refresh_token!)
    assert.ok(typeof second.access_token === 'string')
  })
})

test('PyJWT and Authlib, unmodified, do the same', async (t) => {
  const { server, made } = await openScene(t)
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys = [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', kid: 'mine' }]
  const { id: keyClient } = await makeClient(server, { keys })
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const python = spawn('/usr/bin/python3', [script], {
    // Authlib insists on https but for this.
    env: { ...process.env, AUTHLIB_INSECURE_TRANSPORT: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const given = { issuer: server.origin, ...made, audience: orders, key_client: keyClient, private_key }
  python.stdin.end(JSON.stringify(given))
  const [said, trouble] = await Promise.all([text(python.stdout), text(python.stderr)])
  if (python.exitCode === null) await once(python, 'exit')
  assert.equal(python.exitCode, 0, trouble)

  const told = JSON.parse(said) as Record<string, Record<string, unknown>>
  assert.equal(told['issuer'], server.origin)
  assert.equal(told['PyJWT']?.['sub'], made.id)
  assert.equal(told['authlib']?.['sub'], made.id)
  assert.equal(told['before']?.['active'], true)
  assert.equal(told['revoked'], 200)
  assert.deepEqual(told['after'], { active: false })
  assert.equal(told['by_key'], keyClient)
})
