import type { AuditRecord, AuditStore, Count } from '../../core/store.js'
import type { Connection } from './connection.js'
import { sortedByBytes } from './page.js'
import { script } from './scripts.js'
import { spelt } from './slots.js'

const append = script('audit-lists', 'audit-append')
const list = script('audit-list')
const count = script('audit-count')
const counts = script('audit-counts')
const removeBefore = script('audit-lists', 'audit-remove')

/** So that one call does not keep other commands waiting for long. */
const recordsAtOnce = 500

/** What happened is in one slot: records, and for each filter and value a list of their places. */
export function auditOn(connection: Connection, slot: string): AuditStore {
  return {
    async append(records) {
      for (let from = 0; from < records.length; from += recordsAtOnce) {
        await connection.run(append, [slot], records.slice(from, from + recordsAtOnce).flatMap(argumentsOf))
      }
    },
    async list({ filter, before, limit }) {
      const index = filter.by === 'everything' ? ':all' : `:${filter.by}:${spelt(filter.is)}`
      const from = before === null ? '+' : `(${placeOf(before)}`
      const records = (await connection.run(list, [slot], [index, from, String(limit)])) as string[]
      return records.map(recordIn)
    },
    async count(added) {
      const args = added.flatMap(({ minute, series, value }) => [String(minute), series, String(value)])
      if (args.length > 0) await connection.run(count, [slot], args)
    },
    async counts(from, to) {
      const minutes = (await connection.run(counts, [slot], [String(from), String(to)])) as [string, string[]][]
      return minutes.flatMap(([minute, counted]) => countsOf(Number(minute), counted))
    },
    async removeBefore(before, limit) {
      return (await connection.run(removeBefore, [slot], [momentOf(before), String(before), String(limit)])) as number
    },
  }
}

/** As `audit-append.lua` has them. JSON has no line ends of its own. */
function argumentsOf(record: AuditRecord): string[] {
  const { id, subject, session, type, network } = record
  const lines = [...[subject, session, type, network].map(spelt), JSON.stringify(record)]
  return [id, placeOf(record), lines.join('\n')]
}

function recordIn(lines: string): AuditRecord {
  return JSON.parse(lines.slice(lines.lastIndexOf('\n'))) as AuditRecord
}

/** What comes in the order of its bytes as the records come by time, and at the same time by their ids. */
function placeOf({ at, id }: Pick<AuditRecord, 'at' | 'id'>): string {
  return `${momentOf(at)}${id}`
}

/** In 20 characters, whatever the time. */
function momentOf(time: number): string {
  return time.toFixed(3).padStart(20, '0')
}

/** The members of a hash, series and value by turns. */
function countsOf(minute: number, members: readonly string[]): Count[] {
  const values = new Map<string, number>()
  for (let at = 0; at < members.length; at += 2) values.set(members[at]!, Number(members[at + 1]))
  return sortedByBytes([...values.keys()]).map((series) => ({ minute, series, value: values.get(series)! }))
}
