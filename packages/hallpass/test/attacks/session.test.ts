import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from 'hallpass'
import type { SessionStore } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock, signedIn, signedInApp, testBrowser, testClient } from 'hallpass/testing'
import { interleaved } from '../interleaved-store.js'
import { codeOf, openAuth } from '../open-auth.js'

const origin = 'https://app.example'

test('C01 C02 C03 two cookies of our name are nobody’s session: the operator is told and both are expired', async () => {
  const { auth, events } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  const name = auth.policy.cookieNames.session
  const { value } = client.cookies.get(name)!
  for (const header of [
    `${name}=evil; ${name}=${value}`,
    `${name}=${value}; ${name}=evil`,
    `${name}=${value}; ${name}=${value}`,
  ]) {
    const answer = await auth.authenticate(client.view('GET', '/', { headers: { cookie: header } }))
    assert.deepEqual([answer.session, answer.refusal], [null, 'ambiguous'])
    assert.ok(answer.patch.headers.some(([header, line]) => header === 'set-cookie' && line.startsWith(`${name}=;`)))
  }
  assert.equal(events.filter((event) => event.type === 'cookies-ambiguous').length, 3)
})

test('C01 of several refresh cookies the one of the session in the access cookie counts', async () => {
  const { auth } = openAuth({ strategy: 'hybrid' })
  const [victim, attacker] = [await signedIn(auth, 'victim'), await signedIn(auth, 'attacker')]
  const { session, access, refresh } = auth.policy.cookieNames
  const value = (person: typeof victim, name: string): string => person.client.cookies.get(name)!.value
  const planted = `${refresh}=${value(attacker, refresh)}; ${access}=${value(victim, access)}; ${refresh}=${value(victim, refresh)}`
  const answer = await auth.refresh(victim.client.view('POST', '/auth/refresh', { headers: { cookie: planted } }))
  assert.equal(answer.session.subject, 'victim')
  const unclear = `${refresh}=${value(attacker, refresh)}; ${refresh}=${value(victim, refresh)}`
  const refused = auth.refresh(victim.client.view('POST', '/auth/refresh', { headers: { cookie: unclear } }))
  assert.equal(await refused.then(() => 'accepted', codeOf), 'ambiguous')
  assert.equal(session.startsWith('__Host-Http-'), true)
})

test('C07 C08 a session planted before sign-in gains nothing: new id, new secret, the planted one is dead', async () => {
  const { auth } = openAuth()
  const attacker = testBrowser(origin)
  attacker.receive((await auth.update(attacker.view('POST', '/'), () => ({ planted: true }))).patch)
  const victim = testBrowser(origin)
  for (const [name, cookie] of attacker.cookies) victim.cookies.set(name, cookie)
  const issued = await auth.signIn(victim.view('POST', '/sign-in'), 'victim')
  assert.deepEqual(issued.session.data, {}, 'nothing is taken over without merge')
  const standing = await auth.authenticate(attacker.view('GET', '/'))
  assert.deepEqual([standing.session, standing.visitor], [null, null])
})

test('C08 a session token that was never issued is not adopted', async () => {
  const { auth } = openAuth()
  const client = testBrowser(origin)
  const name = auth.policy.cookieNames.session
  client.cookies.set(name, { value: `hp_s.00${'A'.repeat(22)}.${'A'.repeat(43)}`, path: '/' })
  assert.equal((await auth.authenticate(client.view('GET', '/'))).refusal, 'invalid')
  const { session } = await auth.signIn(client.view('POST', '/sign-in'), 'u_1')
  assert.notEqual(session.id, `00${'A'.repeat(22)}`)
})

test('C09 a CSRF token from before sign-in, step-up or another session is worthless after it', async () => {
  const { auth } = openAuth()
  const client = testBrowser(origin)
  client.receive((await auth.update(client.view('POST', '/'), () => ({}))).patch)
  const early = await auth.csrf.issue(client.view('GET', '/auth/csrf'))
  assert.equal(await auth.csrf.verify(client.view('GET', '/'), early), true)
  client.receive((await auth.signIn(client.view('POST', '/sign-in'), 'u_1')).patch)
  assert.equal(await auth.csrf.verify(client.view('GET', '/'), early), false)
  const later = await auth.csrf.issue(client.view('GET', '/auth/csrf'))
  client.receive((await auth.stepUp(client.view('POST', '/auth/step-up'))).patch)
  assert.equal(await auth.csrf.verify(client.view('GET', '/'), later), false)
})

