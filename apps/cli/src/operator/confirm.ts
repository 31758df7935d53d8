import { createInterface } from 'node:readline/promises'
import { type Asked, CommandError, exit, type Host } from '../command.js'

/**
 * Asks before what cannot be undone; with `--yes` it does not. Where nobody can be asked, nothing happens: `misused`.
 * `word`: what has to be typed.
 */
export async function confirm({ options }: Asked, host: Host, question: string, word = 'yes'): Promise<void> {
  if (options['yes'] === true) return
  const { stdin, stderr } = host
  if (!stdin.isTTY || !stderr.isTTY)
    throw new CommandError(exit.misused, `${question} Nobody can be asked here: add --yes to do it.`)
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    const typed = await lines.question(`${question} Type "${word}" to go on: `)
    if (typed.trim().toLowerCase() !== word) throw new CommandError(exit.no, 'nothing was changed')
  } finally {
    lines.close()
  }
}
