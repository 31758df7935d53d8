/** Pixels. */
export interface Box {
  readonly width: number
  readonly height: number
}

/** Where a column begins, for those that stand on others; 0 for each where none is given. */
type Bases = readonly number[]

/**
 * One column a value, as the data of one SVG path, with `top` at the upper edge. What is not 0 is at least one pixel high:
 * a single refusal among thousands is still to be seen.
 */
export function columns(values: readonly number[], top: number, { width, height }: Box, bases: Bases = []): string {
  const step = width / values.length
  const gap = step > 4 ? Math.min(step / 5, 4) : 0
  return values
    .map((value, index) => {
      if (value <= 0) return ''
      const below = height - ((bases[index] ?? 0) / top) * height
      const high = Math.max((value / top) * height, 1)
      return `M${px(index * step + gap / 2)} ${px(below)}v${px(-high)}h${px(step - gap)}v${px(high)}z`
    })
    .join('')
}

/** For each series the sums of those before it: what its columns stand on. */
export function basesOf(series: readonly (readonly number[])[]): Bases[] {
  return series.map((values, place) =>
    values.map((_value, index) => series.slice(0, place).reduce((sum, { [index]: below = 0 }) => sum + below, 0)),
  )
}

/** The highest column of series that stand on one another. */
export function highest(series: readonly (readonly number[])[]): number {
  return Math.max(0, ...totals(series))
}

/** What the series add up to, place by place. */
export function totals(series: readonly (readonly number[])[]): number[] {
  return (series[0] ?? []).map((_value, index) => series.reduce((sum, { [index]: value = 0 }) => sum + value, 0))
}

/** The next of 1, 2, 5, 10, 20, 50 and so on: a number that people read at a glance. */
export function rounded(most: number): number {
  if (most <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return ([1, 2, 5].find((factor) => factor * power >= most) ?? 10) * power
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100)
}
