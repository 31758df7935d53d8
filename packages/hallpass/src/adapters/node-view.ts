import type { IncomingMessage, ServerResponse } from 'node:http'
import { withSetCookie } from '../http/cookies.js'
import type { RequestBody, RequestView } from '../http/request-view.js'
import type { ResponsePatch } from '../http/response-patch.js'
import { readNodeBody } from './node-body.js'

/** A request of node:http, with what Express adds to it. */
export type NodeRequest = IncomingMessage & { originalUrl?: string; ip?: string | undefined; body?: unknown }

export function nodeView(req: NodeRequest): RequestView {
  return new NodeView(req)
}

/** One is made for every request, so what is not asked for is not worked out. */
class NodeView implements RequestView {
  readonly #req: NodeRequest
  #body: RequestBody | Promise<RequestBody> | undefined

  constructor(req: NodeRequest) {
    this.#req = req
  }
  get method(): string {
    return this.#req.method ?? ''
  }
  get path(): string {
    const mark = this.#target.indexOf('?')
    return mark === -1 ? this.#target : this.#target.slice(0, mark)
  }
  get query(): string {
    return this.#target.slice(this.path.length + 1)
  }
  get address(): string | null {
    return this.#req.ip ?? this.#req.socket.remoteAddress ?? null
  }
  header(name: string): string | null {
    const value = this.#req.headers[name]
    return typeof value === 'object' ? value.join(', ') : (value ?? null)
  }
  body(): RequestBody | Promise<RequestBody> {
    return (this.#body ??= this.#req.readableDidRead ? { parsed: this.#req.body } : readNodeBody(this.#req))
  }
  get #target(): string {
    // Express takes the mount point off `url`.
    return this.#req.originalUrl ?? this.#req.url ?? ''
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
