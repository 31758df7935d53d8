import { HallpassError } from '../../core/errors.js'
import type { AccountRecord, AccountStore, KeyRecord, KeyStore, Store } from '../../core/store.js'
import { auditIn } from './audit.js'
import { clientsIn } from './clients.js'
import { copy } from './copy.js'
import { logIn, type MemoryLog } from './log.js'
import { pageOf } from './page.js'
import { sessionsIn } from './sessions.js'

/**
 * Keeps everything in this process, for tests and for trying things out: a restart signs everybody out, and other
 * processes see nothing of it. Each call makes a store of its own.
 */
export function memory(): Store {
  let closed = false
  const open = (): void => {
    if (closed) throw new HallpassError('store-unavailable', { reason: 'the store in memory has been closed' })
  }
  const log = logIn(open)
  return {
    engine: 'memory',
    sessions: sessionsIn(open, log),
    log: log.port,
    keys: keysIn(open, log),
    accounts: accountsIn(open),
    clients: clientsIn(open),
    audit: auditIn(open),
    check: async () => open(),
    close: async () => {
      closed = true
    },
  }
}

// No method awaits anything, so each of them is one step.

function keysIn(open: () => void, log: MemoryLog): KeyStore {
  let ring: { version: number; keys: readonly KeyRecord[] } = { version: 0, keys: [] }
  return {
    async read() {
      open()
      return copy(ring)
    },
    async replace(version, keys, entry) {
      open()
      if (ring.version !== version) return 'conflict'
      ring = copy({ version: version + 1, keys })
      log.append(entry)
      return 'replaced'
    },
  }
}

function accountsIn(open: () => void): AccountStore {
  const accounts = new Map<string, AccountRecord>()
  const ids = new Map<string, string>()
  const find = (id: string | undefined): AccountRecord | null => {
    const account = id === undefined ? undefined : accounts.get(id)
    return account === undefined ? null : copy(account)
  }
  return {
    async findByEmail(email) {
      open()
      return find(ids.get(email))
    },
    async find(id) {
      open()
      return find(id)
    },
    async insert(account) {
      open()
      if (accounts.has(account.id) || ids.has(account.email)) return 'taken'
      accounts.set(account.id, copy(account))
      ids.set(account.email, account.id)
      return 'inserted'
    },
    async replace(next) {
      open()
      const stored = accounts.get(next.id)
      if (stored === undefined || stored.version !== next.version) return 'conflict'
      accounts.set(next.id, copy({ ...next, email: stored.email, version: next.version + 1 }))
      return 'replaced'
    },
    async search(query) {
      open()
      return pageOf(ids.keys(), query).map((email) => find(ids.get(email))!)
    },
  }
}
