export type SqliteValue = string | number | null

/** A prepared statement. Values are bound by position. */
export interface SqliteStatement {
  /** Every row, as an object by column name. */
  all(...values: SqliteValue[]): unknown[]
  run(...values: SqliteValue[]): { readonly changes: number | bigint }
}

/**
 * What Hallpass needs of a SQLite driver. `DatabaseSync` of node:sqlite, libsql, better-sqlite3 and bun:sqlite fit
 * as they are. Rows are always read to the end (`all`, never `get`): a statement left in the middle holds a
 * snapshot, and an instance that reads an old snapshot would believe in sessions that have ended.
 */
export interface SqliteDatabase {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  close(): unknown
}
