import assert from 'node:assert/strict'
import type { ClientRecord } from '../../core/store.js'
import { atOnce, type StorePromise } from './open-store.js'

export function sampleClient(differences: Partial<ClientRecord> = {}): ClientRecord {
  return {
    id: 'c_1',
    name: 'Billing',
    secretHashes: ['h'.repeat(43)],
    keys: [],
    grants: ['client_credentials'],
    audiences: ['https://billing.example'],
    scopes: ['read'],
    createdAt: 1,
    disabledAt: null,
    version: 1,
    ...differences,
  }
}

const unusual = ['ü', 'a b', 'a}b{c', ':', '*', '%', `'"\\`, '🦉', '__proto__', 'https://app.example/?client=1#here']

const many = (what: string): string[] => Array.from({ length: 500 }, (_, number) => `${what} ${number} ü"\\`)

/** The clients, and the values that they may use once. */
export const clientPromises: readonly StorePromise[] = [
  [
    'clients: absence is a value',
    async ({ open }) => {
      const { clients } = await open()
      assert.equal(await clients.find('c_1'), null)
      assert.deepEqual(await clients.list(), [])
      await clients.remove('c_1')
    },
  ],
  [
    'clients: what was inserted is found and listed, deeply equal, with lists short and long',
    async ({ open }) => {
      const { clients } = await open()
      const jwk = (kid: string) => ({ kty: 'OKP', crv: 'Ed25519', x: kid.padStart(43, 'x'), kid })
      const inserted = [
        sampleClient(),
        sampleClient({ id: 'bare', secretHashes: [], grants: [], audiences: [], scopes: [], createdAt: 2 }),
        sampleClient({ id: 'full', keys: many('k').map(jwk), audiences: many('a'), scopes: many('s'), createdAt: 3 }),
        sampleClient({ id: 'late', name: 'Zoë’s "robot"\n', createdAt: 1_767_225_600_001, disabledAt: 7, version: 9 }),
      ]
      for (const client of inserted) {
        assert.equal(await clients.insert(client), 'inserted')
        assert.deepEqual(await clients.find(client.id), client)
      }
      assert.deepEqual(await clients.list(), inserted)
    },
  ],
  [
    'clients: ids of unusual characters are kept apart',
    async ({ open }) => {
      const { clients } = await open()
      const inserted = unusual.map((id, number) => sampleClient({ id, name: `number ${number}`, createdAt: number }))
      for (const client of inserted) assert.equal(await clients.insert(client), 'inserted')
      for (const client of inserted) assert.deepEqual(await clients.find(client.id), client)
      assert.deepEqual(await clients.list(), inserted)
      for (const id of ['Ü', 'A B', '?', 'constructor', '']) assert.equal(await clients.find(id), null)
    },
  ],
  [
    'clients: an id that is taken stays with its client',
    async ({ open }) => {
      const { clients } = await open()
      await clients.insert(sampleClient())
      const thief = sampleClient({ name: 'thief', createdAt: 2 })
      assert.equal(await clients.insert(thief), 'taken')
      assert.deepEqual(await clients.list(), [sampleClient()])
    },
  ],
  [
    'clients: of 20 with one id inserted at once exactly one is',
    async ({ open }) => {
      const { clients } = await open()
      const tally = await atOnce(20, (number) => clients.insert(sampleClient({ createdAt: number })))
      assert.deepEqual(tally, { inserted: 1, taken: 19 })
      assert.equal((await clients.list()).length, 1)
    },
  ],
  [
    'clients: replace compares the version and raises it by one, and of 20 at once exactly one is stored',
    async ({ open }) => {
      const { clients } = await open()
      await clients.insert(sampleClient())
      const tally = await atOnce(20, (number) => clients.replace(sampleClient({ disabledAt: number })))
      assert.deepEqual(tally, { replaced: 1, conflict: 19 })
      assert.equal((await clients.find('c_1'))?.version, 2)
      const next = sampleClient({ secretHashes: ['new', 'old'], scopes: [], version: 2 })
      assert.equal(await clients.replace(next), 'replaced')
      assert.deepEqual(await clients.list(), [{ ...next, version: 3 }])
    },
  ],
  [
    'clients: replace never creates one, nor brings a removed one back',
    async ({ open }) => {
      const { clients } = await open()
      assert.equal(await clients.replace(sampleClient()), 'conflict')
      await clients.insert(sampleClient())
      await clients.remove('c_1')
      assert.equal(await clients.replace(sampleClient()), 'conflict')
      assert.equal(await clients.find('c_1'), null)
      assert.deepEqual(await clients.list(), [])
    },
  ],
  [
    'clients: replace leaves the time it was made as it is, and its place in the list',
    async ({ open }) => {
      const { clients } = await open()
      const other = sampleClient({ id: 'c_2', createdAt: 2 })
      await clients.insert(sampleClient())
      await clients.insert(other)
      assert.equal(await clients.replace(sampleClient({ createdAt: 3 })), 'replaced')
      assert.deepEqual(await clients.find('c_1'), sampleClient({ version: 2 }))
      assert.deepEqual(await clients.list(), [sampleClient({ version: 2 }), other])
    },
  ],
  [
    'clients: the list has every one of them, oldest first',
    async ({ open }) => {
      const { clients } = await open()
      // not in the order of their ids, nor in that of their insertion
      const times = Array.from({ length: 150 }, (_, number) => (number * 67) % 150)
      await Promise.all(times.map((time) => clients.insert(sampleClient({ id: `c_${time}`, createdAt: time }))))
      const listed = await clients.list()
      assert.deepEqual(
        listed.map(({ id }) => id),
        times.map((_, place) => `c_${place}`),
      )
    },
  ],
  [
    'clients: one that was removed is gone, the others stay, and its id is free',
    async ({ open }) => {
      const { clients } = await open()
      const [removed, other] = [sampleClient(), sampleClient({ id: 'c_2', createdAt: 2 })]
      await clients.insert(removed)
      await clients.insert(other)
      await clients.remove(removed.id)
      await clients.remove(removed.id)
      assert.equal(await clients.find(removed.id), null)
      assert.deepEqual(await clients.list(), [other])
      const again = sampleClient({ name: 'again', createdAt: 3 })
      assert.equal(await clients.insert(again), 'inserted')
      assert.deepEqual(await clients.list(), [other, again])
    },
  ],
  [
    'clients: of 20 that spend one value at once exactly one hears that it is fresh',
    async ({ open }) => {
      const { clients } = await open()
      assert.deepEqual(await atOnce(20, () => clients.spend('jti', 2, 1)), { fresh: 1, spent: 19 })
      assert.deepEqual(await atOnce(20, () => clients.spend('another', 2, 1)), { fresh: 1, spent: 19 })
    },
  ],
  [
    'clients: a value that was spent is remembered until its end, by the clocks of those who ask',
    async ({ open }) => {
      const { clients } = await open()
      // long ago, soon, and far from now: the engine's own clock decides nothing
      for (const start of [0, Date.UTC(2026, 0, 1), Date.UTC(2199, 0, 1)]) {
        const [value, until] = [`jti ${start}`, start + 300_000]
        assert.equal(await clients.spend(value, until, start), 'fresh')
        for (const now of [start - 60_000, start, start + 150_000, until - 1]) {
          assert.equal(await clients.spend(value, until, now), 'spent')
        }
      }
    },
  ],
  [
    'clients: a value that is spent again is not forgotten the sooner',
    async ({ open }) => {
      const { clients } = await open()
      assert.equal(await clients.spend('jti', 1000, 1), 'fresh')
      assert.equal(await clients.spend('jti', 3, 2), 'spent')
      assert.equal(await clients.spend('jti', 1000, 999), 'spent')
    },
  ],
  [
    'clients: values that were spent do not disturb each other, and the end of some is not that of the others',
    async ({ open }) => {
      const { clients } = await open()
      const lasting = [...unusual, 'Ü', 'a b ', 'a', 'A', 'u\u0308', '']
      for (const value of lasting) assert.equal(await clients.spend(value, 1000, 1), 'fresh', value)
      await atOnce(250, (number) => clients.spend(`ends soon ${number}`, 10, 1))
      await atOnce(20, (number) => clients.spend(`later ${number}`, 2000, 500))
      for (const value of lasting) assert.equal(await clients.spend(value, 1000, 999), 'spent', value)
      assert.equal(await clients.spend('later 7', 2000, 999), 'spent')
    },
  ],
  [
    'reopened, the store remembers the values that were spent',
    async ({ open, reopen }) => {
      if (reopen === undefined) return
      const store = await open()
      await store.clients.spend('jti', 1000, 1)
      const { clients } = await reopen(store)
      assert.equal(await clients.spend('jti', 1000, 999), 'spent')
      assert.equal(await clients.spend('another', 1000, 999), 'fresh')
    },
  ],
]
