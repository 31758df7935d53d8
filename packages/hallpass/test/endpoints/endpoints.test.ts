import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hallpass, ResponsePatch } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock, type Sending, signedIn, signedInApp, type TestClient, testBrowser } from 'hallpass/testing'
import { createEndpoints } from '#src/endpoints/endpoints.js'
import { openAuth } from '../open-auth.js'

interface Answered {
  readonly status: number | null
  readonly body: { readonly [field: string]: unknown }
  readonly patch: ResponsePatch
}

async function ask(
  auth: Hallpass,
  client: TestClient,
  method: string,
  path: string,
  sending?: Sending,
): Promise<Answered> {
  const patch = await createEndpoints(auth).handle(client.view(method, path, sending))
  assert.ok(patch !== null, `${method} ${path} is not ours`)
  client.receive(patch)
  return { status: patch.status, body: JSON.parse(patch.body!) as Answered['body'], patch }
}

const clock = (): { runtime: ReturnType<typeof manualClock> } => ({ runtime: manualClock(Date.UTC(2026, 0, 1)) })

test('GET session: who am I, with times in ISO 8601 and no secret', async () => {
  const { auth } = openAuth(clock())
  const { client, session } = await signedIn(auth, 'u_1', { amr: ['pwd'] })
  const { status, body } = await ask(auth, client, 'GET', '/auth/session')
  const at = '2026-01-01T00:00:00.000Z'
  assert.equal(status, 200)
  assert.deepEqual(body, {
    session: {
      ...{ id: session.id, subject: 'u_1', createdAt: at, authenticatedAt: at, lastSeenAt: at },
      ...{ expiresAt: '2026-01-02T00:00:00.000Z', device: session.device, amr: ['pwd'], current: true },
    },
  })
})

test('GET session: a stranger hears why not', async () => {
  const { auth } = openAuth()
  const { status, body } = await ask(auth, testBrowser('https://app.example'), 'GET', '/auth/session')
  assert.deepEqual([status, body.code], [401, 'session-required'])
})

test('GET sessions: every device of the subject, this one marked', async () => {
  const { auth } = openAuth()
  const [one, other] = [await signedIn(auth, 'u_1'), await signedIn(auth, 'u_1')]
  await signedIn(auth, 'u_2')
  const { body } = await ask(auth, one.client, 'GET', '/auth/sessions')
  const listed = (body.sessions as { id: string; current: boolean }[]).map(({ id, current }) => [id, current])
  assert.deepEqual(
    new Map(listed as [string, boolean][]),
    new Map([
      [one.session.id, true],
      [other.session.id, false],
    ]),
  )
})

test('DELETE sessions/:id: ends another device’s session, and only that one', async () => {
  const { auth } = openAuth()
  const [one, other] = [await signedIn(auth, 'u_1'), await signedIn(auth, 'u_1')]
  const { status, body } = await ask(auth, one.client, 'DELETE', `/auth/sessions/${other.session.id}`)
  const receipt = body.receipt as { ended: string; target: string; at: string }
  assert.deepEqual([status, receipt.ended, receipt.target], [200, 'session', other.session.id])
  assert.match(receipt.at, /^\d{4}-\d\d-\d\dT/)
  assert.equal((await ask(auth, other.client, 'GET', '/auth/session')).body.code, 'ended')
  assert.equal((await ask(auth, one.client, 'GET', '/auth/session')).status, 200)
})

test('DELETE sessions/:id: one’s own expires its cookies', async () => {
  const { auth } = openAuth()
  const { client, session } = await signedIn(auth, 'u_1')
  await ask(auth, client, 'DELETE', `/auth/sessions/${session.id}`)
  assert.equal(client.cookies.size, 0)
})

test('DELETE sessions/:id: somebody else’s session is like one that never was, and lives on', async () => {
  const { auth } = openAuth()
  const [one, victim] = [await signedIn(auth, 'u_1'), await signedIn(auth, 'u_2')]
  const answers = [victim.session.id, `00${'A'.repeat(22)}`, 'x'].map((id) =>
    ask(auth, one.client, 'DELETE', `/auth/sessions/${id}`),
  )
  for (const { status, body } of await Promise.all(answers))
    assert.deepEqual([status, body.code], [404, 'no-such-session'])
  assert.equal((await ask(auth, victim.client, 'GET', '/auth/session')).status, 200)
})

