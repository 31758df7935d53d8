import { HallpassError } from '../../core/errors.js'
import type { StoreWarning } from '../../core/store.js'
import { migrate } from './migrate.js'
import type { Port, Value } from './port.js'
import { inspect } from './start-up.js'
import { isContended, isUnprepared, trouble } from './trouble.js'

export interface ConnectionOptions {
  readonly migrate: 'auto' | 'check'
  readonly schema: string
  readonly prepare: boolean
  readonly onWarning: (warning: StoreWarning) => void
}

export interface Connection {
  /** The schema, quoted. */
  readonly schema: string
  /** The rows of one statement; every column of it is text, which all drivers read alike. */
  read<Row>(sql: string, ...values: Value[]): Promise<readonly Row[]>
  /** Calls one function of the migrations: one statement, and so one transaction. */
  step<Answer>(name: string, ...values: Value[]): Promise<Answer>
  readonly isClosed: () => boolean
  close(): void
}

/** How often a statement that others undid is sent again. */
const attempts = 5

/**
 * Inspects the server and its schema before the first use, and never again once they were in order: tables that vanish
 * are trouble, not an empty store in which everybody has been signed out.
 */
export function connection(port: Port, options: ConnectionOptions): Connection {
  const { onWarning } = options
  const schema = `"${options.schema}"`
  let { prepare } = options
  let begun: Promise<void> | null = null
  let closed = false

  const begin = async (): Promise<void> => {
    for (const warning of await inspect(port)) onWarning(warning)
    await migrate(port, options.schema, options.migrate)
  }
  const ready = async (): Promise<void> => {
    if (closed) throw new HallpassError('store-unavailable', { reason: 'the store has been closed' })
    begun ??= begin()
    try {
      await begun
    } catch (error) {
      begun = null
      throw error
    }
  }
  const send = async (sql: string, values: readonly Value[]): Promise<readonly unknown[]> => {
    const prepared = prepare
    try {
      return await port.query(sql, values, prepared)
    } catch (error) {
      if (!prepared || !isUnprepared(error)) throw error
      onWarning(unprepared)
      prepare = false
      return port.query(sql, values, false)
    }
  }
  const query = async (sql: string, values: readonly Value[]): Promise<readonly unknown[]> => {
    try {
      await ready()
      for (let attempt = 1; ; attempt++) {
        try {
          return await send(sql, values)
        } catch (error) {
          if (!isContended(error) || attempt === attempts) throw error
        }
      }
    } catch (error) {
      throw trouble(error)
    }
  }

  return {
    schema,
    read: async <Row>(sql: string, ...values: Value[]) => (await query(sql, values)) as readonly Row[],
    async step<Answer>(name: string, ...values: Value[]) {
      const places = values.map((_, index) => `$${index + 1}`).join(', ')
      const [row] = await query(`SELECT to_json(${schema}.${name}(${places}))::text AS answer`, values)
      const { answer } = row as { answer: string | null }
      return (answer === null ? null : JSON.parse(answer)) as Answer
    },
    isClosed: () => closed,
    close() {
      closed = true
    },
  }
}

const unprepared: StoreWarning = {
  code: 'statements-not-kept',
  message: 'A pooler stands between that does not keep prepared statements: every statement is parsed anew.',
  remedy: 'Let the pooler keep them (PgBouncer 1.21: max_prepared_statements), or set prepare: false to say it is so.',
}

/** The one row that must be there. */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows
  if (row === undefined) {
    const reason = 'the database lacks a row that Hallpass began with: put it back from a backup'
    throw new HallpassError('store-unavailable', { reason })
  }
  return row
}