test('C11 a jar that lost our cookie is a stranger: nothing weaker stands in, and no page loops', async () => {
  const { auth } = openAuth({ strategy: 'hybrid', signInPage: '/sign-in' })
  const { client } = await signedIn(auth, 'u_1')
  const { access, refresh, session } = auth.policy.cookieNames
  const value = client.cookies.get(access)!.value
  client.cookies.clear()
  for (const name of ['hallpass-access', 'hallpass', access.toLowerCase(), `${access}x`]) {
    client.cookies.set(name, { value, path: '/' })
  }
  assert.equal((await auth.authenticate(client.view('GET', '/'))).refusal, 'session-required')
  assert.deepEqual(
    [access, refresh, session].filter((name) => client.cookies.has(name)),
    [],
  )
  const refreshed = auth.refresh(client.view('POST', '/auth/refresh'))
  assert.equal(await refreshed.then(() => 'accepted', codeOf), 'session-required')
})

test('C19 a session id or token in the address, the body or another header is ignored', async () => {
  const { auth } = openAuth()
  const { client, tokens, session } = await signedInApp(auth, 'u_1')
  const token = tokens.sessionToken!
  for (const path of [`/?sid=${token}`, `/;jsessionid=${token}`, `/${token}`]) {
    assert.equal((await auth.authenticate(client.view('GET', path))).refusal, 'session-required')
  }
  const headers = { 'x-session-id': token, 'x-access-token': token, authorization: `Basic ${token}` }
  assert.equal(
    (await auth.authenticate(client.view('POST', '/', { headers, json: { token } }))).refusal,
    'session-required',
  )
  const byId = { headers: { authorization: `Bearer ${session.id}` } }
  assert.equal((await auth.authenticate(client.view('GET', '/', byId))).session, null, 'an id is no credential')
})

test('C20 the store holds the hash of the secret and no part of the token', async () => {
  const store = memory()
  const { auth } = openAuth({ store, strategy: 'session' })
  const { tokens, session } = await signedInApp(auth, 'u_1')
  const secret = tokens.sessionToken!.split('.')[2]!
  const stored = JSON.stringify(await store.sessions.find(session.id))
  assert.equal(stored.includes(secret), false)
  assert.equal(stored.includes(Buffer.from(secret, 'base64url').toString('hex')), false)
})

test('C22 session data is plain JSON within its budget, and nothing in it reaches a prototype', async () => {
  const { auth } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  const loop: { self?: unknown } = {}
  loop.self = loop
  const bad: unknown[] = [
    1n,
    new Date(),
    loop,
    () => 1,
    Number.NaN,
    new Map(),
    JSON.parse('{"__proto__":{"admin":true}}'),
  ]
  for (const data of bad) {
    const change = auth.update(client.view('POST', '/'), () => data as Json)
    assert.equal(await change.then(() => 'accepted', codeOf), 'data-invalid')
  }
  const large = auth.update(client.view('POST', '/'), () => 'x'.repeat(1_000_000))
  assert.equal(await large.then(() => 'accepted', codeOf), 'data-too-large')
  assert.equal(({} as { admin?: boolean }).admin, undefined)
  const standing = await auth.authenticate(client.view('GET', '/'))
  assert.deepEqual(standing.session?.data, {}, 'nothing was changed')
})

test('C23 a slow save does not bring back a session that was signed out meanwhile', async () => {
  const store = memory()
  const { auth } = openAuth({ store })
  const { client, session } = await signedIn(auth, 'u_1')
  let ended: Promise<unknown> | null = null
  const saving = openAuth({ store: interleaved(store, async () => (ended ??= auth.sessions.revoke(session.id))) }).auth
  const update = saving.sessions.update(session.id, (data) => ({ ...(data as object), late: true }))
  assert.equal(await update.then(() => 'accepted', codeOf), 'ended')
  assert.equal((await auth.authenticate(client.view('GET', '/'))).refusal, 'ended')
})

test('C23 two writers of one session’s data both get their change in', async () => {
  const { auth } = openAuth()
  const { session } = await signedIn(auth, 'u_1')
  const adding = (name: string): Promise<unknown> =>
    auth.sessions.update(session.id, (data) => ({ ...(data as object), [name]: true }))
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map(adding))
  assert.deepEqual(Object.keys((await auth.sessions.get(session.id))!.data as object).sort(), ['a', 'b', 'c', 'd', 'e'])
})

test('C25 a touch that comes after a revocation brings nothing back, and a storm of requests is one write', async () => {
  const clock = manualClock()
  const store = memory()
  let writes = 0
  const counting = {
    ...store,
    sessions: {
      ...store.sessions,
      touch: (...all: Parameters<SessionStore['touch']>) => (writes++, store.sessions.touch(...all)),
    },
  }
  const { auth } = openAuth({ store: counting, runtime: clock })
  const { client, session } = await signedIn(auth, 'u_1')
  clock.advance(120_000)
  for (let round = 0; round < 500; round++) await auth.authenticate(client.view('GET', '/'))
  clock.advance(2000)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(writes, 1)
  clock.advance(120_000)
  await auth.authenticate(client.view('GET', '/'))
  await auth.sessions.revoke(session.id)
  clock.advance(2000)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal((await auth.authenticate(client.view('GET', '/'))).refusal, 'ended')
})

