import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Hallpass, HallpassError, Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { type ManualClock, manualClock, signedIn, signedInApp } from 'hallpass/testing'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { openAuth } from '../open-auth.js'
import { instances, warm } from '../promises/instances.js'
import { engines } from '../stores/engines.js'

const issuer = 'https://app.example'
const orders = 'https://orders.example'
const invoices = 'https://invoices.example'
const start = Date.UTC(2026, 0, 1)

interface Scene {
  readonly auth: Hallpass
  readonly clock: ManualClock
  readonly store: Store
}

function open(t: TestContext, options: Parameters<typeof openAuth>[0] = {}): Scene {
  const clock = manualClock(start)
  const store = memory()
  const { auth } = openAuth({ store, runtime: clock, strategy: 'hybrid', lease: 'off', ...options })
  t.after(() => auth.close())
  return { auth, clock, store }
}

/** Header and claims as they stand in the token. */
function parts(token: string): readonly [header: object, claims: { readonly [name: string]: unknown }] {
  const [header, claims] = token
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as { [name: string]: unknown })
  return [header!, claims!]
}

/** An app that has signed in and sends its token along, as `warm` wants it. */
async function bearing(auth: Hallpass) {
  const { client, tokens, session } = await signedInApp(auth, 'u_1')
  const authorization = `Bearer ${tokens.accessToken ?? tokens.sessionToken}`
  const view: typeof client.view = (method, path) => client.view(method, path, { headers: { authorization } })
  return { client: { ...client, view }, tokens, session }
}

async function accessTokenOf(auth: Hallpass, subject = 'u_1'): Promise<{ accessToken: string; session: string }> {
  const { tokens, session } = await signedInApp(auth, subject, { amr: ['pwd'] })
  return { accessToken: tokens.accessToken!, session: session.id }
}

function refuses(work: Promise<unknown>, code: string, field?: string): Promise<void> {
  return assert.rejects(work, (error: HallpassError) => {
    assert.equal(error.code, code)
    if (field !== undefined) assert.ok(error.mistakes.map((mistake) => mistake.field).includes(field), String(error))
    return true
  })
}

test('a service token says what RFC 9068 asks for, lives for a minute, and belongs to no session', async (t) => {
  const { auth } = open(t)
  const { token, tokenId, expiresAt, scope } = await auth.tokens.issue({ audience: orders, claims: { tenant: 't_1' } })
  const [header, claims] = parts(token)
  const { kid, ...rest } = header as { kid: string }
  assert.deepEqual([rest, typeof kid], [{ alg: 'EdDSA', typ: 'at+jwt' }, 'string'])
  const iat = start / 1000
  assert.deepEqual(claims, {
    tenant: 't_1',
    iss: issuer,
    sub: 'hallpass',
    aud: orders,
    exp: iat + 60,
    iat,
    jti: tokenId,
    client_id: 'hallpass',
  })
  assert.deepEqual([expiresAt, scope], [start + 60_000, []])
  assert.match(tokenId, /^[\w-]{22}$/)
  const keys = createLocalJWKSet((await auth.keys.jwks()) as unknown as Parameters<typeof createLocalJWKSet>[0])
  const verified = await jwtVerify(token, keys, {
    issuer,
    audience: orders,
    typ: 'at+jwt',
    currentDate: new Date(start),
  })
  assert.equal(verified.payload.sub, 'hallpass')
})

test('subject, client, lifetime and scope are what was asked for', async (t) => {
  const { auth } = open(t)
  const options = { audience: orders, subject: 'u_7', clientId: 'c_gateway', ttl: 900, scope: ['read', 'write'] }
  const [, claims] = parts((await auth.tokens.issue(options)).token)
  const { sub, client_id, exp, iat, scope } = claims
  assert.deepEqual([sub, client_id, (exp as number) - (iat as number), scope], ['u_7', 'c_gateway', 900, 'read write'])
})

