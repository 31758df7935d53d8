import assert from 'node:assert/strict'
import type { SessionRecord } from '../../core/session.js'
import type { Store, Touch } from '../../core/store.js'
import { insertedSession, sampleSession, type StorePromise } from './open-store.js'
import { readLog } from './sample-log.js'

const minute = 60_000
const { lastSeenAt: start, idleExpiresAt: idle, absoluteExpiresAt: absolute } = sampleSession()

/** A sighting `minutes` after the sign-in, which moves the idle end by as much. */
function seen(record: SessionRecord, minutes: number, generation: number | null = null): Touch {
  return { id: record.id, seenAt: start + minutes * minute, idleExpiresAt: idle + minutes * minute, generation }
}

/** `touch`. */
export const touchPromises: readonly StorePromise[] = [
  [
    'touch: moves each of many sessions at once, raises their versions, and leaves all others',
    async ({ open }) => {
      const store = await open()
      const records: SessionRecord[] = []
      for (let number = 0; number < 40; number++) {
        records.push(await insertedSession(store, { subject: number % 3 === 0 ? null : `u_${number}` }))
      }
      const other = await insertedSession(store)
      await store.sessions.touch([], start)
      await store.sessions.touch(
        records.map((record, index) => seen(record, index + 1)),
        start,
      )
      for (const [index, record] of records.entries()) {
        const { seenAt: lastSeenAt, idleExpiresAt } = seen(record, index + 1)
        assert.deepEqual(await stored(store, record), { ...record, lastSeenAt, idleExpiresAt, version: 2 })
      }
      assert.deepEqual(await stored(store, other), other)
    },
  ],
  [
    'touch: never moves anything down, and leaves the version of what it leaves unchanged',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store, { generation: 4, confirmedGeneration: 4 })
      await store.sessions.touch([seen(record, 5)], start)
      const touched = await stored(store, record)
      for (const touch of [seen(record, 5), seen(record, 2), seen(record, 5, 4), seen(record, 0, 3)]) {
        await store.sessions.touch([touch], start)
        assert.deepEqual(await stored(store, record), touched)
      }
      await store.sessions.touch([{ ...seen(record, 9), idleExpiresAt: idle }], start)
      const { idleExpiresAt } = touched
      assert.deepEqual(await stored(store, record), {
        ...touched,
        lastSeenAt: start + 9 * minute,
        idleExpiresAt,
        version: 3,
      })
    },
  ],
  [
    'touch: never moves the idle end beyond the absolute one',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      await store.sessions.touch([{ ...seen(record, 1), idleExpiresAt: absolute + 1 }], start)
      assert.equal((await stored(store, record)).idleExpiresAt, absolute)
    },
  ],
  [
    'touch: passes over sessions that are absent, have ended or expired, and moves the others',
    async ({ open }) => {
      const store = await open()
      const now = start + minute
      const over = [
        await insertedSession(store, { endedAt: start, endedBecause: 'revoked' }),
        await insertedSession(store, { idleExpiresAt: now }),
        await insertedSession(store, { idleExpiresAt: now - 1 }),
        await insertedSession(store, { absoluteExpiresAt: now }),
      ]
      const live = await insertedSession(store, { idleExpiresAt: now + 1, absoluteExpiresAt: now + 1 })
      const absent = sampleSession()
      const touches = [absent, ...over, live].map((record) => seen(record, 1))
      await store.sessions.touch(touches, now)
      for (const record of over) assert.deepEqual(await stored(store, record), record)
      assert.equal((await stored(store, live)).lastSeenAt, now)
      assert.equal((await store.sessions.find(absent.id)).record, null)
    },
  ],
  [
    'touch: confirms the stored generation and no other',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store, { generation: 5, confirmedGeneration: 3 })
      const confirmed: number[] = []
      for (const [minutes, generation] of [null, 4, 6, 5, 3].entries()) {
        await store.sessions.touch([seen(record, minutes + 1, generation)], start)
        confirmed.push((await stored(store, record)).confirmedGeneration)
      }
      assert.deepEqual(confirmed, [3, 3, 3, 5, 5])
    },
  ],
  [
    'touch: confirms a generation also where nothing else is new',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store, { generation: 2, confirmedGeneration: 1 })
      await store.sessions.touch([seen(record, 0, 2)], start)
      assert.deepEqual(await stored(store, record), { ...record, confirmedGeneration: 2, version: 2 })
    },
  ],
  [
    'touch: a replacement that read before it is a conflict',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      await store.sessions.touch([seen(record, 1)], start)
      assert.equal(await store.sessions.replace(record), 'conflict')
      assert.equal(await store.sessions.replace(await stored(store, record)), 'replaced')
    },
  ],
  [
    'touch: among replacements and other touches at once, none undoes another',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      const replace = async (): Promise<void> => {
        for (let done = 0; done < 5;) {
          const read = await stored(store, record)
          const answer = await store.sessions.replace({ ...read, generation: read.generation + 1 })
          if (answer === 'replaced') done++
        }
      }
      const touch = async (number: number): Promise<void> => {
        for (let minutes = number; minutes <= 12; minutes += 3)
          await store.sessions.touch([seen(record, minutes)], start)
      }
      await Promise.all([replace(), touch(1), touch(2), touch(3), replace()])
      const { generation, lastSeenAt, idleExpiresAt } = await stored(store, record)
      const latest = seen(record, 12)
      assert.deepEqual([generation, lastSeenAt, idleExpiresAt], [10, latest.seenAt, latest.idleExpiresAt])
    },
  ],
  [
    'touch: is not told in the log',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      await store.sessions.touch([seen(record, 1)], start)
      assert.deepEqual((await readLog(store)).entries, [])
    },
  ],
]

async function stored(store: Store, { id }: SessionRecord): Promise<SessionRecord> {
  const { record } = await store.sessions.find(id)
  assert.ok(record, 'the session is gone')
  return record
}
