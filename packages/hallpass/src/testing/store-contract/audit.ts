import assert from 'node:assert/strict'
import type { AuditFilter, AuditRecord, AuditStore, Count } from '../../core/store.js'
import { allPages, awkwardJson, shuffled, textsByBytes } from './awkward.js'
import type { StorePromise } from './open-store.js'

const everything: AuditFilter = { by: 'everything' }
const minute = 60_000
let made = 0

/** A record that differs from every other one in its id. */
export function sampleAudit(differences: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: `audit ${++made}`,
    at: 1000,
    type: 'signed-in',
    subject: 'u_1',
    session: 's_1',
    network: '192.0.2.0/24',
    count: 1,
    details: {},
    ...differences,
  }
}

const listed = (audit: AuditStore, filter: AuditFilter = everything): Promise<readonly AuditRecord[]> =>
  audit.list({ filter, before: null, limit: 1000 })

const idsOf = (records: readonly AuditRecord[]): string[] => records.map(({ id }) => id)

/** What happened, and how often. */
export const auditPromises: readonly StorePromise[] = [
  [
    'audit: where nothing happened, nothing is listed, counted or erased',
    async ({ open }) => {
      const { audit } = await open()
      await audit.append([])
      await audit.count([])
      assert.deepEqual(await listed(audit), [])
      assert.deepEqual(await listed(audit, { by: 'subject', is: 'u_1' }), [])
      assert.deepEqual(await audit.counts(0, 1e12), [])
      assert.equal(await audit.removeBefore(1e12, 1000), 0)
    },
  ],
  [
    'audit: what was appended is listed, deeply equal',
    async ({ open }) => {
      const { audit } = await open()
      const [at, count] = [Date.UTC(2199, 0, 1), 9_007_199_254_740_991]
      const records = [
        sampleAudit({ at, count, details: awkwardJson }),
        sampleAudit({ at: 2, subject: null, session: null, network: null }),
        sampleAudit({ at: 1, type: '', subject: '', session: '', network: '', details: { '': '' } }),
        sampleAudit({ at: 0, network: '2001:db8:7::/48', details: { long: 'Zoë’s 🦉\n'.repeat(2000) } }),
      ]
      await audit.append(records)
      assert.deepEqual(await listed(audit), records)
    },
  ],
  [
    'audit: records are copies, which the caller may change without changing the store',
    async ({ open }) => {
      const { audit } = await open()
      const record = sampleAudit({ details: { list: ['kept'] } })
      const before = structuredClone(record)
      await audit.append([record])
      spoil(record)
      const [found] = await listed(audit)
      assert.deepEqual(found, before)
      spoil(found)
      assert.deepEqual(await listed(audit), [before])
    },
  ],
  [
    'audit: an id that is there already changes nothing, also where many append it at once',
    async ({ open }) => {
      const { audit } = await open()
      const records = Array.from({ length: 20 }, (_, place) => sampleAudit({ at: 100 - place }))
      const others = records.map(({ id }) => sampleAudit({ id, at: 7, type: 'other', subject: 'u_2', count: 2 }))
      await audit.append([records[0]!, others[0]!])
      // in both orders: those that lock in the order they are given must not lock each other out
      await Promise.all([1, 2, 3, 4, 5].flatMap(() => [audit.append(records), audit.append([...records].reverse())]))
      await audit.append(others)
      assert.deepEqual(await listed(audit), records)
      assert.deepEqual(await listed(audit, { by: 'subject', is: 'u_2' }), [])
      assert.equal(await audit.removeBefore(50, 1000), 0)
    },
  ],
  [
    'audit: the list is newest first, and at the same time by the bytes of the ids, downwards',
    async ({ open }) => {
      const { audit } = await open()
      const times = [3, 20, 100, Date.UTC(2026, 0, 1)]
      const records = times.flatMap((at) => textsByBytes.map((id) => sampleAudit({ id: `${at} ${id}`, at })))
      await audit.append(shuffled(records))
      assert.deepEqual(idsOf(await listed(audit)), idsOf(records).reverse())
    },
  ],
  [
    'audit: a filter finds what has that text there, and nothing else',
    async ({ open }) => {
      const { audit } = await open()
      const texts = ['', ...textsByBytes]
      const field = { type: 'other', subject: null, session: null, network: null }
      const columns = ['subject', 'session', 'type', 'network'] as const
      for (const by of columns) await audit.append(texts.map((is) => sampleAudit({ ...field, [by]: is })))
      for (const by of columns) {
        for (const is of [...texts, 'nobody', 'null']) {
          const found = await listed(audit, { by, is })
          assert.deepEqual(
            found.map((record) => record[by]),
            texts.filter((text) => text === is),
            `${by} ${is}`,
          )
        }
      }
    },
  ],
  [
    'audit: page by page by any filter, while others append, each record comes once and in its order',
    async ({ open }) => {
      const { audit } = await open()
      const field = { type: 'refused', subject: 'u_7', session: 's_7', network: '198.51.100.0/24' }
      const sample = (at: number): AuditRecord => sampleAudit({ ...field, at })
      const records = Array.from({ length: 100 }, (_, place) => sample(1000 + Math.floor(place / 9)))
      await audit.append(shuffled(records))
      const filters = (['subject', 'session', 'type', 'network'] as const).map((by) => ({ by, is: field[by] }))
      for (const filter of [everything, ...filters]) {
        const found = await allPages(7, async (before: AuditRecord | null) => {
          // among what has been read, and after it
          await audit.append([sample(5000), sample(1011), sample(1004), sampleAudit()])
          return audit.list({ filter, before, limit: 7 })
        })
        const known = new Set(idsOf(records))
        assert.equal(found.filter(({ id }) => known.has(id)).length, records.length)
        assert.equal(new Set(idsOf(found)).size, found.length)
        assert.deepEqual(idsOf(found), idsOf([...found].sort(newestFirst)))
      }
    },
  ],
  [
    'audit: a page goes on from a place where no record is',
    async ({ open }) => {
      const { audit } = await open()
      const records = ['d', 'c', 'b', 'a'].map((id) => sampleAudit({ id, at: 7 }))
      await audit.append([...records, sampleAudit({ id: 'z', at: 3 }), sampleAudit({ id: 'a', at: 9 })])
      const from = async (at: number, id: string) =>
        idsOf(await audit.list({ filter: everything, before: { at, id }, limit: 1000 }))
      assert.deepEqual(await from(7, 'bb'), ['b', 'a', 'z'])
      assert.deepEqual(await from(8, ''), ['d', 'c', 'b', 'a', 'z'])
      assert.deepEqual(await from(7, ''), ['z'])
      assert.deepEqual(await from(0, ''), [])
    },
  ],
  [
    'audit: a page is as long as was asked',
    async ({ open }) => {
      const { audit } = await open()
      const records = Array.from({ length: 1200 }, (_, place) => sampleAudit({ at: place, subject: 'u_9' }))
      await audit.append(records)
      for (const filter of [everything, { by: 'subject', is: 'u_9' } as const]) {
        for (const limit of [1, 999, 1000]) {
          const page = await audit.list({ filter, before: null, limit })
          assert.deepEqual(idsOf(page), idsOf(records).reverse().slice(0, limit))
        }
      }
    },
  ],
  [
    'audit: what is counted adds up, of many at once too, each series and minute by itself',
    async ({ open }) => {
      const { audit } = await open()
      const series = textsByBytes.slice(0, 12)
      const once = series.map((name, place) => ({ minute, series: name, value: place + 1 }))
      const twice = [...once, ...once.slice(0, 1)].reverse()
      await Promise.all(Array.from({ length: 10 }, async () => Promise.all([audit.count(once), audit.count(twice)])))
      const expected = once.map((count, place) => ({ ...count, value: place === 0 ? 30 : count.value * 20 }))
      assert.deepEqual(await audit.counts(0, 2 * minute), expected)
      await audit.count([{ minute: 2 * minute, series: series[0]!, value: 9_000_000_000 }])
      await audit.count([{ minute: 2 * minute, series: series[0]!, value: 1 }])
      assert.deepEqual(await audit.counts(0, 2 * minute), expected)
      assert.deepEqual(await audit.counts(2 * minute, 3 * minute), [
        { minute: 2 * minute, series: series[0]!, value: 9_000_000_001 },
      ])
    },
  ],
  [
    'audit: counts are those from a minute on and before another, by minute and then by the bytes of the series',
    async ({ open }) => {
      const { audit } = await open()
      const minutes = [0, minute, 2 * minute, 10 * minute, Date.UTC(2026, 0, 1)]
      const all = minutes.flatMap((begun) =>
        ['', ...textsByBytes].map((series, place): Count => ({ minute: begun, series, value: place + 1 })),
      )
      await audit.count(shuffled(all))
      assert.deepEqual(await audit.counts(0, 1e14), all)
      const asked = await audit.counts(minute, 10 * minute)
      assert.deepEqual(
        asked,
        all.filter((count) => count.minute === minute || count.minute === 2 * minute),
      )
      Object.assign(asked[0]!, { value: 1e6 })
      assert.deepEqual(await audit.counts(0, 1e14), all)
      assert.deepEqual(await audit.counts(3 * minute, 3 * minute), [])
    },
  ],
  [
    'audit: removeBefore erases the records and counts from before the moment, and nothing else',
    async ({ open }) => {
      const { audit } = await open()
      const old = sampleAudit({ at: 2 * minute - 1, subject: 'u_2', session: 's_2', type: 'old', network: 'n_2' })
      const kept = [sampleAudit({ at: 2 * minute + 1 }), sampleAudit({ at: 2 * minute })]
      await audit.append([old, ...kept])
      const counts = [0, 1, 2, 3].map((number) => ({ minute: number * minute, series: 'signed-in', value: 1 }))
      await audit.count(counts)
      assert.equal(await audit.removeBefore(2 * minute, 1000), 1)
      assert.deepEqual(await listed(audit), kept)
      for (const by of ['subject', 'session', 'type', 'network'] as const) {
        assert.deepEqual(await listed(audit, { by, is: old[by]! }), [])
        assert.deepEqual(await listed(audit, { by, is: kept[0]![by]! }), kept)
      }
      assert.deepEqual(await audit.counts(0, 1e12), counts.slice(2))
    },
  ],
  [
    'audit: removeBefore erases no more records than the limit and answers how many, but every count',
    async ({ open }) => {
      const { audit } = await open()
      await audit.append(Array.from({ length: 5 }, () => sampleAudit()))
      await audit.count(Array.from({ length: 5 }, (_, place) => ({ minute: 0, series: `series ${place}`, value: 1 })))
      const removed: number[] = []
      for (const left of [3, 1, 0, 0]) {
        removed.push(await audit.removeBefore(2000, 2))
        assert.equal((await listed(audit)).length, left)
        assert.deepEqual(await audit.counts(0, 1e12), [])
      }
      assert.deepEqual(removed, [2, 2, 1, 0])
    },
  ],
]

/** The ids of samples are ASCII, which JavaScript compares as bytes. */
function newestFirst(one: AuditRecord, other: AuditRecord): number {
  return other.at - one.at || (one.id < other.id ? 1 : -1)
}

/** Changes a record in place as far as it lets itself be changed. */
function spoil(record: AuditRecord): void {
  const open = record as unknown as { type: string; details: { list: string[] } }
  for (const change of [() => (open.type = 'spoilt'), () => open.details.list.push('spoilt')]) {
    try {
      change()
    } catch {
      // frozen: as good as a copy
    }
  }
}
