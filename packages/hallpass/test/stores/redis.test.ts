import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { createClient, createCluster } from '@redis/client'
import { Redis } from 'ioredis'
import { redis, type NodeRedisClient, type RedisClient } from '#src/stores/redis/redis.js'
import { sampleAudit } from '#src/testing/store-contract/audit.js'
import { sampleClient } from '#src/testing/store-contract/clients.js'
import { insertedSession, sampleSession } from '#src/testing/store-contract/open-store.js'
import { sampleEntry, sampleMember, terms } from '#src/testing/store-contract/sample-log.js'
import { connectSingle, single, threeServers } from './redis-engines.js'
import { until } from './redis-server.js'

const raiseVersion = { of: 'subject', subject: 'u_1', raise: 'version' } as const

/** A client of one server, a prefix that nobody else uses, and what is stored under it. */
async function fresh(t: TestContext) {
  const { client, close } = await connectSingle()
  t.after(close)
  const prefix = `test-${randomBytes(6).toString('hex')}`
  const { command } = await single()
  const keys = async (): Promise<string[]> => (await command('KEYS', `*${prefix}:*`)) as string[]
  return { client: client as NodeRedisClient, prefix, command, keys, store: redis(client, { prefix }) }
}

/** The same client, with its commands written down. */
function counted(client: NodeRedisClient): { client: NodeRedisClient; commands: string[] } {
  const commands: string[] = []
  const overlay: NodeRedisClient = {
    sendCommand(args, options) {
      commands.push(args[0]!)
      return client.sendCommand(args, options)
    },
    duplicate: () => client.duplicate(),
  }
  return { client: overlay, commands }
}

test('a prefix that could be mistaken for part of a key is refused', async (t) => {
  const { client } = await fresh(t)
  for (const prefix of ['', 'a:b', 'a{b}', 'A', 'a b', 'a'.repeat(65)]) {
    assert.throws(() => redis(client, { prefix }), { code: 'configuration', message: /lower-case letters/ }, prefix)
  }
})

test('what is no client is refused', () => {
  for (const client of [null, undefined, {}, 'redis://localhost', new Map()] as unknown as RedisClient[]) {
    assert.throws(() => redis(client), { code: 'configuration', message: /no client/ })
  }
})

test('two prefixes on one server know nothing of each other', async (t) => {
  const { client, store, prefix } = await fresh(t)
  const other = redis(client, { prefix: `${prefix}-2` })
  const record = await insertedSession(store)
  await store.sessions.raise({ of: 'deployment' })
  assert.deepEqual(await other.sessions.find(record.id), {
    record: null,
    versions: { subjectVersion: 0, subjectChanges: 0, deploymentVersion: 0 },
  })
})

test('every key is of a slot of ours, and nothing vanishes by itself', async (t) => {
  const { store, keys, command, prefix } = await fresh(t)
  await insertedSession(store, { subject: 'a}b{c' })
  await store.sessions.raise({ ...raiseVersion, subject: 'a}b{c' }, null, sampleEntry())
  await store.log.renew(sampleMember(), terms, null)
  await store.keys.replace(0, [])
  await store.accounts.insert({
    ...{ id: 'u_1', email: 'ann@example.org', passwordHash: '', createdAt: 1, disabledAt: null, roles: [], version: 1 },
  })
  await store.clients.insert(sampleClient({ id: 'a}b{c' }))
  await store.clients.spend('jti', Date.now() + 60_000, Date.now())
  await store.audit.append([sampleAudit({ subject: 'a}b{c' })])
  await store.audit.count([{ minute: 0, series: 'a}b{c', value: 1 }])
  await store.sessions.raise({ of: 'deployment' })
  await insertedSession(store, { subject: 'u_2', deploymentVersion: 1 })
  await store.sessions.subjects({ prefix: '', after: null, limit: 10 })
  const found = await keys()
  assert.ok(found.length > 20)
  for (const key of found) {
    assert.match(key, new RegExp(`^\\{${prefix}:([0-9a-f]{2}|log|accounts|audit)\\}:`))
    assert.equal(await command('PTTL', key), -1, key)
  }
})

