import { decode, findingSentence } from 'hallpass/inspect'
import { type Command, exit } from '../command.js'
import { pasted } from '../pasted.js'
import { decodedReport } from '../token-report.js'

const help = `Usage: hallpass decode [<token> | -]

Shows what a token says: header and payload, and each place that parsers could disagree on. Nothing is checked, and
nothing is sent anywhere. What stands around the token is taken off: Bearer, quotes, an Authorization or Cookie header.

Without a token, or with -, it is read from the standard input, which keeps it out of the shell's history.

Options:
  --json  The answer as JSON, for programs.

Exit code: 0, or 65 where there is nothing to read in it.

Examples:
  hallpass decode < token.txt
  hallpass decode "Authorization: Bearer eyJ..."
`

export const command: Command = {
  help,
  async run({ words, json }, host) {
    const { token: _, ...decoded } = decode(await pasted(words, 'token', host))
    const findings = decoded.findings.map((finding) => ({ ...finding, sentence: findingSentence(finding) }))
    host.stdout.write(json ? `${JSON.stringify({ ...decoded, findings }, null, 2)}\n` : decodedReport(decoded))
    return decoded.kind === 'opaque' || decoded.kind === 'empty' ? exit.data : exit.done
  },
}