test('addresses that only begin like ours are the application’s', () => {
  const { auth } = openAuth()
  for (const path of [
    '/auth/sessions/',
    '/auth/sessions/a/b',
    '/auth/sessions/a%2fb',
    '/auth/sessions/a;b',
    '/auth/resumed',
    '/other',
  ]) {
    assert.equal(createEndpoints(auth).handle(testBrowser('https://app.example').view('DELETE', path)), null, path)
  }
})

test('POST sessions/revoke-all: keeps the caller’s own, in cookies or in tokens, or nothing', async () => {
  const { auth } = openAuth()
  const [one, other] = [await signedIn(auth, 'u_1'), await signedIn(auth, 'u_1')]
  const app = await signedInApp(auth, 'u_1')
  const kept = await ask(auth, one.client, 'POST', '/auth/sessions/revoke-all', { json: { keepCurrent: true } })
  assert.equal((kept.body.session as { id: string }).id, one.session.id)
  assert.equal(kept.body.tokens, undefined, 'a cookie is no way to a token')
  assert.equal((await ask(auth, one.client, 'GET', '/auth/session')).status, 200)
  assert.equal((await ask(auth, other.client, 'GET', '/auth/session')).status, 401)
  assert.equal((await auth.tokens.verify(app.tokens.sessionToken!)).ok, false)

  const ended = await ask(auth, one.client, 'POST', '/auth/sessions/revoke-all', { json: { keepCurrent: false } })
  assert.deepEqual(Object.keys(ended.body), ['receipt'])
  assert.equal(one.client.cookies.size, 0)
})

for (const json of [
  {},
  { keepCurrent: 'true' },
  { keepCurrent: 1 },
  { keepCurrent: null },
  { keepCurrent: [true] },
  { keepCurrent: true, all: 1 },
]) {
  test(`POST sessions/revoke-all: ${JSON.stringify(json)} names the field and ends nothing`, async () => {
    const { auth } = openAuth()
    const { client } = await signedIn(auth, 'u_1')
    const { status, body } = await ask(auth, client, 'POST', '/auth/sessions/revoke-all', { json })
    assert.deepEqual(
      [status, (body.errors as { field: string }[])[0]?.field],
      [400, 'all' in json ? 'all' : 'keepCurrent'],
    )
    assert.equal((await auth.sessions.list('u_1')).length, 1)
  })
}

test('POST sign-out: answers a receipt, and null to a stranger', async () => {
  const { auth } = openAuth()
  const { client, session } = await signedIn(auth, 'u_1')
  const { body } = await ask(auth, client, 'POST', '/auth/sign-out')
  assert.equal((body.receipt as { target: string }).target, session.id)
  assert.deepEqual((await ask(auth, client, 'POST', '/auth/sign-out')).body, { receipt: null })
})

test('GET csrf: a token that the session’s requests are believed by', async () => {
  const { auth } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  const { body } = await ask(auth, client, 'GET', '/auth/csrf')
  const view = client.view('GET', '/')
  assert.equal(await auth.csrf.verify(view, body.token as string), true)
  assert.equal((await ask(auth, testBrowser('https://app.example'), 'GET', '/auth/csrf')).status, 401)
})

test('GET /.well-known/jwks.json: the public keys, for anybody to keep a while', async () => {
  const { auth } = openAuth({ strategy: 'hybrid' })
  await signedIn(auth, 'u_1')
  const { body, patch } = await ask(auth, testBrowser('https://app.example'), 'GET', '/.well-known/jwks.json')
  const keys = body.keys as { [member: string]: string }[]
  assert.ok(keys.length > 0 && keys.every((key) => key.kty === 'OKP' && !('d' in key)))
  assert.match(new Map(patch.headers).get('cache-control')!, /^public, max-age=\d+$/)
})

const jwksPath = '/.well-known/jwks.json'

