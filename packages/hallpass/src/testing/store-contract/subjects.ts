import assert from 'node:assert/strict'
import type { PageQuery, Store } from '../../core/store.js'
import { allPages, shuffled, textsByBytes } from './awkward.js'
import { insertedSession, type StorePromise } from './open-store.js'

const everybody: PageQuery = { prefix: '', after: null, limit: 1000 }

const signedIn = async (store: Store, subjects: readonly (string | null)[]): Promise<unknown> =>
  Promise.all(subjects.map((subject) => insertedSession(store, { subject })))

/** `subjects`. */
export const subjectPromises: readonly StorePromise[] = [
  [
    'subjects: each that has live records once, however many they are, and nobody for records without a subject',
    async ({ open }) => {
      const store = await open()
      assert.deepEqual(await store.sessions.subjects(everybody), [])
      await signedIn(store, ['u_2', null, 'u_1', 'u_2', null, 'u_2', 'u_3', 'null'])
      assert.deepEqual(await store.sessions.subjects(everybody), ['null', 'u_1', 'u_2', 'u_3'])
    },
  ],
  [
    'subjects: those that begin with the prefix, in the order of their bytes',
    async ({ open }) => {
      const store = await open()
      await signedIn(store, shuffled(textsByBytes))
      for (const prefix of ['', ...textsByBytes, 'nobody', 'U', 'u']) {
        const expected = textsByBytes.filter((subject) => subject.startsWith(prefix))
        assert.deepEqual(await store.sessions.subjects({ ...everybody, prefix }), expected, prefix)
      }
    },
  ],
  [
    'subjects: go on after a text, which need not be a subject, page by page',
    async ({ open }) => {
      const store = await open()
      const many = Array.from({ length: 200 }, (_, place) => `user ${1000 + place}`)
      await signedIn(store, [...textsByBytes, ...many, ...many.slice(0, 50)])
      const subjects = (prefix: string, after: string | null, limit: number) =>
        store.sessions.subjects({ prefix, after, limit })
      for (const [prefix, limit] of [
        ['', 7],
        ['u', 50],
        ['user 1', 199],
        ['🦉', 1],
      ] as const) {
        const all = await subjects(prefix, null, 1000)
        assert.deepEqual(await allPages(limit, (after: string | null) => subjects(prefix, after, limit)), all)
      }
      assert.deepEqual(await subjects('user', 'user 1197x', 1000), ['user 1198', 'user 1199'])
      assert.deepEqual(await subjects('user 11', 'a', 1), ['user 1100'])
      assert.deepEqual(await subjects('a', 'user', 1000), [])
    },
  ],
  [
    'subjects: who has one live record among others that are over is named, and so is who came back',
    async ({ open }) => {
      const store = await open()
      const ended = await insertedSession(store, { createdAt: 1 })
      const removed = await insertedSession(store, { createdAt: 3 })
      await insertedSession(store, { createdAt: 2 })
      await store.sessions.replace({ ...ended, endedAt: 5, endedBecause: 'revoked' })
      await store.sessions.remove(removed.id)
      assert.deepEqual(await store.sessions.subjects(everybody), ['u_1'])
      await store.sessions.raise({ of: 'subject', subject: 'u_1', raise: 'version' })
      await insertedSession(store, { subjectVersion: 1 })
      assert.deepEqual(await store.sessions.subjects(everybody), ['u_1'])
      await store.sessions.raise({ of: 'deployment' })
      await insertedSession(store, { subjectVersion: 1, deploymentVersion: 1 })
      assert.deepEqual(await store.sessions.subjects(everybody), ['u_1'])
      const kept = await insertedSession(store, { subject: 'u_2', deploymentVersion: 1 })
      await store.sessions.raise({ of: 'subject', subject: 'u_2', raise: 'version' }, kept)
      await store.sessions.raise({ of: 'subject', subject: 'u_1', raise: 'changes' })
      assert.deepEqual(await store.sessions.subjects(everybody), ['u_1', 'u_2'])
    },
  ],
  [
    'subjects: who has only records that have ended or were erased is not named, nor in the way of others',
    async ({ open }) => {
      const store = await open()
      const records = await Promise.all(
        Array.from({ length: 60 }, (_, place) => insertedSession(store, { subject: `u_${100 + place}` })),
      )
      await insertedSession(store, { subject: 'u_2', absoluteExpiresAt: 1 })
      await insertedSession(store, { subject: 'u_3' })
      for (const record of records.slice(0, 30)) await store.sessions.remove(record.id)
      for (const record of records.slice(30)) {
        await store.sessions.replace({ ...record, endedAt: 5, endedBecause: 'revoked' })
      }
      await store.sessions.removeExpired(2, 100)
      assert.deepEqual(await store.sessions.subjects({ ...everybody, limit: 2 }), ['u_3'])
    },
  ],
  [
    'subjects: who has only records that a version has passed is not named, nor in the way of others',
    async ({ open }) => {
      const store = await open()
      const subjects = Array.from({ length: 60 }, (_, place) => `u_${100 + place}`)
      await signedIn(store, subjects)
      await store.sessions.raise({ of: 'deployment' })
      assert.deepEqual(await store.sessions.subjects(everybody), [])
      for (const subject of subjects) {
        await insertedSession(store, { subject, deploymentVersion: 1 })
        if (subject !== 'u_150') await store.sessions.raise({ of: 'subject', subject, raise: 'version' })
      }
      assert.deepEqual(await store.sessions.subjects({ ...everybody, limit: 2 }), ['u_150'])
    },
  ],
]
