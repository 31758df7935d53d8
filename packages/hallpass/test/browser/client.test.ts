import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient, Refusal } from '#src/browser/index.js'
import { PretendServer, problem } from './pretend-server.js'

const receipt = {
  ended: 'session',
  target: 's1',
  kept: null,
  at: '2026-11-21T02:30:00.000Z',
  acknowledged: [],
  waitedOut: [],
  tookMilliseconds: 4,
  complete: true,
}

test('session() is the session, null when nobody is signed in, and an error when nobody knows', async () => {
  const server = new PretendServer()
  const client = createClient({ runtime: server.tab() })
  server.answer('GET /auth/session', () => Response.json({ session: { id: 's1' } }))
  assert.equal((await client.session())?.id, 's1')
  server.answer('GET /auth/session', () => problem(503, 'store-unavailable'))
  await assert.rejects(client.session(), (error) => error instanceof Refusal && error.code === 'store-unavailable')
  server.answer('GET /auth/session', () => problem(401, 'ended'))
  assert.equal(await client.session(), null)
})

test('signing out is announced when it has happened, and not when it has not', async () => {
  const server = new PretendServer()
  const client = createClient({ runtime: server.tab() })
  const heard: string[] = []
  const stop = client.on('signed-out', ({ because }) => heard.push(because))
  server.answer('POST /auth/sign-out', () => problem(503, 'store-unavailable'))
  await assert.rejects(client.signOut(), { code: 'store-unavailable' })
  assert.deepEqual(heard, [])
  server.answer('POST /auth/sign-out', () => new Response(null, { status: 204 }))
  await client.signOut()
  assert.deepEqual(heard, ['signed-out'])
  stop()
  await client.signOut()
  assert.equal(heard.length, 1)
})

test('ending sessions answers the receipt; ending all of them is a sign-out, ending the others is not', async () => {
  const server = new PretendServer()
  const client = createClient({ runtime: server.tab() })
  const heard: string[] = []
  const bodies: string[] = []
  client.on('signed-out', ({ because }) => heard.push(because))
  server.answer('DELETE /auth/sessions/s%2F1', () => Response.json({ receipt }))
  server.answer('POST /auth/sessions/revoke-all', async (request) => {
    bodies.push(await request.text())
    return Response.json({ receipt })
  })
  assert.deepEqual(await client.endSession('s/1'), receipt)
  assert.deepEqual(await client.endSessions({ keepCurrent: true }), receipt)
  assert.deepEqual(heard, [])
  await client.endSessions({ keepCurrent: false })
  assert.deepEqual(heard, ['signed-out'])
  assert.deepEqual(bodies, ['{"keepCurrent":true}', '{"keepCurrent":false}'])
})

test('a refusal carries the code, the status and the fields at fault', async () => {
  const server = new PretendServer()
  const errors = [{ field: 'keepCurrent', problem: 'is no boolean.', remedy: 'Send true or false.' }]
  server.answer('POST /auth/sessions/revoke-all', () =>
    Response.json(
      { title: 'T', status: 400, code: 'bad-request', detail: 'D', errors },
      { status: 400, headers: { 'content-type': 'application/problem+json' } },
    ),
  )
  const client = createClient({ runtime: server.tab() })
  await assert.rejects(client.endSessions({ keepCurrent: true }), (error) => {
    assert.ok(error instanceof Refusal)
    assert.deepEqual([error.code, error.status, error.problem.errors], ['bad-request', 400, errors])
    return true
  })
})

test('an answer that nobody understands is an error with a code, not a crash', async () => {
  const server = new PretendServer()
  const client = createClient({ runtime: server.tab() })
  server.answer('GET /auth/sessions', () => new Response('<html>', { status: 502 }))
  await assert.rejects(client.sessions(), { code: 'unexpected', status: 502 })
  server.answer('GET /auth/sessions', () => Response.json({ other: 1 }))
  await assert.rejects(client.sessions(), { code: 'unexpected' })
})

test('another base path is used throughout', async () => {
  const server = new PretendServer()
  const client = createClient({ basePath: '/api/login', runtime: server.tab() })
  server.answer('GET /notes', () =>
    server.count('POST /api/login/refresh') === 0 ? problem(401, 'expired') : Response.json({}),
  )
  assert.equal((await client.fetch('/notes')).status, 200)
  await client.fetch('/notes', { method: 'POST' })
  assert.deepEqual(server.requests, [
    'GET /notes',
    'POST /api/login/refresh',
    'GET /notes',
    'GET /api/login/csrf',
    'POST /notes',
  ])
})
