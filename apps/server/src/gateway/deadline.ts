import type { ClientRequest, IncomingMessage } from 'node:http'
import { hasBody } from '../transport/message.js'

/**
 * How long a backend may owe the beginning of its answer. The time that a body takes is its sender's, as long as the
 * backend takes it in.
 */
export class Deadline {
  readonly #req: IncomingMessage
  readonly #missed: () => void
  readonly #timer: NodeJS.Timeout
  #asked: ClientRequest | null = null
  #taken = 0
  #isKept = false

  /** `missed` is called once, after `timeout` milliseconds. */
  constructor(req: IncomingMessage, timeout: number, missed: () => void) {
    this.#req = req
    this.#missed = missed
    this.#timer = setTimeout(() => this.#ranOut(), timeout)
    if (hasBody(req)) req.once('end', () => this.#again())
  }

  /** The request to the backend; another one where it is asked again. */
  asking(request: ClientRequest): void {
    this.#asked = request
    this.#taken = request.socket?.bytesWritten ?? 0
  }

  kept(): void {
    this.#isKept = true
    clearTimeout(this.#timer)
  }

  #again(): void {
    // a timer that was cleared would start again
    if (!this.#isKept) this.#timer.refresh()
  }

  #ranOut(): void {
    const taken = this.#asked?.socket?.bytesWritten ?? 0
    const waitsForClient = taken > 0 && this.#asked?.writableNeedDrain === false
    const moves = !this.#req.readableEnded && (waitsForClient || taken > this.#taken)
    this.#taken = taken
    if (moves) this.#again()
    else this.#missed()
  }
}
