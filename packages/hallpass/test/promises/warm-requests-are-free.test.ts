import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StrategyName } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock, signedIn } from 'hallpass/testing'
import { codeOf, openAuth } from '../open-auth.js'
import { engines } from '../stores/engines.js'
import { instances, warm } from './instances.js'

for (const { engine, stores } of engines) {
  for (const strategy of ['session', 'hybrid', 'jwt'] as const satisfies StrategyName[]) {
    test(`${strategy} on ${engine}: a session that an instance has seen costs no step of the store`, async (t) => {
      const three = instances(t, await stores(t).open(), 3, { strategy })
      const { client } = await signedIn(three.all[0]!, 'u_1')
      await warm(three, [client])
      const before = three.storeSteps()
      for (let round = 0; round < 200; round++) {
        for (const auth of three.all) assert.ok((await auth.authenticate(client.view('GET', '/'))).session)
      }
      assert.equal(three.storeSteps() - before, 0)
      for (const auth of three.all) assert.ok(auth.figures().fromMemory >= 200)
    })
  }
}

test('without a lease every check asks the store: turned off, lapsed, or before the first renewal', async () => {
  const off = openAuth({ lease: 'off' }).auth
  const { client } = await signedIn(off, 'u_1')
  for (let round = 0; round < 3; round++) await off.authenticate(client.view('GET', '/'))
  assert.deepEqual([off.figures().fromMemory, off.figures().askedStore['no-lease']], [0, 3])

  const clock = manualClock()
  const { auth } = openAuth({ runtime: clock })
  const lapsing = (await signedIn(auth, 'u_1')).client
  for (let round = 0; round < 5; round++) await auth.authenticate(lapsing.view('GET', '/'))
  const warmed = auth.figures().fromMemory
  assert.ok(warmed > 0)
  clock.set(clock.now() + 2000)
  await auth.authenticate(lapsing.view('GET', '/'))
  assert.equal(auth.figures().fromMemory, warmed, 'the wall clock alone ends a lease')
})

test('an instance that nobody asks leaves after half a minute, and joins again when it is asked', async () => {
  const clock = manualClock()
  const store = memory()
  const { auth } = openAuth({ runtime: clock, store })
  const { client } = await signedIn(auth, 'u_1')
  const ask = async (): Promise<void> => {
    await auth.authenticate(client.view('GET', '/'))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await ask()
  assert.equal((await auth.members()).length, 1)
  for (let tick = 0; tick < 50; tick++) {
    clock.advance(700)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual([await auth.members(), auth.figures().lease.valid], [[], false])
  await ask()
  assert.deepEqual([(await auth.members()).length, auth.figures().lease.valid], [1, true])
})

test('while the store is away, only routes that ask for last-known-good answers get them, and only for so long', async () => {
  const clock = manualClock()
  const store = memory()
  let away = false
  const find: typeof store.sessions.find = (id) => (away ? Promise.reject(new Error('away')) : store.sessions.find(id))
  const renew: typeof store.log.renew = (...asked) =>
    away ? Promise.reject(new Error('away')) : store.log.renew(...asked)
  const failing = { ...store, sessions: { ...store.sessions, find }, log: { ...store.log, renew } }
  const { auth } = openAuth({ runtime: clock, store: failing, lastKnownGood: 10 })
  const { client } = await signedIn(auth, 'u_1')
  const view = client.view('GET', '/')
  for (let round = 0; round < 3; round++) await auth.authenticate(view)
  away = true
  clock.advance(2000)
  assert.equal(await auth.authenticate(view).then(() => 'answered', codeOf), 'store-unavailable')
  const known = await auth.authenticate(view, { lastKnownGood: true })
  assert.deepEqual([known.session, known.refusal, known.lastKnown?.subject], [null, 'store-unavailable', 'u_1'])
  clock.advance(9_900)
  assert.ok((await auth.authenticate(view, { lastKnownGood: true })).lastKnown)
  clock.advance(100)
  assert.equal(
    await auth.authenticate(view, { lastKnownGood: true }).then(() => 'answered', codeOf),
    'store-unavailable',
  )
})
