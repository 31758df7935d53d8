import assert from 'node:assert/strict'
import { brokenLink, endOf, type LogReading, type NewEntry, type Position } from '../../core/log.js'
import type { SessionRecord } from '../../core/session.js'
import { insertedSession, type StorePromise } from './open-store.js'
import { appended, beginning, positionOf, readLog, sampleEntry, sampleMember, terms } from './sample-log.js'

/** Entries as they are appended, read and cut away. */
export const logPromises: readonly StorePromise[] = [
  [
    'append: entries come back deeply equal, numbered from 1 and linked, the first to the identity of the log',
    async ({ open }) => {
      const store = await open()
      const entries: readonly NewEntry[] = [
        sampleEntry({ target: 'Ångström 🦉 "\'\\', because: 'signed-out' }),
        sampleEntry({ kind: 'session', target: '01', counter: 0 }),
        sampleEntry({ kind: 'subject', target: 'u_1', counter: 2 ** 40, kept: 's_2', because: 'subject-revoked' }),
        sampleEntry({ kind: 'everything', target: null, counter: 1, because: 'everything-revoked' }),
        sampleEntry({ kind: 'changed', target: '', because: null }),
        sampleEntry({ kind: 'token', target: 'null' }),
        sampleEntry({ kind: 'key', target: 'k' }),
        sampleEntry({ kind: 'forgot', target: null, because: null }),
      ]
      for (const entry of entries) await store.log.append(entry)
      const { identity, start, entries: read } = await readLog(store)
      const ids = [identity, ...entries.map(({ id }) => id)]
      assert.deepEqual(start, { sequence: 0, id: identity })
      assert.deepEqual(
        read,
        entries.map((entry, index) => ({ ...entry, sequence: index + 1, previous: ids[index] })),
      )
    },
  ],
  [
    'append: an id that the log has changes nothing, also where many append it at once',
    async ({ open }) => {
      const store = await open()
      const entry = sampleEntry()
      await Promise.all(Array.from({ length: 10 }, () => store.log.append(entry)))
      await store.log.append(sampleEntry())
      await store.log.append({ ...entry, target: 'another' })
      const { entries } = await readLog(store)
      assert.equal(entries.length, 2)
      assert.deepEqual([entries[0]!.id, entries[0]!.target], [entry.id, entry.target])
    },
  ],
  [
    'append: of 50 at once, some of them with a session, each is in the log, without gaps and linked',
    async ({ open }) => {
      const store = await open()
      const records: SessionRecord[] = []
      for (let number = 0; number < 25; number++) {
        records.push(await insertedSession(store, { subject: `u_${number}` }))
      }
      const entries = Array.from({ length: 50 }, () => sampleEntry())
      await Promise.all(
        entries.map(async (entry, number) => {
          const record = records[(number - 1) / 2]
          if (record === undefined) await store.log.append(entry)
          else assert.equal(await store.sessions.replace(record, entry), 'replaced')
        }),
      )
      const reading = await readLog(store)
      assert.equal(brokenLink(reading.start, reading.entries), null)
      assert.deepEqual(idsIn(reading).sort(), entries.map(({ id }) => id).sort())
    },
  ],
  [
    'renew: whoever goes on from where it was, while many append, reads every entry once and in order',
    async ({ open }) => {
      const store = await open()
      let position = await beginning(store)
      const entries = Array.from({ length: 40 }, () => sampleEntry())
      const read: string[] = []
      const goOn = async (): Promise<void> => {
        const reading = await readLog(store, position)
        assert.ok(reading.held)
        assert.equal(brokenLink(position, reading.entries), null)
        position = endOf(position, reading.entries)
        read.push(...idsIn(reading))
      }
      for (let batch = 0; batch < 8; batch++) {
        const appends = entries.slice(batch * 5, batch * 5 + 5).map((entry) => store.log.append(entry))
        await Promise.all([goOn(), ...appends])
        await goOn()
      }
      assert.deepEqual(read.sort(), entries.map(({ id }) => id).sort())
    },
  ],
  [
    'renew: answers the entries after a position that is where it was, and only those',
    async ({ open }) => {
      const store = await open()
      const entries = await appended(store, 5)
      const { identity } = await readLog(store)
      for (const sequence of [0, 1, 3, 5]) {
        const id = entries[sequence - 1]?.id ?? identity
        const { held, entries: read } = await readLog(store, { sequence, id })
        assert.deepEqual({ held, read }, { held: true, read: entries.slice(sequence) })
      }
    },
  ],
  [
    'renew: answers every entry, as not held, to a position that is not where it was',
    async ({ open }) => {
      const store = await open()
      const entries = await appended(store, 3)
      const { identity } = await readLog(store)
      const elsewhere: readonly (Position | null)[] = [
        null,
        { sequence: 2, id: entries[0]!.id },
        { sequence: 0, id: entries[0]!.id },
        { sequence: 0, id: 'the identity of another log' },
        { sequence: 3, id: identity },
        { sequence: 4, id: entries[2]!.id },
        { sequence: 4, id: '' },
        { sequence: -1, id: identity },
      ]
      for (const after of elsewhere) {
        const { held, entries: read } = await readLog(store, after)
        assert.deepEqual({ after, held, read }, { after, held: false, read: entries })
      }
    },
  ],
  [
    'renew: the log keeps its identity, which no other log has, and tells its time in milliseconds',
    async ({ open }) => {
      const [one, other] = [await open(), await open()]
      const { identity, time } = await readLog(one)
      await appended(one, 2)
      assert.equal((await readLog(one)).identity, identity)
      assert.notEqual((await readLog(other)).identity, identity)
      assert.ok(identity.length >= 20, 'an identity that cannot be guessed is longer')
      assert.ok(time === null || time > Date.UTC(2020), 'seconds, or some other clock')
    },
  ],
  [
    'renew: of many first renewals at once, all read one identity',
    async ({ open }) => {
      const store = await open()
      const readings = await Promise.all(Array.from({ length: 20 }, () => store.log.renew(sampleMember(), terms, null)))
      assert.equal(new Set(readings.map(({ identity }) => identity)).size, 1)
      assert.equal((await store.log.members()).length, 20)
    },
  ],
  [
    'truncate: erases up to and with a position that is where it was; the log begins there and goes on',
    async ({ open }) => {
      const store = await open()
      const entries = await appended(store, 5)
      const cut = positionOf(entries[2]!)
      await store.log.truncate(cut)
      const entry = sampleEntry()
      await store.log.append(entry)
      const kept = [...entries.slice(3), { ...entry, sequence: 6, previous: entries[4]!.id }]
      const { start, entries: read } = await readLog(store)
      assert.deepEqual({ start, read }, { start: cut, read: kept })
      const atStart = await readLog(store, cut)
      assert.deepEqual([atStart.held, atStart.entries], [true, kept])
      const behind = await readLog(store, positionOf(entries[1]!))
      assert.deepEqual([behind.held, behind.start, behind.entries], [false, cut, kept])
    },
  ],
  [
    'truncate: a log cut to its head goes on from there',
    async ({ open }) => {
      const store = await open()
      const entries = await appended(store, 3)
      await store.log.truncate(positionOf(entries[2]!))
      assert.deepEqual((await readLog(store)).entries, [])
      const entry = sampleEntry()
      await store.log.append(entry)
      const { start, entries: read } = await readLog(store)
      assert.deepEqual(start, positionOf(entries[2]!))
      assert.deepEqual(read, [{ ...entry, sequence: 4, previous: entries[2]!.id }])
    },
  ],
  [
    'truncate: erases nothing where the position is not where it was',
    async ({ open }) => {
      const store = await open()
      const entries = await appended(store, 3)
      await store.log.truncate(positionOf(entries[0]!))
      const { identity } = await readLog(store)
      const elsewhere = [
        { sequence: 2, id: entries[2]!.id },
        { sequence: 9, id: entries[2]!.id },
        { sequence: 0, id: identity },
        positionOf(entries[0]!),
      ]
      for (const position of elsewhere) await store.log.truncate(position)
      const { start, entries: kept } = await readLog(store)
      assert.deepEqual([start, kept], [positionOf(entries[0]!), entries.slice(1)])
    },
  ],
  [
    'revokesToken: says so of the tokens that the kept part of the log revokes, and of nothing else',
    async ({ open }) => {
      const store = await open()
      await store.log.append(sampleEntry({ kind: 'token', target: 'cut' }))
      await store.log.append(sampleEntry({ kind: 'token', target: 'jti' }))
      await store.log.append(sampleEntry({ kind: 'session', target: 'session' }))
      await store.log.truncate(positionOf((await readLog(store)).entries[0]!))
      const ids = ['jti', 'JTI', 'jti ', 'session', 'cut', '']
      const revoked = []
      for (const id of ids) revoked.push(await store.log.revokesToken(id))
      assert.deepEqual(revoked, [true, false, false, false, false, false])
    },
  ],
]

function idsIn({ entries }: LogReading): string[] {
  return entries.map(({ id }) => id)
}
