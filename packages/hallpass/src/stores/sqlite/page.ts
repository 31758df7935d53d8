import type { PageQuery } from '../../core/store.js'
import type { SqliteValue } from './database.js'

/** Greater than every text that begins with the prefix: SQLite compares bytes, and FF is none of UTF-8's. */
export const pastPrefix = "? || CAST(x'FF' AS TEXT)"

/** The condition that a text is on the page. */
export const onPage = (column: string): string =>
  `${column} >= max(?, coalesce(?, '')) AND ${column} IS NOT ? AND ${column} < ${pastPrefix}`

/** The values of that condition. */
export const pageValues = ({ prefix, after }: PageQuery): SqliteValue[] => [prefix, after, after, prefix]
