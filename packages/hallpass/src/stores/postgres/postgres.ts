import { HallpassError } from '../../core/errors.js'
import type { Store, StoreWarning } from '../../core/store.js'
import { accountsOn } from './accounts.js'
import { auditOn } from './audit.js'
import { clientsOn } from './clients.js'
import { type Connection, connection, only } from './connection.js'
import { hintsOn } from './hints.js'
import { keysOn } from './keys.js'
import { logOn, tellerOf } from './log.js'
import { type PgClient, type PostgresJs, portOf } from './port.js'
import { sessionsOn } from './sessions.js'

export type { PgClient, PostgresJs } from './port.js'

export interface PostgresOptions {
  /**
   * Whether the store brings its schema up to date by itself, or only checks it and leaves it to you to apply
   * `stores/postgres/migrations/*.sql`. Default `auto`.
   */
  readonly migrate?: 'auto' | 'check'
  /** The schema that holds everything of this deployment: lower-case letters, digits and `_`. Default `hallpass`. */
  readonly schema?: string
  /** Whether the server keeps each statement parsed, by connection. False behind a pooler that cannot. Default true. */
  readonly prepare?: boolean
  /**
   * Hears, once each, what works but should be mended: `fsync-off`, `full-page-writes-off`, `statements-not-kept`,
   * `listen-unavailable`. Default: nobody hears it.
   */
  readonly onWarning?: (warning: StoreWarning) => void
}

/**
 * Keeps everything in one Postgres schema (server 13 or newer) that any number of instances share. Takes the `Pool` of
 * `pg`, or the `sql` of postgres.js; closing it stays yours.
 *
 * Each step is one statement, so poolers in transaction mode will do. What was acknowledged is on the primary's disk,
 * even where `synchronous_commit` is off by default; an asynchronous replica that is promoted may lack it. One
 * connection of the pool listens for news while an instance wants it; without, the store looks every 100 ms.
 *
 * Errors: `configuration` at once for a bad schema name, and before the first use for a server on which the promises
 * cannot be kept (a replica, a read-only default, another isolation than READ COMMITTED, an encoding other than UTF8);
 * otherwise `store-unavailable` with the reason.
 */
export function postgres(client: PgClient | PostgresJs, options: PostgresOptions = {}): Store {
  const { migrate = 'auto', schema = 'hallpass', prepare = true } = options
  if (!isSchemaName(schema)) throw badSchemaName()
  const port = portOf(client)
  const onWarning = onceEach(options.onWarning ?? (() => {}))
  const connected = connection(port, { migrate, schema, prepare, onWarning })
  const hints = hintsOn(connected, port, `${schema}_log`, onWarning)
  const tell = tellerOf(hints)
  return {
    engine: 'postgres',
    sessions: sessionsOn(connected, tell),
    log: logOn(connected, hints),
    keys: keysOn(connected, tell),
    accounts: accountsOn(connected),
    clients: clientsOn(connected),
    audit: auditOn(connected),
    check: () => probe(connected),
    async close() {
      hints.stop()
      connected.close()
    },
  }
}

function onceEach(onWarning: (warning: StoreWarning) => void): (warning: StoreWarning) => void {
  const told = new Set<string>()
  return (warning) => {
    if (!told.has(warning.code)) onWarning(warning)
    told.add(warning.code)
  }
}

async function probe({ step }: Connection): Promise<void> {
  only((await step<boolean>('probe')) ? [true] : [])
}

/** Short enough for the name of a channel, which is cut at 63 bytes. */
function isSchemaName(name: string): boolean {
  return /^[a-z_][a-z0-9_]{0,49}$/.test(name) && !name.startsWith('pg_')
}

function badSchemaName(): HallpassError {
  const problem = 'The name of the schema is not one that Hallpass takes.'
  const remedy = 'Use at most 50 lower-case letters, digits and "_", beginning with neither a digit nor "pg_".'
  return new HallpassError('configuration', { mistakes: [{ field: 'store', problem, remedy }] })
}
