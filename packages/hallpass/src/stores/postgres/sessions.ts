import { HallpassError } from '../../core/errors.js'
import type { SessionRecord, Versions } from '../../core/session.js'
import type { Counter, PageQuery, SessionStore } from '../../core/store.js'
import { type Connection, only } from './connection.js'
import type { Appended, Teller } from './log.js'
import { begins, pageValues } from './page.js'

/** A session as the statements below read it: the record as it was written, and what has moved since. */
interface SessionRow {
  readonly record: string
  readonly moved: string
}

/** The columns that steps change without writing the record. */
const moved = `
  json_build_object(
    'version', s.version, 'subjectVersion', s.subject_version, 'confirmedGeneration', s.confirmed_generation,
    'lastSeenAt', s.last_seen_at, 'idleExpiresAt', s.idle_expires_at)::text AS moved`

const versions = `
  json_build_object(
    'subjectVersion', coalesce(c.version, 0), 'subjectChanges', coalesce(c.changes, 0),
    'deploymentVersion', d.version)::text AS versions`

function statementsOn(schema: string) {
  return {
    find: `
      SELECT s.record, ${moved}, ${versions}
      FROM ${schema}.deployment d
      LEFT JOIN ${schema}.sessions s ON s.id = $1
      LEFT JOIN ${schema}.subjects c ON c.subject = s.subject`,
    versions: `
      SELECT ${versions}
      FROM ${schema}.deployment d
      LEFT JOIN ${schema}.subjects c ON c.subject = $1`,
    listBySubject: `
      SELECT s.record, ${moved}
      FROM ${schema}.sessions s
      WHERE s.subject = $1 AND NOT s.ended
        AND s.deployment_version >= (SELECT version FROM ${schema}.deployment)
        AND s.subject_version >= coalesce((SELECT version FROM ${schema}.subjects WHERE subject = $1), 0)
      ORDER BY s.created_at DESC`,
  }
}

/**
 * From one subject to the next in the index, past however many sessions each of them has. A recursive query hands on
 * its rows as it finds them, and finds no more of them than are taken.
 */
function subjectsOn(schema: string, query: PageQuery): string {
  const next = (from: string): string => `
    SELECT page.subject, page.subject_version
    FROM (
      SELECT s.subject, s.subject_version
      FROM ${schema}.sessions s
      WHERE s.deployment_version = (SELECT version FROM ${schema}.deployment)
        AND s.subject IS NOT NULL AND NOT s.ended AND ${from}
      ORDER BY s.subject, s.subject_version DESC LIMIT 1) page
    WHERE starts_with(page.subject, $1)`
  return `
    WITH RECURSIVE found AS (
      (${next(begins('s.subject', query))})
      UNION ALL
      SELECT next.* FROM found CROSS JOIN LATERAL (${next('s.subject > found.subject')}) next)
    SELECT found.subject
    FROM found
    WHERE found.subject_version >= coalesce(
      (SELECT c.version FROM ${schema}.subjects c WHERE c.subject = found.subject), 0)
    LIMIT $2`
}

export function sessionsOn(connection: Connection, tell: Teller): SessionStore {
  const { read, step } = connection
  const sql = statementsOn(connection.schema)
  return {
    async find(id) {
      const rows = await read<{ record: string | null; moved: string; versions: string }>(sql.find, id)
      const { record, moved, versions } = only(rows)
      return {
        record: record === null ? null : recordIn({ record, moved }),
        versions: JSON.parse(versions) as Versions,
      }
    },
    async versions(subject) {
      const { versions } = only(await read<{ versions: string }>(sql.versions, subject))
      return JSON.parse(versions) as Versions
    },
    async insert(record) {
      const answer = await step<'inserted' | 'passed' | 'taken'>('insert_session', rowOf(record))
      if (answer !== 'taken') return answer
      throw new HallpassError('store-unavailable', { reason: 'the session id is taken' })
    },
    async replace(next, entry) {
      const done = await step<Appended | null>('replace_session', rowOf(next), orNull(entry))
      if (done === null) return 'conflict'
      tell(done.appended)
      return 'replaced'
    },
    async raise(counter, keep, entry) {
      const kept = keep === undefined || keep === null ? null : rowOf(keep)
      const done = await raise(connection, counter, kept, orNull(entry))
      if (done === null) return 'conflict'
      tell(done.appended)
      return done.raised
    },
    async touch(touches, now) {
      if (touches.length > 0) await step('touch_sessions', JSON.stringify(touches), now)
    },
    async remove(id) {
      await step('remove_session', id)
    },
    async listBySubject(subject) {
      return (await read<SessionRow>(sql.listBySubject, subject)).map(recordIn)
    },
    async subjects(query) {
      const rows = await read<{ subject: string }>(subjectsOn(connection.schema, query), ...pageValues(query))
      return rows.map(({ subject }) => subject)
    },
    removeExpired: (before, limit) => step('remove_expired', before, limit),
  }
}

type Raised = Appended & { readonly raised: number }

function raise(
  { step }: Connection,
  counter: Counter,
  keep: string | null,
  entry: string | null,
): Promise<Raised | null> {
  return counter.of === 'deployment'
    ? step('raise_deployment', entry)
    : step('raise_subject', counter.subject, counter.raise, keep, entry)
}

function orNull(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function recordIn({ record, moved }: SessionRow): SessionRecord {
  return { ...(JSON.parse(record) as SessionRecord), ...(JSON.parse(moved) as Partial<SessionRecord>) }
}

/** The session by the names of its columns. */
function rowOf(record: SessionRecord): string {
  return JSON.stringify({
    id: record.id,
    subject: record.subject,
    version: record.version,
    subject_version: record.subjectVersion,
    deployment_version: record.deploymentVersion,
    generation: record.generation,
    confirmed_generation: record.confirmedGeneration,
    created_at: record.createdAt,
    last_seen_at: record.lastSeenAt,
    idle_expires_at: record.idleExpiresAt,
    absolute_expires_at: record.absoluteExpiresAt,
    ended: record.endedAt !== null,
    record: JSON.stringify(record),
  })
}
