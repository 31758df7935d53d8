import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export const name = 'errors'

const page = 'docs/errors.md'
const built = 'packages/hallpass/dist/core/errors.js'

/** The table of errors and its page say the same, in both directions: code, status, title and remedy. */
export async function run(root) {
  if (!existsSync(join(root, page))) return { ok: false, lines: [`${page} is missing`] }
  const { errors } = await import(pathToFileURL(join(root, built)).href)
  const wanted = Object.entries(errors).map(([code, [status, title, remedy]]) => rowOf(code, status, title, remedy))
  const written = readFileSync(join(root, page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const lines = [
    ...wanted.filter((row) => !written.includes(row)).map((row) => `${page} lacks or contradicts: ${row}`),
    ...written.filter((row) => !wanted.includes(row)).map((row) => `${page} has what the table has not: ${row}`),
  ]
  return { ok: lines.length === 0, figure: `${wanted.length} codes`, lines }
}

export function rowOf(code, status, title, remedy) {
  return `| \`${code}\` | ${status} | ${title} | ${remedy} |`
}
