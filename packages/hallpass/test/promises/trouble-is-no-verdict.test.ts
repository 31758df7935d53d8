import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HallpassError, type Store, type StrategyName } from 'hallpass'
import { memory } from 'hallpass/memory'
import { signedIn } from 'hallpass/testing'
import { codeOf, openAuth } from '../open-auth.js'

for (const strategy of ['session', 'hybrid', 'jwt'] as const satisfies StrategyName[]) {
  test(`a store that cannot be reached reads neither as signed in nor as signed out (${strategy})`, async () => {
    const { store, fail } = failing(memory())
    const { auth } = openAuth({ strategy, store })
    const { client } = await signedIn(auth, 'u_1')
    fail(true)
    const unreachable = 'store-unavailable'
    assert.equal(await auth.authenticate(client.view('GET', '/')).then(() => 'answered', codeOf), unreachable)
    assert.equal(await auth.refresh(client.view('POST', '/auth/refresh')).then(() => 'answered', codeOf), unreachable)
    assert.equal(await auth.sessions.revokeAll('u_1').then(() => 'answered', codeOf), unreachable)
    assert.equal(await auth.status().then(() => 'answered', codeOf), unreachable)
    fail(false)
    assert.ok((await auth.authenticate(client.view('GET', '/'))).session)
  })
}

test('what a driver throws keeps its cause for the operator', async () => {
  const { store, fail } = failing(memory())
  const { auth } = openAuth({ store })
  fail(true)
  const error = await auth.begin('u_1').then(
    () => null,
    (cause: unknown) => cause as Error,
  )
  assert.match((error!.cause as Error).message, /disk on fire/)
  assert.doesNotMatch(error!.message, /fire/)
})

test('a server that turned out wrong is trouble to callers, and a list of mistakes to whoever checks', async () => {
  const mistakes = [{ field: 'store', problem: 'is a replica.', remedy: 'Connect to the primary.' }]
  const wrong = (): Promise<never> => Promise.reject(new HallpassError('configuration', { mistakes }))
  const base = memory()
  const { auth } = openAuth({ store: { ...base, check: wrong, sessions: { ...base.sessions, versions: wrong } } })
  assert.equal(await auth.begin('u_1').then(() => 'answered', codeOf), 'store-unavailable')
  await assert.rejects(auth.status(), { code: 'configuration', mistakes })
})

/** The true store behind a switch: a driver throws whatever it likes. */
function failing(store: Store): { store: Store; fail(now: boolean): void } {
  let failsNow = false
  const switched = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        if (failsNow) return () => Promise.reject(new Error('disk on fire'))
        return Reflect.get(target, name, receiver) as unknown
      },
    })
  const check = (): Promise<void> => (failsNow ? Promise.reject(new Error('disk on fire')) : store.check())
  return {
    store: {
      ...store,
      check,
      sessions: switched(store.sessions),
      keys: switched(store.keys),
      accounts: switched(store.accounts),
      clients: switched(store.clients),
    },
    fail: (now) => void (failsNow = now),
  }
}
