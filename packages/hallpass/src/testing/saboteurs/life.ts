import { inSessions, overlaid, type Saboteur } from './overlaid.js'

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
