import { randomUUID } from 'node:crypto'
import { noting } from './members.js'
import { inAudit, inLog, inSessions, overlaid, type Saboteur } from './overlaid.js'

export const lifeSaboteurs: readonly Saboteur[] = [
  {
    name: 'proves that it can write by raising a counter',
    breaks: 'check: resolves while the store works, and changes nothing',
    sabotage: (store) =>
      overlaid(store, {
        async check() {
          await store.sessions.raise({ of: 'deployment' })
        },
      }),
  },
  inSessions(
    'reads trouble as absence',
    'trouble is no verdict: once the store cannot answer, every method rejects',
    (sessions) => ({
      async find(id) {
        const versions = { subjectVersion: 0, subjectChanges: 0, deploymentVersion: 0 }
        return sessions.find(id).catch(() => ({ record: null, versions }))
      },
    }),
  ),
  inSessions(
    'reads trouble as an empty list',
    'trouble is no verdict: once the store cannot answer, every method rejects',
    (sessions) => ({
      listBySubject: async (subject) => sessions.listBySubject(subject).catch(() => []),
    }),
  ),
  inSessions(
    'swallows trouble when it writes',
    'trouble is no verdict: once the store cannot answer, every method rejects',
    (sessions) => ({
      remove: async (id) => sessions.remove(id).catch(() => undefined),
    }),
  ),
  inLog(
    'reads trouble as a log without members',
    'trouble is no verdict: once the store cannot answer, every method rejects',
    (log) => ({
      standing: async (entry, position) =>
        log.standing(entry, position).catch(() => ({ entry: null, held: false, members: [] })),
    }),
  ),
  inAudit(
    'reads trouble as a quiet day',
    'trouble is no verdict: once the store cannot answer, every method rejects',
    (audit) => ({
      counts: async (from, to) => audit.counts(from, to).catch(() => []),
    }),
  ),
  inLog(
    'begins another log at every opening',
    'reopened, the log is the same one, with where it begins, its entries, terms and members',
    (log) => {
      const identity = randomUUID()
      return { renew: async (member, terms, after) => ({ ...(await log.renew(member, terms, after)), identity }) }
    },
  ),
  inLog(
    'keeps acknowledgements in memory only',
    'reopened, the log is the same one, with where it begins, its entries, terms and members',
    (log) => {
      const noted = new Map<string, number>()
      return {
        ...noting(log, noted),
        async acknowledge(incarnation, { sequence }) {
          noted.set(incarnation, sequence)
          return 'acknowledged'
        },
      }
    },
  ),
  {
    name: 'keeps counters in memory only',
    breaks: 'reopened, the store has kept everything that it acknowledged',
    sabotage(store) {
      let subjectChanges = 0
      return overlaid(store, {
        sessions: overlaid(store.sessions, {
          async raise(counter, keep) {
            if (counter.of === 'deployment' || counter.raise === 'version') return store.sessions.raise(counter, keep)
            return ++subjectChanges
          },
          versions: async (subject) => ({ ...(await store.sessions.versions(subject)), subjectChanges }),
        }),
      })
    },
  },
]
