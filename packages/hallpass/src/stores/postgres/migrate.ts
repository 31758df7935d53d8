import { readdirSync, readFileSync } from 'node:fs'
import { HallpassError } from '../../core/errors.js'
import type { Port } from './port.js'

const folder = new URL('./migrations/', import.meta.url)

/**
 * Brings the schema up to date, each migration in one transaction. Of several processes that start at once, one applies
 * and the others find it done. Migrations that a newer Hallpass has applied are none of our business.
 */
export async function migrate(port: Port, schema: string, mode: 'auto' | 'check'): Promise<void> {
  const lacking = await missing(port, schema)
  if (lacking.length > 0 && mode === 'check') {
    const reason = `the database lacks ${lacking.join(', ')} in the schema ${schema}: apply the .sql files of that name, or choose migrate: 'auto'`
    throw new HallpassError('store-unavailable', { reason })
  }
  for (const name of lacking) await apply(port, schema, name)
}

async function apply(port: Port, schema: string, name: string): Promise<void> {
  try {
    await port.query(await script(port, schema, name))
  } catch (error) {
    // whoever held the lock before has applied it
    if ((await missing(port, schema)).includes(name)) throw error
  }
}

/** Statements without values are one transaction: no BEGIN that a connection could be left in. */
async function script(port: Port, schema: string, name: string): Promise<string> {
  // even IF NOT EXISTS asks for the right to create schemas
  const [there] = (await port.query('SELECT to_regnamespace($1)::text AS name', [schema])) as { name: string | null }[]
  return [
    `SELECT pg_advisory_xact_lock(hashtextextended('hallpass migrations ${schema}', 0));`,
    there!.name === null ? `CREATE SCHEMA IF NOT EXISTS "${schema}";` : '',
    `SET LOCAL search_path = "${schema}", pg_temp;`,
    readFileSync(new URL(`${name}.sql`, folder), 'utf8'),
  ].join('\n')
}

async function missing(port: Port, schema: string): Promise<string[]> {
  const applied = new Set(await appliedMigrations(port, schema))
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort()
    .filter((name) => !applied.has(name))
}

async function appliedMigrations(port: Port, schema: string): Promise<string[]> {
  const table = `"${schema}".migrations`
  const [there] = (await port.query('SELECT to_regclass($1)::text AS name', [table])) as { name: string | null }[]
  if (there!.name === null) return []
  const rows = (await port.query(`SELECT name FROM ${table}`, [])) as { name: string }[]
  return rows.map(({ name }) => name)
}
