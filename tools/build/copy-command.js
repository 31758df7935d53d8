import { chmodSync, cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The command is published with the server, whose parts it starts: its compiled code travels in the server's folder. */
export function copyCommand(root) {
  const target = join(root, 'apps/server/dist/cli')
  rmSync(target, { recursive: true, force: true })
  cpSync(join(root, 'apps/cli/dist'), target, { recursive: true, filter: (path) => /(^|\/)[^/.]+$|\.js$/.test(path) })
  // npm does that only for what is there when it installs
  chmodSync(join(target, 'main.js'), 0o755)
}
