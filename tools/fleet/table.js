/**
 * Prints rows under their headings, numbers to the right.
 *
 * @param {string} title
 * @param {Record<string, string | number>[]} rows all with the same keys
 */
export function printTable(title, rows) {
  const headings = Object.keys(rows[0])
  const cells = rows.map((row) => headings.map((heading) => textOf(row[heading])))
  const widths = headings.map((heading, at) => Math.max(heading.length, ...cells.map((row) => row[at].length)))
  const line = (texts) =>
    texts
      .map((text, at) =>
        typeof rows[0][headings[at]] === 'number' ? text.padStart(widths[at]) : text.padEnd(widths[at]),
      )
      .join('  ')
      .trimEnd()
  console.log(`\n${title}`)
  console.log(line(headings))
  console.log(widths.map((width) => '─'.repeat(width)).join('  '))
  for (const row of cells) console.log(line(row))
}

/** What goes on, for those who watch; not part of the result. */
export function progress(text) {
  process.stderr.write(`  ${text}\n`)
}

/** @param {string[]} broken a line for each breach of the promise */
export function verdict(name, promise, broken) {
  console.log(`\n${broken.length === 0 ? 'PASS' : 'FAIL'} ${name}: ${promise}`)
  for (const line of broken) console.log(`  broken: ${line}`)
  return broken.length === 0
}

/** @param {number[]} figures @param {number} share 0.5 for the median */
export function quantile(figures, share) {
  const sorted = figures.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

export function round(figure, digits = 2) {
  return Number(figure.toFixed(digits))
}

function textOf(cell) {
  return typeof cell === 'number' ? cell.toLocaleString('en-US', { maximumFractionDigits: 3 }) : cell
}
