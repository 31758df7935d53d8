import { command } from './commands.js'

export const name = 'formatting'

/** oxfmt agrees with every file; `npm run format` makes it so. */
export function run(root) {
  const { ok, lines } = command(root, 'oxfmt', ['--list-different', '.'])
  return {
    ok,
    figure: ok ? 'as oxfmt writes it' : `${lines.length} files differ`,
    lines: ok ? [] : [...lines, 'npm run format'],
  }
}
