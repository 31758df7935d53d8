import { HallpassError } from '../../core/errors.js'
import type { SessionRecord, Versions } from '../../core/session.js'
import type {
  AccountRecord,
  AccountStore,
  Counter,
  KeyRecord,
  KeyStore,
  SessionStore,
  Store,
} from '../../core/store.js'

/**
 * Keeps everything in this process, for tests and for trying things out: a restart signs everybody out, and other
 * processes see nothing of it. Each call makes a store of its own.
 */
export function memory(): Store {
  let closed = false
  const open = (): void => {
    if (closed) throw new HallpassError('store-unavailable', { reason: 'the store in memory has been closed' })
  }
  return {
    engine: 'memory',
    sessions: sessionsIn(open),
    keys: keysIn(open),
    accounts: accountsIn(open),
    check: async () => open(),
    close: async () => {
      closed = true
    },
  }
}

/** Copies go in and copies come out, as plain as they would come from a database. */
function copy<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}

// No method awaits anything, so each of them is one step.

function sessionsIn(open: () => void): SessionStore {
  const records = new Map<string, SessionRecord>()
  const counters = countersOf()
  const replace = (next: SessionRecord): 'replaced' | 'conflict' => {
    const stored = records.get(next.id)
    if (stored === undefined || stored.version !== next.version || counters.havePassed(stored)) return 'conflict'
    records.set(next.id, copy({ ...next, version: next.version + 1 }))
    return 'replaced'
  }
  return {
    async find(id) {
      open()
      const record = records.get(id) ?? null
      return { record: copy(record), versions: counters.read(record?.subject ?? null) }
    },
    async versions(subject) {
      open()
      return counters.read(subject)
    },
    async insert(record) {
      open()
      const { subjectVersion, deploymentVersion } = counters.read(record.subject)
      if (record.subjectVersion !== subjectVersion || record.deploymentVersion !== deploymentVersion) return 'passed'
      if (records.has(record.id)) throw new HallpassError('store-unavailable', { reason: 'the session id is taken' })
      records.set(record.id, copy(record))
      return 'inserted'
    },
    async replace(next) {
      open()
      return replace(next)
    },
    async raise(counter, keep) {
      open()
      if (keep !== undefined) {
        const { subjectVersion } = counters.read(keep.subject)
        if (replace({ ...keep, subjectVersion: subjectVersion + 1 }) === 'conflict') return 'conflict'
      }
      return counters.raise(counter)
    },
    async remove(id) {
      open()
      records.delete(id)
    },
    async listBySubject(subject) {
      open()
      return [...records.values()]
        .filter((record) => record.subject === subject && record.endedAt === null && !counters.havePassed(record))
        .sort((one, other) => other.createdAt - one.createdAt)
        .map(copy)
    },
    async removeExpired(before, limit) {
      open()
      const expired = [...records.values()].filter((record) => record.absoluteExpiresAt < before).slice(0, limit)
      for (const { id } of expired) records.delete(id)
      return expired.length
    },
  }
}

/** The counters beside the sessions. */
function countersOf() {
  const subjects = new Map<string, { version: number; changes: number }>()
  let deploymentVersion = 0

  const read = (subject: string | null): Versions => {
    const counters = subject === null ? undefined : subjects.get(subject)
    return { subjectVersion: counters?.version ?? 0, subjectChanges: counters?.changes ?? 0, deploymentVersion }
  }
  const raise = (counter: Counter): number => {
    if (counter.of === 'deployment') return ++deploymentVersion
    const counters = subjects.get(counter.subject) ?? { version: 0, changes: 0 }
    subjects.set(counter.subject, counters)
    return ++counters[counter.raise]
  }
  const havePassed = (record: SessionRecord): boolean => {
    const versions = read(record.subject)
    return record.subjectVersion < versions.subjectVersion || record.deploymentVersion < versions.deploymentVersion
  }
  return { read, raise, havePassed }
}

function keysIn(open: () => void): KeyStore {
  let ring: { version: number; keys: readonly KeyRecord[] } = { version: 0, keys: [] }
  return {
    async read() {
      open()
      return copy(ring)
    },
    async replace(version, keys) {
      open()
      if (ring.version !== version) return 'conflict'
      ring = copy({ version: version + 1, keys })
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
  }
}
