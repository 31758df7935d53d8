import { filesBelow, lineOf, parse } from './source-tree.js'

export const name = 'suppressions'

/** What silences a tool. */
const silences =
  /(?:ox|es)lint-(?:disable|enable)|@ts-(?:ignore|nocheck|expect-error)|(?:oxfmt|prettier)-ignore|(?:v8|c8|node:coverage)[ :](?:ignore|disable)/

/** A rule is named, then the reason follows two dashes. */
const lintWithReason = /(?:ox|es)lint-disable(?:-next-line|-line)?\s+[\w@/-]+(?:,\s*[\w@/-]+)*\s+--\s+(?=\S+\s+\S+)/
const othersWithReason = /(?:@ts-expect-error|-ignore)\s*(?:--|:|—)?\s*(?=\S+\s+\S+)/

/** Every suppression says why, in the same comment. */
export function run(root) {
  let count = 0
  const breaches = filesBelow(root)
    .filter((file) => /\.(tsx?|js)$/.test(file) && !file.endsWith('.d.ts'))
    .flatMap((file) => {
      const { text, comments } = parse(root, file)
      return comments
        .filter(({ value }) => silences.test(value) && !explains(value))
        .flatMap(({ value, start }) => {
          count += 1
          const problem = reasonProblem(value)
          return problem === null ? [] : [`${file}:${lineOf(text, start)}: ${problem}: ${value.trim().split('\n')[0]}`]
        })
    })
  return { ok: breaches.length === 0, figure: `${count}, each with its reason`, lines: breaches }
}

/** A comment that speaks about a suppression does not begin with one. */
function explains(value) {
  return !new RegExp(`^[\\s*/]*(?:${silences.source})`).test(value)
}

function reasonProblem(value) {
  if (/@ts-(?:ignore|nocheck)/.test(value)) return 'use @ts-expect-error, which says when it is no longer needed'
  if (/lint-enable/.test(value)) return null
  if (/lint-disable/.test(value)) return lintWithReason.test(value) ? null : 'names no rule, or no reason after --'
  return othersWithReason.test(value) ? null : 'gives no reason'
}
