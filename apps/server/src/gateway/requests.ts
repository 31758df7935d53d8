import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { ResponsePatch } from 'hallpass'
import { sendPatch } from 'hallpass/node'
import { ProxyServer } from 'httpxy'
import type { Arrival } from '../transport/arrival.js'
import { hasBody } from '../transport/message.js'
import { Deadline } from './deadline.js'
import type { Destination } from './destination.js'
import type { Going, Handover } from './handover.js'
import type { ResponseHeaders } from './response-headers.js'
import type { Passage, Traffic } from './traffic.js'

/** A request that was let in, until it is answered. */
interface Exchange {
  readonly passage: Passage
  readonly destination: Destination
  readonly going: Going
  readonly deadline: Deadline
  asked: ClientRequest | null
  /** Whether the backend may be asked again over a new connection: nothing would be done twice. */
  mayAskAgain: boolean
  timedOut: boolean
}

/** On the request itself, as the arrival is. */
const handed = Symbol('exchange')
type Handed = IncomingMessage & { [handed]?: Exchange }

/** Bodies longer than this are not waited for where nobody wants them: the connection ends with the answer. Bytes. */
const longestUnread = 16_384

/** As many connections at once as there are requests: event streams keep theirs. */
const agentOptions = { keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256 } as const

/** Requests and their answers on their way through; nothing of them is kept. */
export class Requests {
  readonly #handover: Handover
  readonly #headers: ResponseHeaders
  readonly #traffic: Traffic
  readonly #agents = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) }
  readonly #proxy = new ProxyServer()
  readonly #streams = new Set<ServerResponse>()

  constructor(handover: Handover, headers: ResponseHeaders, traffic: Traffic) {
    this.#handover = handover
    this.#headers = headers
    this.#traffic = traffic
    this.#proxy.on('proxyReq', (asked, req, res) => this.#asking(req, res, asked))
    this.#proxy.on('proxyRes', (answer, req, res) => this.#answer(req, res, answer))
    this.#proxy.on('error', (error, req, res) => {
      if (req !== undefined && res !== undefined && 'headersSent' in res) this.#failed(req, res, error)
    })
  }

  /** Judges a request, then hands it on or answers it. Nothing of its body is read before. */
  async handOn(req: IncomingMessage, res: ServerResponse, arrival: Arrival, destination: Destination): Promise<void> {
    const passage = this.#traffic.begin('request', req.method ?? '', arrival, destination.route)
    res.once('close', () => {
      if (!res.writableFinished && passage.outcome === 'answered') passage.outcome = 'abandoned'
      this.#traffic.end(passage, res.headersSent ? res.statusCode : null)
    })
    const decision = await this.#handover.decide(req, arrival, destination, passage)
    if (res.destroyed) return
    if ('instead' in decision) return answerInstead(req, res, decision.instead)
    if (req.headers.expect !== undefined) res.writeContinue()
    this.#begin(req, res, decision.going, passage, destination)
  }

  /** Ends the answers that never would: event streams. */
  endStreams(): void {
    for (const res of this.#streams) {
      res.end()
      exchangeOf(res.req)?.asked?.destroy()
    }
  }

  close(): void {
    this.#agents.http.destroy()
    this.#agents.https.destroy()
  }

  #begin(req: IncomingMessage, res: ServerResponse, going: Going, passage: Passage, destination: Destination): void {
    const exchange: Exchange = {
      going,
      passage,
      destination,
      asked: null,
      timedOut: false,
      mayAskAgain: (req.method === 'GET' || req.method === 'HEAD') && !hasBody(req),
      deadline: new Deadline(req, destination.route.timeout, () => {
        exchange.timedOut = true
        exchange.asked?.destroy()
        this.#failed(req, res, new Error('no answer began in time'))
      }),
    }
    handOver(req, exchange)
    const stop = going.whenOver((because) => {
      passage.outcome = 'cut'
      passage.reason = because
      res.destroy()
    })
    res.once('close', () => {
      stop()
      exchange.deadline.kept()
      this.#streams.delete(res)
    })
    if (res.destroyed) return
    req.headers = going.headers as IncomingMessage['headers']
    req.url = going.url
    this.#ask(req, res, exchange)
  }

  #ask(req: IncomingMessage, res: ServerResponse, { destination: { target } }: Exchange): void {
    const agent = target.protocol === 'https:' ? this.#agents.https : this.#agents.http
    const options = { target, agent, selfHandleResponse: true, prependPath: false }
    // it rejects where the response fails; what there is to do then is done when the response closes
    this.#proxy.web(req, res, options).catch(() => undefined)
  }

  #asking(req: IncomingMessage, res: ServerResponse, asked: ClientRequest): void {
    const exchange = exchangeOf(req)
    if (exchange === undefined) return
    exchange.asked = asked
    exchange.deadline.asking(asked)
    // without a listener Node.js would close the connection, and nobody would hear of it
    asked.once('upgrade', () => {
      asked.destroy()
      this.#failed(req, res, new Error('the backend left HTTP, which nobody had asked for'))
    })
  }

  #answer(req: IncomingMessage, res: ServerResponse, answer: IncomingMessage): void {
    const exchange = exchangeOf(req)
    if (exchange === undefined || res.destroyed) return
    exchange.deadline.kept()
    try {
      res.writeHead(answer.statusCode ?? 0, this.#headers.forBrowser(answer.headers, exchange.going.about))
    } catch (error) {
      // Node's parser takes some statuses and characters from backends that it does not let anybody send
      exchange.asked?.destroy()
      return this.#failed(req, res, error as Error)
    }
    if (isEventStream(answer)) {
      this.#traffic.becomes(exchange.passage, 'event-stream')
      this.#streams.add(res)
    }
    // nobody knows when such a body begins, and who waits for events wants to know at once that they will come
    if (answer.headers['content-length'] === undefined) res.flushHeaders()
    answer.pipe(res)
  }

  #failed(req: IncomingMessage, res: ServerResponse, error: Error): void {
    const exchange = exchangeOf(req)
    if (exchange === undefined || exchange.passage.outcome !== 'answered') return
    const { passage, going, timedOut } = exchange
    if (exchange.mayAskAgain && exchange.asked?.reusedSocket === true && isReset(error) && !res.headersSent) {
      exchange.mayAskAgain = false
      return this.#ask(req, res, exchange)
    }
    exchange.deadline.kept()
    if (res.headersSent) {
      Object.assign(passage, { outcome: 'broken-off', reason: error.message })
      res.destroy()
      return
    }
    if (!res.destroyed) answerInstead(req, res, this.#handover.leaveUnanswered(passage, going, timedOut, error))
  }
}

function handOver(req: Handed, exchange: Exchange): void {
  req[handed] = exchange
}

function exchangeOf(req: Handed): Exchange | undefined {
  return req[handed]
}

/** The answer of the gateway itself. A long body that nobody will read is not waited for. */
function answerInstead(req: IncomingMessage, res: ServerResponse, answer: ResponsePatch): void {
  const { expect, 'transfer-encoding': coding, 'content-length': length } = req.headers
  const unread = expect !== undefined || coding !== undefined || Number(length ?? 0) > longestUnread
  if (unread && !req.readableEnded) res.setHeader('connection', 'close')
  sendPatch(res, answer)
}

function isEventStream({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.toLowerCase().startsWith('text/event-stream') === true
}

function isReset(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ECONNRESET' || code === 'EPIPE'
}
