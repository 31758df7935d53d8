import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'

/** What is served. */
export interface Served {
  fetch(request: Request, bindings?: object): Response | Promise<Response>
}

export interface Serving {
  readonly port: number
  /**
   * Takes no more connections, lets requests under way finish, cuts off what is left after `patience` milliseconds.
   * Answers whether all of them finished.
   */
  stop(patience: number): Promise<boolean>
}

/** A client that takes longer than this to send a request is gone. Milliseconds. */
const requestTimeout = 30_000

/** Listens with node:http. Rejects where the port or the address cannot be had. */
export async function serve(
  app: Served,
  at: { readonly port: number; readonly host: string | null },
): Promise<Serving> {
  const server = createAdaptorServer({ fetch: (request, bindings) => answer(app, request, bindings) }) as Server
  server.requestTimeout = requestTimeout
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen({ port: at.port, ...(at.host === null ? {} : { host: at.host }) }, () => {
      server.off('error', failed)
      listening()
    })
  })
  return { port: (server.address() as AddressInfo).port, stop: (patience) => stop(server, patience) }
}

/** What follows a body that nobody read to its end cannot be told from the rest of it: that connection is over. */
async function answer(app: Served, request: Request, bindings: object): Promise<Response> {
  const response = await app.fetch(request, bindings)
  if (response.status === 413) response.headers.set('connection', 'close')
  return response
}

async function stop(server: Server, patience: number): Promise<boolean> {
  let finished = true
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // a connection whose last request has been answered would stay open for the next one
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const enough = setTimeout(() => {
    finished = false
    server.closeAllConnections()
  }, patience)
  await closed
  clearInterval(idle)
  clearTimeout(enough)
  return finished
}
