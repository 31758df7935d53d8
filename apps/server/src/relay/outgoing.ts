import type { Mistake } from 'hallpass'
import type { RelayBody } from '../admin/contract.js'

/** A request that may be sent as it stands. */
export interface Outgoing {
  readonly method: string
  readonly url: URL
  readonly headers: RelayBody['headers']
  readonly body: Uint8Array | null
}

export type OutgoingReading =
  | { readonly ok: true; readonly outgoing: Outgoing }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/** Bytes of a body at most. */
const longestBody = 1_048_576
const longestAddress = 8192
const mostHeaders = 100
/** Characters of all headers together: what Node.js servers take, and most others. */
const longestHeaders = 16_384

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** RFC 9110, section 5.5: no control characters but the tab, and what is sent is one byte a character. */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** They say where a message ends and whose it is: two readers of two of them would see two requests. */
const ownHeaders: ReadonlySet<string> = new Set([
  ...['host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'proxy-connection'],
  ...['upgrade', 'te', 'trailer', 'expect', 'via', 'http2-settings'],
])

/** Those that no browser connects to (Fetch, "port blocking"): what listens there may take HTTP for its own protocol. */
const blockedPorts: ReadonlySet<number> = new Set([
  ...[0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104],
  ...[109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515],
  ...[526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049],
  ...[3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
])

/** Everything that is wrong with a request at once, or the request. */
export function readOutgoing({ method, url, headers, body }: Omit<RelayBody, 'confirmed'>): OutgoingReading {
  const address = readAddress(url)
  const bytes = body === null ? null : new TextEncoder().encode(body)
  const mistakes = [...methodMistakes(method), ...address.mistakes, ...headersMistakes(headers)]
  if (bytes !== null && bytes.length > longestBody)
    mistakes.push({ field: 'body', problem: 'is longer than 1 MiB.', remedy: 'Send less.' })
  if (address.url === null || mistakes.length > 0) return { ok: false, mistakes }
  return { ok: true, outgoing: { method, url: address.url, headers, body: bytes } }
}

function methodMistakes(method: string): Mistake[] {
  if (!token.test(method) || method.length > 32)
    return [{ field: 'method', problem: 'is no method of HTTP.', remedy: 'Use one such as "GET" or "POST".' }]
  if (!/^(?:connect|trace)$/i.test(method)) return []
  return [
    { field: 'method', problem: 'is not sent from here.', remedy: 'Neither CONNECT nor TRACE is, as in browsers.' },
  ]
}

function readAddress(text: string): { readonly url: URL | null; readonly mistakes: Mistake[] } {
  const problem = (what: string, remedy: string) => ({ url: null, mistakes: [{ field: 'url', problem: what, remedy }] })
  const example = 'Give the whole address, such as "http://localhost:7100/auth/session".'
  if (text.length > longestAddress)
    return problem('is longer than 8,192 characters.', 'Send what it carries in the body.')
  if (!URL.canParse(text)) return problem('is no address.', example)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return problem('is neither http nor https.', example)
  if (url.username !== '' || url.password !== '')
    return problem('has credentials in it, which logs keep.', 'Send them as "Authorization: Basic" instead.')
  if (blockedPorts.has(Number(url.port === '' ? 80 : url.port)))
    return problem('has a port that browsers block, since other protocols live there.', 'Use another port.')
  url.hash = ''
  return { url, mistakes: [] }
}

function headersMistakes(headers: RelayBody['headers']): Mistake[] {
  const tooMany = headers.length > mostHeaders || headers.flat().join('').length > longestHeaders
  const all = {
    field: 'headers',
    problem: 'are too many or too long.',
    remedy: 'Send at most 100, and 16 KiB of them.',
  }
  return [...(tooMany ? [all] : []), ...headers.flatMap(([name, value], index) => headerMistakes(name, value, index))]
}

function headerMistakes(name: string, value: string, index: number): Mistake[] {
  const field = `headers[${index}]`
  if (!token.test(name))
    return [{ field, problem: 'has a name that is none.', remedy: 'Use letters, digits and hyphens.' }]
  if (ownHeaders.has(name.toLowerCase())) {
    const problem = `(${name}) is written by whoever sends the request, from its address and body.`
    return [{ field, problem, remedy: 'Leave it out.' }]
  }
  if (fieldValue.test(value) && value.trim() === value) return []
  const problem = `(${name}) has a value that no header may have.`
  return [{ field, problem, remedy: 'Use one line of visible characters, without spaces around them.' }]
}
