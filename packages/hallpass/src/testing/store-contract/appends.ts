import assert from 'node:assert/strict'
import { setImmediate as tick } from 'node:timers/promises'
import type { NewEntry } from '../../core/log.js'
import type { Counter, KeyRecord, Store } from '../../core/store.js'
import { insertedSession, sampleSession, type StorePromise } from './open-store.js'
import { readLog, sampleEntry } from './sample-log.js'

const subjectVersion = { of: 'subject', subject: 'u_1', raise: 'version' } as const
const ring = [{ kid: 'k' } as KeyRecord]

/** The entries that `replace`, `raise` and `keys.replace` append in their own step. */
export const appendPromises: readonly StorePromise[] = [
  [
    'replace: its entry is in the log when it answers, and a conflict appends nothing',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      const entry = sampleEntry({ target: record.id })
      assert.equal(await store.sessions.replace({ ...record, version: 9 }, sampleEntry()), 'conflict')
      assert.equal(await store.sessions.replace(sampleSession(), sampleEntry()), 'conflict')
      assert.equal(await store.sessions.replace(record, entry), 'replaced')
      assert.equal(await store.sessions.replace({ ...record, version: 2 }), 'replaced')
      await store.sessions.raise(subjectVersion)
      assert.equal(await store.sessions.replace({ ...record, version: 3 }, sampleEntry()), 'conflict')
      await assertEntries(store, [entry])
    },
  ],
  [
    'raise: its entry has the new value as its counter, and a conflict appends nothing',
    async ({ open }) => {
      const store = await open()
      const keep = await insertedSession(store)
      const counters: readonly (readonly [Counter, NewEntry])[] = [
        [{ of: 'subject', subject: 'u_1', raise: 'changes' }, sampleEntry({ kind: 'changed', target: 'u_1' })],
        [{ of: 'subject', subject: 'u_1', raise: 'changes' }, sampleEntry({ kind: 'changed', target: 'u_1' })],
        [subjectVersion, sampleEntry({ kind: 'subject', target: 'u_1', kept: keep.id })],
        [{ of: 'deployment' }, sampleEntry({ kind: 'everything', target: null })],
      ]
      assert.equal(await store.sessions.raise(subjectVersion, { ...keep, version: 9 }, sampleEntry()), 'conflict')
      await store.sessions.raise({ of: 'deployment' })
      const late = await insertedSession(store, { deploymentVersion: 1 })
      const raised: NewEntry[] = []
      for (const [counter, entry] of counters) {
        const keeps = counter === subjectVersion ? late : null
        const value = await store.sessions.raise(counter, keeps, entry)
        raised.push({ ...entry, counter: value as number })
      }
      assert.deepEqual(
        raised.map(({ counter }) => counter),
        [1, 2, 1, 2],
      )
      await assertEntries(store, raised)
    },
  ],
  [
    'keys: the entry of a ring is in the log once the ring is stored, and a conflict appends nothing',
    async ({ open }) => {
      const store = await open()
      const entry = sampleEntry({ kind: 'key', target: 'k', because: null })
      assert.equal(await store.keys.replace(4, ring, sampleEntry()), 'conflict')
      assert.equal(await store.keys.replace(0, ring, entry), 'replaced')
      assert.equal(await store.keys.replace(0, ring, sampleEntry()), 'conflict')
      await assertEntries(store, [entry])
    },
  ],
  [
    'replace: whoever sees the record or the entry, and looks, sees the other',
    async ({ open }) => {
      const store = await open()
      for (let round = 0; round < 5; round++) {
        const record = await insertedSession(store)
        await assertSeenTogether(store, {
          change: (entry) => store.sessions.replace(record, entry),
          hasChanged: async () => (await store.sessions.find(record.id)).record?.version === 2,
        })
      }
    },
  ],
  [
    'raise: whoever sees the counter or the entry, and looks, sees the other',
    async ({ open }) => {
      const store = await open()
      for (let round = 0; round < 5; round++) {
        const keep = await insertedSession(store, { subjectVersion: round })
        await assertSeenTogether(store, {
          change: (entry) => store.sessions.raise(subjectVersion, keep, entry),
          hasChanged: async () => (await store.sessions.versions('u_1')).subjectVersion === round + 1,
        })
      }
    },
  ],
  [
    'keys: whoever sees the ring or the entry, and looks, sees the other',
    async ({ open }) => {
      const store = await open()
      for (let round = 0; round < 5; round++) {
        await assertSeenTogether(store, {
          change: (entry) => store.keys.replace(round, ring, entry),
          hasChanged: async () => (await store.keys.read()).version === round + 1,
        })
      }
    },
  ],
]

async function assertEntries(store: Store, expected: readonly NewEntry[]): Promise<void> {
  const { identity, entries } = await readLog(store)
  const ids = [identity, ...expected.map(({ id }) => id)]
  assert.deepEqual(
    entries,
    expected.map((entry, index) => ({ ...entry, sequence: index + 1, previous: ids[index] })),
  )
}

interface Change {
  readonly change: (entry: NewEntry) => Promise<unknown>
  readonly hasChanged: () => Promise<boolean>
}

/** Looks from both sides, over and over, while the change is under way. */
async function assertSeenTogether(store: Store, { change, hasChanged }: Change): Promise<void> {
  const entry = sampleEntry()
  const hasEntry = async (): Promise<boolean> => (await readLog(store)).entries.some(({ id }) => id === entry.id)
  let over = false
  const fromStateToEntry = async (): Promise<void> => {
    for (let last = false; !last; await tick()) {
      last = over
      if (await hasChanged()) assert.ok(await hasEntry(), 'the change is there, and its entry is not')
    }
  }
  const fromEntryToState = async (): Promise<void> => {
    for (let last = false; !last; await tick()) {
      last = over
      if (await hasEntry()) assert.ok(await hasChanged(), 'the entry is there, and what it tells is not')
    }
  }
  const changed = change(entry).finally(() => (over = true))
  await Promise.all([changed, fromStateToEntry(), fromEntryToState()])
  assert.ok(await hasEntry())
}
