import type { SessionRecord } from '../../core/session.js'
import { inSessions, type Saboteur } from './overlaid.js'

export const listSaboteurs: readonly Saboteur[] = [
  inSessions(
    'lists in the order of insertion',
    'listBySubject: the records of that subject alone, newest first',
    (sessions) => ({
      listBySubject: async (subject) =>
        [...(await sessions.listBySubject(subject))].sort((one, other) => one.id.localeCompare(other.id)),
    }),
  ),
  inSessions(
    'lists from an index that ends do not reach',
    'listBySubject: records that have ended are not in it',
    (sessions) => {
      const index: SessionRecord[] = []
      return {
        insert(record) {
          index.push(record)
          return sessions.insert(record)
        },
        listBySubject: async (subject) => index.filter((record) => record.subject === subject).reverse(),
      }
    },
  ),
  inSessions(
    'lists what a version has passed',
    'listBySubject: records that a version has passed are not in it',
    (sessions) => {
      const ids: string[] = []
      return {
        insert(record) {
          ids.push(record.id)
          return sessions.insert(record)
        },
        async listBySubject(subject) {
          const found = await Promise.all(ids.map((id) => sessions.find(id)))
          const records = found.flatMap(({ record }) => (record === null ? [] : [record]))
          return records.filter((record) => record.subject === subject && record.endedAt === null)
        },
      }
    },
  ),
  inSessions('lists one page', 'listBySubject: leaves none out, however many there are', (sessions) => ({
    listBySubject: async (subject) => (await sessions.listBySubject(subject)).slice(0, 100),
  })),
  inSessions(
    'sweeps away what ends in this very moment',
    'removeExpired: erases what ended before the moment, and nothing that lives',
    (sessions) => ({
      removeExpired: (before, limit) => sessions.removeExpired(before + 1, limit),
    }),
  ),
  inSessions(
    'sweeps without a limit',
    'removeExpired: erases no more than the limit, and answers how many',
    (sessions) => ({
      removeExpired: (before) => sessions.removeExpired(before, 1_000_000),
    }),
  ),
  inSessions(
    'hides what has expired',
    'removeExpired: until it has run, an expired record is found, so that its end can be told from its absence',
    (sessions) => ({
      async find(id) {
        const found = await sessions.find(id)
        return found.record !== null && found.record.absoluteExpiresAt < 2000 ? { ...found, record: null } : found
      },
    }),
  ),
]