test('a session that is erased leaves nothing behind', async (t) => {
  const { store, keys } = await fresh(t)
  const removed = await insertedSession(store)
  await insertedSession(store, { absoluteExpiresAt: 1000, subject: null })
  await store.sessions.remove(removed.id)
  assert.equal(await store.sessions.removeExpired(2000, 10), 1)
  assert.deepEqual(await keys(), [])
})

test('a client that is removed and values that have ended leave nothing behind', async (t) => {
  const { store, keys, command, prefix } = await fresh(t)
  await store.clients.insert(sampleClient())
  await store.clients.remove('c_1')
  assert.deepEqual(await keys(), [])
  for (let number = 0; number < 200; number++) await store.clients.spend(`jti ${number}`, 10, 1)
  for (const number of [1, 2]) await store.clients.spend(`another ${number}`, 1000, 10)
  assert.equal(await command('ZCARD', `{${prefix}:accounts}:spent`), 2)
})

test('records of the audit that are removed, and counts, leave nothing behind', async (t) => {
  const { store, keys } = await fresh(t)
  await store.audit.append([sampleAudit({ at: 1 }), sampleAudit({ at: 2, network: null }), sampleAudit({ at: 3 })])
  await store.audit.count([1, 2, 3].map((minute) => ({ minute, series: 'signed-in', value: 1 })))
  assert.equal(await store.audit.removeBefore(4, 10), 3)
  assert.deepEqual(await keys(), [])
})

test('subjects whose sessions have ended or been passed are listed no more', async (t) => {
  const { store, command, prefix } = await fresh(t)
  const subjects = Array.from({ length: 100 }, (_, number) => `u_${number}`)
  const records = await Promise.all(subjects.map((subject) => insertedSession(store, { subject })))
  const count = async (): Promise<number> => {
    const shards = [...new Set(records.map(({ id }) => id.slice(0, 2)))]
    const cards = await Promise.all(shards.map((shard) => command('ZCARD', `{${prefix}:${shard}}:subjects`)))
    return cards.reduce<number>((sum, card) => sum + (card as number), 0)
  }
  assert.equal(await count(), 100)
  for (const record of records.slice(0, 30)) {
    await store.sessions.replace({ ...record, endedAt: 5, endedBecause: 'revoked' })
  }
  for (const { id } of records.slice(30, 60)) await store.sessions.remove(id)
  assert.equal(await count(), 40)
  for (const subject of subjects.slice(60, 90)) await store.sessions.raise({ ...raiseVersion, subject })
  const everybody = { prefix: '', after: null, limit: 100 }
  assert.deepEqual(await store.sessions.subjects(everybody), subjects.slice(90))
  assert.equal(await count(), 10)
})

test('once everybody was signed out, the first to come back empties the list of the shard', async (t) => {
  const { store, command, prefix } = await fresh(t)
  const subjects = Array.from({ length: 100 }, (_, number) => `u_${number}`)
  const records = await Promise.all(subjects.map((subject) => insertedSession(store, { subject })))
  const shards = records.map(({ id }) => id.slice(0, 2))
  const shard = shards.find((shard, at) => shards.indexOf(shard) < at)!
  const [subject, ...others] = subjects.filter((_, at) => shards[at] === shard)
  assert.equal(await command('ZCARD', `{${prefix}:${shard}}:subjects`), 1 + others.length)
  await store.sessions.raise({ of: 'deployment' })
  const everybody = { prefix: '', after: null, limit: 100 }
  assert.deepEqual(await store.sessions.subjects(everybody), [])
  await insertedSession(store, { subject: subject!, deploymentVersion: 1 })
  assert.equal(await command('ZCARD', `{${prefix}:${shard}}:subjects`), 1)
  assert.deepEqual(await store.sessions.subjects(everybody), [subject])
})