const wrongOptions: readonly (readonly [object, code: string, field: string])[] = [
  [{ audience: '' }, 'bad-request', 'audience'],
  [{ audience: ['https://a.example', 'https://b.example'] }, 'bad-request', 'audience'],
  [{ audience: 'https://a.example\nforged log line' }, 'bad-request', 'audience'],
  [{ audience: 'a'.repeat(257) }, 'bad-request', 'audience'],
  [{ subject: '' }, 'bad-request', 'subject'],
  [{ subject: 'u\u0000' }, 'bad-request', 'subject'],
  [{ clientId: 'two words' }, 'bad-request', 'clientId'],
  ...[0, -1, 901, 1.5, Number.NaN, Infinity, '60'].map((ttl) => [{ ttl }, 'bad-request', 'ttl'] as const),
  [{ scope: [''] }, 'bad-request', 'scope'],
  [{ scope: ['two words'] }, 'bad-request', 'scope'],
  [{ scope: ['quo"ted'] }, 'bad-request', 'scope'],
  ...['iss', 'sub', 'sid', 'act', 'exp', 'gen', 'sv', 'scope', 'client_id'].map(
    (name) => [{ claims: { [name]: 'x' } }, 'claims-reserved', name] as const,
  ),
  [{ claims: { long: 'x'.repeat(1024) } }, 'claims-too-large', 'claims'],
]

for (const [wrong, code, field] of wrongOptions) {
  test(`no service token with ${JSON.stringify(wrong).slice(0, 60)}`, async (t) => {
    const { auth } = open(t)
    await refuses(auth.tokens.issue({ audience: orders, ...wrong }), code, field)
  })
}

test('claims that are no JSON make no token', async (t) => {
  const { auth } = open(t)
  await refuses(auth.tokens.issue({ audience: orders, claims: { half: '\ud800' } }), 'claims-invalid')
})

test('a service token for our own audience is nobody’s access token', async (t) => {
  const { auth } = open(t)
  const { accessToken } = await accessTokenOf(auth)
  assert.equal((await auth.tokens.verify(accessToken)).ok, true)
  const { token } = await auth.tokens.issue({ audience: issuer, subject: 'u_1' })
  const verdict = await auth.tokens.verify(token)
  assert.deepEqual([verdict.ok, !verdict.ok && verdict.code], [false, 'invalid'])
})

test('an exchanged token carries the subject and all that ends it, names the actor, and ends no later', async (t) => {
  const { auth, clock } = open(t, { claims: () => ({ roles: ['admin'] }) })
  const { accessToken, session } = await accessTokenOf(auth)
  const [, before] = parts(accessToken)
  clock.advance(250_000)
  const first = await auth.tokens.exchange(accessToken, { audience: orders, actor: 'c_gateway' })
  const [, claims] = parts(first.token)
  const { sid, gen, sv, dv, sc, cc, auth_time, amr, exp } = before
  assert.deepEqual(claims, {
    ...{ sid, gen, sv, dv, sc, cc, auth_time, amr, exp },
    iss: issuer,
    sub: 'u_1',
    aud: orders,
    iat: start / 1000 + 250,
    jti: first.tokenId,
    client_id: 'c_gateway',
    act: { sub: 'c_gateway' },
  })
  assert.deepEqual([sid, first.expiresAt], [session, (exp as number) * 1000])

  const second = await auth.tokens.exchange(first.token, { audience: invoices, actor: 'c_orders', ttl: 10 })
  const [, further] = parts(second.token)
  assert.deepEqual(further['act'], { sub: 'c_orders', act: { sub: 'c_gateway' } })
  assert.deepEqual([further['sub'], further['aud'], second.expiresAt], ['u_1', invoices, start + 260_000])
})

test('somebody who acts in another’s name stays named through an exchange', async (t) => {
  const { auth } = open(t)
  const { tokens } = await signedInApp(auth, 'u_1', { actor: 'u_support' })
  const { token } = await auth.tokens.exchange(tokens.accessToken!, { audience: orders, actor: 'c_gateway' })
  assert.deepEqual(parts(token)[1]['act'], { sub: 'c_gateway', act: { sub: 'u_support' } })
})

