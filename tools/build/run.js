// `npm run build`: stale output away, compile, copy what the compiler does not, build the pages.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyCommand } from './copy-command.js'
import { copyQueries } from './copy-queries.js'
import { removeStale } from './remove-stale.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs one of the project's own commands and ends the build when it fails. */
function command(name, args, folder) {
  const { status, error } = spawnSync(join(root, 'node_modules/.bin', name), args, { cwd: folder, stdio: 'inherit' })
  if (error) console.error(`${name} did not start (${error.message}): run npm ci first`)
  if (status !== 0) process.exit(status ?? 1)
}

removeStale(root)
command('tsc', ['-b'], root)
copyQueries(root)
copyCommand(root)
command('vite', ['build', '--logLevel', 'warn'], join(root, 'apps/console'))
command('vite', ['build', '--logLevel', 'warn', '--config', 'vite.client.config.js'], join(root, 'apps/console'))
