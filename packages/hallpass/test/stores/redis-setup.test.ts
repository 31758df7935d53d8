import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createClient, createSentinel } from '@redis/client'
import { Redis } from 'ioredis'
import type { HallpassError } from '#src/core/errors.js'
import type { Store, StoreWarning } from '#src/core/store.js'
import { redis, type NodeRedisClient } from '#src/stores/redis/redis.js'
import { insertedSession, sampleSession } from '#src/testing/store-contract/open-store.js'
import { type RedisServer, startRedis, startReplica, startSentinel, until } from './redis-server.js'

const password = 'for the test'

interface Opened {
  readonly store: Store
  readonly warnings: StoreWarning[]
}

async function opened(t: TestContext, server: RedisServer, username?: string): Promise<Opened> {
  const client = createClient({ url: server.url, disableOfflineQueue: true, ...(username && { username, password }) })
  client.on('error', () => undefined)
  await client.connect()
  t.after(() => client.destroy())
  const warnings: StoreWarning[] = []
  return { store: redis(client, { onWarning: (warning) => warnings.push(warning) }), warnings }
}

/** Whether the set-up itself is refused, in these words. */
const refused = (message: RegExp) => ({ code: 'configuration', message })
const unavailable = (reason: RegExp | string) => ({ code: 'store-unavailable', reason })

test('a replica is refused, by check and by every method', async (t) => {
  const { store } = await opened(t, await startReplica(await startRedis()))
  const replica = refused(/store: is a replica.*Connect to the primary/)
  await assert.rejects(store.check(), replica)
  await assert.rejects(store.sessions.find(sampleSession().id), replica)
  await assert.rejects(store.log.members(), replica)
})

test('eviction is refused for what it breaks, until it is switched off', async (t) => {
  const server = await startRedis('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru')
  const { store } = await opened(t, server)
  await assert.rejects(store.sessions.insert(sampleSession()), refused(/allkeys-lru.*deletes sessions.*noeviction/))
  await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  await insertedSession(store)
  await server.command('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl')
  await assert.rejects(store.check(), refused(/volatile-ttl/))
})

test('an eviction policy that can never apply is no mistake', async (t) => {
  const { store } = await opened(t, await startRedis('--maxmemory-policy', 'allkeys-lru'))
  await store.check()
})

test('a cluster behind a client for one server is refused, naming the clients for it', async (t) => {
  const { store } = await opened(t, await startRedis('--cluster-enabled', 'yes'))
  await assert.rejects(store.check(), refused(/part of a Redis Cluster.*createCluster of @redis\/client/))
})

test('a server that is too old is refused', async (t) => {
  const server = await startRedis()
  const client = createClient({ url: server.url })
  await client.connect()
  t.after(() => client.destroy())
  for (const version of ['5.0.14', '6.0.16']) {
    const old: NodeRedisClient = {
      async sendCommand(args, options) {
        const reply = await client.sendCommand<string>(args, options)
        return args[0] === 'INFO' ? reply.replace(/redis_version:\S+/, `redis_version:${version}`) : reply
      },
      duplicate: () => client.duplicate(),
    }
    await assert.rejects(redis(old).check(), refused(new RegExp(`is Redis ${version}.*6\\.2 or newer`)))
  }
})

test('every mistake is listed at once', async (t) => {
  const replica = await startReplica(await startRedis())
  await replica.command('CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lfu')
  const { store } = await opened(t, replica)
  await assert.rejects(store.check(), (error: HallpassError) => error.mistakes.length === 2)
})

test('what is lost at a restart or a power failure is told once, with the remedy, and refused by nobody', async (t) => {
  const server = await startRedis()
  const { store, warnings } = await opened(t, server)
  const codes = (): string[] => warnings.map(({ code }) => code)
  await store.check()
  await store.check()
  assert.deepEqual(codes(), ['redis-no-aof'])
  await server.command('CONFIG', 'SET', 'appendonly', 'yes', 'appendfsync', 'everysec')
  await store.check()
  await store.check()
  assert.deepEqual(codes(), ['redis-no-aof', 'redis-fsync'])
  assert.match(warnings[1]!.message, /power failure loses the last second or two/)
  await server.command('CONFIG', 'SET', 'appendfsync', 'always')
  const later = await opened(t, server)
  await later.store.check()
  assert.deepEqual(later.warnings, [])
})

test('through ioredis too, the settings are read', async (t) => {
  const server = await startRedis('--appendonly', 'yes', '--appendfsync', 'no')
  for (const options of [{}, { protocol: 3 as const }]) {
    const client = new Redis({ port: server.port, ...options })
    t.after(() => client.disconnect())
    const warnings: StoreWarning[] = []
    await redis(client, { onWarning: (warning) => warnings.push(warning) }).check()
    assert.match(warnings.map(({ message }) => message).join(), /appendfsync no/)
  }
})