test('accounts that a version before inserted are found: it kept no directory', async (t) => {
  const { store, command, prefix } = await fresh(t)
  const emails = Array.from({ length: 3000 }, (_, number) => `${10_000 + number}@example.org`)
  const account = { passwordHash: '', createdAt: 1, disabledAt: null, roles: [], version: 1 }
  await Promise.all(emails.map((email) => store.accounts.insert({ ...account, id: `u_${email}`, email })))
  const directory = `{${prefix}:accounts}:directory`
  const lacks = [() => command('DEL', directory), () => command('ZREM', directory, emails[77]!)]
  for (const lack of lacks) {
    await lack()
    const found = await store.accounts.search({ prefix: '1', after: null, limit: 10_000 })
    assert.deepEqual(
      found.map(({ email }) => email),
      emails,
    )
  }
  const { roles: _, ...written } = { ...account, id: 'u_1', email: 'ann@example.org' }
  await command('HSET', `{${prefix}:accounts}:emails`, written.email, written.id)
  const row = ['email', written.email, 'version', '1', 'record', JSON.stringify(written)]
  await command('HSET', `{${prefix}:accounts}:account:u_1`, ...row)
  assert.deepEqual(await store.accounts.search({ prefix: 'a', after: null, limit: 1 }), [{ ...written, roles: [] }])
})

test('subjects of sessions that a version before inserted are listed once these are used', async (t) => {
  const { store, command, prefix } = await fresh(t)
  const [seen, replaced, unused] = await Promise.all(
    ['u_1', 'u_2', 'u_3'].map((subject) => insertedSession(store, { subject })),
  )
  for (const { id } of [seen!, replaced!, unused!]) {
    const slot = `{${prefix}:${id.slice(0, 2)}}`
    await command('DEL', `${slot}:subjects`)
    await command('HDEL', `${slot}:session:${id}`, 'listed')
  }
  const everybody = { prefix: '', after: null, limit: 100 }
  assert.deepEqual(await store.sessions.subjects(everybody), [])
  const touch = { id: seen!.id, seenAt: seen!.lastSeenAt + 1, idleExpiresAt: 0, generation: null }
  await store.sessions.touch([touch], 0)
  assert.equal(await store.sessions.replace(replaced!), 'replaced')
  assert.deepEqual(await store.sessions.subjects(everybody), ['u_1', 'u_2'])
})

test('sessions that a version has passed leave the list for good when it is read', async (t) => {
  const { store, command, prefix } = await fresh(t)
  const record = await insertedSession(store)
  for (let count = 0; count < 20; count++) await insertedSession(store)
  await store.sessions.raise(raiseVersion, record)
  const index = `{${prefix}:${record.id.slice(0, 2)}}:sessions:"u_1"`
  assert.equal(await command('ZCARD', index), 21)
  assert.equal((await store.sessions.listBySubject('u_1')).length, 1)
  assert.equal(await command('ZCARD', index), 1)
})

test('a session id of another shard than its subject is refused: no version would ever pass it', async (t) => {
  const { store, keys } = await fresh(t)
  const { id } = sampleSession({ subject: 'u_2' })
  await assert.rejects(store.sessions.insert({ ...sampleSession(), id }), {
    code: 'store-unavailable',
    reason: /shard/,
  })
  assert.deepEqual(await keys(), [])
})

