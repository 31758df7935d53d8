import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Hallpass, HallpassError, type ResponsePatch } from 'hallpass'
import { sendPatch } from 'hallpass/node'
import { problemAnswer, ServerError } from '../errors.js'
import type { Logger } from '../observe/log.js'
import type { Arrival } from '../transport/arrival.js'
import { answerSocket } from '../transport/raw-answer.js'
import { type Destination, destinationOf } from './destination.js'
import { createHandover, carrying } from './handover.js'
import type { OwnCookies } from './own-cookies.js'
import { createRequestHeaders } from './request-headers.js'
import { Requests } from './requests.js'
import { createResponseHeaders } from './response-headers.js'
import type { Route } from './route.js'
import type { Routes } from './routes.js'
import { Traffic, type TrafficFigures } from './traffic.js'
import { Tunnels } from './tunnels.js'

/** Hands requests on to backends: a browser's cookie comes in, a token for that backend goes out. */
export interface Gateway {
  /** Answers a request of one of its routes; false at once for any other. */
  request(req: IncomingMessage, res: ServerResponse, arrival: Arrival): boolean
  /** The same for a request that wants to become a WebSocket. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer, arrival: Arrival): boolean
  figures(): TrafficFigures
  /** Ends what would never end by itself: open WebSockets and event streams. */
  endStreams(): void
  close(): void
}

export interface GatewayParts {
  readonly auth: Pick<Hallpass, 'policy' | 'upstream' | 'authenticate'>
  readonly routes: readonly Route[]
  /** Which of them an address belongs to. */
  readonly table: Routes
  readonly cookies: OwnCookies
  readonly log: Logger
  /** What every answer of this server carries. */
  readonly headers: ResponsePatch['headers']
}

export function createGateway({ auth, routes, table, cookies, log, headers }: GatewayParts): Gateway {
  const own = carrying(headers)
  const identityHeaders = routes.flatMap((route) => [...route.identityHeaders.keys()])
  const handover = createHandover(auth, createRequestHeaders(identityHeaders, cookies), own)
  const [, hsts = null] = headers.find(([name]) => name === 'strict-transport-security') ?? []
  const responseHeaders = createResponseHeaders(cookies, hsts)
  const traffic = new Traffic(log)
  const requests = new Requests(handover, responseHeaders, traffic)
  const tunnels = new Tunnels(handover, responseHeaders, traffic)
  const destinations = new Map<Route, Destination>()
  for (const route of routes) {
    if (route.upstream !== null) destinations.set(route, destinationOf(route, route.upstream))
  }

  /** Null where the address is none of the gateway's. */
  function destinationFor({ host, path }: Arrival): Destination | ServerError | HallpassError | null {
    const route = table.find(host, path)
    if (route === null || route instanceof ServerError) return route
    return destinations.get(route) ?? new HallpassError('not-found')
  }

  return {
    request(req, res, arrival) {
      const destination = destinationFor(arrival)
      if (destination === null) return false
      if (destination instanceof Error) sendPatch(res, own(problemAnswer(destination)))
      else void requests.handOn(req, res, arrival, destination)
      return true
    },
    upgrade(req, socket, head, arrival) {
      const destination = destinationFor(arrival)
      if (destination === null) return false
      if (destination instanceof Error) answerSocket(socket, own(problemAnswer(destination)))
      else void tunnels.open(req, socket, head, arrival, destination)
      return true
    },
    figures: () => traffic.figures(),
    endStreams() {
      requests.endStreams()
      tunnels.endAll()
    },
    close: () => requests.close(),
  }
}
