import { styleText } from 'node:util'
import type { Host } from './command.js'

type Style = Parameters<typeof styleText>[0]

/** How commands colour words: not at all where NO_COLOR is set (to anything) or where the output is no terminal. */
export function painter({ env, stdout }: Pick<Host, 'env' | 'stdout'>) {
  const plain = (env['NO_COLOR'] ?? '') !== '' || !stdout.isTTY || env['TERM'] === 'dumb'
  const as =
    (style: Style) =>
    (text: string): string =>
      plain ? text : styleText(style, text, { validateStream: false })
  return { strong: as('bold'), soft: as('dim'), good: as('green'), attention: as('yellow'), bad: as('red') }
}

export type Paint = ReturnType<typeof painter>

/** Rows in columns, two spaces apart, each as wide as its longest cell; the first row is the head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], { strong }: Paint): string {
  const widths = head.map((title, column) => Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map(width)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd()
  return [strong(line(head)), ...rows.map(line)].join('\n') + '\n'
}

/** In characters, without what only colours them. */
function width(text: string): number {
  // oxlint-disable-next-line no-control-regex -- an escape sequence begins with one
  return Array.from(text.replace(/\u001b\[[0-9;]*m/g, '')).length
}
