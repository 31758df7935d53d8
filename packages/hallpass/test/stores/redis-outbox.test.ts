import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test, type TestContext } from 'node:test'
import { createCluster } from '@redis/client'
import type { NewEntry } from '#src/core/log.js'
import type { SessionRecord } from '#src/core/session.js'
import type { Store } from '#src/core/store.js'
import { redis, type NodeRedisCluster } from '#src/stores/redis/redis.js'
import { insertedSession } from '#src/testing/store-contract/open-store.js'
import { readLog, sampleEntry, sampleMember, terms } from '#src/testing/store-contract/sample-log.js'
import { threeServers } from './redis-engines.js'
import { atTheEnd, until } from './redis-server.js'

// A change on a cluster takes five commands: announced, changed, appended, outbox cleared, announcement cleared.

const connecting = (async (): Promise<NodeRedisCluster> => {
  const client = createCluster({ rootNodes: (await threeServers()).map(({ url }) => ({ url })) })
  client.on('error', () => undefined)
  await client.connect()
  atTheEnd(() => client.destroy())
  return client
})()

type SendCommand = NodeRedisCluster['sendCommand']

/** The same client with another way of sending. */
function sending(client: NodeRedisCluster, sendCommand: SendCommand): NodeRedisCluster {
  return new Proxy(client, {
    get: (target, name) => (name === 'sendCommand' ? sendCommand : (Reflect.get(target, name, target) as unknown)),
  })
}

interface Scene {
  /** An instance that works. */
  readonly healthy: Store
  /** Another one on the same keys, whose commands go through `send`. */
  readonly other: (send: (pass: () => Promise<unknown>, number: number) => Promise<unknown>) => Promise<Store>
  readonly record: SessionRecord
  /** How many changes are announced, and how many wait in the outbox. */
  readonly left: () => Promise<[announced: unknown, outbox: unknown]>
}

async function scene(t: TestContext): Promise<Scene> {
  const client = await connecting
  const prefix = `test-${randomBytes(6).toString('hex')}`
  const healthy = redis(client, { prefix })
  t.after(() => healthy.close())
  const record = await insertedSession(healthy)
  const ask = (...args: string[]): Promise<unknown> =>
    client.sendCommand(args[1]!, false, args, { timeout: 0, typeMapping: {} })
  return {
    healthy,
    record,
    async other(send) {
      let number = -1
      const sendCommand: SendCommand = (...values) => {
        if (number < 0) return client.sendCommand(...values)
        return send(() => client.sendCommand(...values), ++number)
      }
      const store = redis(sending(client, sendCommand), { prefix })
      t.after(() => store.close())
      // every server knows every script from here on, so that a step is one command
      await store.check()
      const spare = await insertedSession(store)
      await store.sessions.replace(spare, sampleEntry())
      await store.sessions.raise({ of: 'subject', subject: 'u_1', raise: 'changes' }, null, sampleEntry())
      await until(async () => String(await Promise.all([announced(), outbox()])) === '0,0')
      number = 0
      return store
    },
    left: async () => [await announced(), await outbox()],
  }
  function announced(): Promise<unknown> {
    return ask('HLEN', `{${prefix}:log}:pending`)
  }
  function outbox(): Promise<unknown> {
    return ask('HLEN', `{${prefix}:${record.id.slice(0, 2)}}:outbox`)
  }
}

async function told(store: Store, { id }: NewEntry): Promise<number> {
  return (await readLog(store)).entries.filter((entry) => entry.id === id).length
}

/** Renews, as any instance does, until nothing is announced any more. */
async function renewedUntilNothingIsLeft({ healthy, left }: Scene): Promise<void> {
  await until(async () => {
    await Promise.all([1, 2, 3].map(() => healthy.log.renew(sampleMember(), terms, null)))
    return String(await left()) === '0,0'
  })
}

/** Dies before it sends its command of that number. */
const dyingBefore = (last: number) => (pass: () => Promise<unknown>, number: number) =>
  number < last ? pass() : Promise.reject(new Error('the instance is gone'))

const ended = (record: SessionRecord): SessionRecord => ({ ...record, endedAt: 5, endedBecause: 'revoked' })

