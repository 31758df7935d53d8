import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { createClient, createCluster, createSentinel } from '@redis/client'
import { Cluster, Redis } from 'ioredis'
import type { Store } from '#src/core/store.js'
import { redis, type RedisClient } from '#src/stores/redis/redis.js'
import type { OpenStore } from '#src/testing/store-contract.js'
import { atTheEnd, type RedisServer, startCluster, startRedis, startSentinel } from './redis-server.js'

/** A client that is connected, and how it is closed. */
interface Connected {
  readonly client: RedisClient
  readonly close: () => unknown
}

type Connect = () => Promise<Connected>

/** The value of a function that is called once, when first needed. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => (made ??= make())
}

export const single = once(() => startRedis())
export const threeServers = once(startCluster)

const sentinel = once(async () => startSentinel(await single()))

export const connectSingle: Connect = async () => {
  const client = createClient({ url: (await single()).url })
  client.on('error', () => undefined)
  await client.connect()
  return { client, close: () => client.destroy() }
}

export const connectCluster: Connect = async () => {
  const client = createCluster({ rootNodes: (await threeServers()).map(({ url }) => ({ url })) })
  client.on('error', () => undefined)
  await client.connect()
  return { client, close: () => client.destroy() }
}

export const connectSentinel: Connect = async () => {
  const { port } = await sentinel()
  const client = createSentinel({ name: 'hallpass', sentinelRootNodes: [{ host: '127.0.0.1', port }] })
  client.on('error', () => undefined)
  await client.connect()
  return { client, close: () => client.destroy() }
}

export const connectIoRedis: Connect = async () => {
  const client = new Redis({ port: (await single()).port })
  return { client, close: () => client.disconnect() }
}

export const connectIoRedisCluster: Connect = async () => {
  const servers: RedisServer[] = await threeServers()
  const client = new Cluster(servers.map(({ port }) => ({ host: '127.0.0.1', port })))
  return { client, close: () => client.disconnect() }
}

/** Stores as the contract wants them: each on a prefix of its own, all over one client; a reopened one over another. */
export function storesBy(connect: Connect) {
  const shared = once(async () => {
    const connected = await connect()
    atTheEnd(connected.close)
    return connected.client
  })
  return (t: TestContext, change: (store: Store) => Store = (store) => store): OpenStore => {
    let prefix = ''
    const opened = (client: RedisClient): Store => {
      const store = redis(client, { prefix })
      t.after(() => store.close())
      return change(store)
    }
    return {
      async open() {
        prefix = `test-${randomBytes(6).toString('hex')}`
        return opened(await shared())
      },
      async reopen(store) {
        await store.close()
        const connected = await connect()
        t.after(connected.close)
        return opened(connected.client)
      },
    }
  }
}

const twoSlots =
  'on a cluster state and log are in different slots: the state can be seen for a moment before its entry'

/** What no Redis Cluster can promise. */
export const cannotOnCluster: Readonly<Record<string, string>> = {
  'replace: whoever sees the record or the entry, and looks, sees the other': twoSlots,
  'raise: whoever sees the counter or the entry, and looks, sees the other': twoSlots,
}

export const redisEngines = [
  { engine: 'redis', keeps: true, stores: storesBy(connectSingle) },
  { engine: 'redis-cluster', keeps: true, cannot: cannotOnCluster, stores: storesBy(connectCluster) },
]
