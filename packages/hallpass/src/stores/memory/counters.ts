import type { SessionRecord, Versions } from '../../core/session.js'
import type { Counter } from '../../core/store.js'

/** The counters beside the sessions. */
export interface Counters {
  readonly read: (subject: string | null) => Versions
  readonly raise: (counter: Counter) => number
  readonly havePassed: (record: SessionRecord) => boolean
}

export function countersOf(): Counters {
  const subjects = new Map<string, { version: number; changes: number }>()
  let deploymentVersion = 0

  const read = (subject: string | null): Versions => {
    const counters = subject === null ? undefined : subjects.get(subject)
    return { subjectVersion: counters?.version ?? 0, subjectChanges: counters?.changes ?? 0, deploymentVersion }
  }
  const raise = (counter: Counter): number => {
    if (counter.of === 'deployment') return ++deploymentVersion
    const counters = subjects.get(counter.subject) ?? { version: 0, changes: 0 }
    subjects.set(counter.subject, counters)
    return ++counters[counter.raise]
  }
  const havePassed = (record: SessionRecord): boolean => {
    const versions = read(record.subject)
    return record.subjectVersion < versions.subjectVersion || record.deploymentVersion < versions.deploymentVersion
  }
  return { read, raise, havePassed }
}
