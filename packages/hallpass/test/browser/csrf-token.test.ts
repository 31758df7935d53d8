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

/** A server that asks for the token of the session as it is now, which every sign-in and step-up replaces. */
function sensitive(server: PretendServer): { renew(): void } {
  let session = 1
  server.answer(csrf, () => Response.json({ token: `of-session-${session}` }))
  server.answer('POST /notes', (request) =>
    request.headers.get('hallpass-csrf') === `of-session-${session}` ? Response.json({}) : problem(403, 'csrf-refused'),
  )
  return { renew: () => void (session += 1) }
}

test('a token from before a sign-in or a step-up in another tab: a new one is fetched and the request repeated, once', async () => {
  const { server, client } = signedIn()
  const elsewhere = sensitive(server)
  assert.equal((await client.fetch('/notes', { method: 'POST', body: 'one' })).status, 200)
  elsewhere.renew()
  assert.equal((await client.fetch('/notes', { method: 'POST', body: 'two' })).status, 200)
  assert.deepEqual(server.csrfTokens, ['of-session-1', 'of-session-1', 'of-session-2'])
  assert.equal((await client.fetch('/notes', { method: 'POST', body: 'three' })).status, 200)
  assert.equal(server.count(csrf), 2)
})

test('a token that could not be fetched before: it is fetched and the request repeated, with its body', async () => {
  const { server, client } = signedIn()
  const bodies: string[] = []
  server.answer(csrf, () => problem(503, 'store-unavailable'))
  server.answer('POST /notes', async (request) => {
    bodies.push(await request.text())
    server.answer(csrf, () => Response.json({ token: 'late' }))
    return request.headers.get('hallpass-csrf') === 'late' ? Response.json({}) : problem(403, 'csrf-refused')
  })
  assert.equal((await client.fetch('/notes', { method: 'POST', body: 'x' })).status, 200)
  assert.deepEqual(server.csrfTokens, [null, 'late'])
  assert.deepEqual(bodies, ['x', 'x'])
})

test('many requests with one old token fetch one new one between them', async () => {
  const { server, client } = signedIn()
  const elsewhere = sensitive(server)
  await client.fetch('/notes', { method: 'POST' })
  elsewhere.renew()
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.fetch('/notes', { method: 'POST' })))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.equal(server.count(csrf), 2)
  assert.equal(server.count('POST /notes'), 1 + 8 + 8)
})

test('a request whose body is a stream is not repeated, but the next one has the new token', async () => {
  const { server, client } = signedIn()
  const elsewhere = sensitive(server)
  await client.fetch('/notes', { method: 'POST' })
  elsewhere.renew()
  const body = new Response('streamed').body!
  const streamed = await client.fetch('/notes', { method: 'POST', body, duplex: 'half' } as RequestInit)
  assert.equal(streamed.status, 403)
  assert.equal((await client.fetch('/notes', { method: 'POST' })).status, 200)
  assert.equal(server.csrfTokens.at(-1), 'of-session-2')
})

test('a 403 that is not about the token is the application’s answer, and is not repeated', async () => {
  const { server, client } = signedIn()
  for (const answer of [
    () => problem(403, 'account-disabled'),
    () => new Response('csrf-refused', { status: 403 }),
    () => Response.json({ code: 'csrf-refused' }, { status: 403 }),
  ]) {
    server.answer('POST /notes', answer)
    const before = server.count('POST /notes')
    assert.equal((await client.fetch('/notes', { method: 'POST' })).status, 403)
    assert.equal(server.count('POST /notes'), before + 1)
  }
})
