import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Hallpass, HallpassError, Json, StrategyName, UpstreamToken } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock, signedIn, type TestClient, testBrowser } from 'hallpass/testing'
import { createVerifier, type KeySet, type Verifier } from 'hallpass/verify'
import { interleaved } from '../interleaved-store.js'
import { codeOf, openAuth } from '../open-auth.js'
import { invoices, orders, start, type TwoInstances, twoInstances, warmFor } from './two-instances.js'

const issuer = 'https://app.example'

async function tokenOf(auth: Hallpass, client: TestClient, audience = orders, ttl?: number): Promise<UpstreamToken> {
  const options = ttl === undefined ? { audience } : { audience, ttl }
  const { token, refusal } = await auth.upstream(client.view('GET', '/'), options)
  assert.ok(token, `refused: ${refusal}`)
  return token
}

async function verifierOf({ here, clock }: Pick<TwoInstances, 'here' | 'clock'>, audience: string): Promise<Verifier> {
  return createVerifier({ issuer, audience, jwks: (await here.keys.jwks()) as unknown as KeySet, clock })
}

const bearing = (client: TestClient, token: string): ReturnType<TestClient['view']> =>
  client.view('GET', '/', { headers: { authorization: `Bearer ${token}` } })

const strategies = ['session', 'hybrid', 'jwt'] as const satisfies StrategyName[]

for (const strategy of strategies) {
  describe(`under ${strategy}, a token for one backend`, () => {
    test('says whose session it is, to that backend alone, and to us nothing', async (t) => {
      const scene = await twoInstances(t, { strategy, claims: () => ({ roles: ['reader'] }) })
      const { client, session } = await signedIn(scene.here, 'u_1', { amr: ['pwd'] })
      const answer = await scene.here.upstream(client.view('GET', '/'), { audience: orders })
      assert.deepEqual([answer.session?.id, answer.refusal, answer.at], [session.id, null, start])
      const { token, claims, expiresAt } = answer.token!
      const iat = start / 1000
      assert.deepEqual(
        { ...claims },
        {
          ...{ roles: ['reader'], iss: issuer, sub: 'u_1', aud: orders, iat, exp: iat + 60, jti: claims['jti'] },
          ...{ client_id: 'hallpass', sid: session.id, auth_time: iat, amr: ['pwd'] },
          ...{ gen: 0, sv: 0, dv: 0, sc: 0, cc: 0 },
        },
      )
      assert.equal(expiresAt, start + 60_000)
      const verdict = await (await verifierOf(scene, orders)).verify(token)
      assert.ok(verdict.ok)
      assert.deepEqual({ ...verdict.claims }, { ...claims })
      assert.equal((await (await verifierOf(scene, invoices)).verify(token)).ok, false)
      assert.equal((await scene.here.authenticate(bearing(testBrowser(issuer), token))).refusal, 'invalid')
      const own = await scene.here.tokens.verify(token)
      assert.ok(!own.ok)
      assert.equal(own.code, 'invalid')
    })

    test('is the same one for half its life, and then a younger one', async (t) => {
      const { here, pass } = await twoInstances(t, { strategy })
      const { client } = await signedIn(here, 'u_1')
      const first = await tokenOf(here, client)
      await pass(29_999)
      assert.equal((await tokenOf(here, client)).token, first.token)
      await pass(1)
      const second = await tokenOf(here, client)
      assert.deepEqual([second.claims['iat'], second.expiresAt], [start / 1000 + 30, start + 90_000])
      assert.equal((await tokenOf(here, client)).token, second.token)
    })

    test('is minted once for fifty requests at once, whether memory has the session or not', async (t) => {
      let minted = 0
      const { here, there } = await twoInstances(t, {
        strategy,
        claims: async () => {
          await new Promise((resolve) => setImmediate(resolve))
          return { minted: ++minted }
        },
      })
      const { client } = await signedIn(here, 'u_1')
      await warmFor(here, client)
      for (const auth of [here, there]) {
        minted = 0
        const all = await Promise.all(Array.from({ length: 50 }, () => tokenOf(auth, client)))
        assert.deepEqual([minted, new Set(all.map(({ token }) => token)).size], [1, 1])
      }
    })
  })
}

/** What is done on one instance, and what the next token of either must be like; null where there must be none. */
const changes: readonly (readonly [
  what: string,
  change: (auth: Hallpass, about: { session: string; first: UpstreamToken }) => Promise<unknown>,
  expected: ((next: UpstreamToken, first: UpstreamToken) => void) | null,
])[] = [
  [
    'a change of what is said of the subject',
    (auth) => auth.subjects.changed('u_1'),
    ({ claims }) => assert.equal(claims['sc'], 1),
  ],
  [
    'a change of the session data that the claims are made from',
    (auth, { session }) => auth.sessions.update(session, () => ({ tenant: 't_2' })),
    ({ claims }) => assert.deepEqual({ ...(claims['data'] as object) }, { tenant: 't_2' }),
  ],
  [
    'the revocation of the token itself',
    (auth, { first }) => auth.tokens.revoke(first.claims['jti'] as string),
    ({ claims }, first) => assert.notEqual(claims['jti'], first.claims['jti']),
  ],
  [
    'the revocation of the key it was signed with',
    (auth, { first }) => auth.keys.revoke(kidOf(first)),
    (next, first) => assert.notEqual(kidOf(next), kidOf(first)),
  ],
  ['the end of the session', (auth, { session }) => auth.sessions.revoke(session), null],
  ["the end of all the subject's sessions", (auth) => auth.sessions.revokeAll('u_1'), null],
  ['the end of everything', (auth) => auth.revokeEverything(), null],
]

