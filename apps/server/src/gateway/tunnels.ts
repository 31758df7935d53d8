import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ProxyServer } from 'httpxy'
import { ServerError } from '../errors.js'
import type { Arrival } from '../transport/arrival.js'
import { answerSocket } from '../transport/raw-answer.js'
import { closeFrame, goingAway, policyViolation } from './close-frame.js'
import type { Destination } from './destination.js'
import type { Going, Handover } from './handover.js'
import type { ResponseHeaders } from './response-headers.js'
import type { Passage, Traffic } from './traffic.js'

/** A WebSocket that was let in, or is about to be one. */
interface Tunnel {
  readonly passage: Passage
  readonly destination: Destination
  readonly going: Going
  readonly socket: Socket
  asked: ClientRequest | null
  timedOut: boolean
  /** The backend's end; null until it has agreed. */
  far: Socket | null
  /** What the client was answered; null before. */
  status: number | null
}

/** An end that was told to close gets so long to do so. Milliseconds. */
const farewell = 2000

/** WebSockets (RFC 6455): judged before anything is opened, closed when what let them in is over. */
export class Tunnels {
  readonly #handover: Handover
  readonly #headers: ResponseHeaders
  readonly #traffic: Traffic
  readonly #proxy = new ProxyServer()
  readonly #tunnels = new WeakMap<IncomingMessage, Tunnel>()
  readonly #open = new Set<Tunnel>()

  constructor(handover: Handover, headers: ResponseHeaders, traffic: Traffic) {
    this.#handover = handover
    this.#headers = headers
    this.#traffic = traffic
    this.#proxy.on('proxyReqWs', (asked, req) => this.#asking(req, asked))
    this.#proxy.on('error', (error, req) => {
      const tunnel = req === undefined ? undefined : this.#tunnels.get(req)
      if (tunnel !== undefined) this.#failed(tunnel, error)
    })
  }

  async open(
    req: IncomingMessage,
    duplex: Duplex,
    head: Buffer,
    arrival: Arrival,
    destination: Destination,
  ): Promise<void> {
    const socket = duplex as Socket
    const passage = this.#traffic.begin('websocket', req.method ?? '', arrival, destination.route)
    // who goes away while being judged must not take the process along
    socket.on('error', () => socket.destroy())
    const decision = isWebSocket(req)
      ? await this.#handover.decide(req, arrival, destination, passage)
      : { instead: this.#handover.turnAway(passage, new ServerError('upgrade-refused')) }
    if (socket.destroyed) {
      if ('going' in decision) passage.outcome = 'abandoned'
      this.#traffic.end(passage, null)
    } else if ('instead' in decision) {
      socket.once('close', () => this.#traffic.end(passage, decision.instead.status))
      answerSocket(socket, decision.instead)
    } else {
      const { going } = decision
      this.#begin(req, head, {
        ...{ passage, destination, going, socket, asked: null, timedOut: false, far: null, status: null },
      })
    }
  }

  /** Tells the client of every one that this server is going away. */
  endAll(): void {
    for (const tunnel of this.#open) sever(tunnel, goingAway)
  }

  #begin(req: IncomingMessage, head: Buffer, tunnel: Tunnel): void {
    const { going, passage, socket, destination } = tunnel
    this.#tunnels.set(req, tunnel)
    const stop = going.whenOver((because) => {
      passage.outcome = 'cut'
      passage.reason = because
      sever(tunnel, policyViolation)
    })
    socket.once('close', () => {
      stop()
      tunnel.asked?.destroy()
      tunnel.far?.destroy()
      this.#open.delete(tunnel)
      if (tunnel.status === null && passage.outcome === 'answered') passage.outcome = 'abandoned'
      this.#traffic.end(passage, tunnel.status)
    })
    // whoever is told that it is over may keep its side open
    socket.once('finish', () => leave(socket))
    if (socket.destroyed) return
    req.headers = { ...going.headers, ...upgradeToWebSocket } as IncomingMessage['headers']
    req.url = going.url
    const { target } = destination
    // it rejects where the socket fails; what there is to do then is done when the socket closes
    this.#proxy.ws(req, socket, { target, agent: false, prependPath: false }, head).catch(() => undefined)
  }

  /** What listens here hears it before the proxy does, which then answers with what is left. */
  #asking(req: IncomingMessage, asked: ClientRequest): void {
    const tunnel = this.#tunnels.get(req)
    if (tunnel === undefined) return
    tunnel.asked = asked
    const late = setTimeout(() => {
      tunnel.timedOut = true
      asked.destroy(new Error('no answer began in time'))
    }, tunnel.destination.route.timeout)
    asked.once('close', () => clearTimeout(late))
    asked.once('response', (answer) => {
      clearTimeout(late)
      tunnel.status = answer.statusCode ?? 502
      this.#rewrite(answer, tunnel, framingOf(answer))
    })
    asked.once('upgrade', (answer, far) => {
      clearTimeout(late)
      tunnel.status = 101
      this.#rewrite(answer, tunnel, upgradeToWebSocket)
      this.#join(tunnel, far)
    })
  }

  #failed(tunnel: Tunnel, error: Error): void {
    const { passage, socket, going, timedOut } = tunnel
    if (socket.destroyed || passage.outcome !== 'answered') return
    if (tunnel.status !== null) {
      Object.assign(passage, { outcome: 'broken-off', reason: error.message })
      return leave(socket)
    }
    const answer = this.#handover.leaveUnanswered(passage, going, timedOut, error)
    tunnel.status = answer.status
    answerSocket(socket, answer)
  }

  #join(tunnel: Tunnel, far: Socket): void {
    tunnel.far = far
    this.#open.add(tunnel)
    far.once('close', () => leave(tunnel.socket))
    if (tunnel.socket.destroyed) far.destroy()
  }

  #rewrite(answer: IncomingMessage, { going }: Tunnel, framing: OutgoingHttpHeaders): void {
    const headers = this.#headers.forBrowser(answer.headers, going.about)
    answer.headers = { ...headers, ...framing } as IncomingMessage['headers']
  }
}

const upgradeToWebSocket = { connection: 'Upgrade', upgrade: 'websocket' } as const

/** Another protocol would leave the rest of the connection to whoever understands it (h2c). */
function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

/** What tells a client where an answer ends, and so whether all of it came. */
function framingOf({ headers }: IncomingMessage): OutgoingHttpHeaders {
  const coding = headers['transfer-encoding']
  return coding === undefined ? {} : { 'transfer-encoding': coding }
}

/**
 * Nothing passes any more, in either direction. The client is told why; where a message of the backend was cut in the
 * middle it takes the frame for a part of that, and sees a connection that broke.
 */
function sever({ far, socket, asked }: Tunnel, status: number): void {
  if (far === null) {
    asked?.destroy()
    socket.destroy()
    return
  }
  far.unpipe(socket)
  socket.unpipe(far)
  far.destroy()
  socket.write(closeFrame(status))
  leave(socket)
}

/** Ends a connection, and does not wait for ever for the other side to do the same. */
function leave(socket: Socket): void {
  if (socket.destroyed) return
  socket.end()
  socket.resume()
  const enough = setTimeout(() => socket.destroy(), farewell)
  socket.once('close', () => clearTimeout(enough))
}
