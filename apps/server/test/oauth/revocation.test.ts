import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { hallpass, type Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { sqlite } from 'hallpass/sqlite'
import { recordDatabase } from '../record.js'
import { rootSecret } from '../test-server.js'
import {
  basic as credentials,
  body,
  isError,
  makeClient,
  oauthServer,
  type OAuthServer,
  seen,
  signedInApp,
  tokenOf,
} from './oauth-server.js'

async function serviceToken(server: OAuthServer, basic: string): Promise<string> {
  return body(await server.form('/oauth/token', { grant_type: 'client_credentials' }, basic)).access_token
}

async function isActive(server: OAuthServer, token: string, basic: string): Promise<unknown> {
  return body(await server.form('/oauth/introspect', { token }, basic)).active
}

/** Counts the entries that are appended to the log. */
function watched(store: Store): { readonly store: Store; readonly revocations: () => number } {
  let revocations = 0
  const count = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver)
        if (typeof member !== 'function') return member
        return (...values: unknown[]): unknown => {
          const entry = values.find((value) => typeof value === 'object' && value !== null && 'kind' in value)
          if (entry !== undefined) revocations += 1
          return member.apply(target, values) as unknown
        }
      },
    })
  return {
    store: { ...store, sessions: count(store.sessions), log: { ...store.log, append: count(store.log).append } },
    revocations: () => revocations,
  }
}

test('a client’s own token is worth nothing anywhere when the answer comes: a second instance on the same SQLite', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-oauth-'))
  const file = join(folder, 'hallpass.db')
  t.after(() => {
    recordDatabase(file)
    rmSync(folder, { recursive: true, force: true })
  })
  const server = await oauthServer(t, { store: sqlite(file) })
  const there = hallpass({ issuer: server.origin, secret: rootSecret, store: sqlite(file), strategy: 'hybrid' })
  t.after(() => there.close())
  const { basic } = await makeClient(server)
  for (const warm of [false, true]) {
    const [token, other] = [await serviceToken(server, basic), await serviceToken(server, basic)]
    for (const text of [token, other]) assert.equal((await there.tokens.introspect(text)).active, true)
    const answer = await server.form('/oauth/revoke', { token, token_type_hint: 'access_token' }, basic)
    assert.deepEqual(
      [answer.status, answer.text, answer.headers.get('cache-control')],
      [200, '', 'no-store'],
      String(warm),
    )
    assert.deepEqual(await there.tokens.introspect(token), { active: false })
    assert.equal(await isActive(server, token, basic), false)
    assert.equal((await there.tokens.introspect(other)).active, true)
    // again does no harm
    assert.equal((await server.form('/oauth/revoke', { token }, basic)).status, 200)
  }
})

test('a native app’s refresh token ends its session, its access token too, for whoever bears it', async (t) => {
  const server = await oauthServer(t)
  const [gone, stays] = [await signedInApp(server), await signedInApp(server)]
  const form = { token: tokenOf(gone, 'refreshToken'), token_type_hint: 'access_token', client_id: 'hallpass' }
  const answer = await server.form('/oauth/revoke', form)
  assert.deepEqual([answer.status, answer.text], [200, ''])
  const refused = await gone.get('/auth/session')
  assert.deepEqual([refused.status, refused.json.code], [401, 'ended'])
  const refresh = { grant_type: 'refresh_token', refresh_token: form.token }
  isError(await server.form('/oauth/token', refresh), 400, 'invalid_grant')
  assert.equal((await stays.get('/auth/session')).status, 200)
})

test('a native app’s access token goes alone, and its session token takes the session along', async (t) => {
  const server = await oauthServer(t)
  const app = await signedInApp(server)
  await server.form('/oauth/revoke', { token: tokenOf(app, 'accessToken') })
  assert.equal((await app.get('/auth/session')).status, 401)
  const refresh = { grant_type: 'refresh_token', refresh_token: tokenOf(app, 'refreshToken') }
  assert.equal((await server.form('/oauth/token', refresh)).status, 200, 'its session goes on')

  const opaque = await oauthServer(t, { strategy: 'session' })
  const other = await signedInApp(opaque)
  await opaque.form('/oauth/revoke', { token: tokenOf(other, 'sessionToken') })
  assert.equal((await other.get('/auth/session')).status, 401)
})

