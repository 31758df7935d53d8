// `npm run simulate -- [--seeds 5000] [--from 1] [--seed N --story] [--schedule NAME --story] [--store memory|sqlite] [--mutants]`
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

run('tools/build/run.js')
run('packages/hallpass/dist-test/simulation/command.js', ...process.argv.slice(2))
