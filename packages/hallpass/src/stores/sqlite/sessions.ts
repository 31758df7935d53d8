import type { SessionRecord, Versions } from '../../core/session.js'
import type { Counter, SessionStore, Touch } from '../../core/store.js'
import { touched } from '../../core/touch.js'
import type { AppendingWrite } from './append.js'
import type { Connection, Statements } from './connection.js'
import type { SqliteValue } from './database.js'
import { onPage, pageValues, pastPrefix } from './page.js'

interface CounterColumns {
  readonly subject_version: number
  readonly subject_changes: number
  readonly deployment_version: number
}

const counters = `
  coalesce(subjects.version, 0) AS subject_version,
  coalesce(subjects.changes, 0) AS subject_changes,
  deployment.version            AS deployment_version`

const find = `
  SELECT sessions.record AS record, ${counters}
  FROM hallpass_deployment deployment
  LEFT JOIN hallpass_sessions sessions ON sessions.id = ?
  LEFT JOIN hallpass_subjects subjects ON subjects.subject = sessions.subject`

const versions = `
  SELECT ${counters}
  FROM hallpass_deployment deployment
  LEFT JOIN hallpass_subjects subjects ON subjects.subject = ?`

// Not the same statement with a null: some drivers read a single null as an object of named values.
const versionsOfNobody = `
  SELECT 0 AS subject_version, 0 AS subject_changes, version AS deployment_version
  FROM hallpass_deployment`