test('C26 a wall clock that jumps back extends no session beyond the jump, and nothing becomes NaN', async () => {
  const clock = manualClock()
  const { auth } = openAuth({ runtime: clock, lifetimes: { idle: 600, absolute: 1200 } })
  const { client } = await signedIn(auth, 'u_1')
  const start = clock.now()
  clock.set(start - 3_600_000)
  assert.ok((await auth.authenticate(client.view('GET', '/'))).session)
  clock.set(start + 1_200_000)
  assert.equal((await auth.authenticate(client.view('GET', '/'))).refusal, 'ended')
  for (const moment of [0, Date.UTC(2038, 0, 20), Date.UTC(1970, 0, 1)]) {
    clock.set(moment)
    const { session } = await auth.authenticate(client.view('GET', '/'))
    assert.equal(session === null || Number.isFinite(session.expiresAt), true)
  }
})

test('C27 signing in as somebody else in the same browser ends the session that was there', async () => {
  const { auth } = openAuth()
  const first = await signedIn(auth, 'u_1')
  const before = new Map(first.client.cookies)
  first.client.receive((await auth.signIn(first.client.view('POST', '/sign-in'), 'u_2')).patch)
  assert.equal((await auth.authenticate(first.client.view('GET', '/'))).session?.subject, 'u_2')
  for (const [name, cookie] of before) first.client.cookies.set(name, cookie)
  assert.equal((await auth.authenticate(first.client.view('GET', '/'))).refusal, 'ended')
})

test('C27 the session that was there ends also where its access token has expired', async () => {
  const clock = manualClock()
  const { auth } = openAuth({ strategy: 'hybrid', runtime: clock })
  const first = await signedIn(auth, 'u_1')
  clock.advance(301_000)
  assert.equal((await auth.authenticate(first.client.view('GET', '/'))).refusal, 'expired')
  await auth.signIn(first.client.view('POST', '/sign-in'), 'u_2')
  assert.equal(await auth.sessions.get(first.session.id), null)
})

test('X09 X10 nobody is signed in or out by another site’s request, and GET does neither', async () => {
  const { auth } = openAuth()
  const { client, session } = await signedIn(auth, 'u_1')
  const foreign = { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } }
  const signIn = auth.signIn(client.view('POST', '/sign-in', foreign), 'attacker')
  assert.equal(await signIn.then(() => 'accepted', codeOf), 'csrf-refused')
  const signOut = auth.signOut(client.view('POST', '/auth/sign-out', foreign))
  assert.equal(await signOut.then(() => 'accepted', codeOf), 'csrf-refused')
  assert.ok(await auth.sessions.get(session.id))
})