test('of any token that is not the client’s own nothing comes, and nobody can tell', async (t) => {
  const { store, revocations } = watched(memory())
  const server = await oauthServer(t, { store })
  const elsewhere = await oauthServer(t)
  const [mine, other] = [await makeClient(server), await makeClient(server)]
  const app = await signedInApp(server)
  const others = await serviceToken(server, other.basic)
  const tokens = {
    garbage: 'x',
    'another client’s': others,
    'an access token of a session': tokenOf(app, 'accessToken'),
    'a refresh token of a session': tokenOf(app, 'refreshToken'),
    'of another issuer': await serviceToken(elsewhere, (await makeClient(elsewhere)).basic),
    mangled: `${others.slice(0, -4)}AAAA`,
    'a refresh token that is none': 'hp_r.x',
  }
  const before = revocations()
  const answers = new Map<string, object>()
  for (const [what, token] of Object.entries(tokens)) {
    const answer = await server.form('/oauth/revoke', { token }, mine.basic)
    assert.deepEqual([answer.status, answer.text], [200, ''], what)
    answers.set(what, seen(answer))
  }
  for (const token of [others, 'x', 'hp_r.x']) answers.set(token, seen(await server.form('/oauth/revoke', { token })))
  assert.equal(revocations(), before, 'nothing was written')
  answers.set(
    'its own',
    seen(await server.form('/oauth/revoke', { token: await serviceToken(server, mine.basic) }, mine.basic)),
  )
  assert.equal(revocations(), before + 1, 'and one that is its own is')
  const [first] = answers.values()
  for (const [what, answer] of answers) assert.deepEqual(answer, first, what)
  assert.equal((await app.get('/auth/session')).status, 200)
  assert.equal(await isActive(server, others, other.basic), true)
})

test('a client with the refresh grant stands for the application, and may end its sessions', async (t) => {
  const server = await oauthServer(t)
  const backend = await makeClient(server, { grants: ['refresh_token'] })
  const app = await signedInApp(server)
  assert.equal((await server.form('/oauth/revoke', { token: tokenOf(app, 'refreshToken') }, backend.basic)).status, 200)
  assert.equal((await app.get('/auth/session')).status, 401)
})

test('an operator ends a token that its client would keep, by the id that the log tells', async (t) => {
  const server = await oauthServer(t)
  const { id, basic } = await makeClient(server)
  const asking = await makeClient(server, { grants: ['introspect'] })
  const token = await serviceToken(server, basic)
  await server.operator.request('PATCH', `/admin/clients/${id}`, { json: { disabled: true } })
  assert.equal(await isActive(server, token, asking.basic), true)
  const [line = '{}'] = server.logged.filter((line) => line.includes('"token-issued"') && line.includes(id))
  const { tokenId } = JSON.parse(line) as { tokenId: string }
  const answer = await server.operator.post(`/admin/tokens/${tokenId}/revoke`)
  assert.deepEqual([answer.status, answer.json.receipt.ended, answer.json.receipt.complete], [200, 'token', true])
  assert.equal(await isActive(server, token, asking.basic), false)
  for (const other of ['x', `${tokenId}A`, id, `${tokenId.slice(1)}.`]) {
    const nothing = await server.operator.post(`/admin/tokens/${other}/revoke`)
    assert.deepEqual([nothing.status, nothing.json.code], [404, 'not-found'], other)
  }
  assert.equal((await server.form(`/admin/tokens/${tokenId}/revoke`, {}, basic)).status, 401)
})

test('wrong credentials are told, and a token is needed', async (t) => {
  const server = await oauthServer(t)
  const { id, basic } = await makeClient(server)
  const token = await serviceToken(server, basic)
  isError(await server.form('/oauth/revoke', { token }, credentials(id, 'wrong')), 401, 'invalid_client')
  assert.equal(await isActive(server, token, basic), true)
  isError(await server.form('/oauth/revoke', {}, basic), 400, 'invalid_request')
})

test('trouble with the store is 503 with Retry-After at every endpoint, and never a verdict', async (t) => {
  const server = await oauthServer(t)
  const { basic } = await makeClient(server)
  const app = await signedInApp(server)
  const token = await serviceToken(server, basic)
  await server.store.close()
  for (const [path, form, authorization] of [
    ['/oauth/token', { grant_type: 'client_credentials' }, basic],
    ['/oauth/token', { grant_type: 'refresh_token', refresh_token: tokenOf(app, 'refreshToken') }, undefined],
    ['/oauth/introspect', { token }, basic],
    ['/oauth/revoke', { token }, basic],
    ['/oauth/revoke', { token: tokenOf(app, 'refreshToken') }, undefined],
  ] as const) {
    const answer = await server.form(path, form, authorization)
    isError(answer, 503, 'temporarily_unavailable', path)
    assert.equal(answer.headers.get('retry-after'), '2')
  }
})
