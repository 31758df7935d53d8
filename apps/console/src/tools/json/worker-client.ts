import { strings } from '../../strings/json'
import type { Ask, Asks, FromWorker, ToWorker } from './messages'
// oxlint-disable-next-line import/default -- Vite makes it: the address of the worker once it is built
import workerUrl from './worker?worker&url'

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (address: string) => string },
  ): { readonly createScriptURL: (address: string) => unknown }
}

/** What was asked for was cancelled, by the visitor or because something newer took its place. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

export interface Answering<Answer> {
  readonly answer: Promise<Answer>
  readonly cancel: () => void
}

interface Waiting {
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
  readonly onProgress: ((done: number) => void) | undefined
}

/** The one worker of this page. It holds the text, so that nothing long is ever done on the page's own thread. */
export class WorkerClient {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #last = 0
  #failed = false

  constructor() {
    this.#worker = new Worker(trustedAddress(), { type: 'module', name: 'hallpass-json' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#hear(data))
    this.#worker.addEventListener('error', () => {
      this.#failed = true
      for (const { reject } of this.#waiting.values()) reject(failed())
      this.#waiting.clear()
    })
  }

  ask<Name extends Ask>(
    ask: Name,
    asked: Asks[Name]['asked'],
    onProgress?: (done: number) => void,
  ): Answering<Asks[Name]['answer']> {
    const id = (this.#last += 1)
    const answer = new Promise<Asks[Name]['answer']>((resolve, reject) => {
      if (this.#failed) reject(failed())
      else this.#waiting.set(id, { resolve, reject, onProgress })
    })
    this.#send({ id, ask, asked } as ToWorker)
    return { answer, cancel: () => this.#send({ id, cancel: true }) }
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message, [])
  }

  #hear(message: FromWorker): void {
    const waiting = this.#waiting.get(message.id)
    if (waiting === undefined) return
    if ('progress' in message) return waiting.onProgress?.(message.progress)
    this.#waiting.delete(message.id)
    if ('answer' in message) waiting.resolve(message.answer as never)
    else waiting.reject('failed' in message ? new Error(message.failed) : new Cancelled())
  }
}

function failed(): Error {
  return new Error(strings.workerFailed)
}

/** Trusted Types allow one policy on this page, and that policy allows one address. */
function trustedAddress(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  if (trustedTypes === undefined) return workerUrl
  const policy = trustedTypes.createPolicy('hallpass-worker', {
    createScriptURL: (address) => {
      if (address !== workerUrl) throw new TypeError('only the worker of this page is a script')
      return address
    },
  })
  return policy.createScriptURL(workerUrl) as string
}
