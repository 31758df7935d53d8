import { HallpassError } from '../../core/errors.js'
import type { Store } from '../../core/store.js'
import { accountsOn } from './accounts.js'
import { appendingTo } from './append.js'
import { auditOn } from './audit.js'
import { clientsOn } from './clients.js'
import { type Connection, connection, type Source } from './connection.js'
import type { SqliteDatabase } from './database.js'
import { runtimeSqlite } from './engine.js'
import { hintsOn } from './hints.js'
import { keysOn } from './keys.js'
import { logOn } from './log.js'
import { sessionsOn } from './sessions.js'

export type { SqliteDatabase, SqliteStatement, SqliteValue } from './database.js'

export interface SqliteOptions {
  /**
   * Whether the store brings its tables up to date by itself, or only checks them and leaves it to you to apply
   * `stores/sqlite/migrations/*.sql`. Default `auto`.
   */
  readonly migrate?: 'auto' | 'check'
  /**
   * How long a step waits for another process that is writing, milliseconds; this process stands still meanwhile.
   * Default 2000.
   */
  readonly busyTimeout?: number
}

/**
 * Keeps everything in one SQLite file that any number of processes on one machine may share (not over a network file
 * system: SQLite's write-ahead log does not work there). What was acknowledged is on disk. While a process listens to
 * the revocation log, it looks every 25 ms whether another one has written.
 *
 * With a file name, opens it when first needed with the runtime's own SQLite (node:sqlite from Node.js 22.13 on,
 * bun:sqlite) or with `libsql`, creates it where it is missing (its folder must exist), and opens it again after
 * trouble. With a handle of yours (node:sqlite, libsql, better-sqlite3, bun:sqlite), uses that, sets its journal mode,
 * `synchronous` and `busy_timeout`, and leaves closing it to you; do not share it with code that holds transactions open.
 *
 * Errors: `configuration` where the runtime has no SQLite; later, `store-unavailable` with the reason.
 */
export function sqlite(database: string | SqliteDatabase, options: SqliteOptions = {}): Store {
  const { migrate = 'auto', busyTimeout = 2000 } = options
  const connected = connection(sourceOf(database), { migrate, busyTimeout })
  const hints = hintsOn(connected)
  const write = appendingTo(connected, hints)
  return {
    engine: 'sqlite',
    sessions: sessionsOn(connected, write),
    log: logOn(connected, hints, write),
    keys: keysOn(connected, write),
    accounts: accountsOn(connected),
    clients: clientsOn(connected),
    audit: auditOn(connected),
    check: async () => probe(connected),
    close: async () => {
      hints.close()
      connected.close()
    },
  }
}

function sourceOf(database: string | SqliteDatabase): Source {
  if (typeof database !== 'string') return { handle: database, closes: false }
  // Two letters at least: `C:\auth.db` is a path.
  if (database === '' || /^[a-z][a-z0-9+.-]+:/i.test(database)) {
    const problem = `"${database.split(':', 1)[0]}" is not the path of a file.`
    throw new HallpassError('configuration', {
      mistakes: [{ field: 'store', problem, remedy: 'Give a path such as "data/auth.db", or ":memory:".' }],
    })
  }
  const open = runtimeSqlite()
  return database === ':memory:' ? { handle: open(database), closes: true } : { file: database, open }
}

/** Reads what must be there, then writes as much as a few sessions need and takes it away again. */
function probe(connection: Connection): void {
  connection.write(({ rows, change }) => {
    rows('SELECT version FROM hallpass_deployment')
    rows('SELECT version FROM hallpass_key_ring')
    rows('SELECT id FROM hallpass_sessions LIMIT 1')
    rows('SELECT subject FROM hallpass_subjects LIMIT 1')
    rows('SELECT id FROM hallpass_accounts LIMIT 1')
    rows('SELECT id FROM hallpass_clients LIMIT 1')
    rows('SELECT value FROM hallpass_spent LIMIT 1')
    rows('SELECT identity FROM hallpass_log')
    rows('SELECT id FROM hallpass_log_entries LIMIT 1')
    rows('SELECT incarnation FROM hallpass_log_members LIMIT 1')
    rows('SELECT id FROM hallpass_audit LIMIT 1')
    rows('SELECT series FROM hallpass_counts LIMIT 1')
    change('INSERT INTO hallpass_probe VALUES (zeroblob(65536))')
    change('DELETE FROM hallpass_probe')
  })
}
