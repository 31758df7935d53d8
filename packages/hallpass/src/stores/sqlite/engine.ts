import { createRequire } from 'node:module'
import { HallpassError } from '../../core/errors.js'
import type { SqliteDatabase } from './database.js'

/** Opens a file with some SQLite driver; throws what the driver throws. */
export type OpenFile = (file: string) => SqliteDatabase

type Driver = new (file: string) => SqliteDatabase

/** In this order: what the runtime brings along (Node.js from 22.13 on, Deno, Bun), then what was installed. */
const drivers: readonly { readonly from: string; readonly pick: (loaded: Record<string, unknown>) => unknown }[] = [
  { from: 'node:sqlite', pick: (loaded) => loaded['DatabaseSync'] },
  { from: 'bun:sqlite', pick: (loaded) => loaded['Database'] },
  { from: 'libsql', pick: (loaded) => loaded },
]

/** The SQLite of this runtime. Errors: `configuration` where there is none, with the command that installs one. */
export function runtimeSqlite(load: (name: string) => unknown = createRequire(import.meta.url)): OpenFile {
  const causes: unknown[] = []
  for (const { from, pick } of drivers) {
    try {
      const Driver = pick(load(from) as Record<string, unknown>) as Driver
      return (file) => new Driver(file)
    } catch (cause) {
      causes.push(cause)
    }
  }
  throw new HallpassError('configuration', {
    mistakes: [
      { field: 'store', problem: 'needs SQLite, which this runtime does not bring along.', remedy: 'npm i libsql' },
    ],
    cause: new AggregateError(causes, 'none of node:sqlite, bun:sqlite and libsql could be loaded'),
  })
}