// at the same time, because most of them wait for a second to pass on the store's clock
describe('a change on a cluster', { concurrency: true }, () => {
  for (const { steps, happened, answers } of [
    { steps: 1, happened: false, answers: false },
    { steps: 2, happened: true, answers: false },
    { steps: 3, happened: true, answers: true },
    { steps: 4, happened: true, answers: true },
  ]) {
    const outcome = happened ? 'is told, once' : 'never happened, and never will'
    test(`an instance that dies after step ${steps}: its change ${outcome}`, async (t) => {
      const stage = await scene(t)
      const dying = await stage.other(dyingBefore(steps + 1))
      const entry = sampleEntry({ target: stage.record.id })
      const change = dying.sessions.replace(ended(stage.record), entry)
      if (answers) assert.equal(await change, 'replaced')
      else await assert.rejects(change, { code: 'store-unavailable' })

      await renewedUntilNothingIsLeft(stage)
      assert.equal(await told(stage.healthy, entry), happened ? 1 : 0)
      const { record } = await stage.healthy.sessions.find(stage.record.id)
      assert.equal(record!.endedAt, happened ? 5 : null)
    })
  }

  test('log out everywhere by an instance that dies half-way: the counter is told', async (t) => {
    const stage = await scene(t)
    const dying = await stage.other(dyingBefore(3))
    const entry = sampleEntry({ kind: 'subject', target: 'u_1' })
    const raise = { of: 'subject', subject: 'u_1', raise: 'version' } as const
    await assert.rejects(dying.sessions.raise(raise, null, entry))
    assert.equal(await told(stage.healthy, entry), 0)
    await renewedUntilNothingIsLeft(stage)
    const { entries } = await readLog(stage.healthy)
    assert.equal(entries.find(({ id }) => id === entry.id)?.counter, 1)
  })

  test('a change that comes after it was given up is refused, and changes nothing', async (t) => {
    const stage = await scene(t)
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const late = await stage.other(async (pass, number) => {
      if (number === 2) await held
      return pass()
    })
    const entry = sampleEntry({ target: stage.record.id })
    const change = late.sessions.replace(ended(stage.record), entry)
    await until(async () => (await stage.left())[0] === 1)
    await renewedUntilNothingIsLeft(stage)
    release()
    await assert.rejects(change, { code: 'store-unavailable', reason: /given up/ })
    assert.deepEqual((await stage.healthy.sessions.find(stage.record.id)).record, stage.record)
    assert.equal(await told(stage.healthy, entry), 0)
    assert.deepEqual(await stage.left(), [0, 0])
    assert.equal(await late.sessions.replace(ended(stage.record), entry), 'replaced', 'a new attempt is another one')
    assert.equal(await told(stage.healthy, entry), 1)
  })

  test('a change whose answer was lost: whoever tries it again hears a conflict, and it is told by then', async (t) => {
    const stage = await scene(t)
    const deaf = await stage.other(async (pass, number) => {
      const reply = await pass()
      if (number === 2) throw new Error('the connection broke')
      return reply
    })
    const entry = sampleEntry({ target: stage.record.id })
    await assert.rejects(deaf.sessions.replace(ended(stage.record), entry))
    assert.equal(await stage.healthy.sessions.replace(ended(stage.record), entry), 'conflict')
    assert.equal(await told(stage.healthy, entry), 1)
  })

  test('a conflict withdraws its announcement', async (t) => {
    const { healthy, record, left } = await scene(t)
    assert.equal(await healthy.sessions.replace({ ...record, version: 9 }, sampleEntry()), 'conflict')
    assert.deepEqual(await left(), [0, 0])
  })

  test('a change that was announced less than a second ago is left alone', async (t) => {
    const stage = await scene(t)
    const storeTime = async (): Promise<number> => (await stage.healthy.log.renew(sampleMember(), terms, null)).time!
    const slow = await stage.other(async (pass, number) => {
      if (number === 2) await storeTime()
      return pass()
    })
    const began = await storeTime()
    const answer = await slow.sessions.replace(ended(stage.record), sampleEntry()).catch(() => 'refused')
    const took = (await storeTime()) - began
    assert.ok(answer === 'replaced' || took > 1000, `${answer} after ${took} ms`)
  })
})
