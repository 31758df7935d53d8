import { HallpassError } from './core/errors.js'
import type { Store } from './core/store.js'

const verbs = {
  sessions: [
    'find',
    'versions',
    'insert',
    'replace',
    'raise',
    'touch',
    'remove',
    'listBySubject',
    'subjects',
    'removeExpired',
  ],
  log: ['renew', 'append', 'standing', 'acknowledge', 'retire', 'truncate', 'revokesToken', 'members'],
  keys: ['read', 'replace'],
  accounts: ['findByEmail', 'find', 'insert', 'replace', 'search'],
  clients: ['find', 'list', 'insert', 'replace', 'remove', 'spend'],
  audit: ['append', 'list', 'count', 'counts', 'removeBefore'],
} as const satisfies {
  readonly [Port in 'sessions' | 'log' | 'keys' | 'accounts' | 'clients' | 'audit']: readonly (keyof Store[Port])[]
}

/** The store, with whatever a driver throws turned into the one error that says: trouble, no verdict. */
export function trustworthy(store: Store): Store {
  const { engine } = store
  return {
    engine,
    sessions: guarded(engine, store.sessions, verbs.sessions),
    log: {
      ...guarded(engine, store.log, verbs.log),
      subscribe: (heard) => store.log.subscribe(heard),
      mayForget: store.log.mayForget,
      inOrder: store.log.inOrder,
    },
    keys: guarded(engine, store.keys, verbs.keys),
    accounts: guarded(engine, store.accounts, verbs.accounts),
    clients: guarded(engine, store.clients, verbs.clients),
    audit: guarded(engine, store.audit, verbs.audit),
    check: () => store.check().catch((cause: unknown) => Promise.reject(checkFailed(engine, cause))),
    close: () => store.close(),
  }
}

type Verb = (...values: unknown[]) => Promise<unknown>

function guarded<Port extends object, Name extends keyof Port>(
  engine: string,
  port: Port,
  names: readonly Name[],
): Pick<Port, Name> {
  const methods = names.map((name) => {
    const trusted: Verb = async (...values) => {
      try {
        return await (port[name] as Verb).apply(port, values)
      } catch (cause) {
        throw troubleOf(engine, cause)
      }
    }
    return [name, trusted]
  })
  return Object.fromEntries(methods) as Pick<Port, Name>
}

/** Whoever checks is told what to mend. */
function checkFailed(engine: string, cause: unknown): HallpassError {
  return cause instanceof HallpassError ? cause : troubleOf(engine, cause)
}

/** A server that changed under us is trouble: what is wrong with it is for the operator, and no answer to a caller. */
function troubleOf(engine: string, cause: unknown): HallpassError {
  if (cause instanceof HallpassError && cause.code !== 'configuration') return cause
  const reason = `${engine}: ${cause instanceof Error ? cause.message : 'it threw what is no error'}`
  return new HallpassError('store-unavailable', { reason, cause })
}
