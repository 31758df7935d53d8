import type { IncomingMessage } from 'node:http'
import type { RequestBody, RequestView } from 'hallpass'
import type { Arrival } from '../transport/arrival.js'

/** A request as the library judges it, by what the front found out about it. */
export class ArrivalView implements RequestView {
  readonly #req: IncomingMessage
  readonly #arrival: Arrival

  constructor(req: IncomingMessage, arrival: Arrival) {
    this.#req = req
    this.#arrival = arrival
  }
  get method(): string {
    return this.#req.method ?? ''
  }
  get path(): string {
    return this.#arrival.path
  }
  get query(): string {
    return this.#arrival.query
  }
  get address(): string | null {
    return this.#arrival.address
  }
  header(name: string): string | null {
    const value = this.#req.headers[name]
    return typeof value === 'object' ? value.join(', ') : (value ?? null)
  }
  /** The body is the backend's: nobody reads it on the way. */
  body(): RequestBody {
    return { tooLarge: true }
  }
}
