import {
  type Header,
  judgeSetCookie,
  kindOfBody,
  maskRequest,
  maskSecrets,
  type PlainRequest,
  prettyJson,
  textIn,
  type Verdict,
} from 'hallpass/inspect'
import type { Sent } from 'hallpass-server/relay'
import type { Host } from './command.js'
import { type Paint, painter } from './paint.js'
import { printableLines } from './printable.js'

type Ended = Extract<Sent, { outcome: 'answered' | 'failed' }>
type Response = Extract<Sent, { outcome: 'answered' }>['response']

export interface Asking {
  readonly request: PlainRequest
  /** Whether headers are shown with their secrets. */
  readonly secrets: boolean
}

export function answerAsJson(sent: Ended, asking: Asking): string {
  return `${JSON.stringify(sent.outcome === 'failed' ? sent : answeredAsJson(sent.response, asking), null, 2)}\n`
}

function answeredAsJson({ body, headers, ...response }: Response, asking: Asking): object {
  const bytes = Buffer.from(body, 'base64')
  const text = textIn(bytes)
  return {
    outcome: 'answered',
    response: {
      ...response,
      headers: shownHeaders(headers, asking),
      cookies: cookiesIn(headers, asking.request),
      size: bytes.length,
      ...(text === null ? { base64: body } : { text }),
    },
  }
}

/** Everything of an answer, for people. */
export function answerReport(sent: Ended, asking: Asking, host: Host): string {
  const paint = painter(host)
  const { method, url } = asking.secrets ? asking.request : maskRequest(asking.request)
  const line = `${paint.soft(printableLines(`${method} ${url}`))}\n`
  if (sent.outcome === 'failed') return `${line}${paint.bad('Nothing came back.')} ${printableLines(sent.problem)}\n`
  const { response } = sent
  return [line + statusLine(response, paint), ...parts(response, asking, paint)].join('\n')
}

function parts(response: Response, asking: Asking, paint: Paint): readonly string[] {
  const headers = shownHeaders(response.headers, asking).map(
    ([name, value]) => `  ${paint.soft(`${printableLines(name)}:`)} ${printableLines(value)}\n`,
  )
  const cookies = cookiesIn(response.headers, asking.request)
  return [
    section('Time', timing(response), paint),
    section('Headers', headers.join(''), paint),
    ...(cookies.length === 0 ? [] : [section('Cookies', cookies.map((one) => cookie(one, paint)).join(''), paint)]),
    section('Body', body(response), paint),
  ]
}

function section(title: string, content: string, { strong }: Paint): string {
  return `${strong(title)}\n${content}`
}

function statusLine({ status, statusText, httpVersion, address, cut }: Response, paint: Paint): string {
  const as = status >= 400 ? paint.bad : status < 300 ? paint.good : paint.attention
  const said = cut === null ? '' : paint.attention(`\n${cuts[cut]}`)
  return `${as(printableLines(`${status} ${statusText}`.trim()))} ${paint.soft(`HTTP/${httpVersion} from ${address}`)}${said}\n`
}

const cuts = {
  size: 'Only the first mebibyte is here: the body is longer.',
  time: 'The body did not end in time: this is what came of it.',
  connection: 'The connection broke before the body ended: this is what came of it.',
}

const steps = [
  ['lookup', 'look-up'],
  ['connect', 'connection'],
  ['tls', 'TLS'],
  ['firstByte', 'waiting'],
  ['total', 'reading'],
] as const

function timing({ timing }: Response): string {
  let before = 0
  const took = steps.flatMap(([step, name]) => {
    const at = timing[step]
    if (at === null) return []
    const milliseconds = Math.max(0, at - before)
    before = at
    return [`${name} ${milliseconds.toFixed(1)} ms`]
  })
  return `  ${[...took, `altogether ${timing.total.toFixed(1)} ms`].join('  ')}\n`
}

function shownHeaders(headers: readonly Header[], { secrets }: Asking): readonly Header[] {
  return secrets ? headers : maskSecrets(headers)
}

function cookiesIn(headers: readonly Header[], { url }: PlainRequest) {
  const { protocol, hostname } = new URL(url)
  const arrival = { https: protocol === 'https:', host: hostname, now: Date.now() }
  const lines = headers.filter(([name]) => name.toLowerCase() === 'set-cookie')
  return lines.map(([, line]) => judgeSetCookie(line, arrival))
}

const called = { good: 'good', attention: 'look', bad: 'mend' }

function cookie({ name, value, kept, removes, verdicts }: ReturnType<typeof judgeSetCookie>, paint: Paint): string {
  const state = removes ? 'removed' : kept ? 'kept' : 'dropped'
  const head = `  ${paint.strong(printableLines(name === '' ? 'a cookie without a name' : name))} (${state}, ${value})\n`
  return head + verdicts.map((verdict) => verdictLine(verdict, paint)).join('')
}

function verdictLine({ about, is, said, remedy, standard }: Verdict, paint: Paint): string {
  const sentence = remedy === null ? said : `${said} ${remedy}`
  return `    ${paint[is](called[is])}  ${about.padEnd(8)}  ${printableLines(sentence)} ${paint.soft(standard)}\n`
}

function body({ body, headers }: Response): string {
  const bytes = Buffer.from(body, 'base64')
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null
  const kind = kindOfBody(type, bytes)
  if (kind === 'empty') return '  There is none.\n'
  if (kind === 'binary') return `  ${bytes.length} bytes that are no text.\n`
  const text = textIn(bytes) ?? ''
  const shown = (kind === 'json' ? prettyJson(text) : null) ?? text
  return `${printableLines(shown.replaceAll('\r\n', '\n').replaceAll('\t', '  '))}\n`
}
