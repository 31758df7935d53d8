import { setTimeout } from 'node:timers/promises'
import type {
  AccountStore,
  AuditStore,
  ClientStore,
  KeyStore,
  LogStore,
  SessionStore,
  Store,
} from '../../core/store.js'

export interface Saboteur {
  /** What the code does wrong. */
  readonly name: string
  /** The promise of `storeContract` that it breaks. */
  readonly breaks: string
  /** The same store with the fault. */
  readonly sabotage: (store: Store) => Store
}

/** The moment between a read and the write that relies on it: long enough for others, of a store far away too. */
export const aMomentLater = (): Promise<void> => setTimeout(80)

/** The same object but for the methods given; all others reach the true one. */
export function overlaid<Port extends object>(port: Port, changes: Partial<Port>): Port {
  return new Proxy(port, {
    get(target, name) {
      if (Object.hasOwn(changes, name)) return Reflect.get(changes, name) as unknown
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

type Changes<Port> = (port: Port, store: Store) => Partial<Port>

export function inSessions(name: string, breaks: string, changes: Changes<SessionStore>): Saboteur {
  const sabotage = (store: Store) =>
    overlaid(store, { sessions: overlaid(store.sessions, changes(store.sessions, store)) })
  return { name, breaks, sabotage }
}

export function inLog(name: string, breaks: string, changes: Changes<LogStore>): Saboteur {
  return { name, breaks, sabotage: (store) => overlaid(store, { log: overlaid(store.log, changes(store.log, store)) }) }
}

export function inKeys(name: string, breaks: string, changes: Changes<KeyStore>): Saboteur {
  return {
    name,
    breaks,
    sabotage: (store) => overlaid(store, { keys: overlaid(store.keys, changes(store.keys, store)) }),
  }
}

export function inAccounts(name: string, breaks: string, changes: Changes<AccountStore>): Saboteur {
  const sabotage = (store: Store) =>
    overlaid(store, { accounts: overlaid(store.accounts, changes(store.accounts, store)) })
  return { name, breaks, sabotage }
}

export function inClients(name: string, breaks: string, changes: Changes<ClientStore>): Saboteur {
  const sabotage = (store: Store) =>
    overlaid(store, { clients: overlaid(store.clients, changes(store.clients, store)) })
  return { name, breaks, sabotage }
}

export function inAudit(name: string, breaks: string, changes: Changes<AuditStore>): Saboteur {
  const sabotage = (store: Store) => overlaid(store, { audit: overlaid(store.audit, changes(store.audit, store)) })
  return { name, breaks, sabotage }
}