for (const [had, asked, expected] of [
  [['read', 'write'], undefined, 'read write'],
  [['read', 'write'], ['write', 'admin'], 'write'],
  [['read'], ['admin'], null],
  [['read'], [], null],
  [undefined, ['read'], 'read'],
  [undefined, undefined, undefined],
] as const) {
  test(`scope ${JSON.stringify(had)} traded for ${JSON.stringify(asked)} is ${JSON.stringify(expected)}`, async (t) => {
    const { auth } = open(t)
    const { token } = await auth.tokens.issue({ audience: orders, ...(had === undefined ? {} : { scope: had }) })
    const options = { audience: invoices, actor: 'c_orders', ...(asked === undefined ? {} : { scope: asked }) }
    const traded = auth.tokens.exchange(token, options)
    if (expected === null) return refuses(traded, 'bad-request', 'scope')
    const { token: exchanged, scope } = await traded
    assert.deepEqual([parts(exchanged)[1]['scope'], scope.join(' ')], [expected, expected ?? ''])
  })
}

test('a claim "scope" that is no text is not taken for no limit at all', async (t) => {
  const { auth } = open(t, { claims: () => ({ scope: ['read'] }) })
  const { accessToken } = await accessTokenOf(auth)
  await refuses(auth.tokens.exchange(accessToken, { audience: orders, actor: 'c_gateway' }), 'bad-request', 'scope')
})

test('no exchange makes an access token of ours, and options are checked before the token is looked at', async (t) => {
  const { auth } = open(t)
  const { accessToken } = await accessTokenOf(auth)
  await refuses(auth.tokens.exchange(accessToken, { audience: issuer, actor: 'c_gateway' }), 'bad-request', 'audience')
  await refuses(auth.tokens.exchange('garbage', { audience: orders, actor: '' }), 'bad-request', 'actor')
  await refuses(auth.tokens.exchange('garbage', { audience: orders, actor: 'c_1', ttl: 901 }), 'bad-request', 'ttl')
})

test('what is no live token of ours is not exchanged, and is worth nothing', async (t) => {
  const { auth, clock } = open(t)
  const other = open(t)
  const { tokens, session } = await signedInApp(auth, 'u_1')
  const page = await signedIn(auth, 'u_1')
  assert.equal(page.tokens, null)
  const foreign = await other.auth.tokens.issue({ audience: orders })
  const service = await auth.tokens.issue({ audience: orders })
  const revoked = await auth.tokens.issue({ audience: orders })
  await auth.tokens.revoke(revoked.tokenId)
  const mangled = `${service.token.slice(0, -4)}AAAA`
  const cases: readonly (readonly [text: string, code: string])[] = [
    ['', 'invalid'],
    ['garbage', 'invalid'],
    ['hp_s.garbage', 'invalid'],
    [mangled, 'invalid'],
    [foreign.token, 'invalid'],
    [`${service.token} `, 'invalid'],
    [revoked.token, 'ended'],
  ]
  const exchanged = (text: string) => auth.tokens.exchange(text, { audience: invoices, actor: 'c_orders' })
  for (const [text, code] of cases) {
    await refuses(exchanged(text), code)
    assert.deepEqual(await auth.tokens.introspect(text), { active: false }, text.slice(0, 12))
  }
  await refuses(exchanged(tokens.refreshToken!), 'invalid')
  assert.equal((await auth.tokens.introspect(service.token)).active, true)
  clock.advance(60_000)
  await refuses(exchanged(service.token), 'expired')
  assert.deepEqual(await auth.tokens.introspect(service.token), { active: false })
  await auth.sessions.revoke(session.id)
  await refuses(exchanged(tokens.accessToken!), 'ended')
  assert.deepEqual(await auth.tokens.introspect(tokens.accessToken!), { active: false })
  assert.deepEqual(await auth.tokens.introspect(tokens.refreshToken!), { active: false })
})

