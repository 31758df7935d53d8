/** One of several processes on the same files: serves the calls that `sqlite-of-processes.ts` sends it. */
import type { HallpassError } from '#src/core/errors.js'
import type { Store } from '#src/core/store.js'
import { sqlite } from '#src/stores/sqlite/sqlite.js'
import type { Answer, Request } from './sqlite-of-processes.js'

const stores = new Map<string, Store>()
const subscriptions = new Map<number, () => void>()
const send = (answer: Answer): void => void process.send!(answer)

function storeOf({ store: name, file }: Request): Store {
  const store = stores.get(name) ?? sqlite(file, { busyTimeout: 20_000 })
  stores.set(name, store)
  return store
}

async function serve(request: Request): Promise<void> {
  const { number, port, method, values } = request
  const store = storeOf(request)
  if (method === 'subscribe') {
    const stop = store.log.subscribe((hint) => send({ number, outcome: 'hint', value: hint }))
    subscriptions.set(number, stop)
  } else if (method === 'unsubscribe') {
    subscriptions.get(number)?.()
  } else {
    const object = (port === null ? store : store[port]) as unknown as Record<string, (...values: unknown[]) => unknown>
    send({ number, outcome: 'answered', value: await object[method]!(...values) })
  }
}

process.on('message', (request: Request) => {
  serve(request).catch((error: HallpassError) => {
    send({ number: request.number, outcome: 'failed', value: `${error.message} ${error.reason ?? ''}` })
  })
})
process.on('disconnect', () => process.exit())