test('what a managed service does not tell is a warning, not a refusal', async (t) => {
  const server = await startRedis('--appendonly', 'yes')
  await server.command('ACL', 'SETUSER', 'managed', 'on', `>${password}`, '~*', '&*', '+@all', '-config')
  await server.command('ACL', 'SETUSER', 'silent', 'on', `>${password}`, '~*', '&*', '+@all', '-info')
  for (const [username, asked] of [
    ['managed', /CONFIG GET/],
    ['silent', /INFO/],
  ] as const) {
    const { store, warnings } = await opened(t, server, username)
    await insertedSession(store)
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['redis-unchecked'],
    )
    assert.match(warnings[0]!.message, asked)
  }
})

test('a user who may not run scripts is trouble that says so', async (t) => {
  const server = await startRedis()
  await server.command('ACL', 'SETUSER', 'reader', 'on', `>${password}`, '~*', '&*', '+@all', '-@scripting')
  const { store } = await opened(t, server, 'reader')
  await assert.rejects(insertedSession(store), unavailable(/does not let this user/))
})

test('a primary that becomes a replica is trouble, and recovers when it is the primary again', async (t) => {
  const [server, other] = [await startRedis(), await startRedis()]
  const { store } = await opened(t, server)
  const record = await insertedSession(store)
  await server.command('CONFIG', 'SET', 'replica-priority', '100')
  await server.command('REPLICAOF', '127.0.0.1', '1')
  await assert.rejects(insertedSession(store), unavailable('redis is a replica: only the primary takes writes'))
  await server.command('REPLICAOF', 'NO', 'ONE')
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
  assert.equal(await other.command('DBSIZE'), 0)
})

test('a full server refuses writes with the reason, and changes nothing by halves', async (t) => {
  const server = await startRedis()
  const { store } = await opened(t, server)
  const keep = await insertedSession(store)
  await server.command('CONFIG', 'SET', 'maxmemory', '1')
  const raise = { of: 'subject', subject: 'u_1', raise: 'version' } as const
  await assert.rejects(store.sessions.raise(raise, keep), unavailable('redis has reached its maxmemory'))
  await assert.rejects(insertedSession(store), unavailable('redis has reached its maxmemory'))
  assert.deepEqual(await store.sessions.find(keep.id), {
    record: keep,
    versions: { subjectVersion: 0, subjectChanges: 0, deploymentVersion: 0 },
  })
  await server.command('CONFIG', 'SET', 'maxmemory', '0')
  assert.equal(await store.sessions.raise(raise, keep), 1)
})

test('a key of somebody else under our prefix is trouble that says so', async (t) => {
  const server = await startRedis()
  const { store } = await opened(t, server)
  await server.command('SET', '{hallpass:log}:meta', 'mine')
  const record = await insertedSession(store)
  await assert.rejects(
    store.log.members().then(() => store.log.truncate({ sequence: 1, id: 'x' })),
    unavailable(/prefix/),
  )
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
})

test('with an append-only file, a crash loses nothing that was acknowledged', async (t) => {
  const server = await startRedis('--appendonly', 'yes', '--appendfsync', 'always')
  const { store } = await opened(t, server)
  const record = await insertedSession(store)
  await server.kill()
  await assert.rejects(store.sessions.find(record.id), unavailable(/cannot be reached/))
  await assert.rejects(store.check(), unavailable(/cannot be reached/))
  await server.restart()
  const again = await opened(t, server)
  assert.deepEqual((await again.store.sessions.find(record.id)).record, record)
})

test('through Sentinel, the store follows a failover', async (t) => {
  const primary = await startRedis()
  const replica = await startReplica(primary)
  const sentinel = await startSentinel(primary)
  await until(async () => JSON.stringify(await sentinel.command('SENTINEL', 'REPLICAS', 'hallpass')).includes('slave'))
  const client = createSentinel({ name: 'hallpass', sentinelRootNodes: [{ host: '127.0.0.1', port: sentinel.port }] })
  client.on('error', () => undefined)
  await client.connect()
  t.after(() => client.destroy())
  const store = redis(client)
  const record = await insertedSession(store)
  assert.equal(await replica.command('WAIT', '0', '0').catch(() => 0), 0)
  await until(async () => ((await replica.command('DBSIZE')) as number) > 2)
  await sentinel.command('SENTINEL', 'FAILOVER', 'hallpass')
  await until(async () => String(await replica.command('ROLE')).startsWith('master'))
  await until(async () => {
    try {
      return (await store.sessions.replace(record)) === 'replaced'
    } catch {
      return false
    }
  })
  assert.ok(((await replica.command('DBSIZE')) as number) > 2)
})

test('no trouble tells what is stored', async (t) => {
  const server = await startRedis()
  const client = new Redis({ port: server.port })
  t.after(() => client.disconnect())
  const store = redis(client)
  const record = await insertedSession(store)
  await server.command('CONFIG', 'SET', 'maxmemory', '1')
  const error = (await store.sessions.replace(record).catch((error: unknown) => error)) as HallpassError
  const { inspect } = await import('node:util')
  const told = inspect(error, { depth: 10 })
  assert.match(told, /maxmemory/)
  for (const secret of [record.secretHash, record.chainSecret, record.id]) assert.ok(!told.includes(secret))
})
