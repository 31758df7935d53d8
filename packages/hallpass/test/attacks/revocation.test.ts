import assert from 'node:assert/strict'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hallpass, HallpassOptions, Runtime, Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { sqlite } from 'hallpass/sqlite'
import { signedIn, type TestClient } from 'hallpass/testing'
import { codeOf, openAuth } from '../open-auth.js'
import { scratchFolder } from '../stores/engines.js'

function open(t: TestContext, store: Store, options: Partial<HallpassOptions> = {}): ReturnType<typeof openAuth> {
  const opened = openAuth({ store: { ...store, close: async () => {} }, lease: 1, ...options })
  t.after(() => opened.auth.close())
  return opened
}

/** The store's log with some of its answers changed. */
function withLog(store: Store, changes: Partial<Store['log']>): Store {
  return { ...store, log: { ...store.log, ...changes } }
}

async function warmed(auth: Hallpass, client: TestClient): Promise<void> {
  for (let round = 0; round < 300; round++) {
    const before = auth.figures().fromMemory
    await auth.authenticate(client.view('GET', '/'))
    if (auth.figures().fromMemory > before) return
    await sleep(10)
  }
  throw new Error('it never answered from memory')
}

const answerOf = (auth: Hallpass, client: TestClient): Promise<string> =>
  auth.authenticate(client.view('GET', '/')).then(({ session, refusal }) => session?.subject ?? refusal!, codeOf)

/** The platform's clocks, which can be made to have run on, or to be set. */
function bentRuntime(): { runtime: Runtime; stand: (ms: number) => void; set: (ms: number) => void } {
  let stood = 0
  let set = 0
  const runtime: Runtime = {
    now: () => Date.now() + stood + set,
    monotonic: () => performance.now() + stood,
    later(delay, call) {
      const timer = setTimeout(call, delay).unref()
      return () => clearTimeout(timer)
    },
  }
  return { runtime, stand: (ms) => void (stood += ms), set: (ms) => void (set += ms) }
}

test('L02 L03 an instance that stood still for longer than its lease asks the store before it believes anything', async (t) => {
  const store = memory()
  const { runtime, stand } = bentRuntime()
  const here = open(t, withLog(store, { subscribe: () => () => undefined }), { runtime }).auth
  const there = open(t, store).auth
  const { client, session } = await signedIn(here, 'u_1')
  await warmed(here, client)
  await Promise.all([there.sessions.revoke(session.id), Promise.resolve().then(() => stand(1500))])
  assert.equal(await answerOf(here, client), 'ended')
})

test('L12 a wall clock that is set in either direction never makes a lease last longer', async (t) => {
  const store = memory()
  for (const by of [-3_600_000, -500, 500, 3_600_000]) {
    const { runtime, set } = bentRuntime()
    const here = open(t, store, { runtime }).auth
    const there = open(t, store).auth
    const { client, session } = await signedIn(here, 'u_1', { remember: true })
    await warmed(here, client)
    set(by)
    await there.sessions.revoke(session.id)
    assert.equal(await answerOf(here, client), 'ended', String(by))
  }
})

test('L04 L05 an instance that is cut off or gone is waited out once, and then no more', async (t) => {
  const store = memory()
  let cutOff = false
  const never = <Value>(): Promise<Value> => new Promise(() => undefined)
  const gone = open(
    t,
    withLog(store, {
      renew: (...asked) => (cutOff ? never() : store.log.renew(...asked)),
      acknowledge: (...asked) => (cutOff ? never() : store.log.acknowledge(...asked)),
    }),
  ).auth
  const here = open(t, store).auth
  const { client } = await signedIn(here, 'u_1')
  await warmed(gone, client)
  await warmed(here, client)
  cutOff = true
  const first = await here.sessions.revoke('unknown')
  assert.equal(first.waitedOut.length, 1)
  assert.ok(first.tookMilliseconds > 900 && first.tookMilliseconds < 1500, `${first.tookMilliseconds} ms`)
  await sleep(100)
  const second = await here.sessions.revoke('unknown')
  assert.deepEqual([second.waitedOut, second.tookMilliseconds < 500], [[], true])
  cutOff = false
})

