import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { command } from './commands.js'

export const name = 'packaging'

const library = 'packages/hallpass'

/** The tarball that users would get: publint is content, and its types resolve for ES modules. */
export function run(root) {
  if (!existsSync(join(root, library, 'dist/index.js')))
    return { ok: false, figure: '', lines: ['nothing built: npm run build first'] }
  const publint = command(root, 'publint', ['run', library, '--strict'])
  const types = command(root, 'attw', ['--pack', library, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji'])
  const lines = [
    ...(publint.ok ? [] : publint.lines.filter((line) => !/^(Running|Packing|Linting)/.test(line))),
    ...(types.ok ? [] : unresolved(types.lines)),
  ]
  return { ok: publint.ok && types.ok, figure: 'publint --strict, attw esm-only', lines }
}

/** Of attw's report, what is neither well nor ignored, each with the subpath it is of. */
function unresolved(report) {
  let subpath = ''
  return report.flatMap((line) => {
    if (line.startsWith('"')) subpath = line
    const told = /^(node1|bundler)/.test(line) && !/: OK|\(ignored\)/.test(line)
    return told ? [`${subpath} ${line}`] : []
  })
}
