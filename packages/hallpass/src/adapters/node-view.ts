import type { IncomingMessage, ServerResponse } from 'node:http'
import { withSetCookie } from '../http/cookies.js'
import { longestBody, type RequestBody, type RequestView } from '../http/request-view.js'
import type { ResponsePatch } from '../http/response-patch.js'

/** A request of node:http, with what Express adds to it. */
export type NodeRequest = IncomingMessage & { originalUrl?: string; ip?: string | undefined; body?: unknown }

export function nodeView(req: NodeRequest): RequestView {
  // Express takes the mount point off `url`.
  const target = req.originalUrl ?? req.url ?? ''
  const mark = target.indexOf('?')
  let body: RequestBody | Promise<RequestBody> | undefined
  return {
    method: req.method ?? '',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    header(name) {
      const value = req.headers[name]
      return typeof value === 'object' ? value.join(', ') : (value ?? null)
    },
    address: req.ip ?? req.socket.remoteAddress ?? null,
    body: () => (body ??= req.readableDidRead ? { parsed: req.body } : readStream(req)),
  }
}

/** Puts a patch onto a response of node:http; one with a status is the whole answer. */
export function applyToNode(res: ServerResponse, { status, headers, body }: ResponsePatch): void {
  for (const [name, value] of headers)
    res.setHeader(name, name === 'set-cookie' ? withSetCookie(linesOf(res), value) : value)
  if (status === null) return
  res.statusCode = status
  res.end(body ?? '')
}

function linesOf(res: ServerResponse): readonly string[] {
  const lines = res.getHeader('set-cookie') ?? []
  return Array.isArray(lines) ? lines : [String(lines)]
}

/** What is too long is still read to its end, and dropped: else the client would never come to hear the answer. */
function readStream(req: IncomingMessage): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    req.on('data', (chunk: Buffer | string) => {
      length += chunk.length
      if (length <= longestBody) chunks.push(Buffer.from(chunk))
      else resolve({ tooLarge: true })
    })
    req.on('end', () => resolve({ text: Buffer.concat(chunks).toString() }))
    req.on('error', reject)
  })
}
