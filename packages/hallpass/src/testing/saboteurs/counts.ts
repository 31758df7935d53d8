import type { AuditFilter, AuditRecord, AuditStore, Count } from '../../core/store.js'
import { aMomentLater, inAudit, type Saboteur } from './overlaid.js'

const adding = 'audit: what is counted adds up, of many at once too, each series and minute by itself'
const range =
  'audit: counts are those from a minute on and before another, by minute and then by the bytes of the series'
const old = 'audit: removeBefore erases the records and counts from before the moment, and nothing else'
const limit = 'audit: removeBefore erases no more records than the limit and answers how many, but every count'

/** What was counted, and what is erased in time. */
export const countSaboteurs: readonly Saboteur[] = [
  inAudit('reads what was counted, then writes the sum', adding, () => {
    const sums = new Map<string, Count>()
    return {
      async count(counts) {
        const next = counts.map((count) => ({ ...count, value: count.value + (sums.get(keyOf(count))?.value ?? 0) }))
        await aMomentLater()
        for (const count of next) sums.set(keyOf(count), count)
      },
      counts: async (from, to) => [...sums.values()].filter(({ minute }) => minute >= from && minute < to),
    }
  }),
  inAudit('counts a series once a call', adding, (audit) => ({
    count: (counts) => audit.count([...new Map(counts.map((count) => [keyOf(count), count])).values()]),
  })),
  inAudit('counts up to 32 bits', adding, (audit) => ({
    counts: async (from, to) =>
      (await audit.counts(from, to)).map((count) => ({ ...count, value: Math.min(count.value, 0xffffffff) })),
  })),
  inAudit('counts on in the minute that the series began with', adding, (audit) => {
    const minutes = new Map<string, number>()
    return {
      count: (counts) =>
        audit.count(
          counts.map((count) => {
            const minute = minutes.get(count.series) ?? count.minute
            minutes.set(count.series, minute)
            return { ...count, minute }
          }),
        ),
    }
  }),
  inAudit('answers the minute that begins at the end, too', range, (audit) => ({
    counts: (from, to) => audit.counts(from, to + 1),
  })),
  inAudit('leaves out the minute that begins at the beginning', range, (audit) => ({
    counts: (from, to) => audit.counts(from + 1, to),
  })),
  inAudit('sorts series as JavaScript does', range, (audit) => ({
    counts: async (from, to) =>
      [...(await audit.counts(from, to))].sort(
        (one, other) => one.minute - other.minute || (one.series < other.series ? -1 : 1),
      ),
  })),
  inAudit('sorts minutes as texts', range, (audit) => ({
    counts: async (from, to) =>
      [...(await audit.counts(from, to))].sort((one, other) => `${one.minute}`.localeCompare(`${other.minute}`)),
  })),
  inAudit('erases what happens in this very moment', old, (audit) => ({
    removeBefore: (before, most) => audit.removeBefore(before + 1, most),
  })),
  inAudit('leaves what was counted behind', old, leavingCounts),
  inAudit('leaves in the index what it erases', old, (audit) => {
    const index: AuditRecord[] = []
    const isMeant = (record: AuditRecord, filter: AuditFilter): boolean =>
      filter.by === 'everything' || record[filter.by] === filter.is
    return {
      async append(records) {
        index.push(...records)
        await audit.append(records)
      },
      list: async (query) =>
        query.filter.by === 'everything' ? audit.list(query) : index.filter((record) => isMeant(record, query.filter)),
    }
  }),
  inAudit('erases old records without a limit', limit, (audit) => ({
    removeBefore: (before) => audit.removeBefore(before, 1_000_000),
  })),
  inAudit('answers with the limit', limit, (audit) => ({
    async removeBefore(before, most) {
      await audit.removeBefore(before, most)
      return most
    },
  })),
  inAudit('erases as many counts as records', limit, leavingCounts),
  inAudit(
    'keeps counts in memory until there are enough',
    'reopened, the store has kept everything that it acknowledged',
    (audit) => {
      const waiting: Count[] = []
      return {
        async count(counts) {
          waiting.push(...counts)
        },
        counts: async (from, to) => [...waiting, ...(await audit.counts(from, to))],
      }
    },
  ),
]

/** The counts of a moment before they were erased. */
function leavingCounts(audit: AuditStore): Partial<AuditStore> {
  let left: readonly Count[] = []
  return {
    async removeBefore(before, most) {
      left = await audit.counts(0, before)
      return audit.removeBefore(before, most)
    },
    counts: async (from, to) => [...left, ...(await audit.counts(from, to))],
  }
}

function keyOf({ minute, series }: Count): string {
  return `${minute} ${series}`
}