const crossSite = { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', cookie: '' } }

test('X10 a form on another site, sent without our SameSite cookies, gets no answer that would sign anybody out', async () => {
  const { auth, events } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  for (const headers of [crossSite.headers, { ...crossSite.headers, origin: 'null' }]) {
    const signOut = auth.signOut(client.view('POST', '/auth/sign-out', { headers }))
    assert.equal(await signOut.then(() => 'accepted', codeOf), 'csrf-refused')
  }
  assert.equal(events.filter(({ type }) => type === 'refused').length, 2)
  const own = await auth.signOut(testBrowser(origin).view('POST', '/auth/sign-out'))
  assert.equal(own.receipt, null)
  assert.ok(
    own.patch.headers.some(([name]) => name === 'set-cookie'),
    'a page of ours may clear up',
  )
})

test('X09 a form on another site, sent without our SameSite cookies, puts no anonymous session in their place', async () => {
  const { auth } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  const planted = auth.update(client.view('POST', '/basket', crossSite), () => ({ basket: ['theirs'] }))
  assert.equal(await planted.then(() => 'accepted', codeOf), 'csrf-refused')
  const own = await auth.update(testBrowser(origin).view('POST', '/basket'), () => ({ basket: ['mine'] }))
  assert.deepEqual(own.visitor?.data, { basket: ['mine'] })
  const program = await auth.update(testBare().view('POST', '/basket', { headers: { cookie: '' } }), () => ({}))
  assert.ok(program.visitor, 'what is no browser has no cookies that could be withheld')
})

test('X23 a WebSocket is refused where nothing says that a page of ours opened it', async () => {
  const { auth } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  const cookie = [...client.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
  for (const headers of [
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-websocket-protocol': `hallpass, ${client.cookies.get(auth.policy.cookieNames.session)!.value}` },
    { origin: 'null', 'sec-fetch-site': 'same-origin' },
  ] as const) {
    for (const method of ['GET', 'CONNECT']) {
      const upgrade = testClient({ cookie, upgrade: 'websocket', ...headers })
      assert.equal((await auth.authenticate(upgrade.view(method, '/live'))).refusal, 'csrf-refused')
    }
  }
  const token = { 'sec-websocket-protocol': client.cookies.get(auth.policy.cookieNames.session)!.value }
  const without = testClient({ upgrade: 'websocket', origin, ...token })
  assert.equal((await auth.authenticate(without.view('GET', '/live'))).refusal, 'session-required')
})

test('X04 a form that nobody sent from a page ("none") changes nothing by cookie, also on a public route', async () => {
  const { auth } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  const cookie = [...client.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
  const asked = await auth.authenticate(testClient({ cookie, 'sec-fetch-site': 'none' }).view('POST', '/comment'))
  assert.deepEqual([asked.session, asked.visitor, asked.refusal], [null, null, 'csrf-refused'])
  const change = auth.update(testClient({ cookie, 'sec-fetch-site': 'none' }).view('POST', '/comment'), () => ({}))
  assert.equal(await change.then(() => 'accepted', codeOf), 'csrf-refused')
})

test('X16 X17 X19 only the session’s own double-submit token counts', async () => {
  const { auth } = openAuth()
  const [mine, theirs] = [await signedIn(auth, 'u_1'), await signedIn(auth, 'u_2')]
  const foreign = await auth.csrf.issue(theirs.client.view('GET', '/auth/csrf'))
  const own = await auth.csrf.issue(mine.client.view('GET', '/auth/csrf'))
  const withToken = (token: string): Promise<{ csrfToken: string }> =>
    auth.authenticate(mine.client.view('GET', '/', { headers: { 'hallpass-csrf': token } }))
  assert.equal((await withToken(own)).csrfToken, 'valid')
  const flipped = own.slice(0, -1) + (own.endsWith('A') ? 'E' : 'A')
  for (const token of [foreign, '', 'x', '.', flipped, own + own, 'x'.repeat(100_000), `${own}=`]) {
    assert.equal((await withToken(token)).csrfToken, 'invalid')
  }
})

test('X01 a cookie without any browser header is refused, unless the double-submit token comes with it', async () => {
  const { auth } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  const cookie = [...client.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
  const bare = (headers: { [name: string]: string }): ReturnType<typeof auth.authenticate> =>
    auth.authenticate(testBare().view('POST', '/transfer', { headers: { cookie, ...headers } }))
  assert.equal((await bare({})).refusal, 'csrf-refused')
  const token = await auth.csrf.issue(client.view('GET', '/auth/csrf'))
  assert.ok((await bare({ 'hallpass-csrf': token })).session)
})

test('a subject that a store might cut or mend is refused before it reaches one', async () => {
  const { auth } = openAuth()
  await signedIn(auth, 'u_1')
  const bad = [
    '',
    'u_1\0',
    'u_1\n',
    '\ud800',
    'x'.repeat(256),
    ['u_1'] as unknown as string,
    undefined as unknown as string,
  ]
  for (const subject of bad) {
    for (const ask of [auth.begin, auth.sessions.revokeAll, auth.subjects.changed, auth.sessions.list]) {
      assert.equal(await (ask(subject) as Promise<unknown>).then(() => 'accepted', codeOf), 'bad-request')
    }
    const signIn = auth.signIn(testBrowser(origin).view('POST', '/sign-in'), subject)
    assert.equal(await signIn.then(() => 'accepted', codeOf), 'bad-request')
  }
})

test('X23 a WebSocket that another site opens with our cookie is nobody’s', async () => {
  const { auth } = openAuth()
  const { client, session } = await signedIn(auth, 'u_1')
  const upgrade = (headers: { [name: string]: string }): ReturnType<typeof auth.authenticate> =>
    auth.authenticate(client.view('GET', '/live', { headers: { upgrade: 'websocket', ...headers } }))
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  assert.equal((await upgrade(foreign)).refusal, 'csrf-refused')
  assert.equal((await upgrade({ origin: 'null' })).refusal, 'csrf-refused')
  assert.equal((await upgrade({})).session?.id, session.id)
})

test('X20 no two CSRF tokens are alike', async () => {
  const { auth } = openAuth()
  const { client } = await signedIn(auth, 'u_1')
  const tokens = new Set<string>()
  for (let round = 0; round < 1000; round++) tokens.add(await auth.csrf.issue(client.view('GET', '/auth/csrf')))
  assert.equal(tokens.size, 1000)
})

function testBare(): ReturnType<typeof testBrowser> {
  const client = testBrowser(origin)
  const bare = (name: string): boolean => ['origin', 'sec-fetch-site', 'sec-fetch-mode', 'referer'].includes(name)
  return {
    ...client,
    view(method, path, sending) {
      const view = client.view(method, path, sending)
      return { ...view, header: (name) => (bare(name) ? null : view.header(name)) }
    },
  }
}
