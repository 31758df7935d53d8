/** A metric and its values, as Prometheus reads them. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly value: number
  readonly labels?: Labels
  /** What the name ends in: `_bucket`, `_sum` and `_count` of a histogram. */
  readonly suffix?: string
}

type Labels = { readonly [name: string]: string }

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** The text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). Families without values are left out. */
export function exposition(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => {
      const lines = samples.map(
        ({ value, labels = {}, suffix = '' }) => `${name}${suffix}${labelsText(labels)} ${numberText(value)}\n`,
      )
      return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('')
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', String.raw`\"`)}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`)
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

/** Counts observations by size. `bounds`: upper ones, rising. */
export interface Histogram {
  observe(value: number): void
  readonly samples: readonly Sample[]
}

export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = bounds.map(() => 0)
  let [count, sum] = [0, 0]
  return {
    observe(value) {
      count += 1
      sum += value
      for (const [index, bound] of bounds.entries()) if (value <= bound) counts[index]! += 1
    },
    get samples() {
      const buckets = bounds.map((bound, index) => ({
        suffix: '_bucket',
        labels: { le: String(bound) },
        value: counts[index]!,
      }))
      return [
        ...buckets,
        { suffix: '_bucket', labels: { le: '+Inf' }, value: count },
        { suffix: '_sum', value: sum },
        { suffix: '_count', value: count },
      ]
    },
  }
}
