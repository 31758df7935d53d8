import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { brokenLink } from '#src/core/log.js'
import type { LogHint, Store, StoreWarning } from '#src/core/store.js'
import { type PgClient, postgres } from '#src/stores/postgres/postgres.js'
import { insertedSession, sampleSession } from '#src/testing/store-contract/open-store.js'
import {
  listening,
  readLog,
  renewed,
  sampleEntry,
  sampleMember,
  terms,
} from '#src/testing/store-contract/sample-log.js'
import { freshSchema, sharedPostgres } from './postgres-engines.js'

/** Two instances, each with a pool of its own, on one schema. */
async function twoInstances(t: TestContext) {
  const server = await sharedPostgres()
  const schema = freshSchema()
  const [here, there] = [postgres(server.pool(), { schema }), postgres(server.pool(), { schema })]
  t.after(() => Promise.all([here.close(), there.close()]))
  await there.check()
  return { server, schema, here, there }
}

/** A test must not pass or fail by luck: it waits until something is so, for as long as that takes. */
async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (await isSo()) return
    await sleep(20)
  }
  assert.fail(`in vain: ${what}`)
}

async function listeners(server: { pool(): pg.Pool }, schema: string): Promise<number[]> {
  const sql = `SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN "${schema}_log"'`
  return ((await server.pool().query(sql)).rows as { pid: number }[]).map(({ pid }) => pid)
}

const isEntry = (id: string) => (hint: LogHint) => hint.about === 'entry' && hint.entry.id === id

test('an entry reaches another instance whole, and one too long for a notification as a hint to read', async (t) => {
  const { here, there, schema, server } = await twoInstances(t)
  const { heard } = listening(here)
  await until(() => heard.length > 0, 'listening')
  assert.equal((await listeners(server, schema)).length, 1)
  const entry = sampleEntry()
  await there.log.append(entry)
  await until(() => heard.some(isEntry(entry.id)), 'the entry')
  const [appended] = (await readLog(there)).entries
  assert.deepEqual(heard.find(isEntry(entry.id)), { about: 'entry', entry: appended })

  const before = heard.length
  const long = sampleEntry({ target: 'ü'.repeat(5000) })
  await there.log.append(long)
  await until(() => heard.slice(before).some(({ about }) => about === 'anything'), 'the long one')
  assert.ok(!heard.some(isEntry(long.id)))
})

test('every step that appends tells of its entry, and only of what was committed', async (t) => {
  const { here, there } = await twoInstances(t)
  const { heard } = listening(here)
  await until(() => heard.length > 0, 'listening')
  const record = await insertedSession(there)
  const entries = Array.from({ length: 4 }, () => sampleEntry())
  const never = sampleEntry()
  await there.sessions.replace({ ...record, version: 9 }, never)
  await there.keys.replace(7, [], never)
  await there.sessions.replace(record, entries[0])
  await there.sessions.raise({ of: 'subject', subject: 'u_1', raise: 'version' }, null, entries[1])
  await there.sessions.raise({ of: 'deployment' }, null, entries[2])
  await there.keys.replace(0, [], entries[3])
  for (const { id } of entries) await until(() => heard.some(isEntry(id)), id)
  assert.ok(!heard.some(isEntry(never.id)))
})

test('what anybody else sends over the channel is no more than a hint to read', async (t) => {
  const { here, server, schema } = await twoInstances(t)
  const { heard } = listening(here)
  await until(() => heard.length > 0, 'listening')
  const before = heard.length
  const lies = ['', '{', 'null', '7', '{"about":"entry"}', '{"about":"entry","entry":{"sequence":"1"}}', '[]']
  for (const lie of lies) await server.pool().query('SELECT pg_notify($1, $2)', [`${schema}_log`, lie])
  await until(() => heard.length === before + lies.length, 'all of them')
  assert.ok(heard.slice(before).every(({ about }) => about === 'anything'))
})