test('L10 a database that was put back as it was gives itself away, and what had ended ends again', async (t) => {
  const file = join(scratchFolder(t), 'auth.db')
  const backup = `${file}.backup`
  const first = sqlite(file)
  const { auth: before } = open(t, first)
  const victim = await signedIn(before, 'u_1')
  const other = await signedIn(before, 'u_2')
  await before.close()
  await first.close()
  copyFileSync(file, backup)

  const store = sqlite(file)
  t.after(() => store.close())
  const { auth, events } = open(t, store)
  await warmed(auth, victim.client)
  await auth.sessions.revoke(victim.session.id)
  assert.equal(await answerOf(auth, victim.client), 'ended')
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true })
  rmSync(file)
  copyFileSync(backup, file)

  const newcomer = sqlite(file)
  t.after(() => newcomer.close())
  const late = open(t, newcomer).auth
  for (let round = 0; round < 100 && !events.some(({ type }) => type === 'log-forgot'); round++) {
    await answerOf(auth, other.client)
    await sleep(20)
  }
  const [forgot] = events.filter(({ type }) => type === 'log-forgot')
  assert.ok(forgot !== undefined, 'nobody noticed')
  for (let round = 0; round < 100 && (await answerOf(late, victim.client)) !== 'ended'; round++) await sleep(20)
  assert.equal(await answerOf(late, victim.client), 'ended')
  assert.equal(await answerOf(auth, victim.client), 'ended')
})

test('L10 a store that was emptied signs out whom it forgot, and lets no access token live on', async (t) => {
  let target = memory()
  const swap = <Port extends object>(port: (store: Store) => Port): Port =>
    new Proxy(port(target), {
      get: (_, name) => {
        const now = port(target)
        const member: unknown = Reflect.get(now, name)
        return typeof member === 'function' ? member.bind(now) : member
      },
    })
  const store: Store = {
    ...target,
    sessions: swap((one) => one.sessions),
    log: swap((one) => one.log),
    keys: memory().keys,
  }
  const { auth, events } = open(t, store, { strategy: 'hybrid' })
  const { client } = await signedIn(auth, 'u_1')
  await warmed(auth, client)
  target = memory()
  for (let round = 0; round < 100 && !events.some(({ type }) => type === 'log-forgot'); round++) {
    await answerOf(auth, client)
    await sleep(20)
  }
  assert.equal(await answerOf(auth, client), 'ended')
  await sleep(400)
  assert.equal(await answerOf(auth, client), 'ended')
  assert.equal(await answerOf(auth, (await signedIn(auth, 'u_1')).client), 'u_1')
})

test('L13 when a revoker dies while it waits, the effect still reaches every instance', async (t) => {
  const store = memory()
  const dying = open(t, withLog(store, { standing: () => new Promise(() => undefined) })).auth
  const there = open(t, store).auth
  const { client, session } = await signedIn(there, 'u_1')
  await warmed(there, client)
  dying.sessions.revoke(session.id).catch(() => undefined)
  await sleep(20)
  assert.equal(await answerOf(there, client), 'ended')
})

test('L15 a storm of revocations holds for each of them, and one of a thousand sessions is one entry', async (t) => {
  const store = memory()
  const three = [open(t, store).auth, open(t, store).auth, open(t, store).auth] as const
  const many = await Promise.all(Array.from({ length: 1000 }, (_, index) => signedIn(three[0], `u_${index % 500}`)))
  for (const auth of three) for (const { client } of many) await answerOf(auth, client)
  for (const auth of three) await warmed(auth, many[0]!.client)
  const before = three[1].figures().rememberedEntries
  await Promise.all(many.slice(0, 500).map(({ session }, index) => three[index % 3]!.sessions.revoke(session.id)))
  for (const auth of three) {
    for (const { client } of many.slice(0, 500)) assert.equal(await answerOf(auth, client), 'ended')
  }
  assert.equal(three[1].figures().rememberedEntries - before, 500)
  await three[0].revokeEverything()
  for (const auth of three) for (const { client } of many) assert.equal(await answerOf(auth, client), 'ended')
  assert.equal(three[1].figures().rememberedEntries - before, 501)
})

test('L18 with every pushed message lost a revocation takes a renewal longer, and holds', async (t) => {
  const deaf = withLog(memory(), { subscribe: () => () => undefined })
  const [here, there] = [open(t, deaf).auth, open(t, deaf).auth]
  for (let round = 0; round < 3; round++) {
    const { client, session } = await signedIn(here, 'u_1')
    await warmed(here, client)
    await warmed(there, client)
    await here.sessions.revoke(session.id)
    assert.deepEqual([await answerOf(here, client), await answerOf(there, client)], ['ended', 'ended'])
  }
})

test('L19 where renewing takes longer than a lease there is none: every check asks the store, and none flaps', async (t) => {
  const store = memory()
  const slow = withLog(store, {
    renew: async (...asked) => {
      const reading = await store.log.renew(...asked)
      await sleep(1100)
      return reading
    },
  })
  const { auth } = open(t, slow)
  const { client } = await signedIn(auth, 'u_1')
  for (let round = 0; round < 60; round++) {
    assert.equal(await answerOf(auth, client), 'u_1')
    await sleep(50)
  }
  assert.deepEqual([auth.figures().fromMemory, auth.figures().lease.valid], [0, false])
})
