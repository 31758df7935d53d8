import assert from 'node:assert/strict'
import { setImmediate as tick } from 'node:timers/promises'
import type { Counter } from '../../core/store.js'
import { insertedSession, sampleSession, type StorePromise } from './open-store.js'

const subjectVersion = { of: 'subject', subject: 'u_1', raise: 'version' } as const
const subjectChanges = { of: 'subject', subject: 'u_1', raise: 'changes' } as const
const deployment = { of: 'deployment' } as const

/** `versions` and `raise`. */
export const counterPromises: readonly StorePromise[] = [
  [
    'versions: the counters of a subject never seen are 0, and without a subject the deployment counts alone',
    async ({ open }) => {
      const { sessions } = await open()
      await sessions.raise(deployment)
      const versions = { subjectVersion: 0, subjectChanges: 0, deploymentVersion: 1 }
      assert.deepEqual(await sessions.versions('nobody'), versions)
      assert.deepEqual(await sessions.versions(null), versions)
    },
  ],
  [
    'raise: adds one to that counter alone, and answers its new value',
    async ({ open }) => {
      const { sessions } = await open()
      const raised: number[] = []
      for (const counter of [subjectVersion, subjectChanges, subjectChanges, deployment, deployment, deployment]) {
        raised.push((await sessions.raise(counter)) as number)
      }
      assert.deepEqual(raised, [1, 1, 2, 1, 2, 3])
      assert.deepEqual(await sessions.versions('u_1'), { subjectVersion: 1, subjectChanges: 2, deploymentVersion: 3 })
      assert.deepEqual(await sessions.versions('u_2'), { subjectVersion: 0, subjectChanges: 0, deploymentVersion: 3 })
    },
  ],
  [
    'raise: of many at once each is counted',
    async ({ open }) => {
      const { sessions } = await open()
      for (const counter of [subjectVersion, subjectChanges, deployment] satisfies Counter[]) {
        const raised = await Promise.all(Array.from({ length: 20 }, () => sessions.raise(counter)))
        const expected = Array.from({ length: 20 }, (_, index) => index + 1)
        assert.deepEqual(
          (raised as number[]).sort((one, other) => one - other),
          expected,
        )
      }
    },
  ],
  [
    'raise: a subject that is spelt differently is another subject',
    async ({ open }) => {
      const { sessions } = await open()
      // case, trailing space, accents (composed and not), and what patterns and numbers would make equal
      const others = ['Ann', 'ann ', 'a\u0301nn', '\u00e1nn', 'ann%', 'an_', '1', '01', '1.0']
      for (const [index, subject] of others.entries()) {
        assert.equal(await sessions.raise({ of: 'subject', subject, raise: 'version' }), 1, `${index}: ${subject}`)
      }
      assert.equal((await sessions.versions('ann')).subjectVersion, 0)
    },
  ],
  [
    'raise: ends every session of the subject in one step, and no other',
    async ({ open }) => {
      const store = await open()
      const other = await insertedSession(store, { subject: 'u_2' })
      const records = []
      for (let count = 0; count < 30; count++) records.push(await insertedSession(store))
      await store.sessions.raise(subjectVersion)
      for (const { id } of records) {
        const { record, versions } = await store.sessions.find(id)
        assert.ok(record!.subjectVersion < versions.subjectVersion)
      }
      assert.deepEqual(await store.sessions.listBySubject('u_1'), [])
      assert.deepEqual(await store.sessions.listBySubject('u_2'), [other])
    },
  ],
  [
    'raise: changes make tokens stale and end nothing',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      await store.sessions.raise(subjectChanges)
      assert.deepEqual(await store.sessions.listBySubject('u_1'), [record])
      assert.equal(await store.sessions.replace(record), 'replaced')
    },
  ],
  [
    'raise: the record to keep moves to the new version in the same step',
    async ({ open }) => {
      const store = await open()
      const keep = await insertedSession(store)
      await insertedSession(store)
      assert.equal(await store.sessions.raise(subjectVersion, { ...keep, generation: 7 }), 1)
      const kept = { ...keep, generation: 7, subjectVersion: 1, version: 2 }
      assert.deepEqual(await store.sessions.listBySubject('u_1'), [kept])
      assert.equal(await store.sessions.replace(kept), 'replaced')
    },
  ],
  [
    'raise: the record to keep is at no moment seen as passed',
    async ({ open }) => {
      const store = await open()
      for (let round = 0; round < 10; round++) {
        const keep = await insertedSession(store, { subject: `u_${round}` })
        const raised = store.sessions.raise({ ...subjectVersion, subject: `u_${round}` }, keep)
        const seen = Array.from({ length: 5 }, async (_, ticks) => {
          for (let passed = 0; passed < ticks; passed++) await tick()
          return store.sessions.find(keep.id)
        })
        const [value, found] = await Promise.all([raised, Promise.all(seen)])
        for (const { record, versions } of found) {
          assert.equal(record?.subjectVersion, versions.subjectVersion)
        }
        assert.equal(value, 1)
      }
    },
  ],
  [
    'raise: with another version of the record to keep, nothing happens at all',
    async ({ open }) => {
      const store = await open()
      const keep = await insertedSession(store)
      const other = await insertedSession(store)
      for (const wrong of [{ ...keep, version: 2 }, { ...keep, version: 0 }, sampleSession()]) {
        assert.equal(await store.sessions.raise(subjectVersion, wrong), 'conflict')
      }
      assert.equal((await store.sessions.versions('u_1')).subjectVersion, 0)
      assert.deepEqual((await store.sessions.find(keep.id)).record, keep)
      assert.deepEqual((await store.sessions.find(other.id)).record, other)
    },
  ],
  [
    'raise: a record to keep that has been passed is not brought back',
    async ({ open }) => {
      const store = await open()
      const [one, other] = [await insertedSession(store), await insertedSession(store, { subject: 'u_2' })]
      await store.sessions.raise(subjectVersion)
      assert.equal(await store.sessions.raise(subjectVersion, one), 'conflict')
      await store.sessions.raise(deployment)
      assert.equal(await store.sessions.raise({ ...subjectVersion, subject: 'u_2' }, other), 'conflict')
      assert.deepEqual((await store.sessions.find(one.id)).record, one)
      assert.deepEqual((await store.sessions.find(other.id)).record, other)
      assert.equal((await store.sessions.versions('u_1')).subjectVersion, 1)
    },
  ],
  [
    'raise: of many at once that keep one version of a record exactly one happens',
    async ({ open }) => {
      const store = await open()
      const keep = await insertedSession(store)
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.sessions.raise(subjectVersion, keep)))
      assert.deepEqual(
        answers.filter((answer) => answer !== 'conflict'),
        [1],
      )
      assert.equal((await store.sessions.versions('u_1')).subjectVersion, 1)
    },
  ],
]
