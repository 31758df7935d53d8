import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type pg from 'pg'
import type { Store, StoreWarning } from '#src/core/store.js'
import { type PgClient, postgres, type PostgresOptions } from '#src/stores/postgres/postgres.js'
import { sampleAudit } from '#src/testing/store-contract/audit.js'
import { sampleClient } from '#src/testing/store-contract/clients.js'
import { insertedSession, sampleSession } from '#src/testing/store-contract/open-store.js'
import { appended, positionOf, sampleEntry, sampleMember, terms } from '#src/testing/store-contract/sample-log.js'
import { freshSchema, sharedPostgres } from './postgres-engines.js'

const migrations = new URL('../../dist/stores/postgres/migrations/', import.meta.url)
const migrationFiles = readdirSync(migrations).sort()

async function opened(t: TestContext, options: PostgresOptions = {}, config: pg.PoolConfig = {}) {
  const pool = (await sharedPostgres()).pool(config)
  const schema = options.schema ?? freshSchema()
  const store = postgres(pool, { schema, ...options })
  t.after(() => store.close())
  return { pool, schema, store }
}

async function rowsOf<Row>(pool: pg.Pool, sql: string): Promise<Row[]> {
  return (await pool.query(sql)).rows as Row[]
}

test('a name that is none of a schema is refused at once', async () => {
  const pool = (await sharedPostgres()).pool()
  for (const schema of ['', 'Hall', 'a b', 'a"; DROP SCHEMA public; --', '1a', 'pg_hall', 'a'.repeat(51)]) {
    assert.throws(() => postgres(pool, { schema }), { code: 'configuration', message: /store: .*schema/ })
  }
})

