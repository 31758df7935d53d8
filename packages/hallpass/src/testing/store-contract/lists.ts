import assert from 'node:assert/strict'
import { insertedSession, type StorePromise } from './open-store.js'

/** `listBySubject` and `removeExpired`. */
export const listPromises: readonly StorePromise[] = [
  [
    'listBySubject: the records of that subject alone, newest first',
    async ({ open }) => {
      const store = await open()
      const middle = await insertedSession(store, { createdAt: 2000 })
      const newest = await insertedSession(store, { createdAt: 3000 })
      const oldest = await insertedSession(store, { createdAt: 1000 })
      for (const subject of ['u_2', 'U_1', null]) await insertedSession(store, { subject })
      assert.deepEqual(await store.sessions.listBySubject('u_1'), [newest, middle, oldest])
      assert.deepEqual(await store.sessions.listBySubject('nobody'), [])
    },
  ],
  [
    'listBySubject: records that have ended are not in it',
    async ({ open }) => {
      const store = await open()
      const live = await insertedSession(store)
      const ended = await insertedSession(store)
      await store.sessions.replace({ ...ended, endedAt: 5, endedBecause: 'revoked' })
      assert.deepEqual(await store.sessions.listBySubject('u_1'), [live])
    },
  ],
  [
    'listBySubject: records that a version has passed are not in it',
    async ({ open }) => {
      const store = await open()
      await insertedSession(store)
      await store.sessions.raise({ of: 'subject', subject: 'u_1', raise: 'version' })
      assert.deepEqual(await store.sessions.listBySubject('u_1'), [])
      await insertedSession(store, { subjectVersion: 1 })
      await store.sessions.raise({ of: 'deployment' })
      assert.deepEqual(await store.sessions.listBySubject('u_1'), [])
    },
  ],
  [
    'listBySubject: leaves none out, however many there are',
    async ({ open }) => {
      const store = await open()
      await Promise.all(Array.from({ length: 250 }, () => insertedSession(store)))
      assert.equal((await store.sessions.listBySubject('u_1')).length, 250)
    },
  ],
  [
    'removeExpired: erases what ended before the moment, and nothing that lives',
    async ({ open }) => {
      const store = await open()
      const moment = Date.UTC(2026, 0, 1)
      const expired = await insertedSession(store, { absoluteExpiresAt: moment - 1, subject: null })
      const live = [
        await insertedSession(store, { absoluteExpiresAt: moment }),
        await insertedSession(store, { absoluteExpiresAt: moment + 1, idleExpiresAt: moment - 1 }),
        await insertedSession(store, { absoluteExpiresAt: moment + 1, endedAt: moment - 5, endedBecause: 'revoked' }),
      ]
      assert.equal(await store.sessions.removeExpired(moment, 100), 1)
      assert.equal((await store.sessions.find(expired.id)).record, null)
      for (const record of live) assert.deepEqual((await store.sessions.find(record.id)).record, record)
    },
  ],
  [
    'removeExpired: erases no more than the limit, and answers how many',
    async ({ open }) => {
      const store = await open()
      for (let count = 0; count < 5; count++) await insertedSession(store, { absoluteExpiresAt: 1000 })
      const removed: number[] = []
      for (let sweep = 0; sweep < 4; sweep++) removed.push(await store.sessions.removeExpired(2000, 2))
      assert.deepEqual(removed, [2, 2, 1, 0])
    },
  ],
  [
    'removeExpired: until it has run, an expired record is found, so that its end can be told from its absence',
    async ({ open, advance }) => {
      const store = await open()
      const record = await insertedSession(store, { absoluteExpiresAt: 1000, idleExpiresAt: 1000 })
      await advance?.(60_000)
      assert.deepEqual((await store.sessions.find(record.id)).record, record)
    },
  ],
]
