import { createHash } from 'node:crypto'

/** What Hallpass needs of `pg`: a `Pool`, or whatever else has `query(text, values)`. */
export interface PgClient {
  query(statement: string | PgStatement, values?: unknown[]): Promise<{ readonly rows: unknown[] }>
}

interface PgStatement {
  readonly name: string
  readonly text: string
  readonly values: unknown[]
}

/** What Hallpass needs of postgres.js: the `sql` that `postgres()` returns. */
export interface PostgresJs {
  unsafe(text: string, values?: Value[], options?: { readonly prepare?: boolean }): PromiseLike<readonly unknown[]>
  listen(
    channel: string,
    heard: (payload: string) => void,
    began?: () => void,
  ): PromiseLike<{ readonly unlisten: () => PromiseLike<unknown> }>
}

export type Value = string | number | null

/** The one shape that both drivers are brought to. */
export interface Port {
  /** The rows. Without values, several statements may stand in the text: they are one transaction. */
  query(text: string, values?: readonly Value[], prepared?: boolean): Promise<readonly unknown[]>
  /** A connection that listens; null where the driver offers none. */
  readonly listen: ((channel: string, ear: Ear) => Promise<Listening>) | null
}

export interface Ear {
  readonly heard: (payload: string) => void
  /** It listens, or listens again: whatever came before may have been missed. */
  readonly began: () => void
}

export interface Listening {
  /** Resolves when it has broken and will not mend itself. */
  readonly broken: Promise<void>
  readonly stop: () => void
}

export function portOf(client: PgClient | PostgresJs): Port {
  return 'unsafe' in client ? portOfPostgresJs(client) : portOfPg(client)
}

function portOfPostgresJs(sql: PostgresJs): Port {
  return {
    async query(text, values, prepared = false) {
      return values === undefined ? sql.unsafe(text) : sql.unsafe(text, [...values], { prepare: prepared })
    },
    async listen(channel, { heard, began }) {
      // it opens its connection again by itself
      const { unlisten } = await sql.listen(channel, heard, began)
      return { broken: new Promise(() => {}), stop: () => void settled(unlisten()) }
    },
  }
}

/** What a pool has beyond `query`. */
interface PgPool {
  readonly options: { readonly max?: number }
  connect(): Promise<PgConnection>
}

interface PgConnection extends PgClient {
  on(event: 'notification', heard: (notification: { readonly payload?: string }) => void): void
  on(event: 'error' | 'end', ended: () => void): void
  release(destroy: boolean): void
  unref?(): void
}

function portOfPg(client: PgClient): Port {
  // only what can be connected keeps statements by their name
  const keepsNames = 'connect' in client
  return {
    async query(text, values, prepared = false) {
      if (values === undefined) return (await client.query(text)).rows
      if (!prepared || !keepsNames) return (await client.query(text, [...values])).rows
      return (await client.query({ name: nameOf(text), text, values: [...values] })).rows
    },
    // a pool of one connection has none to spare
    listen: isPool(client) && client.options.max !== 1 ? (channel, ear) => listenOn(client, channel, ear) : null,
  }
}

function isPool(client: object): client is PgPool {
  return 'connect' in client && 'totalCount' in client && 'options' in client
}

async function listenOn(pool: PgPool, channel: string, { heard, began }: Ear): Promise<Listening> {
  const connection = await pool.connect()
  let released = false
  const stop = (): void => {
    if (!released) connection.release(true)
    released = true
  }
  const broken = new Promise<void>((resolve) => {
    connection.on('error', resolve)
    connection.on('end', resolve)
  })
  connection.on('notification', ({ payload }) => heard(payload ?? ''))
  // hints are no reason to keep a process alive
  connection.unref?.()
  try {
    await connection.query(`LISTEN "${channel}"`)
  } catch (error) {
    stop()
    throw error
  }
  began()
  return { broken, stop }
}

const names = new Map<string, string>()

/** Prepared statements belong to connections, which stores of several schemas may share: a name for each text. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `hallpass_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
  names.set(text, name)
  return name
}

function settled(promise: PromiseLike<unknown>): PromiseLike<unknown> {
  return promise.then(undefined, () => null)
}
