import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { hallpass, type Hallpass, type HallpassOptions, type Issued, type Store } from 'hallpass'
import { signedIn, signedInApp, type TestClient } from 'hallpass/testing'
import { interleaved } from '../interleaved-store.js'
import { codeOf, testSecret } from '../open-auth.js'
import { engines } from '../stores/engines.js'

// The eleven ways in which sessions came back from the dead elsewhere, on two instances of every engine.

interface Two {
  readonly here: Hallpass
  readonly there: Hallpass
  /** Done once, between the next answer of the store to `here` and what it does with it. */
  readonly meanwhile: (act: () => Promise<unknown>) => void
  /** Whether the store answers `here`. */
  readonly cutOff: (now: boolean) => void
  readonly believers: (client: TestClient, options?: object) => Promise<readonly string[]>
}

async function two(t: TestContext, store: Store, options: Partial<HallpassOptions> = {}): Promise<Two> {
  let act: (() => Promise<unknown>) | null = null
  let isCutOff = false
  const settings = { issuer: 'https://app.example', secret: testSecret, lease: 1, ...options }
  const open = { ...store, close: async () => {} }
  const between = interleaved(open, async (method) => {
    if (act === null || method !== 'find') return
    const once = act
    act = null
    await once()
  })
  const here = hallpass({ ...settings, store: cuttable(between, () => isCutOff) })
  const there = hallpass({ ...settings, store: open })
  t.after(() => Promise.all([here.close(), there.close()]))
  return {
    here,
    there,
    meanwhile: (what) => void (act = what),
    cutOff: (now) => void (isCutOff = now),
    async believers(client, sending = {}) {
      const asked = [here, there].flatMap((auth) =>
        [auth, auth].map((one) => one.authenticate(client.view('GET', '/', sending))),
      )
      return (await Promise.all(asked)).flatMap(({ session }) => (session === null ? [] : [session.subject]))
    },
  }
}

function cuttable(store: Store, isCutOff: () => boolean): Store {
  const guarded = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function' || name === 'subscribe') return member
        return (...values: unknown[]): unknown =>
          isCutOff() ? Promise.reject(new Error('cut off')) : (member.apply(target, values) as unknown)
      },
    })
  return { ...store, sessions: guarded(store.sessions), log: guarded(store.log), keys: guarded(store.keys) }
}

async function warmed(both: Two, client: TestClient): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const before = [both.here, both.there].map((auth) => auth.figures().fromMemory)
    for (const auth of [both.here, both.there]) await auth.authenticate(client.view('GET', '/'))
    if ([both.here, both.there].every((auth, index) => auth.figures().fromMemory > before[index]!)) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('an instance never answered from memory')
}