const kidOf = ({ token }: UpstreamToken): string =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid

for (const [what, change, expected] of changes) {
  test(`no token outlives ${what}, on whichever instance that happened`, async (t) => {
    for (const elsewhere of [false, true]) {
      const { here, there } = await twoInstances(t, { claims: ({ data }) => ({ data }) })
      const { client, session } = await signedIn(here, 'u_1')
      await warmFor(here, client)
      const first = await tokenOf(here, client)
      assert.equal((await tokenOf(here, client)).token, first.token)
      await change(elsewhere ? there : here, { session: session.id, first })
      if (expected === null) {
        const { token, refusal } = await here.upstream(client.view('GET', '/'), { audience: orders })
        assert.deepEqual([token, refusal], [null, 'ended'])
      } else {
        const next = await tokenOf(here, client)
        assert.notEqual(next.token, first.token)
        expected(next, first)
      }
    }
  })
}

describe('a token for a backend', () => {
  test('is another one for another backend or another lifetime', async (t) => {
    const { here } = await twoInstances(t)
    const { client } = await signedIn(here, 'u_1')
    const [one, other, longer] = [
      await tokenOf(here, client),
      await tokenOf(here, client, invoices),
      await tokenOf(here, client, orders, 900),
    ]
    assert.deepEqual([one.claims['aud'], other.claims['aud'], longer.claims['aud']], [orders, invoices, orders])
    assert.deepEqual([one.expiresAt, longer.expiresAt], [start + 60_000, start + 900_000])
    assert.equal((await tokenOf(here, client, orders, 900)).token, longer.token)
  })

  test('ends with its session, and half of what is left of that is half its life', async (t) => {
    const { here, pass } = await twoInstances(t, { lifetimes: { idle: 40, absolute: 40 } })
    const { client } = await signedIn(here, 'u_1')
    const first = await tokenOf(here, client)
    assert.equal(first.expiresAt, start + 40_000)
    await pass(19_999)
    assert.equal((await tokenOf(here, client)).token, first.token)
    await pass(1)
    const second = await tokenOf(here, client)
    assert.notEqual(second.token, first.token)
    assert.equal(second.expiresAt, start + 40_000)
  })

  test('counts from before the store was asked', async (t) => {
    const clock = manualClock(start)
    const slow = interleaved(memory(), async (method) => void (method === 'find' && clock.advance(2000)))
    const { auth } = openAuth({ store: slow, runtime: clock, lease: 'off' })
    t.after(() => auth.close())
    const { client } = await signedIn(auth, 'u_1')
    const began = clock.now() / 1000
    const { claims } = await tokenOf(auth, client)
    assert.deepEqual([claims['iat'], claims['exp'], clock.now() / 1000], [began, began + 60, began + 2])
  })

  test('is not kept without a lease: turned off, or lapsed', async (t) => {
    const off = await twoInstances(t, { lease: 'off' })
    const offline = (await signedIn(off.here, 'u_1')).client
    assert.notEqual((await tokenOf(off.here, offline)).token, (await tokenOf(off.here, offline)).token)

    const { here, clock } = await twoInstances(t)
    const { client } = await signedIn(here, 'u_1')
    await warmFor(here, client)
    const kept = await tokenOf(here, client)
    clock.set(clock.now() + 2000)
    assert.notEqual((await tokenOf(here, client)).token, kept.token)
  })

  test('of a clock that was set back is not handed out again', async (t) => {
    const { here, clock, pass } = await twoInstances(t)
    const { client } = await signedIn(here, 'u_1')
    await pass(5000)
    const kept = await tokenOf(here, client)
    clock.set(clock.now() - 3000)
    await pass(1000)
    await warmFor(here, client)
    const { claims, token } = await tokenOf(here, client)
    assert.notEqual(token, kept.token)
    assert.ok((claims['iat'] as number) * 1000 <= clock.now())
  })

  test('is not kept for more than sixteen backends of one session', async (t) => {
    const { here } = await twoInstances(t)
    const { client } = await signedIn(here, 'u_1')
    await warmFor(here, client)
    const backend = (number: number): string => `https://backend-${number}.example`
    const tokens: UpstreamToken[] = []
    for (let number = 0; number < 17; number++) tokens.push(await tokenOf(here, client, backend(number)))
    assert.equal((await tokenOf(here, client, backend(1))).token, tokens[1]!.token)
    assert.notEqual((await tokenOf(here, client, backend(0))).token, tokens[0]!.token)
  })

  test('that could not be minted is tried again', async (t) => {
    let trouble = true
    const { here } = await twoInstances(t, {
      claims: async () => {
        if (trouble) throw new Error('the directory is away')
        return {}
      },
    })
    const { client } = await signedIn(here, 'u_1')
    await warmFor(here, client)
    await assert.rejects(tokenOf(here, client), /the directory is away/)
    trouble = false
    assert.ok(await tokenOf(here, client))
  })

  test('has claims that nobody can change, without a prototype, as they stand in it', async (t) => {
    const { here } = await twoInstances(t, {
      claims: () => ({ place: { floor: 1 }, since: new Date(start) as unknown as Json, nothing: undefined as never }),
    })
    const { client } = await signedIn(here, 'u_1')
    const { claims } = await tokenOf(here, client)
    assert.equal(Object.getPrototypeOf(claims), null)
    assert.deepEqual([claims['since'], 'nothing' in claims], ['2026-01-01T00:00:00.000Z', false])
    assert.throws(() => Object.assign(claims, { sub: 'root' }), TypeError)
    assert.throws(() => Object.assign(claims['place'] as object, { floor: 2 }), TypeError)
  })

  test('keeps to the rules and the budget of access tokens', async (t) => {
    let claims: { [name: string]: Json } = { sid: 'x' }
    const { here } = await twoInstances(t, { claims: () => claims })
    const { client } = await signedIn(here, 'u_1')
    assert.equal(await tokenOf(here, client).then(() => 'minted', codeOf), 'claims-reserved')
    claims = { groups: 'x'.repeat(900) }
    assert.equal(await tokenOf(here, client).then(() => 'minted', codeOf), 'claims-too-large')
  })
})

