import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { HallpassError } from '#src/core/errors.js'
import type { Store, StoreWarning } from '#src/core/store.js'
import { type PgClient, postgres } from '#src/stores/postgres/postgres.js'
import { insertedSession, sampleSession } from '#src/testing/store-contract/open-store.js'
import { appended, positionOf, readLog } from '#src/testing/store-contract/sample-log.js'
import { freshSchema, sharedPostgres } from './postgres-engines.js'
import { startPostgres } from './postgres-server.js'

const unavailable = (reason: string | RegExp) => ({ code: 'store-unavailable', reason })

/** A store of its own on the shared server, as a fresh user or in a fresh database where `setUp` makes them. */
async function opened(t: TestContext, setUp = '', config: { user?: string; database?: string } = {}) {
  const server = await sharedPostgres()
  const pool = server.pool()
  for (const statement of setUp.split(';')) await pool.query(statement)
  const schema = freshSchema()
  const store = postgres(server.pool(config), { schema })
  t.after(() => store.close())
  return { pool, schema, store }
}

async function refused(store: Store, problem: RegExp): Promise<void> {
  for (const use of [() => store.check(), () => store.sessions.find('x')]) {
    await assert.rejects(use(), (error: HallpassError) => {
      assert.equal(error.code, 'configuration')
      assert.deepEqual(
        error.mistakes.map(({ field }) => field),
        ['store'],
      )
      assert.match(error.mistakes[0]!.problem, problem)
      return true
    })
  }
}

test('a replica is refused, before a session is read from it; the primary is not, and a promoted one no longer', async (t) => {
  const primary = await sharedPostgres()
  const schema = freshSchema()
  const record = await insertedSession(postgres(primary.pool(), { schema }))
  const replica = await primary.replica()
  const pool = replica.pool()
  const store = postgres(pool, { schema })
  t.after(() => store.close())
  await refused(store, /is a replica/)
  await pool.query('SELECT pg_promote()')
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
})

test('a read-only default is refused', async (t) => {
  const setUp = 'CREATE USER reader; ALTER USER reader SET default_transaction_read_only = on'
  const { store } = await opened(t, setUp, { user: 'reader' })
  await refused(store, /is read-only/)
})

test('a default isolation that hides what a step waited for is refused', async (t) => {
  const setUp = "CREATE USER repeater; ALTER USER repeater SET default_transaction_isolation = 'repeatable read'"
  const { store } = await opened(t, setUp, { user: 'repeater' })
  await refused(store, /"repeatable read" by default/)
})

test('a database that cannot hold every text is refused', async (t) => {
  const setUp = "CREATE DATABASE narrow ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
  const { store } = await opened(t, setUp, { database: 'narrow' })
  await refused(store, /encoded in LATIN1/)
})

test('an old server is refused, and told of all that is wrong at once', async () => {
  const row = { recovery: 'true', version: '120005', encoding: 'UTF8', readonly: 'off', isolation: 'serializable' }
  const old: PgClient = { query: async () => ({ rows: [{ ...row, fsync: 'on', pages: 'on' }] }) }
  await assert.rejects(postgres(old).check(), (error: HallpassError) => {
    assert.equal(error.code, 'configuration')
    assert.equal(error.mistakes.length, 3)
    assert.match(error.message, /older than version 13.*is a replica.*serializable/s)
    return true
  })
})

test('settings that lose data in a crash are warned of once, and what they break is said', async () => {
  const server = await startPostgres(['fsync = off', 'full_page_writes = off'])
  try {
    const warnings: StoreWarning[] = []
    const store = postgres(server.pool(), { onWarning: (warning) => warnings.push(warning) })
    await store.check()
    await insertedSession(store)
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['fsync-off', 'full-page-writes-off'],
    )
    assert.match(warnings[0]!.message, /loses acknowledged revocations/)
    assert.match(warnings[0]!.remedy, /fsync = on/)
  } finally {
    await server.stop()
  }
})

