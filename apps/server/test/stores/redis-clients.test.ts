import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { readStoreAddress } from '#src/stores/address.js'
import { openStore } from '#src/stores/open.js'
import { browser } from '../test-client.js'
import { quickPasswords, testServer } from '../test-server.js'
import { until } from '../until.js'
import {
  prepareRedis,
  type RealServer,
  redisCommand,
  startRedis,
  startSentinel,
  storePassword,
} from './real-servers.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }

function opened(address: string, told: unknown[]) {
  const read = readStoreAddress(address)
  assert.ok(read !== null)
  return openStore(read, 'shop', { warned: () => undefined, disconnected: (error) => void told.push(error) })
}

/** Serves on a store that is away at first. */
async function servesLater(t: TestContext, address: string, begin: () => Promise<void>): Promise<void> {
  const told: unknown[] = []
  const store = opened(address, told)
  const { origin } = await testServer(t, { store, passwords: quickPasswords })
  await store.attempted
  assert.ok(told.length > 0)
  assert.equal((await browser(origin).get('/readyz')).status, 503)
  await begin()
  await until(async () => (await browser(origin).get('/readyz')).status === 200)
  const one = browser(origin)
  assert.equal((await one.post('/auth/sign-up', anna)).status, 200)
  assert.equal((await one.get('/auth/session')).status, 200)
  assert.equal((await one.post('/auth/sign-out')).status, 200)
}

/** A cluster of one: its client is the same as for many. */
async function clusterOf(server: RealServer): Promise<void> {
  await redisCommand(server, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await until(async () => String(await redisCommand(server, 'CLUSTER', 'INFO')).includes('cluster_state:ok'))
}

test('a Redis Cluster that is away at the start is found later', async (t) => {
  const server = await prepareRedis(t, '--cluster-enabled', 'yes')
  await servesLater(t, `redis-cluster://:${storePassword}@127.0.0.1:${server.port}`, async () => {
    await server.start()
    await clusterOf(server)
  })
})

test('Sentinels that are away at the start are found later, and lead to the primary', async (t) => {
  const primary = await startRedis(t)
  const sentinel = await startSentinel(t, primary)
  await sentinel.kill()
  await servesLater(t, sentinel.address, () => sentinel.start())
})

test('the name of the configuration keeps applications on one Redis apart', async (t) => {
  const server = await startRedis(t)
  const store = opened(server.address, [])
  const { origin, stop } = await testServer(t, { store, passwords: quickPasswords })
  await store.attempted
  assert.equal((await browser(origin).post('/auth/sign-up', anna)).status, 200)
  await stop()
  const keys = (await redisCommand(server, 'KEYS', '*')) as string[]
  assert.ok(keys.length > 0)
  assert.deepEqual(
    keys.filter((key) => !/\bshop\b/.test(key)),
    [],
  )
})

/** RFC 8446, section 5.1: the type of the record that a TLS client begins with. */
const handshake = 0x16

for (const scheme of ['rediss', 'valkeys', 'rediss-cluster', 'rediss-sentinel']) {
  test(`${scheme}: nothing is said outside TLS`, async (t) => {
    const first: (number | undefined)[] = []
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (bytes) => {
        first.push(bytes[0])
        socket.destroy()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const { port } = server.address() as AddressInfo
    const path = scheme.endsWith('sentinel') ? '/main' : ''
    const store = opened(`${scheme}://:${storePassword}@127.0.0.1:${port}${path}`, [])
    await store.attempted
    await store.close()
    assert.ok(first.length > 0)
    assert.deepEqual(new Set(first), new Set([handshake]))
  })
}

test('closing the store closes its connections', async (t) => {
  const server = await startRedis(t)
  const store = opened(server.address, [])
  await store.attempted
  await store.check()
  await store.close()
  // of those that ask, each has gone when the next one comes, or soon after
  await until(
    async () =>
      String(await redisCommand(server, 'CLIENT', 'LIST'))
        .trim()
        .split('\n').length === 1,
  )
})