test("migrate: 'check' changes nothing, names what is lacking, and goes on once the .sql files were applied", async (t) => {
  const { pool, schema, store } = await opened(t, { migrate: 'check' })
  await assert.rejects(store.check(), { code: 'store-unavailable', reason: /lacks 0001-tables, 0002-/ })
  assert.equal((await rowsOf(pool, `SELECT FROM pg_namespace WHERE nspname = '${schema}'`)).length, 0)
  const client = await pool.connect()
  await client.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}, pg_temp`)
  for (const file of migrationFiles) await client.query(readFileSync(new URL(file, migrations), 'utf8'))
  client.release(true)
  await store.check()
})

test('every migration records itself under the name of its file', async (t) => {
  const { pool, schema, store } = await opened(t)
  await store.check()
  const rows = await rowsOf<{ name: string }>(pool, `SELECT name FROM ${schema}.migrations ORDER BY name`)
  assert.deepEqual(
    rows.map(({ name }) => `${name}.sql`),
    migrationFiles,
  )
})

test('several instances that start at once on an empty database all find it migrated', async (t) => {
  const { schema, store, pool } = await opened(t)
  const others = await Promise.all(Array.from({ length: 8 }, () => opened(t, { schema }, { max: 2 })))
  await Promise.all([store, ...others.map(({ store }) => store)].map((store) => store.check()))
  const rows = await rowsOf(pool, `SELECT FROM ${schema}.migrations`)
  assert.equal(rows.length, migrationFiles.length)
})

test('a migration of a newer Hallpass does not disturb this one', async (t) => {
  const { pool, schema, store } = await opened(t)
  await store.check()
  await pool.query(`INSERT INTO ${schema}.migrations VALUES ('9999-from-the-future')`)
  for (const migrate of ['auto', 'check'] as const) await postgres(pool, { schema, migrate }).check()
})

test('a user with no more than the use of the schema will do once it is there', async (t) => {
  const { pool, schema, store } = await opened(t)
  await store.check()
  await pool.query(`
    CREATE USER plain_${schema};
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA ${schema} TO plain_${schema};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO plain_${schema}`)
  const { store: plain } = await opened(t, { schema }, { user: `plain_${schema}` })
  await plain.check()
  await insertedSession(plain)
  await appended(plain, 1)
  await pool.query(`REVOKE INSERT ON ${schema}.sessions FROM plain_${schema}`)
  await assert.rejects(insertedSession(plain), {
    code: 'store-unavailable',
    reason: /does not permit this to its user/,
  })
})

test('two schemas of one database know nothing of each other', async (t) => {
  const [one, other] = [await opened(t), await opened(t)]
  const record = await insertedSession(one.store)
  await one.store.sessions.raise({ of: 'deployment' })
  assert.equal((await other.store.sessions.find(record.id)).record, null)
  assert.equal((await other.store.sessions.versions(null)).deploymentVersion, 0)
})

test('what the search path and temporary tables of a connection hold is never taken for our own', async (t) => {
  const { pool, store } = await opened(t, {}, { max: 1 })
  await store.check()
  await pool.query(`
    CREATE TEMPORARY TABLE sessions (id text);
    CREATE TEMPORARY TABLE log_head (identity text);
    SET search_path = public`)
  const record = await insertedSession(store)
  assert.deepEqual(await store.sessions.listBySubject('u_1'), [record])
  assert.equal((await appended(store, 2)).length, 2)
})

test('closing the store leaves the pool open, and every method rejects', async (t) => {
  const { pool, store } = await opened(t)
  const record = await insertedSession(store)
  store.log.subscribe(() => {})
  await store.close()
  assert.deepEqual(await rowsOf(pool, 'SELECT 1 AS one'), [{ one: 1 }])
  const closed = { code: 'store-unavailable', reason: 'the store has been closed' }
  const position = { sequence: 0, id: '' }
  const calls: readonly (() => Promise<unknown>)[] = [
    () => store.check(),
    () => store.sessions.touch([{ id: record.id, seenAt: 1, idleExpiresAt: 1, generation: null }], 0),
    () => store.log.renew(sampleMember(), terms, null),
    () => store.log.append(sampleEntry()),
    () => store.log.standing('', position),
    () => store.log.acknowledge('', position),
    () => store.log.retire('', ''),
    () => store.log.truncate(position),
    () => store.log.revokesToken(''),
    () => store.log.members(),
    () => store.audit.append([sampleAudit()]),
  ]
  for (const call of calls) await assert.rejects(call(), closed, String(call))
})

test('statements are prepared once for a connection, unless told otherwise', async (t) => {
  for (const prepare of [true, false]) {
    const { pool, store } = await opened(t, { prepare }, { max: 1 })
    for (let round = 0; round < 3; round++) await insertedSession(store, { subjectVersion: 0 })
    const kept = await rowsOf(pool, "SELECT FROM pg_prepared_statements WHERE statement LIKE '%insert_session%'")
    assert.equal(kept.length, prepare ? 1 : 0)
  }
})

test('a pooler that loses prepared statements is warned of once, and survived', async (t) => {
  const warnings: StoreWarning[] = []
  const { pool, store } = await opened(t, { onWarning: (warning) => warnings.push(warning) }, { max: 1 })
  const record = await insertedSession(store)
  for (let round = 1; round <= 3; round++) {
    await pool.query('DEALLOCATE ALL')
    assert.equal(await store.sessions.replace({ ...record, version: round }), 'replaced')
    assert.equal((await store.sessions.find(record.id)).record?.version, round + 1)
  }
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['statements-not-kept'],
  )
})

test('anything with query(text, values) will do', async (t) => {
  const pool = (await sharedPostgres()).pool()
  const bare: PgClient = { query: (text, values) => pool.query(text as string, values) }
  const store = postgres(bare, { schema: freshSchema() })
  t.after(() => store.close())
  const record = await insertedSession(store)
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
})

test('an acknowledged write is on disk also where synchronous_commit is off by default', async (t) => {
  const { pool, schema, store: first } = await opened(t)
  await first.check()
  const found = new Map<string, string>()
  const client = await pool.connect()
  t.after(() => client.release(true))
  const bare: PgClient = {
    async query(text, values) {
      await client.query("BEGIN; SELECT set_config('synchronous_commit', 'off', true)")
      const answer = await client.query(text as string, values)
      const { rows } = await client.query('SHOW synchronous_commit')
      await client.query('COMMIT')
      const [, step] = /\.(\w+)\(/.exec(text as string) ?? []
      if (step !== undefined) found.set(step, (rows as { synchronous_commit: string }[])[0]!.synchronous_commit)
      return answer
    },
  }
  const { sessions, keys, accounts, clients, audit, log } = postgres(bare, { schema, prepare: false })
  const record = sampleSession()
  const account = { id: 'u_1', email: 'a@b', passwordHash: '', createdAt: 1, disabledAt: null, roles: [], version: 1 }
  const member = sampleMember()
  await sessions.insert(record)
  await sessions.replace(record)
  await sessions.raise({ of: 'subject', subject: 'u_1', raise: 'version' })
  await sessions.raise({ of: 'deployment' })
  await sessions.touch([{ id: record.id, seenAt: record.lastSeenAt + 1, idleExpiresAt: 0, generation: 0 }], 0)
  await sessions.remove(record.id)
  await keys.replace(0, [])
  await accounts.insert(account)
  await accounts.replace(account)
  await clients.insert(sampleClient())
  await clients.replace(sampleClient())
  await clients.remove('c_1')
  await clients.spend('jti', 2, 1)
  await audit.append([sampleAudit()])
  await audit.count([{ minute: 0, series: 'signed-in', value: 1 }])
  await log.renew(member, terms, null)
  await log.append(sampleEntry())
  await log.truncate(positionOf((await log.renew(member, terms, null)).entries[0]!))
  await log.retire(member.incarnation, member.mark)
  const steps = [
    ...['insert_session', 'replace_session', 'raise_subject', 'raise_deployment', 'touch_sessions', 'remove_session'],
    ...['replace_key_ring', 'insert_account', 'replace_account'],
    ...['insert_client', 'replace_client', 'remove_client', 'spend', 'append_audit', 'add_counts'],
    ...['renew', 'append_entry', 'truncate_log', 'retire'],
  ]
  assert.deepEqual(Object.fromEntries(found), Object.fromEntries(steps.map((step) => [step, 'on'])))
})

for (const plans of ['force_custom_plan', 'force_generic_plan']) {
  test(`no step reads a whole table, however large (${plans})`, async (t) => {
    // one connection, so that what it counted is told before it is asked for
    const { pool, schema, store } = await opened(t, {}, { max: 1 })
    await pool.query(`SET plan_cache_mode = ${plans}`)
    await fill(pool, schema, store)
    await scansNothing(pool, schema, store)
  })
}

async function scansNothing(pool: pg.Pool, schema: string, store: Store): Promise<void> {
  const { sessions, log, accounts, clients, audit } = store
  const scans = async (): Promise<unknown> => {
    await pool.query('SELECT pg_stat_force_next_flush()')
    const large = "'sessions', 'subjects', 'accounts', 'clients', 'spent', 'audit', 'counts', 'log_entries'"
    return rowsOf(
      pool,
      `SELECT relname, seq_scan FROM pg_stat_user_tables
       WHERE schemaname = '${schema}' AND relname IN (${large}) ORDER BY relname`,
    )
  }
  const before = await scans()
  const record = await insertedSession(store, { subject: 'u_77', absoluteExpiresAt: 1 })
  await sessions.find(record.id)
  await sessions.versions('u_77')
  await sessions.replace(record, sampleEntry())
  await sessions.touch([{ id: 's_7', seenAt: 2, idleExpiresAt: 9e12, generation: 0 }], 0)
  await sessions.raise({ of: 'subject', subject: 'u_77', raise: 'version' }, { ...record, version: 2 }, sampleEntry())
  assert.deepEqual(await sessions.subjects({ prefix: 'u_1', after: 'u_18', limit: 2 }), ['u_180', 'u_1800'])
  await sessions.raise({ of: 'deployment' }, null, sampleEntry())
  assert.deepEqual(await sessions.subjects({ prefix: '', after: null, limit: 10 }), [])
  assert.equal((await sessions.listBySubject('u_7')).length, 0)
  assert.equal(await sessions.removeExpired(2, 10), 1)
  await sessions.remove('s_8')
  const member = sampleMember()
  const { entries } = await log.renew(member, terms, { sequence: 20_001, id: 'e_20001' })
  assert.equal(entries.length, 3)
  await log.acknowledge(member.incarnation, positionOf(entries[2]!))
  await log.standing('e_500', positionOf(entries[0]!))
  assert.equal(await log.revokesToken('t_500'), true)
  await log.truncate({ sequence: 10, id: 'e_10' })
  await accounts.find('u_7')
  await accounts.findByEmail('7@example.org')
  const client = await clients.find('c_7')
  assert.equal(await clients.replace(client!), 'replaced')
  assert.equal(await clients.insert(client!), 'taken')
  await clients.remove('c_8')
  assert.equal(await clients.spend('jti 7', 30_000, 5), 'spent')
  assert.equal(await clients.spend('jti 5', 30_000, 5), 'fresh')
  assert.equal((await accounts.search({ prefix: '77', after: '7705@example.org', limit: 3 })).length, 3)
  const filters = (['subject', 'session', 'type', 'network'] as const).map((by) => ({ by, is: `${by} 7` }))
  for (const filter of [{ by: 'everything' } as const, ...filters]) {
    for (const place of [null, { at: 9007, id: 'a_9007' }]) {
      const records = await audit.list({ filter, before: place, limit: 1 })
      assert.deepEqual(records, [{ id: filter.by === 'everything' && place === null ? 20_000 : 9006 }])
    }
  }
  await audit.append([sampleAudit()])
  await audit.count([{ minute: 7, series: 'signed-in', value: 1 }])
  assert.equal((await audit.counts(7, 9)).length, 2)
  assert.equal(await audit.removeBefore(5, 10), 4)
  assert.deepEqual(await scans(), before)
}

/** 20,000 rows in each of the large tables. */
async function fill(pool: pg.Pool, schema: string, store: { check(): Promise<void> }): Promise<void> {
  await store.check()
  await pool.query(`
    INSERT INTO ${schema}.sessions
      SELECT 's_' || n, 'u_' || n, 1, 0, 0, 0, 0, 1, 1, 9e11, 9e12, n % 2 = 1, '{}' FROM generate_series(1, 20000) n;
    INSERT INTO ${schema}.subjects SELECT 'u_' || n, 0, 0 FROM generate_series(1, 20000) n;
    INSERT INTO ${schema}.accounts SELECT 'u_' || n, n || '@example.org', '', 1, NULL, 1 FROM generate_series(1, 20000) n;
    INSERT INTO ${schema}.clients SELECT 'c_' || n, n, 1, '{"id":"c_' || n || '"}' FROM generate_series(1, 20000) n;
    INSERT INTO ${schema}.spent SELECT 'jti ' || n, n FROM generate_series(1, 20000) n;
    INSERT INTO ${schema}.audit
      SELECT 'a_' || n, n, 'type ' || kind, 'subject ' || kind, 'session ' || kind, 'network ' || kind, '{"id":' || n || '}'
      FROM (SELECT n, CASE n WHEN 9006 THEN 7 ELSE n END AS kind FROM generate_series(1, 20000) n) audit;
    INSERT INTO ${schema}.counts SELECT n, 'signed-in', 1 FROM generate_series(1, 20000) n;
    INSERT INTO ${schema}.log_head (identity, start_sequence, start_id, sequence, id, deployment, protocol, retention)
      VALUES ('log', 0, 'log', 20001, 'e_20001', '${terms.deployment}', ${terms.protocol}, 1000);
    INSERT INTO ${schema}.log_entries
      SELECT n, 'e_' || n, CASE n WHEN 1 THEN 'log' ELSE 'e_' || (n - 1) END, 'token', 't_' || n
      FROM generate_series(1, 20001) n`)
  const large = ['sessions', 'subjects', 'accounts', 'clients', 'spent', 'audit', 'counts', 'log_entries']
  await pool.query(`ANALYZE ${large.map((table) => `${schema}.${table}`).join()}`)
}

test('what was spent leaves the table once it has ended, though instances spend at once', async (t) => {
  const { pool, schema, store } = await opened(t)
  const { clients } = store
  const spendAll = (from: number, until: number, now: number): Promise<unknown> =>
    Promise.all(Array.from({ length: 200 }, (_, number) => clients.spend(`jti ${from + number}`, until, now)))
  await spendAll(0, 10, 1)
  await spendAll(200, 1000, 10)
  const [row] = await rowsOf<{ count: string }>(pool, `SELECT count(*) FROM ${schema}.spent`)
  assert.equal(row!.count, '200')
})

test('the next subject is one step away, however many sessions are in between', async (t) => {
  const { pool, schema, store } = await opened(t, {}, { max: 1 })
  await store.check()
  await pool.query(`
    SET plan_cache_mode = force_generic_plan;
    INSERT INTO ${schema}.sessions
      SELECT 's_' || n, CASE WHEN n < 10000 THEN 'u_1' ELSE 'u_2' END, 1, n % 7, 0, 0, 0, 1, 1, 9e11, 9e12, false, '{}'
      FROM generate_series(1, 20000) n;
    INSERT INTO ${schema}.subjects VALUES ('u_1', 7, 0), ('u_2', 6, 0);
    INSERT INTO ${schema}.sessions SELECT 's_0', 'u_3', 1, 0, 0, 0, 0, 1, 1, 9e11, 9e12, false, '{}'`)
  const rowsRead = async (): Promise<number> => {
    await pool.query('SELECT pg_stat_force_next_flush()')
    const [row] = await rowsOf<{ read: string }>(
      pool,
      `SELECT sum(idx_tup_read) + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE schemaname = '${schema}') AS read
       FROM pg_stat_user_indexes WHERE schemaname = '${schema}'`,
    )
    return Number(row!.read)
  }
  const before = await rowsRead()
  assert.deepEqual(await store.sessions.subjects({ prefix: 'u', after: null, limit: 10 }), ['u_2', 'u_3'])
  const read = (await rowsRead()) - before
  assert.ok(read < 30, `${read} rows`)
})

test('an instance of the version before goes on beside this one, and knows nothing of roles', async (t) => {
  const { pool, schema, store } = await opened(t)
  const older = await pool.connect()
  t.after(() => older.release(true))
  await older.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}, pg_temp`)
  const known = migrationFiles.filter((file) => file < '0005')
  for (const file of known) await older.query(readFileSync(new URL(file, migrations), 'utf8'))
  const account = {
    id: 'u_1',
    email: 'ann@example.org',
    password_hash: '',
    created_at: 1,
    disabled_at: null,
    version: 1,
  }
  const step = async (name: string, row: object): Promise<unknown> => {
    const statement = {
      name,
      text: `SELECT to_json(${schema}.${name}($1))::text AS answer`,
      values: [JSON.stringify(row)],
    }
    return ((await older.query(statement)).rows[0] as { answer: string }).answer
  }
  assert.equal(await step('insert_account', account), 'true')
  assert.equal(await step('replace_account', account), 'true')

  assert.deepEqual(await store.accounts.find('u_1'), {
    ...{ id: 'u_1', email: 'ann@example.org', passwordHash: '', createdAt: 1, disabledAt: null, roles: [], version: 2 },
  })
  assert.equal(await step('insert_account', { ...account, id: 'u_2', email: 'ben@example.org' }), 'true')
  const ben = await store.accounts.findByEmail('ben@example.org')
  assert.equal(await store.accounts.replace({ ...ben!, roles: ['operator', 'auditor'] }), 'replaced')
  assert.equal(await step('replace_account', { ...account, id: 'u_2', disabled_at: 5, version: 2 }), 'true')
  assert.deepEqual(await store.accounts.search({ prefix: 'b', after: null, limit: 10 }), [
    { ...ben, disabledAt: 5, roles: ['operator', 'auditor'], version: 3 },
  ])
})
