import { test } from 'node:test'
import { storeContract } from '#src/testing/index.js'
import { cannotOnCluster, connectIoRedis, connectIoRedisCluster, connectSentinel, storesBy } from './redis-engines.js'

const clients: readonly {
  readonly client: string
  readonly cannot?: Readonly<Record<string, string>>
  readonly stores: ReturnType<typeof storesBy>
}[] = [
  { client: 'ioredis', stores: storesBy(connectIoRedis) },
  { client: "ioredis's Cluster", cannot: cannotOnCluster, stores: storesBy(connectIoRedisCluster) },
  { client: "@redis/client's Sentinel", stores: storesBy(connectSentinel) },
]

for (const { client, cannot = {}, stores } of clients) {
  for (const [promise, check] of storeContract) {
    test(`through ${client}, redis keeps the promise: ${promise}`, { skip: cannot[promise] ?? false }, (t) =>
      check(stores(t)),
    )
  }
}
