import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { NodeRequest } from './node-view.js'

/**
 * A handler of fetch Requests for node:http and Express: `server.on('request', nodeHandler(logFeed(…)))`, or
 * `app.use('/.well-known/hallpass', nodeHandler(logFeed(…)))`. Streams are sent as they come, as fast as they are read.
 */
export function nodeHandler(
  handler: (request: Request) => Promise<Response>,
): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    // Whoever asked has gone, or there is nothing that could be said any more.
    respond(handler, req, res).catch(() => res.destroy())
  }
}

async function respond(
  handler: (request: Request) => Promise<Response>,
  req: NodeRequest,
  res: ServerResponse,
): Promise<void> {
  const response = await handler(requestOf(req))
  res.statusCode = response.status
  res.setHeaders(response.headers)
  res.flushHeaders()
  const reader = response.body?.getReader()
  res.once('close', () => void reader?.cancel().catch(() => undefined))
  for (let part = await reader?.read(); part?.done === false; part = await reader!.read()) {
    if (!res.write(part.value)) await Promise.race([once(res, 'drain'), reader!.closed])
  }
  res.end()
}

function requestOf(req: NodeRequest): Request {
  // Of its origin nobody here knows more than the client says. Express takes the mount point off `url`.
  const url = new URL(req.originalUrl ?? req.url ?? '', 'http://localhost')
  const { method = 'GET' } = req
  const headers = Object.entries(req.headers).map(([name, value]) => [name, String(value)] as [string, string])
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers })
  // A parser of the framework may have read it before.
  const body = req.readableDidRead ? JSON.stringify(req.body ?? null) : (Readable.toWeb(req) as ReadableStream)
  return new Request(url, { method, headers, body, duplex: 'half' })
}