test('a server that is away is trouble and no mistake of the configuration, and recovers when it is back', async (t) => {
  const server = await startPostgres()
  t.after(server.stop)
  const client = server.pool()
  const store = postgres(client)
  t.after(() => store.close())
  const record = await insertedSession(store)
  const nowhere = postgres(server.pool({ port: 1 }))
  await assert.rejects(nowhere.check(), unavailable('the database cannot be reached'))
  const elsewhere = postgres(server.pool({ database: 'nowhere' }))
  await assert.rejects(elsewhere.check(), unavailable('the database does not exist'))

  await server.restart(async () => {
    await assert.rejects(store.sessions.find(record.id), { code: 'store-unavailable' })
    await assert.rejects(store.check(), unavailable('the database cannot be reached'))
  })
  await store.check()
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
})

test('a schema that vanishes is trouble, never an empty store', async (t) => {
  const { pool, schema, store } = await opened(t)
  const record = await insertedSession(store)
  await pool.query(`ALTER SCHEMA ${schema} RENAME TO ${schema}_away`)
  const gone = unavailable(/^the database lacks/)
  await assert.rejects(store.sessions.find(record.id), gone)
  await assert.rejects(insertedSession(store), gone)
  await assert.rejects(store.check(), gone)
  await pool.query(`ALTER SCHEMA ${schema}_away RENAME TO ${schema}`)
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
})

test('emptied tables are trouble, and no verdict', async (t) => {
  const { pool, schema, store } = await opened(t)
  const record = await insertedSession(store)
  await pool.query(`TRUNCATE ${schema}.deployment, ${schema}.key_ring`)
  const lacks = unavailable('the database lacks a row that Hallpass began with: put it back from a backup')
  const { sessions, keys } = store
  await assert.rejects(sessions.find(record.id), lacks)
  await assert.rejects(sessions.versions('u_1'), lacks)
  await assert.rejects(sessions.insert(sampleSession()), lacks)
  await assert.rejects(sessions.replace(record), lacks)
  await assert.rejects(sessions.raise({ of: 'subject', subject: 'u_1', raise: 'version' }), lacks)
  await assert.rejects(sessions.raise({ of: 'deployment' }), lacks)
  await assert.rejects(keys.read(), lacks)
  await assert.rejects(keys.replace(0, []), lacks)
  await assert.rejects(store.check(), lacks)
})

test('an emptied log begins anew, with another identity', async (t) => {
  const { pool, schema, store } = await opened(t)
  const [last] = await appended(store, 1)
  const { identity } = await readLog(store)
  await pool.query(`TRUNCATE ${schema}.log_head, ${schema}.log_entries, ${schema}.log_members`)
  const reading = await readLog(store, positionOf(last!))
  assert.notEqual(reading.identity, identity)
  assert.deepEqual([reading.held, reading.entries], [false, []])
  assert.equal((await appended(store, 1))[0]?.previous, reading.identity)
})

test('a step that a lock holds up beyond the time set for it is trouble with the reason, and has changed nothing', async (t) => {
  const setUp = 'CREATE USER hasty SUPERUSER; ALTER USER hasty SET statement_timeout = 200'
  const { pool, schema, store } = await opened(t, setUp, { user: 'hasty' })
  const keep = await insertedSession(store)
  const raise = { of: 'subject', subject: 'u_1', raise: 'version' } as const
  const holder = await pool.connect()
  await holder.query(`BEGIN; LOCK TABLE ${schema}.subjects IN EXCLUSIVE MODE`)
  await assert.rejects(store.sessions.raise(raise, keep), unavailable(/statement_timeout/))
  await holder.query('ROLLBACK')
  holder.release()
  assert.deepEqual((await store.sessions.find(keep.id)).record, keep)
  assert.equal(await store.sessions.raise(raise, keep), 1)
})

test('neither the reason nor the cause of trouble holds values', async (t) => {
  const { store } = await opened(t)
  const chainSecret = 'hush-'.repeat(9)
  for (const differences of [
    { subject: 'a\u0000b', chainSecret },
    { version: 1.5, chainSecret },
  ]) {
    await assert.rejects(store.sessions.insert(sampleSession(differences)), (error: HallpassError) => {
      assert.equal(error.code, 'store-unavailable')
      assert.match(String(error.reason), /^the database failed with SQLSTATE 22/)
      const all = JSON.stringify([error, error.cause, String(error.cause), Object.keys(error.cause as object)])
      assert.ok(!all.includes('hush') && !all.includes('1.5'), all)
      return true
    })
  }
})
