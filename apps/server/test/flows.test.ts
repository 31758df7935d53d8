import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedInApp } from 'hallpass/testing'
import { browser, nativeApp, type TestClient } from './test-client.js'
import { quickPasswords, testServer } from './test-server.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }
const fresh = 'correct horse battery staple'
const strategies = ['session', 'hybrid', 'jwt'] as const
const clients = { browser, 'native app': nativeApp }

const sessionFields = [
  'id',
  'subject',
  'createdAt',
  'authenticatedAt',
  'lastSeenAt',
  'expiresAt',
  'device',
  'amr',
  'current',
].sort()
const expectedTokens = { session: ['sessionToken'], hybrid: ['accessToken', 'refreshToken'], jwt: ['accessToken'] }

for (const strategy of strategies) {
  for (const [kind, make] of Object.entries(clients)) {
    test(`${strategy}, ${kind}: sign up, who am I, sign out, sign in`, async (t) => {
      const { origin } = await testServer(t, { strategy })
      const one = make(origin)
      const signedUp = await one.post('/auth/sign-up', anna)
      assert.equal(signedUp.status, 200, signedUp.text)
      assert.deepEqual(Object.keys(signedUp.json.session).sort(), sessionFields)
      assert.deepEqual(signedUp.json.session.amr, ['pwd'])
      assert.equal(signedUp.json.session.current, true)
      assert.match(signedUp.json.session.authenticatedAt, /^\d{4}-\d\d-\d\dT.*Z$/)
      assert.match(signedUp.json.session.subject, /^u_[A-Za-z0-9_-]{22}$/)
      assert.equal(signedUp.headers.get('cache-control'), 'no-store')
      handsOver(strategy, kind, signedUp.json.tokens, one)

      const { session } = (await one.get('/auth/session')).json
      assert.equal(session.id, signedUp.json.session.id)
      const out = await one.post('/auth/sign-out')
      assert.ok(out.status < 300, out.text)
      assert.equal((await one.get('/auth/session')).status, 401)
      one.tokens = null

      const signedIn = await one.post('/auth/sign-in', { ...anna, email: 'ANNA@Example.COM', remember: true })
      assert.equal(signedIn.status, 200, signedIn.text)
      assert.equal(signedIn.json.session.subject, session.subject)
      assert.notEqual(signedIn.json.session.id, session.id)
      assert.equal((await one.get('/auth/session')).json.session.id, signedIn.json.session.id)
    })

    test(`${strategy}, ${kind}: a changed password ends every other session; this one keeps its id and gets new secrets`, async (t) => {
      const { origin } = await testServer(t, { strategy, passwords: quickPasswords })
      const [one, other] = [make(origin), browser(origin)]
      const { id, subject } = (await one.post('/auth/sign-up', anna)).json.session
      await other.post('/auth/sign-in', anna)
      assert.equal((await other.get('/auth/session')).status, 200)
      const stolen = browser(origin)
      for (const [name, value] of one.cookies) stolen.cookies.set(name, value)
      stolen.tokens = one.tokens

      const changed = await one.post('/auth/password', { currentPassword: anna.password, newPassword: fresh })
      assert.equal(changed.status, 200, changed.text)
      assert.equal(changed.json.session.id, id)
      assert.deepEqual(
        [changed.json.receipt.ended, changed.json.receipt.target, changed.json.receipt.kept],
        ['subject', subject, id],
      )
      handsOver(strategy, kind, changed.json.tokens, one)
      assert.equal((await one.get('/auth/session')).json.session.id, id)
      assert.equal((await other.get('/auth/session')).status, 401)
      assert.equal((await stolen.get('/auth/session')).status, 401)
      assert.equal((await browser(origin).post('/auth/sign-in', anna)).json.code, 'wrong-credentials')
      assert.equal((await browser(origin).post('/auth/sign-in', { ...anna, password: fresh })).status, 200)
    })

    test(`${strategy}, ${kind}: step-up proves the password again, without ending anything else`, async (t) => {
      const { origin } = await testServer(t, { strategy, passwords: quickPasswords })
      const [one, other] = [make(origin), browser(origin)]
      const { id } = (await one.post('/auth/sign-up', anna)).json.session
      await other.post('/auth/sign-in', anna)
      const wrong = await one.post('/auth/step-up', { password: fresh })
      assert.deepEqual(
        [wrong.status, wrong.json.code, wrong.json.errors?.[0]?.field],
        [401, 'wrong-credentials', 'password'],
      )
      const right = await one.post('/auth/step-up', { password: anna.password })
      assert.equal(right.status, 200, right.text)
      assert.equal(right.json.session.id, id)
      handsOver(strategy, kind, right.json.tokens, one)
      assert.equal((await one.get('/auth/session')).status, 200)
      assert.equal((await other.get('/auth/session')).status, 200)
    })
  }
}

