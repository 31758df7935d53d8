import { readFileSync } from 'node:fs'
import { CommandError, exit, type Host } from './command.js'

/** What is longer is no token and no key; the rest is not waited for. Characters. */
const longestPasted = 32 * 1024 * 1024

/** The one word that was typed; what comes in at the standard input where it is `-`, or where nothing was typed. */
export async function pasted(words: readonly string[], what: string, host: Host): Promise<string> {
  if (words.length > 1) throw new CommandError(exit.misused, `give one ${what}, in quotes where it holds spaces`)
  const [word = '-'] = words
  if (word !== '-') return word
  if (words.length === 0 && host.stdin.isTTY)
    throw new CommandError(exit.misused, `give a ${what}, or - to read it from the standard input`)
  return readAll(host.stdin)
}

/** `-` for the standard input, JSON or PEM as it is, or the name of a file. */
export async function keysNamed(key: string, host: Host): Promise<string> {
  if (key === '-') return readAll(host.stdin)
  if (/^\s*(?:\{|-----)/.test(key)) return key
  try {
    return readFileSync(key, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new CommandError(exit.data, `cannot read the key from the file ${JSON.stringify(key)}: ${why}`)
  }
}

async function readAll(stdin: NodeJS.ReadStream): Promise<string> {
  stdin.setEncoding('utf8')
  let text = ''
  for await (const chunk of stdin) {
    text += String(chunk)
    if (text.length > longestPasted) break
  }
  return text
}
