import type { Store } from 'hallpass'

/** A store that can be made to go away, as one does whose server was stopped. */
export function awayStore(store: Store): { readonly store: Store; leave(): void; comeBack(): void } {
  let isAway = false
  const withoutServer = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver)
        // to listen asks nothing of the server yet
        if (typeof member !== 'function' || name === 'subscribe') return member
        return (...given: unknown[]): unknown => {
          if (isAway) return Promise.reject(new Error('the store is away'))
          return member.apply(target, given)
        }
      },
    })
  return {
    store: {
      ...store,
      sessions: withoutServer(store.sessions),
      log: withoutServer(store.log),
      keys: withoutServer(store.keys),
      check: () => store.check(),
      close: () => store.close(),
    },
    leave: () => void (isAway = true),
    comeBack: () => void (isAway = false),
  }
}
