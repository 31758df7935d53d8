// `npm run tokens [-- --count 50000] [--seed 1]`: forged and mutated tokens through hallpass/verify and four other libraries.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } })

for (const [command, args, cwd] of [
  ['npm', ['ci', '--loglevel=error'], fileURLToPath(new URL('.', import.meta.url))],
  [process.execPath, ['tools/build/run.js'], root],
]) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}

const { attackTable } = await import('./attack-table.js')
const { mutate } = await import('./mutate.js')
const held = [await attackTable(), await mutate(Number(values.count ?? 50_000), Number(values.seed ?? 1))]
process.exitCode = held.every(Boolean) ? 0 : 1