/** A browser is never handed a token in a body; a native client never a cookie. */
function handsOver(
  strategy: keyof typeof expectedTokens,
  kind: string,
  tokens: object | undefined,
  one: TestClient,
): void {
  if (kind === 'browser') {
    assert.equal(tokens, undefined)
    assert.ok(one.cookies.size > 0)
  } else {
    assert.deepEqual(Object.keys(tokens ?? {}).sort(), [...expectedTokens[strategy], 'expiresIn', 'tokenType'].sort())
    assert.equal(one.cookies.size, 0)
  }
}

test('whose account it is: told to whoever is signed in, kept by no cache, and to nobody else', async (t) => {
  for (const [strategy, make] of strategies.flatMap((name) =>
    Object.values(clients).map((kind) => [name, kind] as const),
  )) {
    const { origin } = await testServer(t, { strategy, passwords: quickPasswords })
    const one = make(origin)
    const stranger = await one.get('/auth/account')
    assert.deepEqual([stranger.status, stranger.json.code], [401, 'session-required'])
    await one.post('/auth/sign-up', { ...anna, email: 'Anna@EXAMPLE.com' })
    const { status, headers, text } = await one.get('/auth/account')
    assert.deepEqual([status, text], [200, '{"account":{"email":"anna@example.com","roles":[]}}'])
    assert.equal(headers.get('cache-control'), 'no-store')
    await one.post('/auth/sign-out')
    const left = await one.get('/auth/account')
    assert.equal(left.status, 401)
    assert.equal(left.headers.get('cache-control'), 'no-store')
  }
})

test('a subject that signed in by other means has a session and no account', async (t) => {
  const { origin, app } = await testServer(t)
  const { tokens } = await signedInApp(app.auth, 'u_elsewhere')
  const headers = { authorization: `Bearer ${tokens.sessionToken}` }
  assert.equal((await fetch(`${origin}/auth/session`, { headers })).status, 200)
  assert.equal((await fetch(`${origin}/auth/account`, { headers })).status, 404)
})

test('devices have names, the asking one is marked, and one ends the other', async (t) => {
  const { origin } = await testServer(t, { passwords: quickPasswords })
  const chrome = browser(origin)
  const firefox = browser(
    origin,
    new Set(),
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  )
  await chrome.post('/auth/sign-up', anna)
  await firefox.post('/auth/sign-in', anna)
  const { sessions } = (await chrome.get('/auth/sessions')).json
  assert.deepEqual(
    new Set(sessions.map(({ device, current }) => `${device.name} ${current}`)),
    new Set(['Chrome on Linux true', 'Firefox on Windows false']),
  )
  const other = sessions.find(({ current }) => !current)
  const ended = await chrome.request('DELETE', `/auth/sessions/${other?.id}`)
  assert.equal(ended.json.receipt.complete, true)
  assert.equal((await firefox.get('/auth/session')).status, 401)
  assert.equal((await chrome.get('/auth/session')).status, 200)
})

test('end all others, then all', async (t) => {
  const { origin } = await testServer(t, { passwords: quickPasswords })
  const [one, other] = [browser(origin), browser(origin)]
  await one.post('/auth/sign-up', anna)
  await other.post('/auth/sign-in', anna)
  const others = await one.post('/auth/sessions/revoke-all', { keepCurrent: true })
  assert.equal(others.status, 200, others.text)
  assert.equal((await other.get('/auth/session')).status, 401)
  assert.equal((await one.get('/auth/session')).status, 200)
  assert.equal((await one.post('/auth/sessions/revoke-all', { keepCurrent: false })).status, 200)
  assert.equal((await one.get('/auth/session')).status, 401)
})

test('a disabled account is signed out everywhere and cannot sign in', async (t) => {
  const { origin, app } = await testServer(t, { passwords: quickPasswords })
  const one = browser(origin)
  const { subject } = (await one.post('/auth/sign-up', anna)).json.session
  await app.accounts.disable(subject)
  assert.equal((await one.get('/auth/session')).status, 401)
  const refused = await one.post('/auth/sign-in', anna)
  assert.deepEqual([refused.status, refused.json.code], [403, 'account-disabled'])
})

test('signing in over a session ends that one', async (t) => {
  const { origin, app } = await testServer(t, { passwords: quickPasswords })
  const one = browser(origin)
  const { id } = (await one.post('/auth/sign-up', anna)).json.session
  await one.post('/auth/sign-in', anna)
  assert.equal(await app.auth.sessions.get(id), null)
})

test('P01: a wrong password and an unknown address get the same answer, to the byte', async (t) => {
  const { origin } = await testServer(t, { passwords: quickPasswords })
  await browser(origin).post('/auth/sign-up', anna)
  const known = await browser(origin).post('/auth/sign-in', { ...anna, password: 'a guess, and not the right one' })
  const unknown = await browser(origin).post('/auth/sign-in', { ...anna, email: 'nobody@example.com' })
  assert.equal(known.status, 401)
  assert.deepEqual(
    [known.status, known.text, headersOf(known.headers)],
    [unknown.status, unknown.text, headersOf(unknown.headers)],
  )
})

function headersOf(headers: Headers): readonly string[] {
  return [...headers].filter(([name]) => name !== 'date').map((pair) => pair.join(': '))
}
