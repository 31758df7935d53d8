import { HallpassError } from './core/errors.js'
import type { Store } from './core/store.js'

/** The store, with whatever a driver throws turned into the one error that says: trouble, no verdict. */
export function trustworthy(store: Store): Store {
  return {
    engine: store.engine,
    sessions: guarded(store.engine, store.sessions),
    keys: guarded(store.engine, store.keys),
    accounts: guarded(store.engine, store.accounts),
    check: () => asTrouble(store.engine, () => store.check()),
    close: () => store.close(),
  }
}

function guarded<Port extends object>(engine: string, port: Port): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver)
      if (typeof method !== 'function') return method
      return (...values: unknown[]) => asTrouble(engine, () => method.apply(target, values) as Promise<unknown>)
    },
  })
}

async function asTrouble<Answer>(engine: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof HallpassError) throw cause
    const reason = `${engine}: ${cause instanceof Error ? cause.message : 'it threw what is no error'}`
    throw new HallpassError('store-unavailable', { reason, cause })
  }
}
