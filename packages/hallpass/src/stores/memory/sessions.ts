import { HallpassError } from '../../core/errors.js'
import type { SessionRecord } from '../../core/session.js'
import type { SessionStore, Touch } from '../../core/store.js'
import { touched } from '../../core/touch.js'
import { copy } from './copy.js'
import { type Counters, countersOf } from './counters.js'
import type { MemoryLog } from './log.js'
import { pageOf } from './page.js'

// No method awaits anything, so each of them is one step.

export function sessionsIn(open: () => void, log: MemoryLog): SessionStore {
  const counters = countersOf()
  const records = recordsOf(counters)
  return {
    async find(id) {
      open()
      const record = records.find(id)
      return { record: copy(record), versions: counters.read(record?.subject ?? null) }
    },
    async versions(subject) {
      open()
      return counters.read(subject)
    },
    async insert(record) {
      open()
      const { subjectVersion, deploymentVersion } = counters.read(record.subject)
      if (record.subjectVersion !== subjectVersion || record.deploymentVersion !== deploymentVersion) return 'passed'
      records.insert(record)
      return 'inserted'
    },
    async replace(next, entry) {
      open()
      const answer = records.replace(next)
      if (answer === 'replaced') log.append(entry)
      return answer
    },
    async raise(counter, keep, entry) {
      open()
      if (keep !== undefined && keep !== null) {
        const { subjectVersion } = counters.read(keep.subject)
        if (records.replace({ ...keep, subjectVersion: subjectVersion + 1 }) === 'conflict') return 'conflict'
      }
      const raised = counters.raise(counter)
      log.append(entry, raised)
      return raised
    },
    async touch(touches, now) {
      open()
      for (const touch of touches) records.touch(touch, now)
    },
    async remove(id) {
      open()
      records.remove(id)
    },
    async listBySubject(subject) {
      open()
      return records.liveOf(subject).map(copy)
    },
    async subjects(query) {
      open()
      return pageOf(records.liveSubjects(), query)
    },
    async removeExpired(before, limit) {
      open()
      return records.removeExpired(before, limit)
    },
  }
}

function recordsOf(counters: Counters) {
  const records = new Map<string, SessionRecord>()
  const isLive = (record: SessionRecord): boolean => record.endedAt === null && !counters.havePassed(record)
  return {
    find: (id: string): SessionRecord | null => records.get(id) ?? null,
    remove: (id: string): void => void records.delete(id),
    insert(record: SessionRecord): void {
      if (records.has(record.id)) throw new HallpassError('store-unavailable', { reason: 'the session id is taken' })
      records.set(record.id, copy(record))
    },
    replace(next: SessionRecord): 'replaced' | 'conflict' {
      const stored = records.get(next.id)
      if (stored === undefined || stored.version !== next.version || counters.havePassed(stored)) return 'conflict'
      records.set(next.id, copy({ ...next, version: next.version + 1 }))
      return 'replaced'
    },
    touch(touch: Touch, now: number): void {
      const stored = records.get(touch.id)
      const next = stored === undefined ? null : touched(stored, touch, now)
      if (next !== null) records.set(touch.id, { ...next, version: next.version + 1 })
    },
    liveSubjects: (): string[] =>
      [...records.values()].filter(isLive).flatMap(({ subject }) => (subject === null ? [] : [subject])),
    liveOf: (subject: string): SessionRecord[] =>
      [...records.values()]
        .filter((record) => record.subject === subject && isLive(record))
        .sort((one, other) => other.createdAt - one.createdAt),
    removeExpired(before: number, limit: number): number {
      const expired = [...records.values()].filter((record) => record.absoluteExpiresAt < before).slice(0, limit)
      for (const { id } of expired) records.delete(id)
      return expired.length
    },
  }
}
