import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SqliteDatabase, SqliteValue } from '#src/stores/sqlite/database.js'
import { runtimeSqlite } from '#src/stores/sqlite/engine.js'
import { sqlite } from '#src/stores/sqlite/sqlite.js'
import { insertedSession, sampleSession } from '#src/testing/store-contract/open-store.js'
import { readLog, sampleEntry } from '#src/testing/store-contract/sample-log.js'
import { scratchFolder } from './engines.js'

const require = createRequire(import.meta.url)
const migrations = new URL('../../dist/stores/sqlite/migrations/', import.meta.url)
const migrationFiles = readdirSync(migrations).sort()

function pragma(database: SqliteDatabase, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).all()[0] as object)[0]
}

test('a runtime without SQLite is told which package to install', () => {
  const nothing = (name: string): never => {
    throw new Error(`Cannot find module '${name}'`)
  }
  assert.throws(() => runtimeSqlite(nothing), { code: 'configuration', message: /needs SQLite.*npm i libsql/s })
})

test('the SQLite of the runtime comes before an installed one', () => {
  const asked: string[] = []
  runtimeSqlite((name) => {
    asked.push(name)
    if (name !== 'bun:sqlite') throw new Error(`Cannot find module '${name}'`)
    return { Database: Object }
  })
  assert.deepEqual(asked, ['node:sqlite', 'bun:sqlite'])
})

test('an address instead of a path is refused, and its token is not repeated', () => {
  for (const address of ['', 'file:auth.db', 'libsql://db.example?authToken=hush', 'https://hush@db.example']) {
    assert.throws(
      () => sqlite(address),
      (error: Error & { code?: string }) => error.code === 'configuration' && !error.message.includes('hush'),
    )
  }
})

test('acknowledged means on disk: write-ahead log with full synchronisation', async (t) => {
  const database = runtimeSqlite()(join(scratchFolder(t), 'auth.db'))
  t.after(() => database.close())
  await sqlite(database, { busyTimeout: 123 }).check()
  const settings = ['journal_mode', 'synchronous', 'busy_timeout'].map((name) => pragma(database, name))
  assert.deepEqual(settings, ['wal', 2, 123])
})

test('a handle belongs to whoever opened it: closing the store leaves it open', async (t) => {
  const database = runtimeSqlite()(join(scratchFolder(t), 'auth.db'))
  t.after(() => database.close())
  const store = sqlite(database)
  await store.check()
  await store.close()
  assert.equal(pragma(database, 'quick_check'), 'ok')
  await assert.rejects(store.check(), { code: 'store-unavailable', reason: 'the store has been closed' })
})

test('a database in memory keeps its contents through trouble', async (t) => {
  const store = sqlite(':memory:')
  t.after(() => store.close())
  const record = await insertedSession(store)
  await assert.rejects(store.sessions.insert(record))
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
})

test('once closed, the file alone holds everything', async (t) => {
  const folder = scratchFolder(t)
  const store = sqlite(join(folder, 'auth.db'))
  const record = await insertedSession(store)
  await store.close()
  copyFileSync(join(folder, 'auth.db'), join(folder, 'copy.db'))
  const copy = sqlite(join(folder, 'copy.db'))
  t.after(() => copy.close())
  assert.deepEqual((await copy.sessions.find(record.id)).record, record)
})

test("migrate: 'check' changes nothing, names what is lacking, and goes on once the .sql files were applied", async (t) => {
  const database = runtimeSqlite()(join(scratchFolder(t), 'auth.db'))
  t.after(() => database.close())
  const store = sqlite(database, { migrate: 'check' })
  await assert.rejects(store.check(), { code: 'store-unavailable', reason: /lacks 0001-sessions-keys-accounts/ })
  assert.deepEqual(database.prepare('SELECT name FROM sqlite_master').all(), [])
  for (const file of migrationFiles) database.exec(readFileSync(new URL(file, migrations), 'utf8'))
  await store.check()
})

