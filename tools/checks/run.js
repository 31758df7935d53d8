// `npm run check [-- name …]`: the project's own checks, with today's figures.
import { fileURLToPath } from 'node:url'
import { checks, runChecks } from './run-checks.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const wanted = process.argv.slice(2)
const chosen = checks.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const results = await runChecks(root, chosen)
const failed = results.filter(({ ok }) => !ok)
console.log(
  failed.length === 0 ? `${results.length} checks passed` : `failed: ${failed.map(({ name }) => name).join(', ')}`,
)
process.exitCode = failed.length > 0 || results.length === 0 ? 1 : 0
