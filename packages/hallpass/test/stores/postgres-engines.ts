import { randomBytes } from 'node:crypto'
import { after, type TestContext } from 'node:test'
import postgresJs from 'postgres'
import type { Store } from '#src/core/store.js'
import { type PgClient, type PostgresJs, postgres, type PostgresOptions } from '#src/stores/postgres/postgres.js'
import type { OpenStore } from '#src/testing/store-contract.js'
import { type PostgresServer, startPostgres } from './postgres-server.js'

type Client = PgClient | PostgresJs

let server: Promise<PostgresServer> | undefined
const closings: (() => Promise<unknown>)[] = []

// at the top: called within a test, it would be that test's end
after(async () => {
  for (const close of closings.reverse()) await close()
})

/** One server for the test file, stopped at its end. */
export function sharedPostgres(): Promise<PostgresServer> {
  if (server === undefined) {
    server = startPostgres()
    closings.push(async () => (await server)!.stop())
  }
  return server
}

export const connectPg = async (): Promise<Client> => (await sharedPostgres()).pool({ max: 40 })

export const connectPostgresJs = async (): Promise<Client> => {
  const { port } = await sharedPostgres()
  const sql = postgresJs({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', onnotice: () => {} })
  closings.push(() => sql.end({ timeout: 1 }))
  return sql
}

export function freshSchema(): string {
  return `test_${randomBytes(6).toString('hex')}`
}

/** Stores as the contract wants them: each in a schema of its own, over one pool; a reopened one over another. */
export function storesBy(connect: () => Promise<Client>, options: PostgresOptions = {}) {
  let shared: Promise<Client> | undefined
  return (_: TestContext, change: (store: Store) => Store = (store) => store): OpenStore => {
    let schema = ''
    const opened = (client: Client): Store => {
      const store = postgres(client, { ...options, schema })
      // not at the end of the test: a saboteur may still be at work, and what it hears then is nobody's to handle
      closings.push(() => store.close())
      return change(store)
    }
    return {
      async open() {
        schema = freshSchema()
        return opened(await (shared ??= connect()))
      },
      async reopen(store) {
        await store.close()
        return opened(await connect())
      },
    }
  }
}

/** Postgres as the contract wants it opened. */
export const postgresEngines = [{ engine: 'postgres', keeps: true, stores: storesBy(connectPg) }]
