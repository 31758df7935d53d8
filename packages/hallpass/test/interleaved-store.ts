import type { Store } from 'hallpass'

/** The store, with something done after each answer of its session port and before the caller hears it. */
export function interleaved(store: Store, after: (method: string) => Promise<unknown>): Store {
  const sessions = new Proxy(store.sessions, {
    get(target, name: keyof Store['sessions']) {
      return async (...values: never[]) => {
        const answer = await (target[name] as (...all: never[]) => Promise<unknown>)(...values)
        await after(name)
        return answer
      }
    },
  })
  return { ...store, sessions }
}
