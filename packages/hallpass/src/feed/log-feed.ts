import {
  encodeOutcome,
  encodeReading,
  leasePath,
  logPath,
  longestRequest,
  Malformed,
  positionPath,
  readAcknowledgement,
  readLeaseRequest,
  readPosition,
} from '../cluster/feed.js'
import { HallpassError } from '../core/errors.js'
import { logKeyMistakes } from '../core/log-key.js'
import type { Runtime } from '../core/ports.js'
import type { LogFeed } from '../core/store.js'
import { problemFor, problemPatch } from '../http/problem.js'
import type { ResponsePatch } from '../http/response-patch.js'
import { systemRuntime } from '../runtime.js'
import { type StreamFigures, Streams } from './streams.js'
import { crypto } from '#crypto'

export interface LogFeedOptions {
  /**
   * What remote verifiers present: `Authorization: Bearer <key>`. At least 32 random characters, no root secret and no
   * other key. While one replaces another, a list of both.
   */
  readonly key: string | readonly string[]
  /** Timers; tests hand in their own. */
  readonly runtime?: Runtime
}

/** Answers requests to `/.well-known/hallpass/log` and below; 404 for any other. Never rejects for what was sent. */
export interface LogFeedHandler {
  (request: Request): Promise<Response>
  figures(): StreamFigures
  /** Ends every stream and hands down no more leases; whoever holds one may still acknowledge. Then close the instance. */
  close(): void
}

/**
 * Serves the revocation log to remote verifiers: `logFeed(auth.feed, { key })`, or `logFeed(verifier.feed, { key })` for
 * those below a verifier. Throws `configuration` where the key is weak. The protocol is in docs/protocol.md.
 */
export function logFeed(feed: LogFeed, { key, runtime = systemRuntime }: LogFeedOptions): LogFeedHandler {
  const mistakes = logKeyMistakes(key)
  if (mistakes.length > 0) throw new HallpassError('configuration', { mistakes })
  const isAllowed = keeper([key].flat())
  const streams = new Streams(feed, runtime)
  let isClosed = false

  const handle = async (request: Request): Promise<Response> => {
    // Before anything else: who has no key is told nothing, not even what there is.
    if (!(await isAllowed(request.headers.get('authorization') ?? ''))) throw new HallpassError('log-key-required')
    const url = new URL(request.url)
    const methods = routes.get(url.pathname)
    if (methods === undefined) throw new HallpassError('not-found')
    const verb = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
    if (verb === undefined) return methodNotAllowed(Object.keys(methods))
    if (isClosed && verb.givesLease) throw new HallpassError('store-unavailable', { reason: 'the feed is closed' })
    return verb.answer({ request, url, feed, streams })
  }
  return Object.assign(
    async (request: Request): Promise<Response> => {
      try {
        return await handle(request)
      } catch (error) {
        const problem = problemFor(error)
        if (problem === null) throw error
        return answerOf(problem)
      }
    },
    {
      figures: () => streams.figures(),
      close() {
        isClosed = true
        streams.close()
      },
    },
  )
}

interface Asked {
  readonly request: Request
  readonly url: URL
  readonly feed: LogFeed
  readonly streams: Streams
}

interface Verb {
  /** Whether whoever asks believes in something afterwards that it did not before. */
  readonly givesLease: boolean
  answer(asked: Asked): Response | Promise<Response>
}

const routes: ReadonlyMap<string, Readonly<Record<string, Verb>>> = new Map([
  [logPath, { GET: { givesLease: true, answer: stream } }],
  [leasePath, { POST: { givesLease: true, answer: renew }, DELETE: { givesLease: false, answer: retire } }],
  [positionPath, { PUT: { givesLease: false, answer: acknowledge } }],
] as const)

function stream({ request, streams }: Asked): Response {
  const after = readPosition(request.headers.get('last-event-id') ?? '')
  return new Response(streams.open(after), {
    // A proxy that gathers the events before it passes them on defeats them.
    headers: { ...guarded, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
  })
}

async function renew({ request, feed }: Asked): Promise<Response> {
  const { member, terms, after } = readLeaseRequest(await textOf(request))
  return json(encodeReading(await feed.renew(member, terms, after)))
}

async function acknowledge({ request, feed }: Asked): Promise<Response> {
  const { incarnation, position } = readAcknowledgement(await textOf(request))
  return json(encodeOutcome(await feed.acknowledge(incarnation, position)))
}

/** By the query: what is sent with DELETE means nothing to what lies between (RFC 9110, section 9.3.5). */
async function retire({ url, feed }: Asked): Promise<Response> {
  const incarnation = url.searchParams.get('incarnation')
  const mark = url.searchParams.get('mark')
  if (incarnation === null || mark === null) throw new Malformed(incarnation === null ? 'incarnation' : 'mark')
  return json(encodeOutcome(await feed.retire(incarnation, mark)))
}

/** Digests are of one length, and tell nothing of where the two begin to differ. */
function keeper(keys: readonly string[]): (authorization: string) => Promise<boolean> {
  const expected = Promise.all(keys.map(async (key) => crypto.sha256(key)))
  return async (authorization) => {
    const [, presented = ''] = /^Bearer +([^ ]+) *$/i.exec(authorization) ?? []
    const digest = await crypto.sha256(presented)
    return (await expected).reduce((found, one) => crypto.equal(digest, one) || found, false)
  }
}

/** Never more than `longestRequest` bytes of it. */
async function textOf(request: Request): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > longestRequest) throw new HallpassError('too-large')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** For those with the key alone. Pages have no business here, so there is no CORS. */
const guarded = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
}

function json(text: string): Response {
  return new Response(text, { headers: { ...guarded, 'content-type': 'application/json' } })
}

function methodNotAllowed(allowed: readonly string[]): Response {
  const { headers, ...patch } = problemPatch(new HallpassError('method-not-allowed'))
  return answerOf({ ...patch, headers: [...headers, ['allow', allowed.join(', ')]] })
}

function answerOf({ status, headers, body }: ResponsePatch): Response {
  return new Response(body, { status: status ?? 200, headers: headers.map(([name, value]) => [name, value]) })
}
