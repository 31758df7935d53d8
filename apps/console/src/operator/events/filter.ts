/** By what events can be filtered, by one of these at a time. */
export const filterNames = ['type', 'subject', 'session', 'network'] as const

export type FilterName = (typeof filterNames)[number]

export interface Filter {
  readonly by: FilterName
  readonly is: string
}

/** The filter that a query such as "?type=refused" names; null for none. Of several, the first counts. */
export function readFilter(query: string): Filter | null {
  const parameters = new URLSearchParams(query)
  for (const by of filterNames) {
    const is = parameters.get(by)?.trim() ?? ''
    if (is !== '') return { by, is }
  }
  return null
}

/** The query that names a filter, with its question mark; empty for none. */
export function queryOf(filter: Filter | null): string {
  return filter === null ? '' : `?${new URLSearchParams({ [filter.by]: filter.is })}`
}