test('every migration records itself under the name of its file', async (t) => {
  const database = runtimeSqlite()(join(scratchFolder(t), 'auth.db'))
  t.after(() => database.close())
  await sqlite(database).check()
  const rows = database.prepare('SELECT name FROM hallpass_migrations ORDER BY name').all() as { name: string }[]
  assert.deepEqual(
    rows.map(({ name }) => `${name}.sql`),
    migrationFiles,
  )
})

test('a database from before the revocation log goes on with its sessions, and its log begins', async (t) => {
  const database = runtimeSqlite()(join(scratchFolder(t), 'auth.db'))
  t.after(() => database.close())
  database.exec(readFileSync(new URL('0001-sessions-keys-accounts.sql', migrations), 'utf8'))
  const record = sampleSession()
  const columns = 'id, subject, version, subject_version, deployment_version, created_at, absolute_expires_at, ended'
  database
    .prepare(`INSERT INTO hallpass_sessions (${columns}, record) VALUES (?, ?, 1, 0, 0, ?, ?, 0, ?)`)
    .run(record.id, record.subject, record.createdAt, record.absoluteExpiresAt, JSON.stringify(record))
  const { sessions, log } = sqlite(database)
  const seen = { id: record.id, seenAt: record.lastSeenAt + 1, idleExpiresAt: record.idleExpiresAt, generation: null }
  await sessions.touch([seen], record.createdAt)
  const touched = { ...record, lastSeenAt: record.lastSeenAt + 1, version: 2 }
  assert.deepEqual((await sessions.find(record.id)).record, touched)
  assert.equal(await sessions.replace(touched, sampleEntry()), 'replaced')
  const { identity, start, entries } = await readLog({ log })
  assert.match(identity, /^[0-9a-f]{32}$/)
  assert.deepEqual([start.id, entries[0]?.previous, entries.length], [identity, identity, 1])
})

test('a database from before there were roles and an audit goes on with its accounts and sessions', async (t) => {
  const database = runtimeSqlite()(join(scratchFolder(t), 'auth.db'))
  t.after(() => database.close())
  const before = migrationFiles.filter((file) => file < '0004')
  for (const file of before) database.exec(readFileSync(new URL(file, migrations), 'utf8'))
  const insertAccount = `
    INSERT INTO hallpass_accounts (id, email, password_hash, created_at, disabled_at, version)
    VALUES (?, ?, '$argon2id$', 1, NULL, 1)`
  database.prepare(insertAccount).run('u_1', 'ann@example.org')
  const record = sampleSession()
  const columns = 'id, subject, version, subject_version, deployment_version, created_at, absolute_expires_at, ended'
  const insertSession = `INSERT INTO hallpass_sessions (${columns}, record) VALUES (?, ?, 1, 0, 0, ?, ?, 0, ?)`
  database
    .prepare(insertSession)
    .run(record.id, record.subject, record.createdAt, record.absoluteExpiresAt, JSON.stringify(record))

  const { accounts, sessions, audit } = sqlite(database)
  const page = { prefix: '', after: null, limit: 10 }
  const account = { id: 'u_1', email: 'ann@example.org', passwordHash: '$argon2id$', createdAt: 1, disabledAt: null }
  assert.deepEqual(await accounts.search(page), [{ ...account, roles: [], version: 1 }])
  assert.equal(await accounts.replace({ ...account, roles: ['operator'], version: 1 }), 'replaced')
  assert.deepEqual((await accounts.find('u_1'))?.roles, ['operator'])
  assert.deepEqual(await sessions.subjects(page), ['u_1'])
  assert.deepEqual(await audit.list({ filter: { by: 'everything' }, before: null, limit: 10 }), [])
  // as an instance of the version before does, which runs beside this one
  database.prepare(insertAccount).run('u_2', 'bob@example.org')
  assert.deepEqual((await accounts.findByEmail('bob@example.org'))?.roles, [])
})