test('a connection that listens and is ended is opened again, and says that something may have been missed', async (t) => {
  const { here, there, server, schema } = await twoInstances(t)
  const { heard } = listening(here)
  await until(async () => (await listeners(server, schema)).length === 1, 'listening')
  const [pid] = await listeners(server, schema)
  const before = heard.length
  await server.pool().query('SELECT pg_terminate_backend($1)', [pid])
  await until(async () => {
    const [again] = await listeners(server, schema)
    return again !== undefined && again !== pid
  }, 'listening again')
  await until(
    () => heard.slice(before).some(({ about }) => about === 'anything'),
    'that something may have been missed',
  )
  const entry = sampleEntry()
  await there.log.append(entry)
  await until(() => heard.some(isEntry(entry.id)), 'the entry')
})

test('who listens no more holds no connection', async (t) => {
  const { here, server, schema } = await twoInstances(t)
  const [one, other] = [listening(here), listening(here)]
  await until(async () => (await listeners(server, schema)).length === 1, 'listening')
  one.stop()
  assert.equal((await listeners(server, schema)).length, 1)
  other.stop()
  await until(async () => (await listeners(server, schema)).length === 0, 'hanging up')
  const third = listening(here)
  await until(async () => (await listeners(server, schema)).length === 1, 'listening again')
  await here.close()
  await until(async () => (await listeners(server, schema)).length === 0, 'hanging up at the close')
  third.stop()
})

/** A pool as it looks through a pooler in transaction mode: LISTEN is answered, and nothing is ever heard. */
function deafened(pool: pg.Pool): PgClient {
  const connect = async (): Promise<pg.PoolClient> => {
    const connection = await pool.connect()
    const hear = connection.on.bind(connection)
    const on = (event: string, heard: () => void) =>
      event === 'notification' ? connection : hear(event as 'end', heard)
    return Object.assign(connection, { on })
  }
  const { options, totalCount } = pool as pg.Pool & { options: object }
  const query: PgClient['query'] = (text, values) => pool.query(text as string, values)
  return Object.assign({ query }, { connect, options, totalCount })
}

for (const [means, config, client] of [
  ['through a pooler in transaction mode', {}, deafened],
  ['over a pool of one connection', { max: 1 }, (pool: pg.Pool) => pool],
] as const) {
  test(`${means} LISTEN is given up with a warning, and news are looked for instead`, async (t) => {
    const { server, schema, there } = await twoInstances(t)
    const warnings: StoreWarning[] = []
    const onWarning = (warning: StoreWarning): void => void warnings.push(warning)
    const here = postgres(client(server.pool(config)), { schema, onWarning })
    t.after(() => here.close())
    const { heard } = listening(here)
    await until(() => warnings.length > 0, 'the warning')
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['listen-unavailable'],
    )
    const member = sampleMember()
    const happenings: readonly (() => Promise<unknown>)[] = [
      () => there.log.append(sampleEntry()),
      () => there.log.renew(member, terms, null),
      async () => there.log.acknowledge(member.incarnation, (await readLog(there)).entries[0]!),
      () => there.log.retire(member.incarnation, member.mark),
    ]
    for (const happen of happenings) {
      const before = heard.length
      await happen()
      await until(() => heard.length > before, String(happen))
    }
    assert.equal(warnings.length, 1)
  })
}

/** A client that notes what the server complains of, before the store sends it again. */
function overheard(pool: pg.Pool): { readonly client: PgClient; readonly complaints: string[] } {
  const complaints: string[] = []
  const query: PgClient['query'] = async (text, values) => {
    try {
      return await pool.query(text as string, values)
    } catch (error) {
      complaints.push(String(error))
      throw error
    }
  }
  return { client: { query }, complaints }
}