for (const { engine, stores } of engines) {
  const on = (name: string, check: (t: TestContext, store: Store) => Promise<void>): void =>
    void test(`${engine}: ${name}`, async (t) => check(t, await stores(t).open()))

  on('a. a request that saves the session after it was signed out does not bring it back', async (t, store) => {
    const both = await two(t, store)
    const { client, session } = await signedIn(both.here, 'u_1')
    await warmed(both, client)
    both.meanwhile(() => both.there.sessions.revoke(session.id))
    const saved = both.here.sessions.update(session.id, () => ({ cart: 1 }))
    assert.equal(await saved.then(() => 'saved', codeOf), 'ended')
    assert.deepEqual(await both.believers(client), [])
  })

  on('b. a refresh that read the session before it was revoked does not re-create it', async (t, store) => {
    const both = await two(t, store, { strategy: 'hybrid' })
    const { client, session } = await signedIn(both.here, 'u_1')
    await warmed(both, client)
    both.meanwhile(() => both.there.sessions.revoke(session.id))
    const refreshed = both.here.refresh(client.view('POST', '/auth/refresh'))
    assert.equal(await refreshed.then(() => 'refreshed', codeOf), 'ended')
    assert.deepEqual(await both.believers(client), [])
  })

  on('c. of many sign-ins at once, signing out everywhere misses none', async (t, store) => {
    const both = await two(t, store)
    const signIns = Array.from({ length: 20 }, (_, index) => signedIn(index % 2 === 0 ? both.here : both.there, 'u_1'))
    const clients = (await Promise.all(signIns)).map(({ client }) => client)
    assert.equal((await both.here.sessions.list('u_1')).length, 20)
    for (const client of clients) assert.equal((await both.believers(client)).length, 4)
    await both.there.sessions.revokeAll('u_1')
    for (const client of clients) assert.deepEqual(await both.believers(client), [])
    assert.deepEqual(await both.here.sessions.list('u_1'), [])
  })

  on('d. what was read before a revocation is not remembered after it', async (t, store) => {
    const both = await two(t, store)
    const warm = await signedIn(both.here, 'u_2')
    await warmed(both, warm.client)
    const { client, session } = await signedIn(both.there, 'u_1')
    both.meanwhile(() => both.there.sessions.revoke(session.id))
    // This check began before the revocation, and may say either; none that begins afterwards may.
    await both.here.authenticate(client.view('GET', '/'))
    assert.deepEqual(await both.believers(client), [])
  })

  on('e. a token that was being made while its session was revoked is worth nothing', async (t, store) => {
    let during: () => Promise<unknown> = async () => undefined
    const claims = async (): Promise<object> => {
      const act = during
      during = async () => undefined
      await act()
      return {}
    }
    const both = await two(t, store, { strategy: 'hybrid', claims: claims as never })
    const { client, session } = await signedIn(both.here, 'u_1')
    await warmed(both, client)
    during = () => both.there.sessions.revoke(session.id)
    const issued = await both.here.refresh(client.view('POST', '/auth/refresh'))
    client.receive(issued.patch)
    assert.deepEqual(await both.believers(client), [])
    during = () => Promise.reject(new Error('the database of roles is away'))
    assert.equal(await both.here.refresh(client.view('POST', '/auth/refresh')).then(() => 'refreshed', codeOf), 'ended')
    assert.deepEqual(await both.believers(client), [])
  })

  on('f. signing out everywhere and in again within one second tells old from new', async (t, store) => {
    const both = await two(t, store, { strategy: 'hybrid' })
    const old = await signedIn(both.here, 'u_1')
    await warmed(both, old.client)
    await both.here.sessions.revokeAll('u_1')
    const fresh = await signedIn(both.there, 'u_1')
    assert.deepEqual(await both.believers(old.client), [])
    assert.equal((await both.believers(fresh.client)).length, 4)
  })

  on('g. every way in refuses a session that ended, not only one of them', async (t, store) => {
    const both = await two(t, store, { strategy: 'hybrid' })
    const { client, session, tokens } = await signedInApp(both.here, 'u_1')
    const bearer = { headers: { authorization: `Bearer ${tokens.accessToken!}` } }
    const browser = await signedIn(both.here, 'u_1')
    await warmed(both, browser.client)
    await both.there.sessions.revokeAll('u_1')
    for (const auth of [both.here, both.there]) {
      const refusals = [
        (await auth.authenticate(client.view('GET', '/', bearer))).refusal,
        (await auth.read(client.view('GET', '/', bearer))).refusal,
        (await auth.authenticate(browser.client.view('GET', '/'))).refusal,
        await auth.refresh(browser.client.view('POST', '/auth/refresh')).then(() => 'refreshed', codeOf),
        await auth
          .refresh(client.view('POST', '/auth/refresh', { json: { refreshToken: tokens.refreshToken } }))
          .then(() => 'refreshed', codeOf),
        await auth.tokens.verify(tokens.accessToken!).then((verdict) => (verdict.ok ? 'verified' : verdict.code)),
        await auth.stepUp(client.view('POST', '/auth/step-up', bearer)).then(() => 'stepped up', codeOf),
        await auth.csrf.issue(client.view('GET', '/auth/csrf', bearer)).then(() => 'issued', codeOf),
        await auth.sessions.update(session.id, () => ({})).then(() => 'updated', codeOf),
      ]
      assert.deepEqual([...new Set(refusals)], ['ended'])
      assert.equal(await auth.sessions.get(session.id), null)
    }
  })

  on('h. the list of sessions neither keeps what ended nor loses what lives', async (t, store) => {
    const both = await two(t, store, {
      lifetimes: { idle: 2, absolute: 2, rememberedIdle: 600, rememberedAbsolute: 600 },
    })
    await signedIn(both.here, 'u_1')
    const long = await signedIn(both.here, 'u_1', { remember: true })
    await store.sessions.removeExpired(Date.now() + 5000, 100)
    assert.deepEqual(
      (await both.there.sessions.list('u_1')).map(({ id }) => id),
      [long.session.id],
    )
    await warmed(both, long.client)
    await both.there.sessions.revokeAll('u_1')
    assert.deepEqual(await both.believers(long.client), [])
    assert.deepEqual(await both.there.sessions.list('u_1'), [])
  })

  on('i. a refresh that races a revocation happened before it or does not happen', async (t, store) => {
    const both = await two(t, store, { strategy: 'hybrid' })
    for (let round = 0; round < 10; round++) {
      const { client, session } = await signedIn(both.here, 'u_1')
      await warmed(both, client)
      const refreshing = Array.from({ length: 5 }, () => both.here.refresh(client.view('POST', '/auth/refresh')))
      const [answers] = await Promise.all([Promise.allSettled(refreshing), both.there.sessions.revoke(session.id)])
      for (const answer of answers) {
        if (answer.status === 'fulfilled') client.receive(answer.value.patch)
        assert.deepEqual(await both.believers(client), [])
      }
    }
  })

  on(
    'j. an earlier refresh token within its grace gives no successor to a session that was revoked',
    async (t, store) => {
      const both = await two(t, store, { strategy: 'hybrid' })
      const { client, session, tokens } = await signedInApp(both.here, 'u_1')
      const refresh = (auth: Hallpass): Promise<Issued | string> =>
        auth
          .refresh(client.view('POST', '/auth/refresh', { json: { refreshToken: tokens.refreshToken } }))
          .catch(codeOf)
      for (const auth of [both.here, both.there]) assert.notEqual(typeof (await refresh(auth)), 'string')
      both.meanwhile(() => both.there.sessions.revoke(session.id))
      // It was read before the revocation: what it hands out may be a successor, but one that nobody believes.
      const raced = (await refresh(both.here)) as Issued
      const { accessToken, refreshToken } = raced.tokens!
      assert.deepEqual(await both.believers(client, { headers: { authorization: `Bearer ${accessToken!}` } }), [])
      const onwards = both.there.refresh(client.view('POST', '/auth/refresh', { json: { refreshToken } }))
      assert.equal(await onwards.then(() => 'refreshed', codeOf), 'ended')
      assert.deepEqual([await refresh(both.here), await refresh(both.there)], ['ended', 'ended'])
    },
  )

  on(
    'k. an instance that is cut off from the store believes nobody once the revocation has returned',
    async (t, store) => {
      const both = await two(t, store)
      const { client, session } = await signedIn(both.there, 'u_1')
      await warmed(both, client)
      both.cutOff(true)
      const { waitedOut } = await both.there.sessions.revoke(session.id)
      assert.equal(waitedOut.length, 1)
      for (let round = 0; round < 20; round++) {
        const asked = both.here.authenticate(client.view('GET', '/'))
        assert.equal(await asked.then(({ refusal }) => refusal, codeOf), 'store-unavailable')
      }
      both.cutOff(false)
      assert.deepEqual(await both.believers(client), [])
    },
  )
}
