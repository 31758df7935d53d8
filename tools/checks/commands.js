import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Runs a command of the project's own node_modules; answers {ok, lines} with what it printed. */
export function command(root, name, args, folder = root) {
  const bin = join(root, 'node_modules/.bin', name)
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }
  const { status, stdout, stderr, error } = spawnSync(bin, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 64e6,
  })
  if (error) return { ok: false, lines: [`${name} did not start: ${error.message}`] }
  return { ok: status === 0, lines: `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '') }
}