for (const lease of [1, 'off'] as const) {
  for (const [what, end, code] of [
    ['its session is revoked', (auth: Hallpass, session: string) => auth.sessions.revoke(session), 'ended'],
    ['its subject is revoked', (auth: Hallpass) => auth.subjects.revoke('u_1'), 'ended'],
    ['everything is revoked', (auth: Hallpass) => auth.revokeEverything(), 'ended'],
    ['its subject has changed', (auth: Hallpass) => auth.subjects.changed('u_1'), 'stale'],
  ] as const) {
    test(`lease ${lease}: an exchanged token is worth nothing on any instance once ${what}`, async (t) => {
      const two = instances(t, memory(), 2, { lease, strategy: 'hybrid' })
      const [here, there] = two.all as [Hallpass, Hallpass]
      const { tokens, client, session } = await bearing(here)
      if (lease !== 'off') await warm(two, [client])
      const { token } = await here.tokens.exchange(tokens.accessToken!, { audience: orders, actor: 'c_gateway' })
      for (const auth of two.all) assert.equal((await auth.tokens.introspect(token)).active, true)
      await end(there, session.id)
      for (const auth of two.all) {
        assert.deepEqual(await auth.tokens.introspect(token), { active: false })
        await refuses(auth.tokens.exchange(token, { audience: invoices, actor: 'c_orders' }), code)
      }
    })
  }
}

for (const { engine, stores } of engines.filter(({ engine }) => engine === 'memory' || engine === 'sqlite')) {
  for (const lease of [1, 'off'] as const) {
    test(`${engine}, lease ${lease}: a revoked jti is worth nothing anywhere when revoke() returns`, async (t) => {
      const two = instances(t, await stores(t).open(), 2, { lease, strategy: 'hybrid' })
      const [here, there] = two.all as [Hallpass, Hallpass]
      const { client } = await bearing(here)
      if (lease !== 'off') await warm(two, [client])
      const doomed = await here.tokens.issue({ audience: orders })
      const other = await here.tokens.issue({ audience: orders })
      await there.tokens.revoke(doomed.tokenId)
      for (const auth of two.all) {
        assert.deepEqual(await auth.tokens.introspect(doomed.token), { active: false })
        await refuses(auth.tokens.exchange(doomed.token, { audience: invoices, actor: 'c_orders' }), 'ended')
        assert.equal((await auth.tokens.introspect(other.token)).active, true)
      }
    })
  }
}

test('a broken twin: where the store does not know what was revoked, neither does an instance without a lease', async (t) => {
  const store = memory()
  const { auth } = open(t, { store: { ...store, log: { ...store.log, revokesToken: async () => false } } })
  const { token, tokenId } = await auth.tokens.issue({ audience: orders })
  await auth.tokens.revoke(tokenId)
  assert.equal((await auth.tokens.introspect(token)).active, true)
})

test('introspection tells of every kind of token what it is, for whom, and until when', async (t) => {
  const { auth, clock } = open(t)
  const { tokens, session } = await signedInApp(auth, 'u_1')
  const common = {
    active: true,
    subject: 'u_1',
    session: session.id,
    clientId: 'hallpass',
    audience: [issuer],
    scope: [],
  }
  const access = parts(tokens.accessToken!)[1]
  assert.deepEqual(await auth.tokens.introspect(tokens.accessToken!), {
    ...common,
    kind: 'access',
    tokenId: access['jti'],
    issuedAt: start,
    expiresAt: start + 300_000,
    actor: null,
  })
  const opaque = { ...common, tokenId: null, issuedAt: start, expiresAt: session.expiresAt, actor: null }
  assert.deepEqual(await auth.tokens.introspect(tokens.refreshToken!), { ...opaque, kind: 'refresh' })

  const service = await auth.tokens.issue({ audience: orders, clientId: 'c_1', scope: ['read'] })
  assert.deepEqual(await auth.tokens.introspect(service.token), {
    active: true,
    kind: 'service',
    subject: 'hallpass',
    session: null,
    clientId: 'c_1',
    audience: [orders],
    scope: ['read'],
    tokenId: service.tokenId,
    issuedAt: start,
    expiresAt: start + 60_000,
    actor: null,
  })
  clock.advance(1000)
  const exchanged = await auth.tokens.exchange(tokens.accessToken!, { audience: orders, actor: 'c_1' })
  const told = await auth.tokens.introspect(exchanged.token)
  assert.ok(told.active)
  assert.deepEqual([told.kind, told.session, told.clientId, told.actor], ['access', session.id, 'c_1', { sub: 'c_1' }])
})