test('GET /.well-known/jwks.json: kept until the set changes, and sent again only where it did', async () => {
  const clock = manualClock()
  const { auth } = openAuth({ runtime: clock, signing: { rotateEvery: 3600, cacheFor: 120 } })
  const anybody = testBrowser('https://app.example')
  const headersOf = async (headers: { [name: string]: string } = {}) => {
    const { status, patch } = await ask(auth, anybody, 'GET', jwksPath, { headers })
    return { status, body: patch.body, ...Object.fromEntries(patch.headers) } as { [name: string]: unknown }
  }
  const first = await headersOf()
  assert.deepEqual([first['status'], first['cache-control']], [200, 'public, max-age=120'])
  assert.equal(first['content-type'], 'application/jwk-set+json')
  const etag = String(first['etag'])
  const same = await headersOf({ 'if-none-match': etag })
  assert.deepEqual([same['status'], same['body'], same['etag']], [304, null, etag])
  assert.equal(same['cache-control'], 'public, max-age=120')
  assert.equal((await headersOf({ 'if-none-match': '"other"' }))['status'], 200)
  clock.set(clock.now() + 3_600_000 - 30_500)
  assert.equal((await headersOf())['cache-control'], 'public, max-age=30')
  await auth.keys.revoke((await auth.keys.list())[1]!.kid)
  const changed = await headersOf({ 'if-none-match': etag })
  assert.equal(changed['status'], 200)
  assert.notEqual(changed['etag'], etag)
})

test(
  'D12: no answer of the JWK Set carries a private member, whatever the algorithm, method or trouble',
  { timeout: 60_000 },
  async () => {
    for (const algorithm of ['EdDSA', 'ES256', 'RS256', 'PS256', 'HS256'] as const) {
      const store = memory()
      const { auth } = openAuth({ store, signing: { algorithm } })
      const anybody = testBrowser('https://app.example')
      await auth.keys.jwks()
      const troubled = openAuth({
        store: { ...store, keys: { ...store.keys, read: () => Promise.reject(new Error('away')) } },
      })
      const rooted = openAuth({ store, secret: 'mB7dQ2yRkX9fWc4Ts1JvLh8ZpNg6Ua0EeKi5oD3xYqH', signing: { algorithm } })
      let good = 0
      for (const one of [auth, troubled.auth, rooted.auth])
        for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE']) {
          const { status, patch } = await ask(one, anybody, method, jwksPath)
          const members = [...(patch.body ?? '').matchAll(/"([a-z]+)":/g)].map(([, member]) => member!)
          const secret = members.filter((member) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].includes(member))
          assert.deepEqual(secret, [], `${algorithm} ${method} ${status}`)
          assert.ok(!(patch.body ?? '').includes('wrapped'))
          if (status === 200) good++
        }
      assert.ok(good >= 2)
      const { keys } = JSON.parse((await ask(auth, anybody, 'GET', jwksPath)).patch.body!) as { keys: object[] }
      assert.equal(keys.length, algorithm === 'HS256' ? 0 : 2)
    }
  },
)

test('refreshing a page is a verdict or trouble: trouble does not send anybody to sign in', async () => {
  const { auth } = openAuth({ strategy: 'hybrid', signInPage: '/in' })
  const { client } = await signedIn(auth, 'u_1')
  const form = {
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'cross-site',
    origin: 'https://evil.example',
  }
  const forged = await createEndpoints(auth).handle(client.view('POST', '/auth/refresh', { headers: form }))
  assert.equal(forged?.status, 403)
  const troubled: Hallpass = { ...auth, refresh: () => Promise.reject(new TypeError('a bug')) }
  await assert.rejects(async () => createEndpoints(troubled).handle(client.view('POST', '/auth/refresh')), TypeError)
})

test('without a sign-in page a refresh that did not help says so, rather than go round in circles', async () => {
  const { auth } = openAuth({ strategy: 'hybrid' })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await createEndpoints(auth).handle(
    testBrowser('https://app.example').view('POST', '/auth/refresh', { headers }),
  )
  assert.equal(answer?.status, 401)
})

test('several refresh cookies that nothing tells apart are expired on both paths', async () => {
  const { auth } = openAuth({ strategy: 'hybrid' })
  const { client } = await signedIn(auth, 'u_1')
  const name = auth.policy.cookieNames.refresh
  const { status, patch } = await ask(auth, client, 'POST', '/auth/refresh', {
    headers: { cookie: `${name}=a; ${name}=b` },
  })
  assert.equal(status, 401)
  const expired = patch.headers.filter(
    ([header, line]) => header === 'set-cookie' && line.startsWith(`${name}=; Path=/`),
  )
  assert.equal(expired.length, 2)
})
