import assert from 'node:assert/strict'
import type { KeyRecord, Store } from '../../core/store.js'
import { insertedSession, sampleSession, type StorePromise } from './open-store.js'

const account = { id: 'u_1', email: 'ann@example.org', passwordHash: '', createdAt: 1, disabledAt: null, version: 1 }

/** Being checked, closed and opened again. */
export const lifePromises: readonly StorePromise[] = [
  [
    'check: resolves while the store works, and changes nothing',
    async ({ open }) => {
      const store = await open()
      await insertedSession(store)
      const before = await contents(store)
      await store.check()
      assert.deepEqual(await contents(store), before)
    },
  ],
  [
    'trouble is no verdict: once the store cannot answer, every method rejects',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      await store.close()
      const { sessions, keys, accounts } = store
      const calls: readonly (() => Promise<unknown>)[] = [
        () => sessions.find(record.id),
        () => sessions.versions('u_1'),
        () => sessions.insert(sampleSession()),
        () => sessions.replace(record),
        () => sessions.raise({ of: 'deployment' }),
        () => sessions.remove(record.id),
        () => sessions.listBySubject('u_1'),
        () => sessions.removeExpired(0, 1),
        () => keys.read(),
        () => keys.replace(0, []),
        () => accounts.find('u_1'),
        () => accounts.findByEmail('ann@example.org'),
        () => accounts.insert(account),
        () => accounts.replace(account),
        () => store.check(),
      ]
      for (const call of calls) await assert.rejects(call(), Error, String(call))
    },
  ],
  [
    'reopened, the store has kept everything that it acknowledged',
    async ({ open, reopen }) => {
      if (reopen === undefined) return
      const store = await open()
      const record = await insertedSession(store, { data: { cart: ['🦉'] } })
      await store.sessions.replace(record)
      await store.sessions.raise({ of: 'subject', subject: 'u_2', raise: 'changes' })
      await store.keys.replace(0, [{ kid: 'k' } as KeyRecord])
      await store.accounts.insert(account)
      const before = await contents(store)
      assert.deepEqual(before.listed, [{ ...record, version: 2 }])
      assert.deepEqual(await contents(await reopen(store)), before)
    },
  ],
]

async function contents(store: Store) {
  return {
    listed: await store.sessions.listBySubject('u_1'),
    versions: [await store.sessions.versions('u_1'), await store.sessions.versions('u_2')],
    keys: await store.keys.read(),
    account: await store.accounts.find('u_1'),
  }
}
