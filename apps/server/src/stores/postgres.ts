import { postgres } from 'hallpass/postgres'
import pg from 'pg'
import type { PostgresAddress } from './address.js'
import type { Hearing, OpenStore } from './ports.js'

/** Milliseconds. A server that hangs holds a request no longer than that. */
const connectTimeout = 5000
const queryTimeout = 10_000

/** A pool connects when it is needed: there is nothing to wait for, and nothing that gives up. */
export function openPostgres({ url }: PostgresAddress, name: string, hearing: Hearing): OpenStore {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'hallpass',
    connectionTimeoutMillis: connectTimeout,
    query_timeout: queryTimeout,
    keepAlive: true,
  })
  pool.on('error', (error) => hearing.disconnected(error))
  const store = postgres(pool, { schema: name.replaceAll('-', '_'), onWarning: (warning) => hearing.warned(warning) })
  return {
    ...store,
    attempted: Promise.resolve(),
    async close() {
      await store.close()
      await pool.end()
    },
  }
}