test('no list that operators look through reads what is not on its page', async (t) => {
  const file = join(scratchFolder(t), 'auth.db')
  const store = sqlite(file)
  await store.check()
  await store.close()
  const database = runtimeSqlite()(file)
  t.after(() => database.close())
  const asked: { sql: string; values: SqliteValue[] }[] = []
  const { sessions, accounts, audit } = sqlite({
    exec: (sql) => database.exec(sql),
    close: () => undefined,
    prepare(sql) {
      const statement = database.prepare(sql)
      return {
        run: (...values) => statement.run(...values),
        all(...values) {
          if (/^\s*(SELECT|WITH)\b.*\bLIMIT \?/s.test(sql)) asked.push({ sql, values })
          return statement.all(...values)
        },
      }
    },
  })
  await sessions.subjects({ prefix: 'u', after: 'u_1', limit: 10 })
  await accounts.search({ prefix: 'u', after: 'u_1', limit: 10 })
  for (const before of [null, { at: 1, id: 'a' }]) {
    await audit.list({ filter: { by: 'everything' }, before, limit: 10 })
    for (const by of ['subject', 'session', 'type', 'network'] as const) {
      await audit.list({ filter: { by, is: 'x' }, before, limit: 10 })
    }
  }
  assert.equal(asked.length, 12)
  for (const { sql, values } of asked) {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[]
    const plan = steps.map(({ detail }) => detail).join('\n')
    assert.doesNotMatch(plan, /TEMP B-TREE/, `${sql}\n${plan}`)
    // the whole of the newest first is what everything means
    if (values.length > 1) assert.doesNotMatch(plan, /SCAN hallpass_(sessions|accounts|audit)/, `${sql}\n${plan}`)
  }
})

test('values that were spent leave the database once they have ended', async (t) => {
  const database = runtimeSqlite()(join(scratchFolder(t), 'auth.db'))
  t.after(() => database.close())
  const { clients } = sqlite(database)
  for (let number = 0; number < 200; number++) await clients.spend(`jti ${number}`, 10, 1)
  for (const number of [1, 2]) await clients.spend(`another ${number}`, 1000, 10)
  const kept = database.prepare('SELECT value FROM hallpass_spent ORDER BY value').all() as { value: string }[]
  assert.deepEqual(
    kept.map(({ value }) => value),
    ['another 1', 'another 2'],
  )
})

test('a migration of a newer Hallpass does not disturb this one', async (t) => {
  const database = runtimeSqlite()(join(scratchFolder(t), 'auth.db'))
  t.after(() => database.close())
  await sqlite(database).check()
  database.exec("INSERT INTO hallpass_migrations VALUES ('9999-from-the-future')")
  await sqlite(database).check()
  await sqlite(database, { migrate: 'check' }).check()
})

test("tables of the application's own in the same file are left alone", async (t) => {
  const database = runtimeSqlite()(join(scratchFolder(t), 'auth.db'))
  t.after(() => database.close())
  database.exec("PRAGMA user_version = 7; CREATE TABLE sessions (id); INSERT INTO sessions VALUES ('mine')")
  await insertedSession(sqlite(database))
  assert.equal(pragma(database, 'user_version'), 7)
  assert.equal(database.prepare('SELECT id FROM sessions').all().length, 1)
})

const ownSqlite = (() => {
  try {
    return require('node:sqlite') as { DatabaseSync: new (file: string) => SqliteDatabase }
  } catch {
    return null
  }
})()
const skip = ownSqlite === null ? 'this Node.js has no SQLite of its own to compare libsql with' : false

test('a file that libsql has written goes on under node:sqlite, and back', { skip }, async (t) => {
  const file = join(scratchFolder(t), 'auth.db')
  const Libsql = require('libsql') as new (file: string) => SqliteDatabase
  let record = await insertedSession(sqlite(new Libsql(file)))
  for (const Driver of [ownSqlite!.DatabaseSync, Libsql, ownSqlite!.DatabaseSync]) {
    const database = new Driver(file)
    const { sessions } = sqlite(database)
    assert.deepEqual(await sessions.listBySubject('u_1'), [record])
    assert.equal(await sessions.replace(record), 'replaced')
    record = { ...record, version: record.version + 1 }
    database.close()
  }
})