test('introspection of a session token, and of one that belongs to nobody', async (t) => {
  const { auth } = open(t, { strategy: 'session' })
  const { tokens, session } = await signedInApp(auth, 'u_1', { actor: 'u_support' })
  const told = await auth.tokens.introspect(tokens.sessionToken!)
  assert.ok(told.active)
  assert.deepEqual(
    [told.kind, told.subject, told.session, told.actor],
    ['session', 'u_1', session.id, { sub: 'u_support' }],
  )
  const other = `${tokens.sessionToken!.slice(0, -43)}${'A'.repeat(43)}`
  assert.deepEqual(await auth.tokens.introspect(other), { active: false })
  await auth.sessions.revoke(session.id)
  assert.deepEqual(await auth.tokens.introspect(tokens.sessionToken!), { active: false })
})

test('introspection rotates nothing, confirms nothing and touches nothing', async (t) => {
  const { auth, clock, store } = open(t)
  const { tokens, session } = await signedInApp(auth, 'u_1')
  const recordNow = async () => (await store.sessions.find(session.id)).record
  const before = await recordNow()
  clock.advance(120_000)
  for (const token of [tokens.accessToken!, tokens.refreshToken!, tokens.refreshToken!])
    assert.equal((await auth.tokens.introspect(token)).active, true)
  clock.advance(60_000)
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(await recordNow(), before)
})

test('an earlier refresh token that a refresh would take for theft is worth nothing, and asking ends nothing', async (t) => {
  const { auth, clock } = open(t)
  const { tokens, client, session } = await signedInApp(auth, 'u_1')
  const refreshed = async (refreshToken: string): Promise<string> => {
    const view = client.view('POST', '/auth/refresh', { json: { refreshToken } })
    clock.advance(60_000)
    return (await auth.refresh(view)).tokens!.refreshToken!
  }
  const second = await refreshed(tokens.refreshToken!)
  const third = await refreshed(second)
  clock.advance(60_000)
  assert.deepEqual(await auth.tokens.introspect(tokens.refreshToken!), { active: false })
  assert.equal((await auth.tokens.introspect(third)).active, true)
  assert.notEqual(await auth.sessions.get(session.id), null)
})

test('under the lease, introspection of what is remembered asks the store nothing', async (t) => {
  for (const strategy of ['session', 'hybrid'] as const) {
    const one = instances(t, memory(), 1, { strategy, lease: 2 })
    const [auth] = one.all as [Hallpass]
    const { tokens, client } = await bearing(auth)
    const { token } = await auth.tokens.issue({ audience: orders })
    await warm(one, [client])
    const before = one.storeSteps()
    for (const text of [tokens.accessToken ?? tokens.sessionToken!, token])
      assert.equal((await auth.tokens.introspect(text)).active, true)
    assert.equal(one.storeSteps(), before, strategy)
  }
})

test('trouble with the store is no verdict', async (t) => {
  const { auth, store } = open(t)
  const { tokens } = await signedInApp(auth, 'u_1')
  const { token } = await auth.tokens.issue({ audience: orders })
  await store.close()
  for (const text of [tokens.accessToken!, tokens.refreshToken!, token]) {
    await refuses(auth.tokens.introspect(text), 'store-unavailable')
    if (text !== tokens.refreshToken)
      await refuses(auth.tokens.exchange(text, { audience: orders, actor: 'c_1' }), 'store-unavailable')
  }
})
