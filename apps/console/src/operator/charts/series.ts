import type { ChartsAnswer } from 'hallpass-server/contract'

export interface Series {
  readonly name: string
  readonly values: readonly number[]
  readonly total: number
}

/** One series of the answer; zeros where nothing of it happened, which the answer leaves out. */
export function seriesOf({ series, minutes }: ChartsAnswer, name: string): Series {
  const values = series[name] ?? Array.from({ length: minutes }, () => 0)
  return { name, values, total: sum(values) }
}

/** The refusals by their code, most first. Where there are more than `most` codes, the rest is one series, named null. */
export function refusalsOf(answer: ChartsAnswer, most: number): (Omit<Series, 'name'> & { name: string | null })[] {
  const prefix = 'refused:'
  const all = Object.keys(answer.series)
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ ...seriesOf(answer, name), name: name.slice(prefix.length) }))
    .sort((one, other) => other.total - one.total || (one.name < other.name ? -1 : 1))
  if (all.length <= most) return all
  const rest = all.slice(most - 1)
  const values = rest[0]?.values.map((_value, index) => sum(rest.map(({ values }) => values[index] ?? 0))) ?? []
  return [...all.slice(0, most - 1), { name: null, values, total: sum(values) }]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
