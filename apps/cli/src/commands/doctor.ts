import { type Command, CommandError, exit } from '../command.js'
import { examine } from '../doctor/examine.js'
import type { Finding } from '../doctor/finding.js'
import { painter } from '../paint.js'
import { printable } from '../printable.js'

const help = `Usage: hallpass doctor [--offline] [--json]

Looks at what \`hallpass serve\` would start with here, and at the server that runs at the issuer's address:
the configuration, the secrets, the store, the keys, the clocks, the instances. It opens the store as the
server would, which makes a database where there is none, and changes nothing else.

Options:
  --offline  Does not ask the server at the issuer's address.
  --json     The findings as JSON: {"findings": [{"check", "verdict", "sentence", "remedy"}]}.

Exit codes: 0 where nothing is broken, 1 where something is, 78 where the configuration cannot be read.
`

const marks = { good: 'ok', attention: '!', bad: 'x' } as const

export const command: Command = {
  help,
  options: { offline: { type: 'boolean' } },
  async run({ words, options, json }, host) {
    if (words.length > 0) throw new CommandError(exit.misused, `"doctor" takes no arguments: ${words.join(' ')}`)
    const paint = painter(host)
    const findings: Finding[] = []
    for await (const finding of examine(host.env, { offline: options['offline'] === true })) {
      findings.push(finding)
      if (json) continue
      const { verdict, check, sentence, remedy } = finding
      host.stdout.write(
        `${paint[verdict](marks[verdict].padEnd(3))}${paint.strong(check.padEnd(15))}${printable(sentence)}\n`,
      )
      if (remedy !== null) host.stdout.write(`${' '.repeat(18)}${paint.soft(printable(remedy))}\n`)
    }
    if (json) host.stdout.write(`${JSON.stringify({ findings }, null, 2)}\n`)
    const broken = findings.filter(({ verdict }) => verdict === 'bad')
    if (broken.some(({ check }) => check === 'configuration')) return exit.configuration
    return broken.length > 0 ? exit.no : exit.done
  },
}
