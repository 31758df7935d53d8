import assert from 'node:assert/strict'
import type { KeyRecord, Store } from '../../core/store.js'
import { sampleAudit } from './audit.js'
import { sampleClient } from './clients.js'
import { insertedSession, sampleSession, type StorePromise } from './open-store.js'
import { appended, positionOf, readLog, sampleEntry, sampleMember, terms } from './sample-log.js'

const account = {
  id: 'u_1',
  email: 'ann@example.org',
  passwordHash: '',
  createdAt: 1,
  disabledAt: null,
  roles: [],
  version: 1,
}

/** Being checked, closed and opened again. */
export const lifePromises: readonly StorePromise[] = [
  [
    'check: resolves while the store works, and changes nothing',
    async ({ open }) => {
      const store = await open()
      await insertedSession(store)
      const before = await contents(store)
      await store.check()
      assert.deepEqual(await contents(store), before)
    },
  ],
  [
    'trouble is no verdict: once the store cannot answer, every method rejects',
    async ({ open }) => {
      const store = await open()
      const record = await insertedSession(store)
      await store.close()
      const { sessions, log, keys, accounts, clients, audit } = store
      const touch = { id: record.id, seenAt: 0, idleExpiresAt: 0, generation: null }
      const position = { sequence: 0, id: '' }
      const page = { prefix: '', after: null, limit: 1 }
      const calls: readonly (() => Promise<unknown>)[] = [
        () => sessions.find(record.id),
        () => sessions.versions('u_1'),
        () => sessions.insert(sampleSession()),
        () => sessions.replace(record),
        () => sessions.raise({ of: 'deployment' }),
        () => sessions.touch([touch], 0),
        () => sessions.remove(record.id),
        () => sessions.listBySubject('u_1'),
        () => sessions.subjects(page),
        () => sessions.removeExpired(0, 1),
        () => log.renew(sampleMember(), terms, null),
        () => log.append(sampleEntry()),
        () => log.standing('', null),
        () => log.acknowledge('', position),
        () => log.retire('', ''),
        () => log.truncate(position),
        () => log.revokesToken(''),
        () => log.members(),
        () => keys.read(),
        () => keys.replace(0, []),
        () => accounts.find('u_1'),
        () => accounts.findByEmail('ann@example.org'),
        () => accounts.insert(account),
        () => accounts.replace(account),
        () => accounts.search(page),
        () => clients.find('c_1'),
        () => clients.list(),
        () => clients.insert(sampleClient()),
        () => clients.replace(sampleClient()),
        () => clients.remove('c_1'),
        () => clients.spend('jti', 2, 1),
        () => audit.append([sampleAudit()]),
        () => audit.list({ filter: { by: 'everything' }, before: null, limit: 1 }),
        () => audit.count([{ minute: 0, series: 'signed-in', value: 1 }]),
        () => audit.counts(0, 1),
        () => audit.removeBefore(0, 1),
        () => store.check(),
      ]
      for (const call of calls) await assert.rejects(call(), Error, String(call))
      store.log.subscribe(() => undefined)()
    },
  ],
  [
    'reopened, the store has kept everything that it acknowledged',
    async ({ open, reopen }) => {
      if (reopen === undefined) return
      const store = await open()
      const record = await insertedSession(store, { data: { cart: ['🦉'] } })
      await store.sessions.replace(record)
      await store.sessions.raise({ of: 'subject', subject: 'u_2', raise: 'changes' })
      await store.keys.replace(0, [{ kid: 'k' } as KeyRecord])
      await store.accounts.insert(account)
      await store.clients.insert(sampleClient())
      await store.clients.replace(sampleClient({ disabledAt: 7 }))
      await store.audit.append([sampleAudit()])
      await store.audit.count([{ minute: 0, series: 'signed-in', value: 1 }])
      const before = await contents(store)
      assert.deepEqual(before.listed, [{ ...record, version: 2 }])
      assert.deepEqual(await contents(await reopen(store)), before)
    },
  ],
  [
    'reopened, the log is the same one, with where it begins, its entries, terms and members',
    async ({ open, reopen }) => {
      if (reopen === undefined) return
      const store = await open()
      const [member, entry] = [sampleMember(), sampleEntry()]
      const entries = await appended(store, 3)
      await store.log.truncate(positionOf(entries[0]!))
      await store.log.renew(member, { ...terms, retention: 77_000 }, null)
      await store.log.acknowledge(member.incarnation, positionOf(entries[2]!))
      const { time: _, ...before } = await readLog(store)
      const reopened = await reopen(store)
      const { time: __, ...after } = await readLog(reopened)
      assert.deepEqual(after, before)
      assert.deepEqual(await reopened.log.members(), [{ ...member, acknowledged: 3 }])
      await reopened.log.append(entry)
      const { entries: goneOn } = await readLog(reopened, positionOf(entries[2]!))
      assert.deepEqual(goneOn, [{ ...entry, sequence: 4, previous: entries[2]!.id }])
    },
  ],
]

async function contents(store: Store) {
  return {
    listed: await store.sessions.listBySubject('u_1'),
    versions: [await store.sessions.versions('u_1'), await store.sessions.versions('u_2')],
    keys: await store.keys.read(),
    account: await store.accounts.find('u_1'),
    clients: await store.clients.list(),
    audit: await store.audit.list({ filter: { by: 'everything' }, before: null, limit: 10 }),
    counts: await store.audit.counts(0, 1e12),
  }
}
