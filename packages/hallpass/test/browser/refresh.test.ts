import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient, type BrowserRuntime } from '#src/browser/index.js'
import { page, PretendServer, problem } from './pretend-server.js'
import { pretendChannel, PretendLocks } from './pretend-tabs.js'

const refresh = 'POST /auth/refresh'

function watched(runtime: Partial<BrowserRuntime>) {
  const client = createClient({ runtime })
  const signedOut: string[] = []
  client.on('signed-out', ({ because }) => signedOut.push(because))
  return { client, signedOut }
}

for (const code of ['expired', 'stale', 'session-required', 'ambiguous', 'invalid']) {
  test(`a request told "${code}" is refreshed and sent again, once`, async () => {
    const server = new PretendServer()
    server.expireNotes(code)
    const { client, signedOut } = watched(server.tab())
    const answer = await client.fetch('/notes')
    assert.equal(answer.status, 200)
    assert.deepEqual(server.requests, ['GET /notes', refresh, 'GET /notes'])
    assert.deepEqual(signedOut, [])
  })
}

test('a request that is still told "expired" after the refresh is answered with that, and nobody is signed out', async () => {
  const server = new PretendServer()
  server.answer('GET /notes', () => problem(401, 'expired'))
  const { client, signedOut } = watched(server.tab())
  assert.equal((await client.fetch('/notes')).status, 401)
  assert.equal(server.count(refresh), 1)
  assert.equal(server.count('GET /notes'), 2)
  assert.deepEqual(signedOut, [])
})

test('fifty requests of one tab that are told "expired" at once refresh once', async () => {
  const server = new PretendServer()
  server.expireNotes()
  const { client } = watched(server.tab())
  const answers = await Promise.all(Array.from({ length: 50 }, () => client.fetch('/notes')))
  assert.ok(answers.every((answer) => answer.ok))
  assert.equal(server.count(refresh), 1)
})

test('a slow answer "expired" to a request sent before the refresh does not refresh again', async () => {
  const server = new PretendServer()
  server.expireNotes()
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  server.answer('GET /slow', async () => {
    if (server.count('GET /slow') > 1) return Response.json({})
    await held
    return problem(401, 'expired')
  })
  const { client } = watched(server.tab())
  const slow = client.fetch('/slow')
  await client.fetch('/notes')
  release()
  assert.equal((await slow).status, 200)
  assert.equal(server.count(refresh), 1)
})

const ways: Record<string, () => Partial<BrowserRuntime>> = {
  'Web Locks': () => ({ locks: new PretendLocks() }),
  'a BroadcastChannel': () => ({ join: pretendChannel() }),
}
for (const [name, way] of Object.entries(ways)) {
  test(`three tabs with ${name}, all told "expired", refresh once, and all go on`, async () => {
    const server = new PretendServer()
    const everybodyTold = new Promise<void>((resolve) => {
      let told = 0
      server.answer('GET /notes', () => {
        if (server.renewals > 0) return Response.json({})
        told += 1
        if (told === 3) setImmediate(resolve)
        return problem(401, 'expired')
      })
    })
    server.answer(refresh, async () => {
      await everybodyTold
      server.renewals += 1
      return Response.json({})
    })
    const browser = way()
    const tabs = [1, 2, 3].map(() => watched(server.tab(browser)))
    const first = tabs[0]!.client.fetch('/notes')
    while (server.count(refresh) === 0) await new Promise(setImmediate)
    const answers = await Promise.all([first, ...tabs.slice(1).map(({ client }) => client.fetch('/notes'))])
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 200],
    )
    assert.equal(server.count(refresh), 1)
  })

  test(`with ${name}, a refresh that failed in one tab is tried again by the next`, async () => {
    const server = new PretendServer()
    server.expireNotes()
    server.answer(refresh, () => {
      if (server.count(refresh) === 1) return problem(503, 'store-unavailable')
      server.renewals += 1
      return Response.json({})
    })
    const browser = way()
    const tabs = [1, 2].map(() => watched(server.tab(browser)))
    const first = tabs[0]!.client.fetch('/notes')
    await new Promise(setImmediate)
    const second = tabs[1]!.client.fetch('/notes')
    assert.deepEqual([(await first).status, (await second).status], [503, 200])
  })
}

test('a tab that keeps the lock for good does not stop the others', async (t) => {
  const server = new PretendServer()
  server.expireNotes()
  const locks = new PretendLocks()
  void locks.request('hallpass /auth', {}, () => new Promise(() => undefined))
  t.mock.method(AbortSignal, 'timeout', () => AbortSignal.abort(new Error('too late')), { times: 1 })
  const impatient: Partial<BrowserRuntime> = {
    locks: {
      query: () => locks.query(),
      request: (name, options, granted) =>
        options.signal?.aborted === true
          ? Promise.reject(new Error('too late'))
          : locks.request(name, options, granted),
    },
  }
  const { client } = watched(server.tab(impatient))
  assert.equal((await client.fetch('/notes')).status, 200)
})