describe('nobody', () => {
  test('gets a token: without a session, or with an anonymous one', async (t) => {
    const { here } = await twoInstances(t)
    const stranger = testBrowser(issuer)
    const answer = await here.upstream(stranger.view('GET', '/'), { audience: orders })
    assert.deepEqual([answer.token, answer.session, answer.refusal], [null, null, 'session-required'])
    stranger.receive((await here.update(stranger.view('POST', '/basket'), () => ({ basket: 1 }))).patch)
    const visited = await here.upstream(stranger.view('GET', '/'), { audience: orders })
    assert.deepEqual([visited.token, visited.visitor?.data], [null, { basket: 1 }])
    for (const one of [answer, visited]) one.whenOver(() => assert.fail('nobody is signed in'))()
    assert.equal(here.figures().watched, 0)
  })

  test('gets one by a forged request', async (t) => {
    const { here } = await twoInstances(t)
    const { client } = await signedIn(here, 'u_1')
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const { token, refusal } = await here.upstream(client.view('POST', '/', { headers }), { audience: orders })
    assert.deepEqual([token, refusal], [null, 'csrf-refused'])
  })
})

for (const [options, field] of [
  [{ audience: issuer }, 'audience'],
  [{ audience: '' }, 'audience'],
  [{ audience: ['https://a.example', 'https://b.example'] }, 'audience'],
  [{ audience: 'https://a.example\nforged log line' }, 'audience'],
  ...[0, -1, 901, 1.5, Number.NaN, '60'].map((ttl) => [{ audience: orders, ttl }, 'ttl'] as const),
] as const) {
  test(`${JSON.stringify(options)} is refused, whoever asks`, async (t) => {
    const { auth } = openAuth({ lease: 'off' })
    t.after(() => auth.close())
    const { client } = await signedIn(auth, 'u_1')
    for (const view of [client.view('GET', '/'), testBrowser(issuer).view('GET', '/')]) {
      await assert.rejects(auth.upstream(view, options as never), (error: HallpassError) => {
        assert.deepEqual([error.code, error.mistakes.map((mistake) => mistake.field)], ['bad-request', [field]])
        return true
      })
    }
  })
}

test('while the store is away, last-known-good sessions go on getting tokens, and others get none', async (t) => {
  const { here, fail, pass } = await twoInstances(t, { lastKnownGood: 120 })
  const { client } = await signedIn(here, 'u_1')
  await warmFor(here, client)
  const kept = await tokenOf(here, client)
  fail(true)
  await pass(3000)
  const ask = (lastKnownGood: boolean) => here.upstream(client.view('GET', '/'), { audience: orders, lastKnownGood })
  assert.equal(await ask(false).then(() => 'answered', codeOf), 'store-unavailable')
  const known = await ask(true)
  assert.deepEqual([known.session, known.lastKnown?.subject, known.refusal], [null, 'u_1', 'store-unavailable'])
  assert.equal(known.token!.token, kept.token)
  await pass(30_000)
  const younger = await ask(true)
  assert.notEqual(younger.token!.token, kept.token)
  assert.equal(younger.token!.claims['sub'], 'u_1')
  await pass(120_000)
  assert.equal(await ask(true).then(() => 'answered', codeOf), 'store-unavailable')
})