test('numbers keep every digit', async (t) => {
  const { store } = await fresh(t)
  const large = Number.MAX_SAFE_INTEGER
  const record = await insertedSession(store, {
    ...{ idleExpiresAt: large - 5, absoluteExpiresAt: large - 1, lastSeenAt: large - 8 },
    ...{ generation: large - 4, confirmedGeneration: large - 7 },
  })
  const seen = { id: record.id, seenAt: large - 6, idleExpiresAt: large, generation: large - 4 }
  await store.sessions.touch([seen], large - 9)
  const touched = {
    ...{ ...record, lastSeenAt: large - 6, idleExpiresAt: large - 1 },
    ...{ confirmedGeneration: large - 4, version: record.version + 1 },
  }
  assert.deepEqual((await store.sessions.find(record.id)).record, touched)
  assert.equal(await store.sessions.replace({ ...touched, version: large - 2 }), 'conflict')
})

test('what a request needs of a single server is one command', async (t) => {
  const { client, prefix, store: warm } = await fresh(t)
  const records = await Promise.all(Array.from({ length: 400 }, (_, n) => insertedSession(warm, { subject: `u_${n}` })))
  const touches = records.map(({ id }) => ({ id, seenAt: 1, idleExpiresAt: Date.UTC(2027, 0, 1), generation: null }))
  await warm.sessions.touch(touches.slice(0, 1), 0)
  await warm.sessions.replace(records[1]!, sampleEntry())
  await warm.sessions.find(records[0]!.id)
  await warm.log.renew(sampleMember(), terms, null)
  await warm.sessions.removeExpired(0, 1)

  const { client: counting, commands } = counted(client)
  const { sessions, log, check } = redis(counting, { prefix })
  await check()
  const steps = [
    () => sessions.find(records[0]!.id),
    () => sessions.replace(records[2]!, sampleEntry()),
    () => sessions.touch(touches, 0),
    () => sessions.removeExpired(0, 1),
    () => log.renew(sampleMember(), terms, null),
  ]
  for (const step of steps) {
    commands.length = 0
    await step()
    assert.deepEqual(commands, ['EVALSHA'], String(step))
  }
  assert.equal((await sessions.find(records[399]!.id)).record!.version, 2)
})

test('scripts that the server has forgotten are sent again', async (t) => {
  const { store, command } = await fresh(t)
  const record = await insertedSession(store)
  await command('SCRIPT', 'FLUSH')
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
})

test('a log with a part missing begins anew, so that every instance learns of it', async (t) => {
  const { store, command, prefix } = await fresh(t)
  await store.log.append(sampleEntry())
  const before = await store.log.renew(sampleMember(), terms, null)
  await command('DEL', `{${prefix}:log}:entries`)
  const after = await store.log.renew(sampleMember(), terms, { sequence: 1, id: before.entries[0]!.id })
  assert.notEqual(after.identity, before.identity)
  assert.equal(after.held, false)
  assert.deepEqual(after.entries, [])
  await store.log.append(sampleEntry())
  assert.equal((await store.log.renew(sampleMember(), terms, null)).entries[0]!.previous, after.identity)
})

test("a key prefix of the client's own goes before every key", async (t) => {
  const { prefix, keys } = await fresh(t)
  const client = new Redis({ port: (await single()).port, keyPrefix: 'app:' })
  t.after(() => client.disconnect())
  const store = redis(client, { prefix })
  const record = await insertedSession(store)
  assert.equal(await store.sessions.replace(record, sampleEntry({ kind: 'token', target: 'jti' })), 'replaced')
  assert.equal(await store.sessions.raise(raiseVersion), 1)
  assert.equal((await store.sessions.find(record.id)).versions.subjectVersion, 1)
  assert.equal(await store.log.revokesToken('jti'), true)
  await store.check()
  for (const key of await keys()) assert.ok(key.startsWith('app:{'), key)
})

test('a type mapping of the application changes nothing for us', async (t) => {
  const client = createClient({ url: (await single()).url, commandOptions: { typeMapping: { [36]: Buffer } } })
  await client.connect()
  t.after(() => client.destroy())
  const store = redis(client, { prefix: (await fresh(t)).prefix })
  const record = await insertedSession(store)
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
})