for (const [status, code] of [
  [503, 'store-unavailable'],
  [503, 'contended'],
  [500, 'internal'],
  [502, ''],
] as const) {
  test(`a refresh answered ${status} ${code} signs nobody out, and the caller sees the trouble`, async () => {
    const server = new PretendServer()
    server.expireNotes()
    server.answer(refresh, () => (code === '' ? new Response('bad gateway', { status }) : problem(status, code)))
    const { client, signedOut } = watched(server.tab())
    assert.equal((await client.fetch('/notes')).status, status)
    assert.deepEqual(signedOut, [])
  })
}

test('a refresh that the network lost signs nobody out, and the next request tries again', async () => {
  const server = new PretendServer()
  server.expireNotes()
  const mended = server.answers.get(refresh)!
  server.answer(refresh, () => Promise.reject(new TypeError('connection reset')))
  const { client, signedOut } = watched(server.tab())
  await assert.rejects(client.fetch('/notes'), { message: 'connection reset' })
  assert.deepEqual(signedOut, [])
  server.answer(refresh, mended)
  assert.equal((await client.fetch('/notes')).status, 200)
})

for (const code of ['ended', 'reused', 'invalid', 'rolled-back', 'session-required']) {
  test(`a refresh refused with "${code}" is announced as signed out`, async () => {
    const server = new PretendServer()
    server.expireNotes()
    server.answer(refresh, () => problem(401, code))
    const { client, signedOut } = watched(server.tab())
    const answer = await client.fetch('/notes')
    assert.equal(answer.status, 401)
    assert.equal(((await answer.json()) as { code: string }).code, code)
    assert.deepEqual(signedOut, [code])
  })
}

for (const code of ['superseded', 'step-up-required', 'wrong-credentials']) {
  test(`a 401 "${code}" is the caller's affair: no refresh, nobody signed out`, async () => {
    const server = new PretendServer()
    server.answer('GET /notes', () => problem(401, code))
    const { client, signedOut } = watched(server.tab())
    assert.equal((await client.fetch('/notes')).status, 401)
    assert.deepEqual([server.count(refresh), signedOut], [0, []])
  })
}

test('a 401 of the application, without a problem document, is left alone', async () => {
  const server = new PretendServer()
  server.answer('GET /notes', () => Response.json({ code: 'expired' }, { status: 401 }))
  const { client, signedOut } = watched(server.tab())
  assert.equal((await client.fetch('/notes')).status, 401)
  assert.deepEqual([server.count(refresh), signedOut], [0, []])
})

test('another origin is told nothing and can neither cause a refresh nor a sign-out', async () => {
  const server = new PretendServer()
  server.answer('POST /notes', () => problem(401, 'ended'))
  const { client, signedOut } = watched(server.tab())
  assert.equal((await client.fetch('https://elsewhere.example/notes', { method: 'POST' })).status, 401)
  assert.deepEqual(server.requests, ['POST /notes'])
  assert.deepEqual([server.csrfTokens, signedOut], [[null], []])
})

test('a body that is a stream is sent once; the refresh has still been made for the next time', async () => {
  const server = new PretendServer()
  const bodies: string[] = []
  server.answer('POST /notes', async (request) => {
    bodies.push(await request.text())
    return server.renewals === 0 ? problem(401, 'expired') : Response.json({})
  })
  const { client } = watched(server.tab())
  const stream = new Blob(['streamed']).stream()
  const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit
  assert.equal((await client.fetch('/notes', init)).status, 401)
  assert.equal((await client.fetch('/notes', { method: 'POST', body: 'text' })).status, 200)
  assert.deepEqual(bodies, ['streamed', 'text'])
})

test('every other body is sent again whole', async () => {
  const bodies: unknown[] = [
    'text',
    new URLSearchParams({ a: '1' }),
    new Blob(['blob']),
    new TextEncoder().encode('bytes'),
  ]
  const form = new FormData()
  form.set('a', '1')
  const requests = [
    ...[...bodies, form].map((body) => ['/notes', { method: 'POST', body } as RequestInit] as const),
    [new Request(page, { method: 'POST', body: 'request' }), undefined] as const,
  ]
  for (const [input, init] of requests) {
    const server = new PretendServer()
    const seen: number[] = []
    server.answer('POST /notes', async (request) => {
      seen.push((await request.arrayBuffer()).byteLength)
      return server.renewals === 0 ? problem(401, 'expired') : Response.json({})
    })
    assert.equal((await watched(server.tab()).client.fetch(input, init)).status, 200)
    assert.ok(seen.length === 2 && seen[0] === seen[1] && seen[0]! > 0)
  }
})
