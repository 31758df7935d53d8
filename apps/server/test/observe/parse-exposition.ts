import assert from 'node:assert/strict'

export interface Exposed {
  readonly type: string
  /** By the name with its suffix and its labels as they are written: `a_total{b="c"}`. */
  readonly values: ReadonlyMap<string, number>
}

const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\\n]|\\[\\n])+$/
const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/
const label = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"`
const sample = new RegExp(
  String.raw`^(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{${label}(?:,${label})*\})?) (-?[0-9.]+(?:e[+-]?[0-9]+)?|NaN|[+-]Inf)$`,
)

/** The text format 0.0.4, read as strictly as it can be; by the name of the family. */
export function parseExposition(text: string): ReadonlyMap<string, Exposed> {
  assert.ok(text.endsWith('\n'), 'the last line ends too')
  const families = new Map<string, { readonly type: string; readonly values: Map<string, number> }>()
  let helped: string | undefined
  let current = ''
  for (const line of text.slice(0, -1).split('\n')) {
    if (line.startsWith('# HELP')) {
      helped = help.exec(line)?.[1]
      assert.ok(helped !== undefined && !families.has(helped), line)
    } else if (line.startsWith('#')) {
      const [, name = '', kind = ''] = type.exec(line) ?? []
      assert.ok(name !== '' && name === helped, `after its HELP: ${line}`)
      current = name
      families.set(name, { type: kind, values: new Map() })
    } else {
      const [, series = '', name = '', value = ''] = sample.exec(line) ?? []
      const family = families.get(current)
      assert.ok(family !== undefined && !family.values.has(series), line)
      const suffixes = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
      assert.ok(
        suffixes.some((suffix) => name === current + suffix),
        `${line} is of ${current}`,
      )
      family.values.set(series, Number(value.replace('Inf', 'Infinity')))
    }
  }
  for (const [name, family] of families) checkFamily(name, family)
  return families
}

function checkFamily(name: string, { type, values }: Exposed): void {
  assert.ok(values.size > 0, name)
  if (type === 'counter') {
    assert.ok(name.endsWith('_total'), name)
    for (const value of values.values()) assert.ok(value >= 0, name)
  }
  if (type !== 'histogram') return
  const buckets = [...values].filter(([series]) => series.startsWith(`${name}_bucket{`))
  const bounds = buckets.map(([series]) => Number(/le="([^"]+)"/.exec(series)?.[1]?.replace('Inf', 'Infinity')))
  assert.deepEqual(
    bounds,
    [...bounds].sort((one, other) => one - other),
  )
  assert.equal(bounds.at(-1), Infinity)
  const counts = buckets.map(([, count]) => count)
  assert.deepEqual(
    counts,
    [...counts].sort((one, other) => one - other),
  )
  assert.equal(counts.at(-1), values.get(`${name}_count`))
}
