#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Command, CommandError, exit, type Host } from './command.js'
import { commands } from './commands.js'
import { printableLines } from './printable.js'

const ofEveryCommand = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  env: { type: 'string' },
} as const

process.exit(await main(process.argv.slice(2), process))

async function main(args: readonly string[], host: Host): Promise<number> {
  const [name = '--help', ...rest] = args
  if (name === '--help' || name === '-h') return say(host, help())
  if (name === '--version') return say(host, `${version()}\n`)
  const listed = commands.find((one) => one.name === name)
  if (listed === undefined) return complain(host, `there is no command "${name}". Try: hallpass --help`, exit.misused)
  const { command } = await listed.load()
  try {
    return await called(name, command, rest, host)
  } catch (error) {
    if (error instanceof CommandError) return complain(host, error.message, error.exitCode)
    const message = error instanceof Error ? error.message : String(error)
    return complain(host, message, exit.software)
  }
}

async function called(name: string, command: Command, args: readonly string[], host: Host): Promise<number> {
  const options = { ...command.options, ...ofEveryCommand }
  let parsed
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    throw new CommandError(exit.misused, `${(error as Error).message} Try: hallpass ${name} --help`)
  }
  const { help, json = false, env: file, ...values } = parsed.values
  if (help === true) return say(host, command.help)
  if (file !== undefined) loadEnvironment(file)
  return command.run({ words: parsed.positionals, options: values, json }, host)
}

/** Variables that are set already win. */
function loadEnvironment(file: string): void {
  try {
    process.loadEnvFile(file)
  } catch (error) {
    throw new CommandError(exit.configuration, `--env: ${(error as Error).message}`)
  }
}

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`)
  return `Usage: hallpass <command>

Commands:
${lines.join('\n')}

Options:
  --help      Shows this; after a command, what that command takes.
  --json      After a command: the answer as JSON, for programs.
  --env FILE  After a command: a file with variables, one NAME=value a line.
  --version   Shows the version.

Colours are left out where NO_COLOR is set, and where the output is no terminal.
`
}

function say({ stdout }: Host, text: string): number {
  stdout.write(text)
  return exit.done
}

function complain({ stderr }: Host, message: string, code: number): number {
  // it may repeat what was pasted
  stderr.write(`hallpass: ${printableLines(message)}\n`)
  return code
}

function version(): string {
  const text = readFileSync(fileURLToPath(import.meta.resolve('hallpass-server/package.json')), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
