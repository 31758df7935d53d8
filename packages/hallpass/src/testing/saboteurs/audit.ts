import type { AuditQuery, AuditRecord } from '../../core/store.js'
import { aMomentLater, inAudit, type Saboteur } from './overlaid.js'

const absence = 'audit: where nothing happened, nothing is listed, counted or erased'
const equal = 'audit: what was appended is listed, deeply equal'
const copies = 'audit: records are copies, which the caller may change without changing the store'
const taken = 'audit: an id that is there already changes nothing, also where many append it at once'
const order = 'audit: the list is newest first, and at the same time by the bytes of the ids, downwards'
const filters = 'audit: a filter finds what has that text there, and nothing else'
const paging = 'audit: page by page by any filter, while others append, each record comes once and in its order'
const places = 'audit: a page goes on from a place where no record is'

const everything: AuditQuery = { filter: { by: 'everything' }, before: null, limit: 1_000_000 }

/** What happened. */
export const auditSaboteurs: readonly Saboteur[] = [
  inAudit('throws when nothing happened', absence, (audit) => ({
    async list(query) {
      const found = await audit.list(query)
      if (found.length === 0 && query.filter.by !== 'everything') throw new Error('nothing happened to them')
      return found
    },
  })),
  inAudit('has a column of 32 bits for how many a record stands for', equal, (audit) => ({
    append: (records) => audit.append(records.map((record) => ({ ...record, count: record.count | 0 }))),
  })),
  inAudit('reads the empty text as none', equal, (audit) => ({
    list: async (query) =>
      (await audit.list(query)).map((record) => ({
        ...record,
        subject: record.subject === '' ? null : record.subject,
      })),
  })),
  inAudit('has a column for 4000 characters of details', equal, (audit) => ({
    append: (records) => audit.append(records.map((record) => ({ ...record, details: shortened(record.details) }))),
  })),
  inAudit('keeps the records that it was handed', copies, (audit) => {
    const kept: AuditRecord[] = []
    return {
      async append(records) {
        kept.push(...records)
        await audit.append(records)
      },
      list: async () => kept,
    }
  }),
  inAudit('overwrites a record of the same id', taken, (audit) => {
    const last = new Map<string, AuditRecord>()
    return {
      async append(records) {
        for (const record of records) last.set(record.id, record)
        await audit.append(records)
      },
      list: async (query) => (await audit.list(query)).map(({ id }) => last.get(id)!),
    }
  }),
  inAudit('looks which ids are there, then appends the others', taken, (audit) => {
    let appended = 0
    return {
      async append(records) {
        const there = new Set((await audit.list(everything)).map(({ id }) => id.split(' #')[0]))
        await aMomentLater()
        const others = records.filter(({ id }) => !there.has(id) && there.add(id))
        await audit.append(others.map((record) => ({ ...record, id: `${record.id} #${++appended}` })))
      },
      list: async (query) => (await audit.list(query)).map((record) => ({ ...record, id: record.id.split(' #')[0]! })),
    }
  }),
  inAudit('has the order of JavaScript at the same time', order, (audit) => ({
    list: async (query) =>
      [...(await audit.list(query))].sort((one, other) => other.at - one.at || (one.id < other.id ? 1 : -1)),
  })),
  inAudit('lists what came last at the same time last', order, (audit) => ({
    list: async (query) => [...(await audit.list(query))].sort((one, other) => other.at - one.at || byId(one, other)),
  })),
  inAudit('has an index of words in small letters', filters, (audit) => ({
    async list(query) {
      if (query.filter.by === 'everything') return audit.list(query)
      const { by, is } = query.filter
      const found = await audit.list({ ...query, filter: everything.filter })
      return found.filter((record) => record[by]?.toLowerCase() === is.toLowerCase())
    },
  })),
  inAudit('takes the filter for a pattern', filters, (audit) => ({
    async list(query) {
      const isPattern = query.filter.by !== 'everything' && query.filter.is === '%'
      return audit.list(isPattern ? { ...query, filter: everything.filter } : query)
    },
  })),
  inAudit('looks for the text in every column', filters, (audit) => ({
    async list(query) {
      if (query.filter.by === 'everything') return audit.list(query)
      const { is } = query.filter
      const found = await audit.list({ ...query, filter: everything.filter })
      return found.filter(({ subject, session, type, network }) => [subject, session, type, network].includes(is))
    },
  })),
  inAudit('counts pages from the newest record on', paging, (audit) => {
    let read = 0
    return {
      async list(query) {
        if (query.before === null) read = 0
        const page = (await audit.list({ ...everything, filter: query.filter })).slice(read, read + query.limit)
        read += page.length
        return page
      },
    }
  }),
  inAudit('goes on with what happened earlier', paging, (audit) => ({
    list: (query) => audit.list({ ...query, before: query.before && { at: query.before.at, id: '' } }),
  })),
  inAudit('looks for the record that it goes on from', places, (audit) => ({
    async list(query) {
      const records = await audit.list(everything)
      const place = records.findIndex(({ at, id }) => at === query.before?.at && id === query.before.id)
      return records.slice(place + 1, place + 1 + query.limit)
    },
  })),
  inAudit('lists 500 at most', 'audit: a page is as long as was asked', (audit) => ({
    list: (query) => audit.list({ ...query, limit: Math.min(query.limit, 500) }),
  })),
]

function shortened(details: AuditRecord['details']): AuditRecord['details'] {
  return JSON.stringify(details).length > 4000 ? {} : details
}

function byId(one: AuditRecord, other: AuditRecord): number {
  return one.id < other.id ? -1 : 1
}
