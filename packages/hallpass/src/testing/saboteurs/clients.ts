import type { ClientRecord, ClientStore } from '../../core/store.js'
import { aMomentLater, inClients, type Saboteur } from './overlaid.js'

export const clientSaboteurs: readonly Saboteur[] = [
  inClients('throws when a client is absent', 'clients: absence is a value', (clients) => ({
    async find(id) {
      const client = await clients.find(id)
      if (client === null) throw new Error('no such client')
      return client
    },
  })),
  inClients('throws when a client to remove is absent', 'clients: absence is a value', (clients) => ({
    async remove(id) {
      if ((await clients.find(id)) === null) throw new Error('no such client')
      await clients.remove(id)
    },
  })),
  inClients(
    'encodes empty lists as empty objects',
    'clients: what was inserted is found and listed, deeply equal, with lists short and long',
    (clients) => ({
      async find(id) {
        const client = await clients.find(id)
        return client === null || client.keys.length > 0 ? client : { ...client, keys: {} as [] }
      },
    }),
  ),
  inClients(
    'has a column for 255 characters of scopes',
    'clients: what was inserted is found and listed, deeply equal, with lists short and long',
    (clients) => ({
      insert: (client) => clients.insert({ ...client, scopes: client.scopes.join(' ').slice(0, 255).split(' ') }),
    }),
  ),
  inClients('compares ids without case', 'clients: ids of unusual characters are kept apart', (clients) => ({
    find: async (id) => (await clients.list()).find((client) => client.id.toLowerCase() === id.toLowerCase()) ?? null,
  })),
  inClients('finds clients by a pattern', 'clients: ids of unusual characters are kept apart', (clients) => ({
    async find(id) {
      const found = await clients.find(id)
      return id === '*' ? ((await clients.list())[0] ?? null) : found
    },
  })),
  inClients('overwrites a client of the same id', 'clients: an id that is taken stays with its client', overwriting),
  inClients(
    'looks whether the id is taken, then inserts',
    'clients: of 20 with one id inserted at once exactly one is',
    (clients) => ({
      async insert(client) {
        if ((await clients.find(client.id)) !== null) return 'taken'
        await aMomentLater()
        await clients.insert(client)
        return 'inserted'
      },
    }),
  ),
  inClients(
    'compares the version of a client, then stores it',
    'clients: replace compares the version and raises it by one, and of 20 at once exactly one is stored',
    (clients) => ({
      async replace(next) {
        if ((await clients.find(next.id))?.version !== next.version) return 'conflict'
        await aMomentLater()
        const version = (await clients.find(next.id))?.version ?? 0
        await clients.replace({ ...next, version })
        return 'replaced'
      },
    }),
  ),
  inClients(
    'stores a client that is not there',
    'clients: replace never creates one, nor brings a removed one back',
    (clients) => ({
      async replace(next) {
        await clients.insert(next)
        return clients.replace(next)
      },
    }),
  ),
  inClients(
    'takes the time of the last change for that of the making',
    'clients: replace leaves the time it was made as it is, and its place in the list',
    (clients) => {
      const changed = new Map<string, number>()
      const withTime = (client: ClientRecord): ClientRecord => {
        return { ...client, createdAt: changed.get(client.id) ?? client.createdAt }
      }
      return {
        async replace(next) {
          changed.set(next.id, next.createdAt)
          return clients.replace(next)
        },
        list: async () => (await clients.list()).map(withTime),
      }
    },
  ),
  inClients('lists one page of clients', 'clients: the list has every one of them, oldest first', (clients) => ({
    list: async () => (await clients.list()).slice(0, 100),
  })),
  inClients('lists clients by id', 'clients: the list has every one of them, oldest first', (clients) => ({
    list: async () => [...(await clients.list())].sort((one, other) => (one.id < other.id ? -1 : 1)),
  })),
  inClients(
    'leaves a removed client in the list',
    'clients: one that was removed is gone, the others stay, and its id is free',
    (clients) => {
      const removed: ClientRecord[] = []
      return {
        async remove(id) {
          const client = await clients.find(id)
          if (client !== null) removed.push(client)
          await clients.remove(id)
        },
        list: async () => [...removed, ...(await clients.list())],
      }
    },
  ),
  inClients(
    'marks a removed client and keeps its id',
    'clients: one that was removed is gone, the others stay, and its id is free',
    (clients) => {
      const removed = new Set<string>()
      return {
        async remove(id) {
          removed.add(id)
          await clients.remove(id)
        },
        insert: async (client) => (removed.has(client.id) ? 'taken' : clients.insert(client)),
      }
    },
  ),
]

function overwriting(clients: ClientStore): Partial<ClientStore> {
  return {
    async insert(client) {
      const stored = await clients.find(client.id)
      if (stored === null) return clients.insert(client)
      await clients.replace({ ...client, version: stored.version })
      return 'inserted'
    },
  }
}
