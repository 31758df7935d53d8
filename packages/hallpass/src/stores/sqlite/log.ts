import type { LogEntry, LogReading, LogTerms, Member, Position } from '../../core/log.js'
import type { LogStore } from '../../core/store.js'
import type { AppendingWrite } from './append.js'
import type { Connection, Statements } from './connection.js'
import type { Hints } from './hints.js'

interface LogRow {
  readonly identity: string
  readonly start_sequence: number
  readonly start_id: string
  readonly deployment: string
  readonly protocol: number
  readonly retention: number
}

interface MemberRow {
  readonly incarnation: string
  readonly mark: string
  readonly renewal: number
  readonly lease: number
  readonly last_known_good: number
  readonly acknowledged: number
}

interface StandingRow extends Partial<MemberRow> {
  readonly entry: number | null
  readonly held: number
}

const agree = `
  UPDATE hallpass_log
  SET deployment = ?, protocol = ?, retention = max(coalesce(retention, 0), ?)
  WHERE deployment IS NULL OR (deployment = ? AND protocol = ?)`

const join = `
  INSERT INTO hallpass_log_members (incarnation, mark, renewal, lease, last_known_good)
  VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (incarnation) DO UPDATE
  SET mark = excluded.mark, renewal = excluded.renewal,
      lease = excluded.lease, last_known_good = excluded.last_known_good
  WHERE renewal < excluded.renewal`

const isThere = `
  EXISTS (SELECT 1 FROM hallpass_log_entries WHERE sequence = ? AND id = ?)
  OR EXISTS (SELECT 1 FROM hallpass_log WHERE start_sequence = ? AND start_id = ?)`

const entries = `
  SELECT id, kind, target, counter, kept, because, sequence, previous
  FROM hallpass_log_entries`

const entriesAfter = `${entries} WHERE sequence > ? ORDER BY sequence`
const entryAt = `${entries} WHERE sequence = ?`

// One statement sees one moment: the entry and the position stand in every row, and the row is there without members.
const standing = `
  SELECT found.entry, found.held, members.*
  FROM (SELECT (SELECT sequence FROM hallpass_log_entries WHERE id = ?) AS entry, (${isThere}) AS held) found
  LEFT JOIN hallpass_log_members members ON true`

const acknowledge = `
  UPDATE hallpass_log_members
  SET acknowledged = max(acknowledged, ?)
  WHERE incarnation = ? AND (${isThere})`

const beginAt = `
  UPDATE hallpass_log
  SET start_sequence = ?, start_id = ?
  WHERE EXISTS (SELECT 1 FROM hallpass_log_entries WHERE sequence = ? AND id = ?)`

const revokesToken = "SELECT 1 FROM hallpass_log_entries WHERE kind = 'token' AND target = ? LIMIT 1"

export function logOn(connection: Connection, hints: Hints, write: AppendingWrite): LogStore {
  return {
    mayForget: false,
    inOrder: true,
    subscribe: hints.subscribe,
    async renew({ incarnation, mark, renewal, lease, lastKnownGood }, terms, after) {
      return connection.write((statements) => {
        const { deployment, protocol, retention } = terms
        const agrees = statements.change(agree, deployment, protocol, retention, deployment, protocol) === 1
        if (agrees) statements.change(join, incarnation, mark, renewal, lease, lastKnownGood)
        return read(statements, after)
      })
    },
    async append(entry) {
      write((_, append) => append(entry))
    },
    async standing(entry, position) {
      const values = position === null ? nowhere : placed(position)
      return connection.read(({ rows }) => {
        const found = rows<StandingRow>(standing, entry, ...values)
        const { entry: sequence, held } = found[0]!
        const members = found.filter((row): row is StandingRow & MemberRow => row.incarnation !== null).map(memberIn)
        // An entry never changes, so it may be read a moment later.
        const [stood] = sequence === null ? [] : rows<LogEntry>(entryAt, sequence)
        return { entry: stood === undefined ? null : { ...stood }, held: held === 1, members }
      })
    },
    async acknowledge(incarnation, position) {
      const values = [position.sequence, incarnation, ...placed(position)] as const
      if (connection.write(({ change }) => change(acknowledge, ...values)) === 0) return 'refused'
      hints.tell({ about: 'acknowledgement', incarnation, sequence: position.sequence })
      return 'acknowledged'
    },
    async retire(incarnation, mark) {
      const sql = 'DELETE FROM hallpass_log_members WHERE incarnation = ? AND mark = ?'
      if (connection.write(({ change }) => change(sql, incarnation, mark)) === 0) return 'kept'
      hints.tell({ about: 'anything' })
      return 'retired'
    },
    async truncate({ sequence, id }) {
      connection.write(({ change }) => {
        if (change(beginAt, sequence, id, sequence, id) === 0) return
        change('DELETE FROM hallpass_log_entries WHERE sequence <= ?', sequence)
      })
    },
    async revokesToken(tokenId) {
      return connection.read(({ rows }) => rows(revokesToken, tokenId)).length === 1
    },
    async members() {
      return connection.read(({ rows }) => rows<MemberRow>('SELECT * FROM hallpass_log_members')).map(memberIn)
    },
  }
}

function read({ rows }: Statements, after: Position | null): LogReading {
  const [log] = rows<LogRow>('SELECT * FROM hallpass_log') as [LogRow]
  const held = after !== null && rows<{ held: number }>(`SELECT ${isThere} AS held`, ...placed(after))[0]!.held === 1
  const entries = rows<LogEntry>(entriesAfter, held ? after.sequence : log.start_sequence)
  return {
    identity: log.identity,
    terms: termsIn(log),
    time: null,
    start: { sequence: log.start_sequence, id: log.start_id },
    held,
    // Some drivers' rows are objects without a prototype.
    entries: entries.map((entry) => ({ ...entry })),
    leaseFor: null,
  }
}

/** The values of `isThere`. */
function placed({ sequence, id }: Position): [number, string, number, string] {
  return [sequence, id, sequence, id]
}

const nowhere = placed({ sequence: -1, id: '' })

function termsIn({ deployment, protocol, retention }: LogRow): LogTerms {
  return { deployment, protocol, retention }
}

function memberIn(row: MemberRow): Member {
  const { incarnation, mark, renewal, lease, last_known_good: lastKnownGood, acknowledged } = row
  return { incarnation, mark, renewal, lease, lastKnownGood, acknowledged }
}
