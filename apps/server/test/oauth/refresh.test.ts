import assert from 'node:assert/strict'
import { test } from 'node:test'
import { client, nativeApp } from '../test-client.js'
import { until } from '../until.js'
import { body, isError, makeClient, oauthServer, type OAuthServer, signedInApp, tokenOf } from './oauth-server.js'

const grant = { grant_type: 'refresh_token' }

test('a native app refreshes with nothing but its refresh token, as at the library’s own endpoint', async (t) => {
  const server = await oauthServer(t)
  const app = await signedInApp(server)
  const presented = tokenOf(app, 'refreshToken')
  const answer = await server.form('/oauth/token', { ...grant, refresh_token: presented, client_id: 'hallpass' })
  const { access_token, refresh_token, ...rest } = body(answer)
  assert.deepEqual([answer.status, rest], [200, { token_type: 'Bearer', expires_in: rest.expires_in }])
  assert.ok(rest.expires_in > 290 && rest.expires_in <= 300)
  assert.deepEqual([answer.headers.get('cache-control'), answer.headers.getSetCookie()], ['no-store', []])
  assert.match(refresh_token ?? '', /^hp_r\./)
  assert.notEqual(refresh_token, presented)
  const session = await client(server.origin, { authorization: `Bearer ${access_token}` }).get('/auth/session')
  assert.equal(session.status, 200)

  const repeated = body(await server.form('/oauth/token', { ...grant, refresh_token: presented }))
  assert.equal(repeated.refresh_token, refresh_token, 'a retry is answered with the same successor')
})

for (const [strategy, form] of [
  ['session', /^hp_s\./],
  ['jwt', /^eyJ/],
] as const) {
  test(`under ${strategy} no app holds a refresh token, and what it holds instead buys nothing here`, async (t) => {
    const server = await oauthServer(t, { strategy })
    const app = await signedInApp(server)
    const [held] = Object.values(app.tokens ?? {}).filter((value) => typeof value === 'string' && form.test(value))
    isError(await server.form('/oauth/token', { ...grant, refresh_token: String(held) }), 400, 'invalid_grant')
    assert.equal((await app.get('/auth/session')).status, 200)
  })
}

test('a refresh token that is worth nothing: invalid_grant, whatever is wrong with it', async (t) => {
  const server = await oauthServer(t)
  const [ended, forged, used] = [await signedInApp(server), await signedInApp(server), await signedInApp(server)]
  const [last, refreshed] = [tokenOf(ended, 'refreshToken'), tokenOf(used, 'accessToken')]
  await ended.post('/auth/sign-out')
  const wrong = {
    'of a session that ended': last,
    forged: `${tokenOf(forged, 'refreshToken').slice(0, -43)}${'A'.repeat(43)}`,
    'an access token': refreshed,
    'no token': 'hp_r.x',
    garbage: 'x',
  }
  const texts = new Set<string>()
  for (const [what, refresh_token] of Object.entries(wrong)) {
    const answer = await server.form('/oauth/token', { ...grant, refresh_token })
    isError(answer, 400, 'invalid_grant', what)
    texts.add(answer.text)
  }
  assert.equal(texts.size, 1)
  const another = { ...grant, refresh_token: tokenOf(used, 'refreshToken'), client_id: 'c_another' }
  isError(await server.form('/oauth/token', another), 400, 'invalid_grant')
  isError(await server.form('/oauth/token', grant), 400, 'invalid_request')
  const scoped = { ...grant, refresh_token: tokenOf(used, 'refreshToken'), scope: 'admin' }
  isError(await server.form('/oauth/token', scoped), 400, 'invalid_scope')
  assert.equal((await used.get('/auth/session')).status, 200, 'none of it ended a session')
})

test('theft is seen here too: an older refresh token ends its session', async (t) => {
  const server = await oauthServer(t)
  const app = await signedInApp(server)
  const tokens = [tokenOf(app, 'refreshToken')]
  for (let round = 0; round < 2; round += 1) {
    const presented = { ...grant, refresh_token: tokens.at(-1)! }
    const answer = body(await server.form('/oauth/token', presented))
    tokens.push(answer.refresh_token!)
    // seen in use, and beyond the overlap: what a thief presents later is no retry
    const holder = nativeApp(server.origin)
    holder.tokens = { accessToken: answer.access_token }
    assert.equal((await holder.get('/auth/session')).status, 200)
    await rotatedLongAgo(server)
  }
  isError(await server.form('/oauth/token', { ...grant, refresh_token: tokens[0]! }), 400, 'invalid_grant')
  isError(await server.form('/oauth/token', { ...grant, refresh_token: tokens[2]! }), 400, 'invalid_grant')
  assert.ok(server.logged.some((line) => line.includes('"refresh-reused"')))
})

/** Writes every session's last rotation a minute back; a sighting that is written meanwhile is first. */
async function rotatedLongAgo({ store }: OAuthServer): Promise<void> {
  const account = await store.accounts.findByEmail('anna@example.com')
  for (const { id } of await store.sessions.listBySubject(account!.id)) {
    await until(async () => {
      const { record } = await store.sessions.find(id)
      return (await store.sessions.replace({ ...record!, rotatedAt: record!.rotatedAt - 60_000 })) === 'replaced'
    })
  }
}

test('a client that authenticates needs the grant, and must be right', async (t) => {
  const server = await oauthServer(t)
  const app = await signedInApp(server)
  const refresh = { ...grant, refresh_token: tokenOf(app, 'refreshToken') }
  const without = await makeClient(server)
  isError(await server.form('/oauth/token', refresh, without.basic), 400, 'unauthorized_client')
  isError(await server.form('/oauth/token', refresh, `${without.basic.slice(0, -4)}AAA=`), 401, 'invalid_client')
  const backend = await makeClient(server, { grants: ['refresh_token'] })
  assert.equal((await server.form('/oauth/token', refresh, backend.basic)).status, 200)
})
