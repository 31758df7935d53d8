import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Front } from './front.js'
import { mostHeaders } from './transport/message.js'

/** What is served. */
export interface Served {
  readonly front: Front
}

export interface Serving {
  readonly port: number
  /**
   * Takes no more connections, lets requests under way finish, cuts off what is left after `patience` milliseconds.
   * Answers whether all of them finished.
   */
  stop(patience: number): Promise<boolean>
}

/** How long clients may take, milliseconds. Bodies are the front's affair: what is handed on may take its time. */
export interface ConnectionBounds {
  /** Until the headers of a request are there. */
  readonly headers: number
  /** Between two requests: longer than the 60 s of the usual proxies, so that no request meets a closing connection. */
  readonly idle: number
}

const usualBounds: ConnectionBounds = { headers: 15_000, idle: 75_000 }

/** Listens with node:http. Rejects where the port or the address cannot be had. */
export async function serve(
  app: Served,
  at: { readonly port: number; readonly host: string | null },
  bounds: ConnectionBounds = usualBounds,
): Promise<Serving> {
  const { request, upgrade } = app.front
  const sockets = new Set<Socket>()
  const handedOver = new Set<Duplex>()
  const handOver = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    handedOver.add(socket)
    socket.once('close', () => handedOver.delete(socket))
    upgrade(req, socket, head)
  }
  const options = {
    headersTimeout: bounds.headers,
    requestTimeout: 0,
    keepAliveTimeout: bounds.idle,
    connectionsCheckingInterval: Math.ceil(bounds.headers / 3),
    // the flags of Node.js that loosen these are for others
    maxHeaderSize: 16_384,
    insecureHTTPParser: false,
  }
  const server = createServer(options, request)
    // a request that expects "100 Continue" is told so by whoever answers it, once it may go on
    .on('checkContinue', request)
    .on('connection', (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    .on('upgrade', handOver)
    .on('connect', handOver)
  server.maxHeadersCount = mostHeaders + 1
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen({ port: at.port, ...(at.host === null ? {} : { host: at.host }) }, () => {
      server.off('error', failed)
      listening()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    stop: (patience) => stop(server, { sockets, handedOver }, patience),
  }
}

interface Open {
  readonly sockets: ReadonlySet<Socket>
  readonly handedOver: ReadonlySet<Duplex>
}

async function stop(server: Server, { sockets, handedOver }: Open, patience: number): Promise<boolean> {
  let finished = true
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // browsers connect ahead of what they may ask: for Node.js such a connection is not idle
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  // a connection whose last request has been answered would stay open for the next one
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const enough = setTimeout(() => {
    finished = false
    server.closeAllConnections()
    for (const socket of handedOver) socket.destroy()
  }, patience)
  await closed
  clearInterval(idle)
  clearTimeout(enough)
  return finished
}
