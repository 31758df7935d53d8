// Writes what was measured where page, advisor, command and README take it from.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { comparisonMarkdown, comparisonTable, measuredOn } from '../../packages/hallpass/dist/inspect/comparison.js'

const file = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const data = 'packages/hallpass/src/inspect/measured.ts'
const begin = '<!-- comparison: written by npm run compare -->'
const end = '<!-- end of comparison -->'

export function print(measured) {
  const { columns, rows } = comparisonTable(measured)
  const width = Math.max(...columns.map(({ name }) => name.length)) + 2
  for (const { label, note, cells } of rows) {
    console.log(`\n${label}${note === null ? '' : ` (${note})`}`)
    cells.forEach(({ text, detail }, at) =>
      console.log(`  ${columns[at].name.padEnd(width)}${text}${detail === null ? '' : ` (${detail})`}`),
    )
  }
  console.log(`\n${measuredOn(measured)}`)
}

export function write(measured) {
  const text = `import type { Measured } from './comparison.js'

/** Written by \`npm run compare\`: nobody edits it. */
export const measured: Measured = ${JSON.stringify(measured)}
`
  writeFileSync(file(data), text)
  spawnSync(file('node_modules/.bin/oxfmt'), [file(data)])
  const readme = readFileSync(file('README.md'), 'utf8')
  const [before, rest] = readme.split(begin)
  if (rest === undefined || !rest.includes(end)) throw new Error(`README.md lacks ${begin} or ${end}`)
  const after = rest.slice(rest.indexOf(end))
  writeFileSync(file('README.md'), `${before}${begin}\n${comparisonMarkdown(measured)}\n${after}`)
  console.log(`\nwritten: ${data}, README.md`)
}
