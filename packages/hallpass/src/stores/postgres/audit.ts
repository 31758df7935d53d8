import type { AuditRecord, AuditStore, Count } from '../../core/store.js'
import type { Connection } from './connection.js'

export function auditOn({ schema, read, step }: Connection): AuditStore {
  const counts = `
    SELECT json_build_object('minute', minute, 'series', series, 'value', value)::text AS count
    FROM ${schema}.counts WHERE minute >= $1 AND minute < $2 ORDER BY minute, counts.series`
  return {
    async append(records) {
      if (records.length > 0) await step('append_audit', JSON.stringify(records.map(rowOf)))
    },
    async list({ filter, before, limit }) {
      // the newest page is what comes before the end of time
      const values = [before === null ? 'Infinity' : before.at, before?.id ?? '', limit]
      if (filter.by !== 'everything') values.push(filter.is)
      const sql = `
        SELECT record FROM ${schema}.audit
        WHERE (at, id) < ($1, $2) ${filter.by === 'everything' ? '' : `AND ${filter.by} = $4`}
        ORDER BY at DESC, id DESC LIMIT $3`
      const rows = await read<{ record: string }>(sql, ...values)
      return rows.map(({ record }) => JSON.parse(record) as AuditRecord)
    },
    async count(counts) {
      if (counts.length > 0) await step('add_counts', JSON.stringify(counts))
    },
    async counts(from, to) {
      return (await read<{ count: string }>(counts, from, to)).map(({ count }) => JSON.parse(count) as Count)
    },
    removeBefore: (before, limit) => step('remove_audit', before, limit),
  }
}

/** The record by the names of its columns. */
function rowOf(record: AuditRecord) {
  const { id, at, type, subject, session, network } = record
  return { id, at, type, subject, session, network, record: JSON.stringify(record) }
}
