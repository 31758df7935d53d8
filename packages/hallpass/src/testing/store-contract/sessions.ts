import assert from 'node:assert/strict'
import type { SessionRecord } from '../../core/session.js'
import { awkwardJson } from './awkward.js'
import { atOnce, insertedSession, sampleSession, type StorePromise } from './open-store.js'

const raisedSubject = { of: 'subject', subject: 'u_1', raise: 'version' } as const

/** `find`, `insert`, `replace` and `remove`. */
export const sessionPromises: readonly StorePromise[] = [
  [
    'find: absence is a value',
    async ({ open }) => {
      const store = await open()
      const versions = { subjectVersion: 0, subjectChanges: 0, deploymentVersion: 0 }
      assert.deepEqual(await store.sessions.find(sampleSession().id), { record: null, versions })
    },
  ],
  [
    'find: what was inserted comes back deeply equal',
    async ({ open }) => {
      const store = await open()
      const ended = { endedAt: 5, endedBecause: 'revoked', actor: 'admin', remember: true, amr: [] } as const
      for (const differences of [{}, { subject: null }, { data: awkwardJson, subject: 'Zoë 🦉' }, ended]) {
        const record = await insertedSession(store, differences)
        assert.deepEqual((await store.sessions.find(record.id)).record, record)
      }
    },
  ],
  [
    "find: the counters are those of the record's subject and of the deployment",
    async ({ open }) => {
      const { sessions } = await open()
      await sessions.raise({ of: 'deployment' })
      await sessions.raise(raisedSubject)
      await sessions.raise({ ...raisedSubject, raise: 'changes' })
      await sessions.raise({ ...raisedSubject, raise: 'changes' })
      const record = sampleSession({ subjectVersion: 1, deploymentVersion: 1 })
      await sessions.insert(record)
      const versions = { subjectVersion: 1, subjectChanges: 2, deploymentVersion: 1 }
      assert.deepEqual((await sessions.find(record.id)).versions, versions)
      assert.deepEqual((await sessions.find(sampleSession().id)).versions, {
        subjectVersion: 0,
        subjectChanges: 0,
        deploymentVersion: 1,
      })
    },
  ],
  [
    'find: records are copies, which the caller may change without changing the store',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store, { data: { list: ['kept'] } })
      const before = structuredClone(record)
      spoil(record)
      const { record: found } = await store.sessions.find(before.id)
      assert.deepEqual(found, before)
      spoil(found)
      assert.deepEqual((await store.sessions.find(before.id)).record, before)
      spoil((await store.sessions.listBySubject('u_1'))[0]!)
      assert.deepEqual((await store.sessions.find(before.id)).record, before)
    },
  ],
  [
    'insert: passed where the subject version is not the one named, and nothing is stored',
    async ({ open }) => {
      const { sessions } = await open()
      await sessions.raise(raisedSubject)
      for (const subjectVersion of [0, 2]) {
        const record = sampleSession({ subjectVersion })
        assert.equal(await sessions.insert(record), 'passed')
        assert.equal((await sessions.find(record.id)).record, null)
      }
    },
  ],
  [
    'insert: passed where the deployment version is not the one named, and nothing is stored',
    async ({ open }) => {
      const { sessions } = await open()
      await sessions.raise({ of: 'deployment' })
      for (const subject of ['u_1', null]) {
        const record = sampleSession({ subject })
        assert.equal(await sessions.insert(record), 'passed')
        assert.equal((await sessions.find(record.id)).record, null)
      }
    },
  ],
  [
    'insert: a taken id is trouble, and the stored record stays',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      await assert.rejects(store.sessions.insert({ ...record, secretHash: 'another' }))
      assert.deepEqual((await store.sessions.find(record.id)).record, record)
    },
  ],
  [
    'insert: at the same time as a raise, it is passed by it or was never made',
    async ({ open }) => {
      const { sessions } = await open()
      for (let round = 0; round < 10; round++) {
        const subject = `u_${round}`
        const record = sampleSession({ subject })
        const raise = { ...raisedSubject, subject }
        if (round % 2 === 0) await Promise.all([sessions.insert(record), sessions.raise(raise)])
        else await Promise.all([sessions.raise(raise), sessions.insert(record)])
        const found = await sessions.find(record.id)
        if (found.record !== null) assert.ok(found.record.subjectVersion < 1, 'a session outlived the raise')
      }
    },
  ],
  [
    'replace: stores the record with its version raised by one, for every read that follows',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      const next: SessionRecord = {
        ...record,
        generation: 1,
        amr: ['otp'],
        data: awkwardJson,
        lastSeenAt: 7,
        endedAt: 9,
      }
      assert.equal(await store.sessions.replace(next), 'replaced')
      assert.deepEqual((await store.sessions.find(record.id)).record, { ...next, version: record.version + 1 })
    },
  ],
  [
    'replace: another version than the stored one is a conflict, and nothing changes',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      await store.sessions.replace(record)
      for (const version of [1, 3]) assert.equal(await store.sessions.replace({ ...record, version }), 'conflict')
      assert.deepEqual((await store.sessions.find(record.id)).record, { ...record, version: 2 })
    },
  ],
  [
    'replace: of 50 at once that name one version exactly one is stored',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      const tally = await atOnce(50, (generation) => store.sessions.replace({ ...record, generation }))
      assert.deepEqual(tally, { replaced: 1, conflict: 49 })
      assert.equal((await store.sessions.find(record.id)).record?.version, 2)
    },
  ],
  [
    'replace: never creates a record',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      await store.sessions.remove(record.id)
      for (const next of [record, sampleSession()]) {
        assert.equal(await store.sessions.replace(next), 'conflict')
        assert.equal((await store.sessions.find(next.id)).record, null)
      }
    },
  ],
  [
    'replace: a conflict once the subject version has passed the record',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      await store.sessions.raise(raisedSubject)
      for (const subjectVersion of [0, 1]) {
        assert.equal(await store.sessions.replace({ ...record, subjectVersion }), 'conflict')
      }
      assert.deepEqual((await store.sessions.find(record.id)).record, record)
    },
  ],
  [
    'replace: a conflict once the deployment version has passed the record',
    async ({ open }) => {
      const store = await open()
      const records = [await insertedSession(store), await insertedSession(store, { subject: null })]
      await store.sessions.raise({ of: 'deployment' })
      for (const record of records) {
        for (const deploymentVersion of [0, 1]) {
          assert.equal(await store.sessions.replace({ ...record, deploymentVersion }), 'conflict')
        }
        assert.deepEqual((await store.sessions.find(record.id)).record, record)
      }
    },
  ],
  [
    'remove: erases that record alone, and an absent one is no trouble',
    async ({ open }) => {
      const store = await open()
      const [one, other] = [await insertedSession(store), await insertedSession(store)]
      await store.sessions.remove(one.id)
      await store.sessions.remove(one.id)
      assert.equal((await store.sessions.find(one.id)).record, null)
      assert.deepEqual((await store.sessions.find(other.id)).record, other)
    },
  ],
]

/** Changes a record in place as far as it lets itself be changed. */
function spoil(record: SessionRecord): void {
  const open = record as unknown as { generation: number; amr: string[]; data: { list: string[] } }
  for (const change of [() => open.generation++, () => open.amr.push('x'), () => open.data.list.push('spoilt')]) {
    try {
      change()
    } catch {
      // frozen: as good as a copy
    }
  }
}
