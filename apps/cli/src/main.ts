#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { buildApp, run } from 'hallpass-server/app'

const help = `Usage: hallpass <command>

Commands:
  serve      Starts the server. Settings: HALLPASS_STORE, HALLPASS_ISSUER, HALLPASS_SECRET,
             HALLPASS_STRATEGY, HALLPASS_OPERATOR_KEY, HALLPASS_HOST, PORT and the file
             hallpass.config.json.

Options:
  --help     Shows this.
  --version  Shows the version.
`

/** `EX_USAGE` of `sysexits.h`. */
const misused = 64

process.exit(await command(process.argv.slice(2)))

async function command(args: string[]): Promise<number> {
  const asked = read(args)
  if (asked === null) return misused
  const { values, positionals } = asked
  if (values.version === true) return say(`${version()}\n`)
  if (values.help === true || positionals.length === 0) return say(help)
  if (positionals.length === 1 && positionals[0] === 'serve') return run(process, buildApp)
  process.stderr.write(`hallpass: there is no command "${positionals.join(' ')}". Try: hallpass --help\n`)
  return misused
}

function read(args: string[]) {
  try {
    const options = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const
    return parseArgs({ args, allowPositionals: true, options })
  } catch (error) {
    process.stderr.write(`hallpass: ${(error as Error).message}\n`)
    return null
  }
}

function say(text: string): number {
  process.stdout.write(text)
  return 0
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
