import type { PageQuery } from '../../core/store.js'
import type { Value } from './port.js'

/** The values of a query for a page: the prefix, the limit, and where there was a page before, its last text. */
export function pageValues({ prefix, after, limit }: PageQuery): Value[] {
  return after === null ? [prefix, limit] : [prefix, limit, after]
}

/** Where a page begins, for a column in the order of its bytes. It ends at the first text without the prefix. */
export function begins(column: string, { after }: PageQuery): string {
  return after === null ? `${column} >= $1` : `${column} >= $1 AND ${column} > $3`
}
