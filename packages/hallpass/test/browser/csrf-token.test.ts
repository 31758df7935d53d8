import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '#src/browser/index.js'
import { PretendServer, problem } from './pretend-server.js'

const csrf = 'GET /auth/csrf'

function signedIn() {
  const server = new PretendServer()
  return { server, client: createClient({ runtime: server.tab() }) }
}

test('unsafe methods carry the token, which is asked for once; safe ones do not ask', async () => {
  const { server, client } = signedIn()
  await client.fetch('/notes')
  assert.equal(server.count(csrf), 0)
  await Promise.all(['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => client.fetch('/notes', { method })))
  assert.deepEqual(server.csrfTokens, ['token-1', 'token-1', 'token-1', 'token-1'])
  assert.equal(server.count(csrf), 1)
})

test('a token that the server refuses is replaced, and the request sent again, once', async () => {
  const { server, client } = signedIn()
  server.answer('POST /notes', (request) =>
    request.headers.get('hallpass-csrf') === 'token-1' ? problem(403, 'csrf-refused') : Response.json({}),
  )
  assert.equal((await client.fetch('/notes', { method: 'POST', body: 'x' })).status, 200)
  assert.deepEqual(server.csrfTokens, ['token-1', 'token-2'])
})

test('a server that refuses every token is asked twice, not for ever', async () => {
  const { server, client } = signedIn()
  server.answer('POST /notes', () => problem(403, 'csrf-refused'))
  assert.equal((await client.fetch('/notes', { method: 'POST' })).status, 403)
  assert.equal(server.count('POST /notes'), 2)
})

test('what changes the session drops its token', async () => {
  const { server, client } = signedIn()
  await client.fetch('/auth/password', { method: 'POST', body: '{}' })
  await client.fetch('/notes', { method: 'POST' })
  assert.deepEqual(server.csrfTokens, ['token-1', 'token-2'])
})

test('signing in asks for no token: there is no session that it could be bound to', async () => {
  const { server, client } = signedIn()
  await client.fetch('/auth/sign-in', { method: 'POST', body: '{}' })
  assert.deepEqual(server.requests, ['POST /auth/sign-in'])
})

test('without a token the request goes out all the same, for the server to judge by its origin', async () => {
  for (const answer of [
    () => problem(401, 'session-required'),
    () => problem(503, 'store-unavailable'),
    () => Promise.reject(new TypeError('offline')),
  ]) {
    const { server, client } = signedIn()
    server.answer(csrf, answer)
    assert.equal((await client.fetch('/notes', { method: 'POST' })).status, 200)
    assert.deepEqual(server.csrfTokens, [null])
  }
})

test('an unsafe request with an expired access token gets both remedies: a refresh, then a token', async () => {
  const { server, client } = signedIn()
  server.answer(csrf, () => (server.renewals === 0 ? problem(401, 'expired') : Response.json({ token: 'fresh' })))
  server.answer('POST /notes', (request) => {
    if (server.renewals === 0) return problem(401, 'expired')
    return request.headers.get('hallpass-csrf') === 'fresh' ? Response.json({}) : problem(403, 'csrf-refused')
  })
  assert.equal((await client.fetch('/notes', { method: 'POST' })).status, 200)
})
