import { command } from './commands.js'

export const name = 'lint'

/** oxlint with types finds nothing. */
export function run(root) {
  const { ok, lines } = command(root, 'oxlint', ['--type-aware', '--deny-warnings', '-f', 'unix', '.'])
  const findings = lines.filter((line) => !/^\d+ problems?$/.test(line))
  return { ok, figure: ok ? '0 findings' : `${findings.length} findings`, lines: ok ? [] : findings }
}
