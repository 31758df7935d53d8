import { Refusal, refusalOf } from 'hallpass/browser'
import type { Header, PlainRequest } from 'hallpass/inspect'
import type { OperatorAnswer, RelayAnswer, RelayBody, RelayedResponse } from 'hallpass-server/contract'
import { client } from '../../client'
import { strings } from '../../strings/requests'

/** What came back. */
export interface Answered {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
  readonly decoded: boolean
  readonly cut: RelayedResponse['cut']
  readonly timing: RelayedResponse['timing']
  /** Null for what the page itself has sent: it sees neither, nor any cookie. */
  readonly connection: { readonly address: string; readonly httpVersion: string } | null
}

export type Outcome =
  | { readonly outcome: 'answered'; readonly answered: Answered }
  | { readonly outcome: 'unconfirmed'; readonly host: string; readonly address: string }
  | { readonly outcome: 'failed'; readonly problem: string }

/** How requests leave, and by whose hand. */
export type Reach =
  | { readonly is: 'relay'; readonly email: string | null }
  /** `operator`: somebody who would be allowed, were the relay there. */
  | { readonly is: 'page'; readonly operator: boolean }

export async function findReach(): Promise<Reach> {
  if (!servedByHallpass) return { is: 'page', operator: false }
  try {
    const answer = await client.fetch('/admin/operator')
    if (!answer.ok) return { is: 'page', operator: false }
    const { relay, email } = (await answer.json()) as OperatorAnswer
    return relay ? { is: 'relay', email } : { is: 'page', operator: true }
  } catch {
    return { is: 'page', operator: false }
  }
}

/** Lets the server send it. Errors: `Refusal`, or what `fetch` throws. */
export async function sendByServer(request: PlainRequest, confirmed?: RelayBody['confirmed']): Promise<Outcome> {
  const body: RelayBody = { ...request, ...(confirmed === undefined ? {} : { confirmed }) }
  const headers = { 'content-type': 'application/json' }
  const answer = await client.fetch('/admin/relay', { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw await refusalOf(answer)
  const relayed = (await answer.json()) as RelayAnswer
  if (relayed.outcome !== 'answered') return relayed
  const { body: encoded, address, httpVersion, ...rest } = relayed.response
  return { outcome: 'answered', answered: { ...rest, body: bytesOf(encoded), connection: { address, httpVersion } } }
}

const longestWait = 15_000
const mostBytes = 1_048_576

/** Sends it from the page, which sees less. Never rejects. */
export async function sendByPage({ method, url, headers, body }: PlainRequest, withCookies: boolean): Promise<Outcome> {
  const began = performance.now()
  const elapsed = (): number => Math.round((performance.now() - began) * 10) / 10
  let request: Request
  try {
    request = new Request(new URL(url, location.href), {
      ...{ method, body, redirect: 'manual', cache: 'no-store', signal: AbortSignal.timeout(longestWait) },
      headers: headers.filter(([name]) => name.toLowerCase() !== 'cookie').map(([name, value]) => [name, value]),
      credentials: withCookies ? 'same-origin' : 'omit',
    })
  } catch (error) {
    return failed(`${strings.answer.unsendable} ${error instanceof Error ? error.message : ''}`)
  }
  try {
    const answer = await fetch(request)
    const firstByte = elapsed()
    if (answer.type === 'opaqueredirect') return failed(strings.answer.openRedirect)
    const { bytes, cut } = await read(answer)
    const timing = { lookup: null, connect: null, tls: null, firstByte, total: elapsed() }
    const { status, statusText } = answer
    const seen = { status, statusText, headers: [...answer.headers], body: bytes, decoded: false, cut, timing }
    return { outcome: 'answered', answered: { ...seen, connection: null } }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') return failed(strings.answer.late)
    const isBlocked = servedByHallpass && new URL(request.url).origin !== location.origin
    return failed(isBlocked ? strings.answer.blocked : strings.answer.unreachable)
  }
}

function failed(problem: string): Outcome {
  return { outcome: 'failed', problem: problem.trim() }
}

/** The beginning of a body, as far as it comes. */
async function read({ body }: Response): Promise<{ bytes: Uint8Array; cut: Answered['cut'] }> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  const cut = body === null ? null : await collect(body.getReader(), chunks)
  return { bytes: new Uint8Array(await new Blob(chunks).arrayBuffer()), cut }
}

async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  chunks: Uint8Array<ArrayBuffer>[],
): Promise<Answered['cut']> {
  try {
    for (let room = mostBytes; ;) {
      const { done, value } = await reader.read()
      if (done) return null
      chunks.push(value.subarray(0, room))
      room -= value.length
      if (room >= 0) continue
      void reader.cancel()
      return 'size'
    }
  } catch (error) {
    return error instanceof DOMException && error.name === 'TimeoutError' ? 'time' : 'connection'
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
}

/** What is wrong with a request that the server would not send, sentence by sentence; null for every other trouble. */
export function mistakesIn(error: unknown): readonly string[] | null {
  if (!(error instanceof Refusal) || error.code !== 'bad-request') return null
  const { errors = [] } = error.problem
  return errors.map(({ field, problem, remedy }) => `${strings.compose.where(field)} ${problem} ${remedy}`)
}