test('50 writers that do everything at once deadlock nowhere, and the log has each entry once', async (t) => {
  const { server, schema, there } = await twoInstances(t)
  const { client, complaints } = overheard(server.pool({ max: 40 }))
  const here = postgres(client, { schema })
  const shared = [await insertedSession(here, { subject: 'u_1' }), await insertedSession(here, { subject: 'u_2' })]
  const ids: string[] = []
  const write = async (store: Store, turn: number): Promise<void> => {
    const subject = `u_${(turn % 3) + 1}`
    const { sessions, log, keys } = store
    const mine = sampleEntry()
    const done = async (answer: unknown): Promise<void> => {
      if (answer !== 'conflict') ids.push(mine.id)
    }
    switch (turn % 9) {
      case 0:
        return done(await sessions.raise({ of: 'subject', subject, raise: 'version' }, null, mine))
      case 1:
        return done(await sessions.raise({ of: 'deployment' }, null, mine))
      case 2: {
        const versions = await sessions.versions(subject)
        await sessions.insert(sampleSession({ subject, ...versions }))
        return
      }
      case 3: {
        const { record } = await sessions.find(shared[turn % 2]!.id)
        return done(await sessions.replace(record!, mine))
      }
      case 4: {
        const touches = shared.map(({ id }) => ({ id, seenAt: 9e12 + turn, idleExpiresAt: 9e12, generation: 0 }))
        return sessions.touch(turn % 2 === 0 ? touches : touches.reverse(), 0)
      }
      case 5: {
        const { record } = await sessions.find(shared[turn % 2]!.id)
        const raise = { of: 'subject', subject: record!.subject!, raise: 'version' } as const
        return done(await sessions.raise(raise, record, mine))
      }
      case 6: {
        const member = sampleMember()
        const { entries, start } = await log.renew(member, terms, null)
        await log.acknowledge(member.incarnation, entries.at(-1) ?? start)
        await log.retire(member.incarnation, member.mark)
        return
      }
      case 7:
        return done(await keys.replace((await keys.read()).version, [], mine))
      default:
        return done(await log.append(mine))
    }
  }
  const writer = async (number: number): Promise<void> => {
    for (let round = 0; round < 9; round++) await write(number % 5 === 0 ? there : here, number * 5 + round)
  }
  await Promise.all(Array.from({ length: 50 }, (_, number) => writer(number)))

  const { start, entries } = await readLog(here)
  assert.equal(brokenLink(start, entries), null)
  assert.deepEqual(entries.map(({ id }) => id).sort(), [...ids].sort())
  assert.deepEqual(complaints, [])
})

test('a member that joins while entries are appended has read each of them, or is found by who appended it', async (t) => {
  const { here, there } = await twoInstances(t)
  await readLog(here)
  const append = async (): Promise<void> => {
    for (let round = 0; round < 100; round++) await there.log.append(sampleEntry())
  }
  const join = async (): Promise<void> => {
    for (let round = 0; round < 40; round++) {
      const [member, entry] = [sampleMember(), sampleEntry()]
      const appending = there.log.append(entry).then(() => there.log.standing(entry.id, null))
      const [reading, standing] = await Promise.all([here.log.renew(member, terms, null), appending])
      const isRead = reading.entries.some(({ id }) => id === entry.id)
      assert.ok(isRead || standing.members.some(({ incarnation }) => incarnation === member.incarnation))
    }
  }
  await Promise.all([append(), append(), join()])
})

test('a member that states a longer lease has read every entry, or is found with it by who appended it', async (t) => {
  const { here, there } = await twoInstances(t)
  const member = sampleMember()
  await here.log.renew(member, terms, null)
  for (let round = 1; round <= 40; round++) {
    const entry = sampleEntry()
    const lease = 2000 + round
    const appending = there.log.append(entry).then(() => there.log.standing(entry.id, null))
    const [reading, standing] = await Promise.all([
      here.log.renew(renewed(member, { renewal: 1 + round, lease }), terms, null),
      appending,
    ])
    assert.ok(reading.entries.some(({ id }) => id === entry.id) || standing.members[0]!.lease === lease)
  }
})
