import { readFileSync } from 'node:fs'
import { fromCurl, type Header, type PlainRequest } from 'hallpass/inspect'
import { type Sent, sendRequest } from 'hallpass-server/relay'
import { type Asked, type Command, CommandError, exit, type Host } from '../command.js'
import { answerAsJson, answerReport } from '../request-report.js'

const help = `Usage: hallpass request [<method>] <address> [options]
       hallpass request --curl '<command>'

Sends one request and shows all of the answer: status, headers, what a browser makes of each flag of each cookie, the
time of each step, and the body. Redirects are shown, not followed. What could be presented as a credential is masked
in what is shown of headers; the body is shown as it is.

Options:
  -H, --header <line>   A header, such as "Accept: application/json"; as often as needed.
  -d, --data <text>     A body, as it is; @<file> or @- for a file or the standard input. The method is POST then.
      --bearer <token>  "Authorization: Bearer"; @<file> or @- keeps the token out of the shell's history.
      --cookie <pairs>  A "Cookie" header, such as "name=value; name=value"; @<file> or @-, too.
      --curl <command>  Takes the request from a command for curl, as browsers copy it. Nothing of it is run.
      --max-time <s>    How long to wait, in seconds. Default 15.
      --secrets         Masks nothing.
      --fail            Exit code 1 where the status is 400 or above.
      --json            The answer as JSON, for programs.

Exit code: 0 for an answer, whatever its status; 69 where none came; 64 for a request that is not sent.

Examples:
  hallpass request http://localhost:7100/healthz
  hallpass request POST http://localhost:7100/auth/sign-in -H "Content-Type: application/json" -d @person.json
  hallpass request http://localhost:7100/auth/session --cookie @cookies.txt
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

export const command: Command = {
  help,
  options: {
    header: { type: 'string', short: 'H', multiple: true },
    data: { type: 'string', short: 'd' },
    ...{ bearer: text, cookie: text, curl: text, 'max-time': text, secrets: flag, fail: flag },
  },
  async run(asked, host) {
    const request = await requestOf(asked, host)
    const shown = { request, secrets: asked.options['secrets'] === true }
    const sent = await sendRequest(request, longest(asked.options['max-time']))
    if (sent.outcome === 'mistaken' || sent.outcome === 'refused') throw new CommandError(exit.misused, whyNot(sent))
    host.stdout.write(asked.json ? answerAsJson(sent, shown) : answerReport(sent, shown, host))
    if (sent.outcome === 'failed') return exit.unavailable
    return asked.options['fail'] === true && sent.response.status >= 400 ? exit.no : exit.done
  },
}

type NotSent = Extract<Sent, { outcome: 'mistaken' | 'refused' }>

function whyNot(sent: NotSent): string {
  if (sent.outcome === 'refused') return sent.problem
  return sent.mistakes.map(({ field, problem, remedy }) => `${field} ${problem} ${remedy}`).join('\n')
}

async function requestOf(asked: Asked, host: Host): Promise<PlainRequest> {
  const { words, options } = asked
  const written = options['curl'] === undefined ? typed(words) : curl(String(options['curl']), words, host)
  const given = new Given(host)
  const body = await given.text(options['data'])
  const bearer = await given.text(options['bearer'])
  const cookie = await given.text(options['cookie'])
  return {
    method: written.method ?? (body === null ? 'GET' : 'POST'),
    url: written.url,
    headers: [
      ...written.headers,
      ...headerLines(options['header']),
      ...(bearer === null ? [] : [['Authorization', `Bearer ${bearer.trim()}`] as const]),
      ...(cookie === null ? [] : [['Cookie', cookie.trim()] as const]),
    ],
    body: body ?? written.body,
  }
}

type Written = Omit<PlainRequest, 'method'> & { readonly method: string | null }

function typed(words: readonly string[]): Written {
  const [first, second, ...more] = words
  if (first === undefined) throw new CommandError(exit.misused, 'give an address. Try: hallpass request --help')
  if (more.length > 0) throw new CommandError(exit.misused, 'give a method and an address, and the rest as options')
  const url = second ?? first
  return {
    method: second === undefined ? null : first.toUpperCase(),
    url: /^[a-z][a-z\d+.-]*:\/\//i.test(url) ? url : `http://${url}`,
    headers: [],
    body: null,
  }
}

function curl(written: string, words: readonly string[], { stderr }: Host): Written {
  if (words.length > 0) throw new CommandError(exit.misused, '--curl takes the place of method and address')
  const reading = fromCurl(written)
  if (reading.ok) {
    for (const { option, said } of reading.notes) stderr.write(`${option}: ${said}\n`)
    return reading.request
  }
  const { line, column } = reading.place
  throw new CommandError(exit.misused, `--curl, line ${line}, column ${column}: ${reading.problem}`)
}

function headerLines(option: Asked['options'][string]): readonly Header[] {
  const lines = Array.isArray(option) ? option.map(String) : []
  return lines.map((line) => {
    const [, name, value] = /^([^:]+):(.*)$/s.exec(line) ?? []
    if (name !== undefined && value !== undefined) return [name.trim(), value.trim()]
    throw new CommandError(exit.misused, `the header ${JSON.stringify(line)} has no colon`)
  })
}

/** Values of options, also where they stand in a file; the standard input is there once. */
class Given {
  readonly #stdin: NodeJS.ReadStream
  #taken = false

  constructor({ stdin }: Host) {
    this.#stdin = stdin
  }

  async text(option: Asked['options'][string]): Promise<string | null> {
    if (typeof option !== 'string') return null
    if (!option.startsWith('@')) return option
    return option === '@-' ? this.#input() : fileNamed(option.slice(1))
  }

  async #input(): Promise<string> {
    if (this.#taken) throw new CommandError(exit.misused, 'only one option can take the standard input')
    this.#taken = true
    this.#stdin.setEncoding('utf8')
    const chunks: string[] = []
    for await (const chunk of this.#stdin) chunks.push(String(chunk))
    return chunks.join('')
  }
}

function fileNamed(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new CommandError(exit.noInput, `cannot read the file ${JSON.stringify(file)}: ${why}`)
  }
}

/** Milliseconds. */
function longest(option: Asked['options'][string]): number {
  const seconds = Number(option ?? 15)
  if (seconds > 0 && seconds <= 3600) return seconds * 1000
  throw new CommandError(exit.misused, '--max-time takes seconds, an hour at most')
}
