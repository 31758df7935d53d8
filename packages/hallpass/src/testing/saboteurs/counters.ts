import type { Counter, SessionStore } from '../../core/store.js'
import { aMomentLater, inSessions, type Saboteur } from './overlaid.js'

async function valueOf(sessions: SessionStore, counter: Counter): Promise<number> {
  if (counter.of === 'deployment') return (await sessions.versions(null)).deploymentVersion
  const { subjectVersion, subjectChanges } = await sessions.versions(counter.subject)
  return counter.raise === 'version' ? subjectVersion : subjectChanges
}

export const counterSaboteurs: readonly Saboteur[] = [
  inSessions(
    'knows no counters of a subject never seen',
    'versions: the counters of a subject never seen are 0, and without a subject the deployment counts alone',
    (sessions) => ({
      async versions(subject) {
        const versions = await sessions.versions(subject)
        return versions.subjectVersion === 0 ? (undefined as unknown as typeof versions) : versions
      },
    }),
  ),
  inSessions(
    'raises every subject with one',
    'raise: adds one to that counter alone, and answers its new value',
    (sessions) => ({
      async raise(counter, keep) {
        await sessions.raise({ of: 'deployment' })
        return sessions.raise(counter, keep)
      },
    }),
  ),
  inSessions(
    'answers the value before',
    'raise: adds one to that counter alone, and answers its new value',
    (sessions) => ({
      async raise(counter, keep) {
        const raised = await sessions.raise(counter, keep)
        return raised === 'conflict' ? raised : raised - 1
      },
    }),
  ),
  inSessions('reads a counter, then stores it raised', 'raise: of many at once each is counted', (sessions) => {
    const stored = new Set<string>()
    return {
      async raise(counter, keep) {
        const raised = (await valueOf(sessions, counter)) + 1
        await aMomentLater()
        const value = `${JSON.stringify(counter)} ${raised}`
        if (stored.has(value)) return raised
        stored.add(value)
        return sessions.raise(counter, keep)
      },
    }
  }),
  inSessions(
    'compares subjects without regard to case',
    'raise: a subject that is spelt differently is another subject',
    (sessions) => ({
      versions: (subject) => sessions.versions(subject?.toLowerCase() ?? null),
      raise(counter, keep) {
        if (counter.of === 'deployment') return sessions.raise(counter)
        return sessions.raise({ ...counter, subject: counter.subject.toLowerCase() }, keep)
      },
    }),
  ),
  inSessions('normalises subjects', 'raise: a subject that is spelt differently is another subject', (sessions) => ({
    raise(counter, keep) {
      if (counter.of === 'deployment') return sessions.raise(counter)
      return sessions.raise({ ...counter, subject: counter.subject.normalize('NFC') }, keep)
    },
  })),
  inSessions(
    'ends the sessions of a page of the list',
    'raise: ends every session of the subject in one step, and no other',
    (sessions) => ({
      async raise(counter, keep) {
        if (counter.of === 'deployment' || counter.raise === 'changes') return sessions.raise(counter, keep)
        const page = (await sessions.listBySubject(counter.subject)).slice(0, 20)
        for (const record of page) await sessions.replace({ ...record, endedAt: 1, endedBecause: 'subject-revoked' })
        return 1
      },
    }),
  ),
  inSessions(
    'ends sessions when something changes',
    'raise: changes make tokens stale and end nothing',
    (sessions) => ({
      raise: (counter, keep) =>
        sessions.raise(counter.of === 'subject' ? { ...counter, raise: 'version' } : counter, keep),
    }),
  ),
  inSessions(
    'forgets the record to keep',
    'raise: the record to keep moves to the new version in the same step',
    (sessions) => ({
      raise: (counter) => sessions.raise(counter),
    }),
  ),
  inSessions(
    'raises first and moves the record to keep afterwards',
    'raise: the record to keep is at no moment seen as passed',
    (sessions) => ({
      async raise(counter, keep) {
        const raised = await sessions.raise(counter)
        if (keep === undefined || keep === null || raised === 'conflict') return raised
        await aMomentLater()
        await sessions.remove(keep.id)
        await sessions.insert({ ...keep, version: keep.version + 1, subjectVersion: raised })
        return raised
      },
    }),
  ),
  inSessions(
    'reads the record and the counters at two moments',
    'raise: the record to keep is at no moment seen as passed',
    (sessions) => ({
      async find(id) {
        const { record } = await sessions.find(id)
        await aMomentLater()
        return { record, versions: await sessions.versions(record?.subject ?? null) }
      },
      async raise(counter, keep) {
        await aMomentLater()
        return sessions.raise(counter, keep)
      },
    }),
  ),
  inSessions(
    'raises although the record to keep has moved on',
    'raise: with another version of the record to keep, nothing happens at all',
    (sessions) => ({
      async raise(counter, keep) {
        const raised = await sessions.raise(counter, keep)
        if (raised === 'conflict') await sessions.raise(counter)
        return raised
      },
    }),
  ),
  inSessions(
    'brings the record to keep back',
    'raise: a record to keep that has been passed is not brought back',
    (sessions) => ({
      async raise(counter, keep) {
        const raised = await sessions.raise(counter, keep)
        if (raised !== 'conflict' || keep === undefined || keep === null) return raised
        const { record, versions } = await sessions.find(keep.id)
        if (record === null || record.version !== keep.version) return raised
        await sessions.remove(keep.id)
        await sessions.insert({ ...keep, ...versions, version: keep.version + 1 })
        return versions.subjectVersion
      },
    }),
  ),
  inSessions(
    'compares the record to keep, then raises',
    'raise: of many at once that keep one version of a record exactly one happens',
    (sessions) => ({
      async raise(counter, keep) {
        if (keep === undefined || keep === null) return sessions.raise(counter)
        const { record } = await sessions.find(keep.id)
        if (record?.version !== keep.version) return 'conflict'
        await aMomentLater()
        return sessions.raise(counter)
      },
    }),
  ),
]
