import type { Found, SessionRecord } from '../../core/session.js'
import type { SessionStore } from '../../core/store.js'
import { aMomentLater, inSessions, type Saboteur } from './overlaid.js'

/** Stores the record whatever is there, as an unconditional `SET` would. */
async function overwrite(sessions: SessionStore, record: SessionRecord): Promise<'replaced'> {
  const { subjectVersion, deploymentVersion } = await sessions.versions(record.subject)
  await sessions.remove(record.id)
  await sessions.insert({ ...record, subjectVersion, deploymentVersion })
  return 'replaced'
}

function raisedByOne(record: SessionRecord): SessionRecord {
  return { ...record, version: record.version + 1 }
}

export const sessionSaboteurs: readonly Saboteur[] = [
  inSessions('throws when a record is absent', 'find: absence is a value', (sessions) => ({
    async find(id) {
      const found = await sessions.find(id)
      if (found.record === null) throw new Error(`no session ${id}`)
      return found
    },
  })),
  inSessions('copies data by assignment', 'find: what was inserted comes back deeply equal', (sessions) => ({
    async insert(record) {
      const data: Record<string, unknown> = {}
      for (const [name, value] of Object.entries(record.data ?? {})) data[name] = value
      return sessions.insert(record.data === null ? record : ({ ...record, data } as SessionRecord))
    },
  })),
  inSessions('has no column for the actor', 'find: what was inserted comes back deeply equal', (sessions) => ({
    insert: (record) => sessions.insert({ ...record, actor: null }),
  })),
  inSessions(
    'reads the counters of no subject',
    "find: the counters are those of the record's subject and of the deployment",
    (sessions) => ({
      find: async (id) => ({ ...(await sessions.find(id)), versions: await sessions.versions(null) }),
    }),
  ),
  inSessions(
    'hands out the objects that it keeps',
    'find: records are copies, which the caller may change without changing the store',
    (sessions) => {
      const kept = new Map<string, SessionRecord>()
      return {
        insert(record) {
          kept.set(record.id, record)
          return sessions.insert(record)
        },
        async find(id) {
          const found = await sessions.find(id)
          return { ...found, record: kept.get(id) ?? found.record }
        },
      }
    },
  ),
  inSessions(
    'inserts whatever the subject version',
    'insert: passed where the subject version is not the one named, and nothing is stored',
    (sessions) => ({
      async insert(record) {
        const { subjectVersion } = await sessions.versions(record.subject)
        return sessions.insert({ ...record, subjectVersion })
      },
    }),
  ),
  inSessions(
    'inserts whatever the deployment version',
    'insert: passed where the deployment version is not the one named, and nothing is stored',
    (sessions) => ({
      async insert(record) {
        const { deploymentVersion } = await sessions.versions(record.subject)
        return sessions.insert({ ...record, deploymentVersion })
      },
    }),
  ),
  inSessions('inserts over a record', 'insert: a taken id is trouble, and the stored record stays', (sessions) => ({
    async insert(record) {
      await sessions.remove(record.id)
      return sessions.insert(record)
    },
  })),
  inSessions(
    'compares the versions, then inserts',
    'insert: at the same time as a raise, it is passed by it or was never made',
    (sessions) => ({
      async insert(record) {
        const { subjectVersion, deploymentVersion } = await sessions.versions(record.subject)
        if (record.subjectVersion !== subjectVersion || record.deploymentVersion !== deploymentVersion) return 'passed'
        await aMomentLater()
        await overwrite(sessions, record)
        return 'inserted'
      },
    }),
  ),
  inSessions(
    'forgets to raise the version',
    'replace: stores the record with its version raised by one, for every read that follows',
    (sessions) => ({
      async replace(next) {
        const answer = await sessions.replace(next)
        if (answer === 'replaced') await overwrite(sessions, next)
        return answer
      },
    }),
  ),
  inSessions(
    'acknowledges a write before it is made',
    'replace: stores the record with its version raised by one, for every read that follows',
    (sessions) => ({
      async replace(next) {
        void aMomentLater()
          .then(() => sessions.replace(next))
          .catch(() => undefined)
        return 'replaced'
      },
    }),
  ),
  inSessions(
    'reads from a replica that lags behind',
    'replace: stores the record with its version raised by one, for every read that follows',
    (sessions) => {
      const replica = new Map<string, Found>()
      return {
        async find(id) {
          const found = replica.get(id) ?? (await sessions.find(id))
          replica.set(id, await sessions.find(id))
          return found
        },
        async replace(next) {
          replica.set(next.id, await sessions.find(next.id))
          return sessions.replace(next)
        },
      }
    },
  ),
  inSessions(
    'stores unconditionally',
    'replace: another version than the stored one is a conflict, and nothing changes',
    (sessions) => ({
      async replace(next) {
        const { record } = await sessions.find(next.id)
        return record === null ? 'conflict' : sessions.replace({ ...next, version: record.version })
      },
    }),
  ),
  inSessions(
    'compares the version, then stores',
    'replace: of 50 at once that name one version exactly one is stored',
    (sessions) => ({
      async replace(next) {
        const { record } = await sessions.find(next.id)
        if (record?.version !== next.version) return 'conflict'
        await aMomentLater()
        return overwrite(sessions, raisedByOne(next))
      },
    }),
  ),
  inSessions('stores what is not there', 'replace: never creates a record', (sessions) => ({
    async replace(next) {
      const { record } = await sessions.find(next.id)
      return record === null ? overwrite(sessions, raisedByOne(next)) : sessions.replace(next)
    },
  })),
  inSessions(
    'replaces whatever the subject version',
    'replace: a conflict once the subject version has passed the record',
    (sessions) => ({
      async replace(next) {
        const { record, versions } = await sessions.find(next.id)
        const passed = record !== null && record.subjectVersion < versions.subjectVersion
        return passed ? overwrite(sessions, raisedByOne(next)) : sessions.replace(next)
      },
    }),
  ),
  inSessions(
    'replaces whatever the deployment version',
    'replace: a conflict once the deployment version has passed the record',
    (sessions) => ({
      async replace(next) {
        const { record, versions } = await sessions.find(next.id)
        const passed = record !== null && record.deploymentVersion < versions.deploymentVersion
        return passed ? overwrite(sessions, raisedByOne(next)) : sessions.replace(next)
      },
    }),
  ),
  inSessions(
    'trusts the versions in the record it is handed',
    'replace: a conflict once the subject version has passed the record',
    (sessions) => ({
      async replace(next) {
        const { record, versions } = await sessions.find(next.id)
        const claimed = next.subjectVersion >= versions.subjectVersion && record?.version === next.version
        return claimed ? overwrite(sessions, raisedByOne(next)) : sessions.replace(next)
      },
    }),
  ),
  inSessions('does not remove', 'remove: erases that record alone, and an absent one is no trouble', () => ({
    async remove() {},
  })),
  inSessions(
    'throws when there is nothing to remove',
    'remove: erases that record alone, and an absent one is no trouble',
    (sessions) => ({
      async remove(id) {
        if ((await sessions.find(id)).record === null) throw new Error(`no session ${id}`)
        await sessions.remove(id)
      },
    }),
  ),
]
