import type { SessionStore } from '../../core/store.js'
import { inSessions, type Saboteur } from './overlaid.js'

const once =
  'subjects: each that has live records once, however many they are, and nobody for records without a subject'
const prefixed = 'subjects: those that begin with the prefix, in the order of their bytes'
const pages = 'subjects: go on after a text, which need not be a subject, page by page'
const stillThere = 'subjects: who has one live record among others that are over is named, and so is who came back'
const ended = 'subjects: who has only records that have ended or were erased is not named, nor in the way of others'
const passed = 'subjects: who has only records that a version has passed is not named, nor in the way of others'

export const subjectSaboteurs: readonly Saboteur[] = [
  inSessions('names a subject once a session', once, (sessions) => ({
    async subjects(query) {
      const found = await sessions.subjects(query)
      const lists = await Promise.all(found.map((subject) => sessions.listBySubject(subject)))
      return lists.flat().map(({ subject }) => subject!)
    },
  })),
  inSessions('names nobody as a subject', once, (sessions) => {
    let isThere = false
    return {
      insert(record) {
        isThere ||= record.subject === null
        return sessions.insert(record)
      },
      subjects: async (query) => [...(isThere ? [''] : []), ...(await sessions.subjects(query))],
    }
  }),
  inSessions('takes the prefix of a subject for a pattern', prefixed, (sessions) => ({
    subjects: (query) => sessions.subjects({ ...query, prefix: query.prefix.replace(/[%_].*/su, '') }),
  })),
  inSessions('compares prefixes without case', prefixed, (sessions) => ({
    async subjects(query) {
      const all = await sessions.subjects({ ...query, prefix: '' })
      return all.filter((subject) => subject.toLowerCase().startsWith(query.prefix.toLowerCase()))
    },
  })),
  inSessions('looks from the prefix up to the last character that there is', prefixed, (sessions) => ({
    subjects: async (query) => (await sessions.subjects(query)).filter((subject) => subject <= `${query.prefix}\uFFFF`),
  })),
  inSessions('sorts subjects as JavaScript does', prefixed, (sessions) => ({
    subjects: async (query) => [...(await sessions.subjects(query))].sort(),
  })),
  inSessions('repeats the last subject of the page before', pages, (sessions) => ({
    async subjects(query) {
      const last = query.after === null ? [] : await sessions.listBySubject(query.after)
      const again = last.slice(0, 1).map(({ subject }) => subject!)
      return [...again, ...(await sessions.subjects(query))].slice(0, query.limit)
    },
  })),
  inSessions('names 100 subjects at most', pages, (sessions) => ({
    subjects: (query) => sessions.subjects({ ...query, limit: Math.min(query.limit, 100) }),
  })),
  inSessions('takes a subject off its list with the first session that ends', stillThere, (sessions) => {
    const taken = new Set<string | null>()
    return {
      async replace(next, entry) {
        const answer = await sessions.replace(next, entry)
        if (next.endedAt !== null) taken.add(next.subject)
        return answer
      },
      subjects: async (query) => (await sessions.subjects(query)).filter((subject) => !taken.has(subject)),
    }
  }),
  inSessions('names whoever has sessions, ended or not', ended, namingAll),
  inSessions('takes a page of subjects, then leaves out who is gone', ended, (sessions) => {
    const naming = namingAll(sessions)
    return {
      ...naming,
      async subjects(query) {
        const page = await naming.subjects(query)
        const lists = await Promise.all(page.map((subject) => sessions.listBySubject(subject)))
        return page.filter((_, place) => lists[place]!.length > 0)
      },
    }
  }),
  inSessions('names whom a version has passed', passed, namingAll),
]

/** From a list that nobody is ever taken off. */
function namingAll(sessions: SessionStore): Pick<SessionStore, 'insert' | 'subjects'> {
  const named = new Set<string>()
  return {
    insert(record) {
      if (record.subject !== null) named.add(record.subject)
      return sessions.insert(record)
    },
    subjects: async ({ limit }) => [...named].sort().slice(0, limit),
  }
}
