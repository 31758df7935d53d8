import type { AuditFilter, AuditRecord, AuditStore } from '../../core/store.js'
import { copy } from './copy.js'
import { byBytes } from './page.js'

// No method awaits anything, so each of them is one step.

export function auditIn(open: () => void): AuditStore {
  const records = new Map<string, AuditRecord>()
  const minutes = new Map<number, Map<string, number>>()
  return {
    async append(added) {
      open()
      for (const record of added) if (!records.has(record.id)) records.set(record.id, copy(record))
    },
    async list({ filter, before, limit }) {
      open()
      return [...records.values()]
        .filter((record) => isMeant(record, filter) && (before === null || newestFirst(record, before) > 0))
        .sort(newestFirst)
        .slice(0, limit)
        .map(copy)
    },
    async count(counts) {
      open()
      for (const { minute, series, value } of counts) {
        const counted = minutes.get(minute) ?? new Map<string, number>()
        minutes.set(minute, counted.set(series, (counted.get(series) ?? 0) + value))
      }
    },
    async counts(from, to) {
      open()
      return [...minutes]
        .filter(([minute]) => minute >= from && minute < to)
        .flatMap(([minute, counted]) => [...counted].map(([series, value]) => ({ minute, series, value })))
        .sort((one, other) => one.minute - other.minute || byBytes(one.series, other.series))
    },
    async removeBefore(before, limit) {
      open()
      const old = [...records.values()].filter(({ at }) => at < before).slice(0, limit)
      for (const { id } of old) records.delete(id)
      for (const minute of minutes.keys()) if (minute < before) minutes.delete(minute)
      return old.length
    },
  }
}

function isMeant(record: AuditRecord, filter: AuditFilter): boolean {
  return filter.by === 'everything' || record[filter.by] === filter.is
}

type Place = Pick<AuditRecord, 'at' | 'id'>

function newestFirst(one: Place, other: Place): number {
  return other.at - one.at || byBytes(other.id, one.id)
}
