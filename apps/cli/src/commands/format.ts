import { readFileSync } from 'node:fs'
import {
  decodeJson,
  excerptAt,
  finding,
  finish,
  type JsonDocument,
  type JsonFault,
  type JsonIndent,
  type JsonPlace,
  type JsonWarning,
  Lines,
  Paths,
  readJson,
  refusalToWrite,
  sorting,
  tokensIn,
  writing,
} from 'hallpass/inspect'
import { type Asked, type Command, CommandError, exit, type Host } from '../command.js'
import { painter } from '../paint.js'
import { printable } from '../printable.js'

const help = `Usage: hallpass format [<file> | -] [options]

Formats JSON (RFC 8259), or says where and why it is none. Numbers and strings stay exactly as they are written.
Warnings about what readers disagree on, such as names that stand twice, go to the standard error.

Without a file, or with -, it is read from the standard input.

Options:
  --indent <2|4|tab>  How far each level is indented. Default: 2.
  --minify            All in one line, without blanks.
  --sort              Members in the order of their names.
  --check             Writes no JSON: only says whether it is, and what is odd about it.
  --find <text>       Writes the names and values that hold this text, in any case, with their places.
  --json              A report as JSON, for programs, instead of all else.

Exit code: 0; 1 where it is no JSON, or where nothing is found; 65 where it is no UTF-8 or too long; 66 where the file
cannot be opened.

Examples:
  curl -s https://issuer.example/.well-known/jwks.json | hallpass format --sort
  hallpass format payload.json --find kid
`

const indents: { readonly [name: string]: JsonIndent } = { '2': '  ', '4': '    ', tab: '\t' }

export const command: Command = {
  help,
  options: {
    indent: { type: 'string', default: '2' },
    minify: { type: 'boolean', default: false },
    sort: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    find: { type: 'string' },
  },
  async run(asked, host) {
    const indent = asked.options['minify'] === true ? '' : indents[String(asked.options['indent'])]
    if (indent === undefined) throw new CommandError(exit.misused, '--indent takes 2, 4 or tab')
    const decoded = decodeJson(await input(asked, host))
    if (!decoded.ok) return refuse('', decoded.fault, asked, host)
    const reading = readJson(decoded.text)
    if (!asked.json) host.stderr.write(reading.warnings.map((one) => warningText(decoded.text, one, host)).join(''))
    if (!asked.json && reading.warningCount > reading.warnings.length)
      host.stderr.write(`… and ${reading.warningCount - reading.warnings.length} more warnings\n`)
    const { warnings, warningCount } = reading
    if (!reading.ok) return refuse(decoded.text, reading.fault, asked, host, { warnings, warningCount })
    const document = asked.options['sort'] === true ? finish(sorting(reading.document)) : reading.document
    if (asked.json) return report(document, { warnings, warningCount }, asked, host)
    if (typeof asked.options['find'] === 'string') return tellFound(document, asked.options['find'], host)
    return asked.options['check'] === true ? exit.done : write(document, indent, host)
  },
}

interface Warned {
  readonly warnings: readonly JsonWarning[]
  readonly warningCount: number
}

async function input({ words }: Asked, { stdin }: Host): Promise<Uint8Array> {
  const [file = '-', ...more] = words
  if (more.length > 0) throw new CommandError(exit.misused, `"format" takes one file: ${words.join(' ')}`)
  if (file !== '-') {
    try {
      return readFileSync(file)
    } catch (error) {
      throw new CommandError(exit.noInput, (error as Error).message)
    }
  }
  if (words.length === 0 && stdin.isTTY)
    throw new CommandError(exit.misused, 'there is no JSON. Name a file, or pipe it in. See: hallpass format --help')
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function refuse(text: string, fault: JsonFault, { json }: Asked, host: Host, warned?: Warned): number {
  const none: Warned = { warnings: [], warningCount: 0 }
  if (json) host.stdout.write(asJson({ ok: false, fault, ...(warned ?? none) }))
  else {
    const { bad } = painter({ env: host.env, stdout: host.stderr })
    host.stderr.write(`${bad('not JSON:')} ${placed(text, fault.place, fault.message, host)}`)
  }
  return warned === undefined ? exit.data : exit.no
}

function warningText(text: string, { place, message }: JsonWarning, host: Host): string {
  const { attention } = painter({ env: host.env, stdout: host.stderr })
  return `${attention('warning:')} ${placed(text, place, message, host)}`
}

/** The sentence, the place, and its line with a caret below. */
function placed(text: string, place: JsonPlace, message: string, host: Host): string {
  const { soft, strong } = painter({ env: host.env, stdout: host.stderr })
  const excerpt = excerptAt(text, place)
  const margin = `  ${place.line} | `
  return `${printable(message)}
  ${strong(`line ${place.line}, column ${place.column}`)}, offset ${place.offset}, at ${printable(place.path)}
${soft(margin)}${excerpt.text}
${' '.repeat(margin.length + excerpt.caret)}${strong('^')}
`
}

async function report(document: JsonDocument, warned: Warned, { options }: Asked, host: Host): Promise<number> {
  const { find } = options
  const tokens = places(document, [...tokensIn(document)])
  const found = typeof find === 'string' ? places(document, finish(finding(document, find))) : undefined
  const report = {
    ok: true,
    characters: document.text.length,
    ...warned,
    tokens,
    ...(found === undefined ? {} : { found }),
  }
  host.stdout.write(asJson(report))
  return found?.length === 0 ? exit.no : exit.done
}

function tellFound(document: JsonDocument, find: string, host: Host): number {
  const entries = finish(finding(document, find))
  const found = places(document, entries)
  const lines = found.map(({ line, column, path }, i) => {
    const written = document.written(entries[i] ?? 0)
    const shown = written.length > 200 ? `${written.slice(0, 200)}…` : written
    return `${line}:${column}  ${printable(path)}  ${printable(shown)}\n`
  })
  host.stdout.write(lines.join(''))
  return found.length === 0 ? exit.no : exit.done
}

/** Sorted members stand in another order than in the text: each place is looked up as it comes. */
function places(document: JsonDocument, entries: ArrayLike<number>): JsonPlace[] {
  const lines = new Lines(document.text)
  const paths = new Paths(document)
  return Array.from(entries, (entry) => lines.place(document.tape.start(entry), paths.to(entry)))
}

async function write(document: JsonDocument, indent: JsonIndent, { stdout }: Host): Promise<number> {
  const refusal = refusalToWrite(document, indent)
  if (refusal !== null) throw new CommandError(exit.data, refusal)
  let pieces: string[] = []
  const broken = { told: false }
  stdout.on('error', () => (broken.told = true))
  const send = async (): Promise<void> => {
    const text = pieces.join('')
    pieces = []
    await new Promise<void>((resolve) => void stdout.write(text, () => resolve()))
  }
  for (const _ of writing(document, indent, (piece) => pieces.push(piece))) {
    await send()
    // whoever read it has seen enough
    if (broken.told) return exit.done
  }
  pieces.push('\n')
  await send()
  return exit.done
}

function asJson(report: object): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
