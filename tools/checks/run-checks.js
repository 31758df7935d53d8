import * as cycles from './cycles.js'
import * as errorsDocumented from './errors-documented.js'
import * as exported from './exports.js'
import * as formatting from './formatting.js'
import * as houseWords from './house-words.js'
import * as layers from './layers.js'
import * as lint from './lint.js'
import * as packaging from './packaging.js'
import * as purity from './purity.js'
import * as sizes from './sizes.js'
import * as suppressions from './suppressions.js'

/**
 * Every check: a module with `name` and `run(root) → {ok, lines, figure?, table?}`, or a promise of it.
 * `lines` are the breaches, `figure` is today's number. A new one is imported above and
 * named here; its broken twin goes into a test file beside it.
 */
export const checks = [
  formatting,
  lint,
  suppressions,
  layers,
  cycles,
  sizes,
  purity,
  exported,
  errorsDocumented,
  packaging,
  houseWords,
]

const mostLines = 60

/** Runs the checks, prints a line for each and the reasons of a breach; answers [{name, ok}]. */
export async function runChecks(root, chosen = checks, print = console.log) {
  const results = []
  for (const check of chosen) {
    const began = performance.now()
    const result = await outcome(check, root)
    tell(check.name, result, performance.now() - began, print)
    results.push({ name: check.name, ok: result.ok })
  }
  return results
}

/** A check that cannot run has failed. */
async function outcome(check, root) {
  try {
    return await check.run(root)
  } catch (error) {
    return { ok: false, lines: [error.stack] }
  }
}

function tell(name, { ok, figure = '', lines, table = [] }, ms, print) {
  print(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(13)} ${`${Math.round(ms)} ms`.padStart(8)}  ${figure}`)
  for (const line of aligned(table)) print(`       ${line}`)
  for (const line of lines.slice(0, mostLines)) print(`       ${line}`)
  if (lines.length > mostLines) print(`       … and ${lines.length - mostLines} more`)
}

function aligned(table) {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => String(row[column]).length)))
  return table.map((row) =>
    row
      .map((cell, column) => String(cell).padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  )
}