test('hints come over one connection, which is there while anybody listens', async (t) => {
  const { store, command, prefix } = await fresh(t)
  const listeners = async (): Promise<number> =>
    ((await command('PUBSUB', 'NUMSUB', `${prefix}:log`)) as [string, number])[1]
  const heard: string[] = []
  let stops: (() => void)[] = []
  await new Promise<void>((resolve) => {
    stops = [1, 2, 3].map(() =>
      store.log.subscribe(({ about }) => {
        heard.push(about)
        resolve()
      }),
    )
  })
  assert.equal(heard[0], 'anything', 'what came before the connection may have been missed')
  assert.equal(await listeners(), 1)
  stops[0]!()
  stops[1]!()
  assert.equal(await listeners(), 1)
  stops[2]!()
  await until(async () => (await listeners()) === 0)
})

test('nonsense on the channel is a hint to look', async (t) => {
  const { store, command, prefix } = await fresh(t)
  const heard: unknown[] = []
  let next = (): void => undefined
  const listened = new Promise<void>((resolve) => (next = resolve))
  t.after(
    store.log.subscribe((hint) => {
      heard.push(hint)
      next()
    }),
  )
  await listened
  heard.length = 0
  const message = new Promise<void>((resolve) => (next = resolve))
  await command('PUBLISH', `${prefix}:log`, '{nonsense')
  await message
  assert.deepEqual(heard[0], { about: 'anything' })
})

/** A store on the cluster, under a prefix of its own. */
async function clustered(t: TestContext) {
  const servers = await threeServers()
  const client = createCluster({ rootNodes: servers.map(({ url }) => ({ url })) })
  await client.connect()
  t.after(() => client.destroy())
  const prefix = `test-${randomBytes(6).toString('hex')}`
  return { servers, prefix, store: redis(client, { prefix }) }
}

test('on a cluster, sessions are spread over the servers, and a sweep finds them all', async (t) => {
  const { servers, prefix, store } = await clustered(t)
  for (let number = 0; number < 30; number++) {
    await insertedSession(store, { subject: `u_${number}`, absoluteExpiresAt: 1000 })
  }
  for (const { command } of servers) assert.notDeepEqual(await command('KEYS', `{${prefix}:*:session:*`), [])
  assert.equal(await store.sessions.removeExpired(2000, 20), 20)
  assert.equal(await store.sessions.removeExpired(2000, 20), 10)
})

test('while a slot of a cluster moves, its sessions are trouble, and never absent', async (t) => {
  const { servers, prefix, store } = await clustered(t)
  const record = await insertedSession(store)
  const slot = String(await servers[0]!.command('CLUSTER', 'KEYSLOT', `{${prefix}:${record.id.slice(0, 2)}}`))
  const counts = await Promise.all(servers.map(({ command }) => command('CLUSTER', 'COUNTKEYSINSLOT', slot)))
  const from = servers[counts.findIndex((count) => count !== 0)]!
  const to = servers[counts.indexOf(0)]!
  const [fromId, toId] = [String(await from.command('CLUSTER', 'MYID')), String(await to.command('CLUSTER', 'MYID'))]
  await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId)
  await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId)

  const moving = { code: 'store-unavailable', reason: /moving a slot/ }
  const assertTrouble = async (): Promise<void> => {
    await assert.rejects(store.sessions.find(record.id), moving)
    await assert.rejects(store.sessions.replace(record), moving)
    await assert.rejects(store.sessions.listBySubject('u_1'), moving)
  }
  await assertTrouble()
  for (const key of (await from.command('CLUSTER', 'GETKEYSINSLOT', slot, '100')) as string[]) {
    await from.command('MIGRATE', '127.0.0.1', String(to.port), key, '0', '5000')
    await assertTrouble()
  }
  for (const { command } of [to, from, ...servers]) await command('CLUSTER', 'SETSLOT', slot, 'NODE', toId)
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
  assert.equal(await store.sessions.replace(record), 'replaced')
})
