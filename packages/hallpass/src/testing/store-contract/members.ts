import assert from 'node:assert/strict'
import { setImmediate as tick } from 'node:timers/promises'
import type { Member, Membership } from '../../core/log.js'
import type { Store } from '../../core/store.js'
import type { StorePromise } from './open-store.js'
import { appended, beginning, positionOf, readLog, renewed, sampleEntry, sampleMember, terms } from './sample-log.js'

/** Members: joining, renewing, acknowledging, leaving; and what a revoker reads of them. */
export const memberPromises: readonly StorePromise[] = [
  [
    'renew: creates the row with nothing acknowledged, and each renewal writes mark, lease and last-known-good time',
    async ({ open }) => {
      const store = await open()
      const first = sampleMember({ lease: 1500, lastKnownGood: 60_000 })
      await store.log.renew(first, terms, null)
      assert.deepEqual(await store.log.members(), [{ ...first, acknowledged: 0 }])
      const second = renewed(first, { lease: 3000, lastKnownGood: 5 })
      await store.log.renew(second, terms, null)
      assert.deepEqual(await store.log.members(), [{ ...second, acknowledged: 0 }])
    },
  ],
  [
    'renew: a row keeps what it has acknowledged',
    async ({ open }) => {
      const { store, member, entries } = await joined(open, 3)
      await store.log.acknowledge(member.incarnation, positionOf(entries[1]!))
      await store.log.renew(renewed(member), terms, null)
      assert.equal(await acknowledgedBy(store, member), 2)
    },
  ],
  [
    'renew: one that comes late brings no earlier mark back',
    async ({ open }) => {
      const { store, member, entries } = await joined(open, 2)
      const latest = renewed(member, { renewal: 10 })
      await store.log.renew(latest, terms, null)
      await store.log.acknowledge(member.incarnation, positionOf(entries[1]!))
      const late = [
        member,
        renewed(member, { renewal: 9, lease: 9000, lastKnownGood: 5 }),
        renewed(member, { renewal: latest.renewal, lease: 9000 }),
      ]
      for (const one of late) {
        const reading = await store.log.renew(one, terms, positionOf(entries[0]!))
        assert.deepEqual([reading.held, reading.entries], [true, entries.slice(1)])
        assert.deepEqual(await store.log.members(), [{ ...latest, acknowledged: 2 }])
        assert.equal(await store.log.retire(member.incarnation, one.mark), 'kept')
      }
    },
  ],
  [
    'renew: of many at once the latest stays',
    async ({ open }) => {
      const { store, member } = await joined(open, 0)
      const renewals = Array.from({ length: 10 }, (_, number) => renewed(member, { renewal: 2 + number }))
      await Promise.all([...renewals].reverse().map((renewal) => store.log.renew(renewal, terms, null)))
      assert.deepEqual(await store.log.members(), [{ ...renewals.at(-1)!, acknowledged: 0 }])
    },
  ],
  [
    'renew: the first one fixes deployment and protocol; retention is only ever raised',
    async ({ open }) => {
      const { log } = await open()
      const member = sampleMember()
      const kept: number[] = []
      for (const retention of [1000, 500, 5000, 2000]) {
        const reading = await log.renew(member, { ...terms, retention }, null)
        assert.deepEqual({ ...reading.terms, retention: 0 }, { ...terms, retention: 0 })
        kept.push(reading.terms.retention)
      }
      assert.deepEqual(kept, [1000, 1000, 5000, 5000])
    },
  ],
  [
    'renew: with terms of another deployment or protocol writes nothing, and reads those of the log',
    async ({ open }) => {
      const { store, member } = await joined(open, 1)
      const others = [
        { ...terms, deployment: 'https://other.example.org', retention: 9000 },
        { ...terms, protocol: terms.protocol + 1, retention: 9000 },
      ]
      for (const other of others) {
        for (const stranger of [sampleMember(), renewed(member)]) {
          const reading = await store.log.renew(stranger, other, null)
          assert.deepEqual([reading.terms, reading.entries.length], [terms, 1])
        }
      }
      assert.deepEqual(await store.log.members(), [{ ...member, acknowledged: 0 }])
    },
  ],
  [
    'renew: of a join and an append at once, the one reads the entry or the other finds the row',
    async ({ open }) => {
      const store = await open()
      await readLog(store)
      for (let round = 0; round < 20; round++) {
        const [entry, member] = [sampleEntry(), sampleMember()]
        const append = async () => {
          for (let ticks = 0; ticks < round % 4; ticks++) await tick()
          await store.log.append(entry)
          return store.log.standing(entry.id, null)
        }
        const [reading, standing] = await Promise.all([store.log.renew(member, terms, null), append()])
        const isRead = reading.entries.some(({ id }) => id === entry.id)
        const isFound = standing.members.some(({ incarnation }) => incarnation === member.incarnation)
        assert.ok(isRead || isFound, 'a member has joined without the entry, and nobody waits for it')
      }
    },
  ],
  [
    'standing: the entry as it stands, whether the position is where it was, and every member with its mark',
    async ({ open }) => {
      const { store, member, entries } = await joined(open, 3)
      const other = sampleMember({ lastKnownGood: 7 })
      await store.log.renew(other, terms, null)
      await store.log.acknowledge(other.incarnation, positionOf(entries[2]!))
      const members = [
        { ...member, acknowledged: 0 },
        { ...other, acknowledged: 3 },
      ]
      const [first, second] = [positionOf(entries[0]!), positionOf(entries[1]!)]
      const { identity } = await readLog(store)
      const asked = [
        { id: first.id, position: second, entry: entries[0]!, held: true },
        { id: second.id, position: { sequence: 0, id: identity }, entry: entries[1]!, held: true },
        { id: second.id, position: { sequence: 1, id: second.id }, entry: entries[1]!, held: false },
        { id: 'no entry', position: { sequence: 4, id: '' }, entry: null, held: false },
        { id: identity, position: null, entry: null, held: false },
      ]
      for (const { id, position, entry, held } of asked) {
        const standing = await store.log.standing(id, position)
        assert.deepEqual({ ...standing, members: byIncarnation(standing.members) }, { entry, held, members })
      }
      await store.log.truncate(first)
      assert.equal((await store.log.standing(first.id, null)).entry, null)
      assert.deepEqual(await store.log.standing(second.id, null).then(({ entry }) => entry), entries[1]!)
    },
  ],
  [
    'standing: entry and members are of one moment',
    async ({ open }) => {
      const store = await open()
      await readLog(store)
      for (let round = 0; round < 10; round++) {
        const [entry, before] = [sampleEntry(), sampleMember()]
        let over = false
        const look = async (): Promise<void> => {
          for (let last = false; !last; await tick()) {
            last = over
            const { entry: found, members } = await store.log.standing(entry.id, null)
            const isThere = members.some(({ incarnation }) => incarnation === before.incarnation)
            assert.ok(found === null || isThere, 'the entry is there, and a member that joined before it is not')
          }
        }
        const happen = async (): Promise<void> => {
          await tick()
          await store.log.renew(before, terms, null)
          await store.log.append(entry)
          over = true
        }
        await Promise.all([look(), happen()])
      }
    },
  ],
  [
    'acknowledge: only ever moves a row upwards',
    async ({ open }) => {
      const { store, member, entries } = await joined(open, 3)
      const noted: number[] = []
      for (const sequence of [0, 2, 1, 3, 0, 2]) {
        const position = sequence === 0 ? await beginning(store) : positionOf(entries[sequence - 1]!)
        assert.equal(await store.log.acknowledge(member.incarnation, position), 'acknowledged')
        noted.push(await acknowledgedBy(store, member))
      }
      assert.deepEqual(noted, [0, 2, 2, 3, 3, 3])
    },
  ],
  [
    'acknowledge: of many at once the highest stays',
    async ({ open }) => {
      const { store, member, entries } = await joined(open, 10)
      await Promise.all(
        [...entries].reverse().map((entry) => store.log.acknowledge(member.incarnation, positionOf(entry))),
      )
      assert.equal(await acknowledgedBy(store, member), 10)
    },
  ],
  [
    'acknowledge: refused to an incarnation without a row, and makes none',
    async ({ open }) => {
      const { store, member, entries } = await joined(open, 1)
      const position = positionOf(entries[0]!)
      assert.equal(await store.log.acknowledge('never joined', position), 'refused')
      await store.log.retire(member.incarnation, member.mark)
      assert.equal(await store.log.acknowledge(member.incarnation, position), 'refused')
      assert.deepEqual(await store.log.members(), [])
    },
  ],
  [
    'acknowledge: refused where the log does not have that id at that sequence, and notes nothing',
    async ({ open }) => {
      const { store, member, entries } = await joined(open, 2)
      const { identity } = await readLog(store)
      const elsewhere = [
        { sequence: 3, id: entries[1]!.id },
        { sequence: 3, id: '' },
        { sequence: 2, id: entries[0]!.id },
        { sequence: 2, id: identity },
        { sequence: 1, id: '' },
      ]
      for (const position of elsewhere) {
        assert.equal(await store.log.acknowledge(member.incarnation, position), 'refused')
      }
      assert.equal(await acknowledgedBy(store, member), 0)
    },
  ],
  [
    'acknowledge: the position where a truncated log begins is one',
    async ({ open }) => {
      const { store, member, entries } = await joined(open, 3)
      await store.log.truncate(positionOf(entries[1]!))
      assert.equal(await store.log.acknowledge(member.incarnation, positionOf(entries[1]!)), 'acknowledged')
      assert.equal(await acknowledgedBy(store, member), 2)
    },
  ],
  [
    'retire: erases the row only while its mark is the one named',
    async ({ open }) => {
      const { store, member } = await joined(open, 0)
      const other = sampleMember()
      await store.log.renew(other, terms, null)
      assert.equal(await store.log.retire(member.incarnation, other.mark), 'kept')
      const next = renewed(member)
      await store.log.renew(next, terms, null)
      assert.equal(await store.log.retire(member.incarnation, member.mark), 'kept')
      assert.equal((await store.log.members()).length, 2)
      assert.equal(await store.log.retire(member.incarnation, next.mark), 'retired')
      assert.equal(await store.log.retire(member.incarnation, next.mark), 'kept')
      assert.deepEqual(await store.log.members(), [{ ...other, acknowledged: 0 }])
    },
  ],
  [
    'retire: of a retirement and a renewal at once, the renewed row stays, or was made anew',
    async ({ open }) => {
      const { store, entries } = await joined(open, 1)
      for (let round = 0; round < 10; round++) {
        const member = sampleMember()
        const next = renewed(member)
        await store.log.renew(member, terms, null)
        await store.log.acknowledge(member.incarnation, positionOf(entries[0]!))
        const [answer] = await Promise.all([
          store.log.retire(member.incarnation, member.mark),
          store.log.renew(next, terms, null),
        ])
        const row = (await store.log.members()).find(({ incarnation }) => incarnation === member.incarnation)
        assert.deepEqual(row, { ...next, acknowledged: answer === 'retired' ? 0 : 1 })
      }
    },
  ],
]

/** A store with entries in its log, and a member that has joined. */
async function joined(open: () => Promise<Store>, count: number) {
  const store = await open()
  const entries = await appended(store, count)
  const member = sampleMember()
  await store.log.renew(member, terms, null)
  return { store, member, entries }
}

async function acknowledgedBy({ log }: Store, { incarnation }: Membership): Promise<number> {
  const row = (await log.members()).find((member) => member.incarnation === incarnation)
  assert.ok(row, 'the member has no row')
  return row.acknowledged
}

function byIncarnation(members: readonly Member[]): Member[] {
  return [...members].sort((one, other) => (one.incarnation < other.incarnation ? -1 : 1))
}
