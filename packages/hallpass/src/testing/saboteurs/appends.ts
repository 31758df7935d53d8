import { aMomentLater, inKeys, inSessions, type Saboteur } from './overlaid.js'

export const appendSaboteurs: readonly Saboteur[] = [
  inSessions(
    'appends an entry although it replaced nothing',
    'replace: its entry is in the log when it answers, and a conflict appends nothing',
    (sessions, { log }) => ({
      async replace(next, entry) {
        const answer = await sessions.replace(next)
        if (entry !== undefined) await log.append(entry)
        return answer
      },
    }),
  ),
  inSessions(
    'appends an entry some time after it has answered',
    'replace: its entry is in the log when it answers, and a conflict appends nothing',
    (sessions, { log }) => ({
      async replace(next, entry) {
        const answer = await sessions.replace(next)
        if (answer === 'replaced' && entry !== undefined) {
          void aMomentLater()
            .then(() => log.append(entry))
            .catch(() => undefined)
        }
        return answer
      },
    }),
  ),
  inSessions(
    'appends the entry of a raise as it was handed over',
    'raise: its entry has the new value as its counter, and a conflict appends nothing',
    (sessions, { log }) => ({
      async raise(counter, keep, entry) {
        const raised = await sessions.raise(counter, keep)
        if (raised !== 'conflict' && entry !== undefined) await log.append(entry)
        return raised
      },
    }),
  ),
  inSessions(
    'appends the entry of a raise that was a conflict',
    'raise: its entry has the new value as its counter, and a conflict appends nothing',
    (sessions, { log }) => ({
      async raise(counter, keep, entry) {
        const raised = await sessions.raise(counter, keep, entry)
        if (raised === 'conflict' && entry !== undefined) await log.append(entry)
        return raised
      },
    }),
  ),
  inKeys(
    'stores a ring without its entry',
    'keys: the entry of a ring is in the log once the ring is stored, and a conflict appends nothing',
    (keys) => ({
      replace: (version, ring) => keys.replace(version, ring),
    }),
  ),
  inSessions(
    'replaces in one step and appends in a second',
    'replace: whoever sees the record or the entry, and looks, sees the other',
    (sessions, { log }) => ({
      async replace(next, entry) {
        const answer = await sessions.replace(next)
        await aMomentLater()
        if (answer === 'replaced' && entry !== undefined) await log.append(entry)
        return answer
      },
    }),
  ),
  inSessions(
    'appends in one step and replaces in a second',
    'replace: whoever sees the record or the entry, and looks, sees the other',
    (sessions, { log }) => ({
      async replace(next, entry) {
        if (entry !== undefined) await log.append(entry)
        await aMomentLater()
        return sessions.replace(next)
      },
    }),
  ),
  inSessions(
    'raises in one step and appends in a second',
    'raise: whoever sees the counter or the entry, and looks, sees the other',
    (sessions, { log }) => ({
      async raise(counter, keep, entry) {
        const raised = await sessions.raise(counter, keep)
        await aMomentLater()
        if (raised !== 'conflict' && entry !== undefined) await log.append({ ...entry, counter: raised })
        return raised
      },
    }),
  ),
  inKeys(
    'announces a ring before it is stored',
    'keys: whoever sees the ring or the entry, and looks, sees the other',
    (keys, { log }) => ({
      async replace(version, ring, entry) {
        if (entry !== undefined) await log.append(entry)
        await aMomentLater()
        return keys.replace(version, ring)
      },
    }),
  ),
]