const insert = `
  INSERT INTO hallpass_sessions
    (id, subject, created_at, version, subject_version, deployment_version, absolute_expires_at, ended, record)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

const notPassed = `
  deployment_version >= (SELECT version FROM hallpass_deployment)
  AND subject_version >= coalesce(
    (SELECT version FROM hallpass_subjects WHERE hallpass_subjects.subject = hallpass_sessions.subject), 0)`

const replace = `
  UPDATE hallpass_sessions
  SET version = ?, subject_version = ?, deployment_version = ?, absolute_expires_at = ?, ended = ?, record = ?
  WHERE id = ? AND version = ? AND ${notPassed}`

const raiseVersion = `
  INSERT INTO hallpass_subjects (subject, version) VALUES (?, 1)
  ON CONFLICT (subject) DO UPDATE SET version = version + 1`

const raiseChanges = `
  INSERT INTO hallpass_subjects (subject, changes) VALUES (?, 1)
  ON CONFLICT (subject) DO UPDATE SET changes = changes + 1`

const raiseDeployment = 'UPDATE hallpass_deployment SET version = version + 1'

const listBySubject = `
  SELECT record FROM hallpass_sessions
  WHERE subject = ? AND ended = 0 AND ${notPassed}
  ORDER BY created_at DESC`

const current = 'ended = 0 AND deployment_version = (SELECT version FROM hallpass_deployment)'

/** From each subject straight to the next, however many records they have: a loose index scan. */
const subjects = `
  WITH RECURSIVE subjects (subject) AS (
    SELECT min(subject) FROM hallpass_sessions WHERE ${current} AND ${onPage('subject')}
    UNION ALL
    SELECT (
      SELECT min(subject) FROM hallpass_sessions
      WHERE ${current} AND subject > subjects.subject AND subject < ${pastPrefix}
    )
    FROM subjects WHERE subject IS NOT NULL
  )
  SELECT subject FROM subjects
  WHERE EXISTS (
    SELECT 1 FROM hallpass_sessions
    WHERE hallpass_sessions.subject = subjects.subject AND ${current} AND ${notPassed}
  )
  LIMIT ?`

const removeExpired = `
  DELETE FROM hallpass_sessions
  WHERE id IN (SELECT id FROM hallpass_sessions WHERE absolute_expires_at < ? LIMIT ?)`

export function sessionsOn(connection: Connection, write: AppendingWrite): SessionStore {
  return {
    async find(id) {
      const [row] = connection.read(({ rows }) => rows<CounterColumns & { record: string | null }>(find, id))
      return { record: row!.record === null ? null : parsed(row!.record), versions: versionsIn(row!) }
    },
    async versions(subject) {
      return connection.read((statements) => readVersions(statements, subject))
    },
    async insert(record) {
      return connection.write((statements) => {
        const { subjectVersion, deploymentVersion } = readVersions(statements, record.subject)
        if (record.subjectVersion !== subjectVersion || record.deploymentVersion !== deploymentVersion) return 'passed'
        statements.change(insert, record.id, record.subject, record.createdAt, ...changing(record))
        return 'inserted'
      })
    },
    async replace(next, entry) {
      return write((statements, append) => {
        const answer = replaceRow(statements, next)
        if (answer === 'replaced') append(entry)
        return answer
      })
    },
    async raise(counter, keep, entry) {
      return write((statements, append) => {
        if (keep !== undefined && keep !== null) {
          const { subjectVersion } = readVersions(statements, keep.subject)
          const moved = { ...keep, subjectVersion: subjectVersion + 1 }
          if (replaceRow(statements, moved) === 'conflict') return 'conflict'
        }
        const raised = raiseCounter(statements, counter)
        append(entry, raised)
        return raised
      })
    },
    async touch(touches, now) {
      connection.write((statements) => {
        for (const touch of touches) touchRow(statements, touch, now)
      })
    },
    async remove(id) {
      connection.write(({ change }) => change('DELETE FROM hallpass_sessions WHERE id = ?', id))
    },
    async listBySubject(subject) {
      const found = connection.read(({ rows }) => rows<{ record: string }>(listBySubject, subject))
      return found.map(({ record }) => parsed(record))
    },
    async subjects(query) {
      const values = [...pageValues(query), query.prefix, query.limit]
      const found = connection.read(({ rows }) => rows<{ subject: string }>(subjects, ...values))
      return found.map(({ subject }) => subject)
    },
    async removeExpired(before, limit) {
      return connection.write(({ change }) => change(removeExpired, before, limit))
    },
  }
}

function readVersions({ rows }: Statements, subject: string | null): Versions {
  const found = subject === null ? rows<CounterColumns>(versionsOfNobody) : rows<CounterColumns>(versions, subject)
  return versionsIn(found[0]!)
}

function versionsIn(row: CounterColumns): Versions {
  return {
    subjectVersion: row.subject_version,
    subjectChanges: row.subject_changes,
    deploymentVersion: row.deployment_version,
  }
}

function replaceRow({ change }: Statements, next: SessionRecord): 'replaced' | 'conflict' {
  const stored = { ...next, version: next.version + 1 }
  return change(replace, ...changing(stored), next.id, next.version) === 1 ? 'replaced' : 'conflict'
}

function touchRow({ rows, change }: Statements, touch: Touch, now: number): void {
  const [row] = rows<{ record: string }>('SELECT record FROM hallpass_sessions WHERE id = ?', touch.id)
  const next = row === undefined ? null : touched(parsed(row.record), touch, now)
  if (next === null) return
  const stored = { ...next, version: next.version + 1 }
  const sql = 'UPDATE hallpass_sessions SET version = ?, record = ? WHERE id = ?'
  change(sql, stored.version, JSON.stringify(stored), stored.id)
}

function raiseCounter(statements: Statements, counter: Counter): number {
  if (counter.of === 'deployment') {
    statements.change(raiseDeployment)
    return readVersions(statements, null).deploymentVersion
  }
  statements.change(counter.raise === 'version' ? raiseVersion : raiseChanges, counter.subject)
  const { subjectVersion, subjectChanges } = readVersions(statements, counter.subject)
  return counter.raise === 'version' ? subjectVersion : subjectChanges
}

/** The columns that a record's life can change, in the order of the statements. */
function changing(record: SessionRecord): SqliteValue[] {
  const { version, subjectVersion, deploymentVersion, absoluteExpiresAt, endedAt } = record
  return [
    version,
    subjectVersion,
    deploymentVersion,
    absoluteExpiresAt,
    endedAt === null ? 0 : 1,
    JSON.stringify(record),
  ]
}

function parsed(record: string): SessionRecord {
  return JSON.parse(record) as SessionRecord
}
