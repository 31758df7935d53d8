import { statSync } from 'node:fs'
import { HallpassError } from '../../core/errors.js'
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './database.js'
import { migrate, transaction } from './migrate.js'
import { isBusy, trouble } from './trouble.js'

export interface ConnectionOptions {
  readonly migrate: 'auto' | 'check'
  /** Milliseconds. */
  readonly busyTimeout: number
}

/** Where the database comes from: a file that is opened when needed and again after trouble, or a handle. */
export type Source =
  | { readonly file: string; readonly open: (file: string) => SqliteDatabase }
  | { readonly handle: SqliteDatabase; readonly closes: boolean }

/** Statements by their text, each prepared once. */
export interface Statements {
  /** The rows. The caller knows their columns from the statement. */
  readonly rows: <Row>(sql: string, ...values: SqliteValue[]) => Row[]
  /** How many rows it changed. */
  readonly change: (sql: string, ...values: SqliteValue[]) => number
}

export interface Connection {
  /** Reads; one statement sees one moment. */
  read<Value>(step: (statements: Statements) => Value): Value
  /** Changes in one atomic step, on disk when this returns. */
  write<Value>(step: (statements: Statements) => Value): Value
  /** Reads where the database is open already; null where it is not, or where that fails. Never opens, never throws. */
  glance<Value>(step: (statements: Statements) => Value): Value | null
  close(): void
}

interface Opened {
  readonly database: SqliteDatabase
  readonly statements: Statements
  /** Which file it is, whatever its name says by now. */
  readonly identity: string | null
}

/**
 * A connection that nobody has to mend: whatever fails becomes `store-unavailable` with its reason, and a file is
 * opened afresh for the next call. A file that was open once is never created anew: an empty one in its place would
 * read as if everybody had been signed out.
 */
export function connection(source: Source, options: ConnectionOptions): Connection {
  const file = 'file' in source ? source.file : null
  let opened: Opened | null = null
  let wasOpen = false
  let closed = false

  const letGo = (): void => {
    const last = opened
    opened = null
    if ('file' in source && last !== null) closeQuietly(last.database)
  }

  const open = (): Opened => {
    const database = 'file' in source ? source.open(source.file) : source.handle
    try {
      prepare(database, options)
    } catch (error) {
      if ('file' in source) closeQuietly(database)
      throw error
    }
    wasOpen = true
    return { database, statements: statementsOf(database), identity: identityOf(file) }
  }

  const ready = (): Opened => {
    if (closed) throw new HallpassError('store-unavailable', { reason: 'the store has been closed' })
    if (opened !== null && opened.identity === identityOf(file)) return opened
    letGo()
    if (wasOpen && file !== null && isGone(file)) {
      const reason = `the database ${file} is gone: put it back, or restart to begin with an empty one`
      throw new HallpassError('store-unavailable', { reason })
    }
    opened = open()
    return opened
  }

  const attempt = <Value>(step: (opened: Opened) => Value): Value => {
    try {
      return step(ready())
    } catch (error) {
      if (!isBusy(error)) letGo()
      throw trouble(error, file)
    }
  }

  return {
    read: (step) => attempt(({ statements }) => step(statements)),
    write: (step) => attempt(({ database, statements }) => transaction(database, () => step(statements))),
    glance(step) {
      try {
        return opened === null ? null : step(opened.statements)
      } catch {
        return null
      }
    },
    close() {
      closed = true
      if (opened !== null) checkpoint(opened.database)
      letGo()
      if ('handle' in source && source.closes) closeQuietly(source.handle)
    },
  }
}

/** `FULL`: in WAL mode `NORMAL` may lose acknowledged writes when the power fails. */
function prepare(database: SqliteDatabase, options: ConnectionOptions): void {
  database.exec(`PRAGMA busy_timeout = ${options.busyTimeout}`)
  startLog(database, options.busyTimeout)
  database.exec('PRAGMA synchronous = FULL')
  migrate(database, options.migrate)
}

/** The switch to the write-ahead log needs the file for itself, and unlike other statements does not wait for that. */
function startLog(database: SqliteDatabase, patience: number): void {
  const pause = 10
  for (let waited = 0; ; waited += pause) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || waited >= patience) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause)
    }
  }
}

function statementsOf(database: SqliteDatabase): Statements {
  const prepared = new Map<string, SqliteStatement>()
  const statement = (sql: string): SqliteStatement => {
    const known = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  return {
    rows: <Row>(sql: string, ...values: SqliteValue[]) => statement(sql).all(...values) as Row[],
    change: (sql, ...values) => Number(statement(sql).run(...values).changes),
  }
}

/** Drivers that keep statements past `close` leave the log behind; afterwards the file alone holds everything. */
function checkpoint(database: SqliteDatabase): void {
  try {
    database.exec('PRAGMA wal_checkpoint(PASSIVE)')
  } catch {
    // The log stays, and is read at the next opening.
  }
}

function closeQuietly(database: SqliteDatabase): void {
  try {
    database.close()
  } catch {
    // Whatever it says, what was acknowledged is on disk already.
  }
}

function identityOf(file: string | null): string | null {
  const stats = file === null ? undefined : statSync(file, { throwIfNoEntry: false })
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`
}

function isGone(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined || stats.size === 0
}
