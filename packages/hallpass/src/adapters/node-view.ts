import type { IncomingMessage } from 'node:http'
import type { RequestBody, RequestView } from '../http/request-view.js'
import { readNodeBody } from './node-body.js'

/** A request of node:http, with what Express adds to it. */
export type NodeRequest = IncomingMessage & { originalUrl?: string; ip?: string | undefined; body?: unknown }

/** What a framework knows of a request; Express keeps it on the request itself. */
export type Known = Pick<NodeRequest, 'ip' | 'body'>

export function nodeView(req: NodeRequest, known: Known = req): RequestView {
  return new NodeView(req, known)
}

/** One is made for every request, so what is not asked for is not worked out. */
class NodeView implements RequestView {
  readonly #req: NodeRequest
  readonly #known: Known
  #body: RequestBody | Promise<RequestBody> | undefined

  constructor(req: NodeRequest, known: Known) {
    this.#req = req
    this.#known = known
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
    return this.#known.ip ?? this.#req.socket.remoteAddress ?? null
  }
  header(name: string): string | null {
    const value = this.#req.headers[name]
    return typeof value === 'object' ? value.join(', ') : (value ?? null)
  }
  body(): RequestBody | Promise<RequestBody> {
    return (this.#body ??= this.#req.readableDidRead
      ? { parsed: this.#known.body ?? this.#req.body }
      : readNodeBody(this.#req))
  }
  get #target(): string {
    // Express takes the mount point off `url`.
    return this.#req.originalUrl ?? this.#req.url ?? ''
  }
}
