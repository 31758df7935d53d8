import type { AuditFilter, AuditRecord, AuditStore, Count } from '../../core/store.js'
import type { Connection } from './connection.js'
import type { SqliteValue } from './database.js'

type AuditRow = Omit<AuditRecord, 'details'> & { readonly details: string }

const append = `
  INSERT INTO hallpass_audit (at, id, type, subject, session, network, count, details)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`

const count = `
  INSERT INTO hallpass_counts (minute, series, value) VALUES (?, ?, ?)
  ON CONFLICT (minute, series) DO UPDATE SET value = value + excluded.value`

const counts = `
  SELECT minute, series, value FROM hallpass_counts
  WHERE minute >= ? AND minute < ?
  ORDER BY minute, series`

const removeBefore = `
  DELETE FROM hallpass_audit
  WHERE (at, id) IN (SELECT at, id FROM hallpass_audit WHERE at < ? ORDER BY at, id LIMIT ?)`

const conditions: Readonly<Record<AuditFilter['by'], string>> = {
  everything: 'true',
  subject: 'subject = ?',
  session: 'session = ?',
  type: 'type = ?',
  network: 'network = ?',
}

export function auditOn(connection: Connection): AuditStore {
  return {
    async append(records) {
      connection.write(({ change }) => {
        for (const record of records) change(append, ...valuesOf(record))
      })
    },
    async list({ filter, before, limit }) {
      const sql = `
        SELECT id, at, type, subject, session, network, count, details FROM hallpass_audit
        WHERE ${conditions[filter.by]} ${before === null ? '' : 'AND (at, id) < (?, ?)'}
        ORDER BY at DESC, id DESC
        LIMIT ?`
      const is = filter.by === 'everything' ? [] : [filter.is]
      const place = before === null ? [] : [before.at, before.id]
      return connection.read(({ rows }) => rows<AuditRow>(sql, ...is, ...place, limit)).map(recordIn)
    },
    async count(added) {
      connection.write(({ change }) => {
        for (const { minute, series, value } of added) change(count, minute, series, value)
      })
    },
    async counts(from, to) {
      const found = connection.read(({ rows }) => rows<Count>(counts, from, to))
      return found.map(({ minute, series, value }) => ({ minute, series, value }))
    },
    async removeBefore(before, limit) {
      return connection.write(({ change }) => {
        change('DELETE FROM hallpass_counts WHERE minute < ?', before)
        return change(removeBefore, before, limit)
      })
    },
  }
}

function valuesOf({ at, id, type, subject, session, network, count: times, details }: AuditRecord): SqliteValue[] {
  return [at, id, type, subject, session, network, times, JSON.stringify(details)]
}

/** Drivers hand out rows without a prototype. */
function recordIn(row: AuditRow): AuditRecord {
  return { ...row, details: JSON.parse(row.details) as AuditRecord['details'] }
}
