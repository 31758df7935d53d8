import { readdirSync, readFileSync } from 'node:fs'
import { HallpassError } from '../../core/errors.js'
import type { SqliteDatabase } from './database.js'

const folder = new URL('./migrations/', import.meta.url)

/**
 * Brings the schema up to date in one transaction. Of several processes that start at once, one applies and the
 * others find it done. Migrations that a newer Hallpass has applied are none of our business.
 */
export function migrate(database: SqliteDatabase, mode: 'auto' | 'check'): void {
  const lacking = missing(database)
  if (lacking.length === 0) return
  if (mode === 'check') {
    const reason = `the database lacks ${lacking.join(', ')}: apply the .sql files of that name, or choose migrate: 'auto'`
    throw new HallpassError('store-unavailable', { reason })
  }
  transaction(database, () => {
    for (const name of missing(database)) database.exec(readFileSync(new URL(`${name}.sql`, folder), 'utf8'))
  })
}

/** All of the step or nothing, with the right to write from the start: no other writer comes in between. */
export function transaction<Value>(database: SqliteDatabase, step: () => Value): Value {
  database.exec('BEGIN IMMEDIATE')
  try {
    const value = step()
    database.exec('COMMIT')
    return value
  } catch (error) {
    rollBack(database)
    throw error
  }
}

function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // SQLite has rolled back by itself, as it does when the disk is full; the first error is the one to tell.
  }
}

function missing(database: SqliteDatabase): string[] {
  const applied = new Set(appliedMigrations(database))
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort()
    .filter((name) => !applied.has(name))
}

function appliedMigrations(database: SqliteDatabase): string[] {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'hallpass_migrations'").all()
  if (table.length === 0) return []
  const rows = database.prepare('SELECT name FROM hallpass_migrations').all() as { name: string }[]
  return rows.map(({ name }) => name)
}
