import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HallpassError } from '#src/core/errors.js'
import type { Store } from '#src/core/store.js'
import type { SqliteDatabase } from '#src/stores/sqlite/database.js'
import { runtimeSqlite } from '#src/stores/sqlite/engine.js'
import { sqlite } from '#src/stores/sqlite/sqlite.js'
import { insertedSession, sampleSession } from '#src/testing/store-contract/open-store.js'
import { heardSoon, listening, readLog, sampleEntry } from '#src/testing/store-contract/sample-log.js'
import { scratchFolder } from './engines.js'

function opened(t: TestContext, file: string): Store {
  const store = sqlite(file, { busyTimeout: 50 })
  t.after(() => store.close())
  return store
}

function handle(t: TestContext, file: string): SqliteDatabase {
  const database = runtimeSqlite()(file)
  t.after(() => database.close())
  return database
}

const unavailable = (reason: string) => ({ code: 'store-unavailable', reason })

test('a missing folder is trouble that names it, and recovers when it is made', async (t) => {
  const folder = join(scratchFolder(t), 'data')
  const file = join(folder, 'auth.db')
  const store = opened(t, file)
  const trouble = unavailable(`the database ${file} cannot be opened: there is no folder ${folder}`)
  await assert.rejects(store.check(), trouble)
  await assert.rejects(store.sessions.find('x'), trouble)
  mkdirSync(folder)
  await store.check()
  await insertedSession(store)
})

test('a path that is a folder is trouble, and recovers when the folder goes', async (t) => {
  const file = join(scratchFolder(t), 'auth.db')
  mkdirSync(file)
  const store = opened(t, file)
  await assert.rejects(store.check(), unavailable(`the database ${file} is a folder`))
  rmSync(file, { recursive: true })
  await store.check()
})

test('a file that is no database is trouble and is left alone, and recovers when it goes', async (t) => {
  const file = join(scratchFolder(t), 'auth.db')
  writeFileSync(file, 'notes of mine '.repeat(1000))
  const { size } = statSync(file)
  const store = opened(t, file)
  await assert.rejects(store.check(), unavailable(`the database ${file} is not a SQLite database`))
  await assert.rejects(store.sessions.versions('u_1'), unavailable(`the database ${file} is not a SQLite database`))
  assert.equal(statSync(file).size, size)
  rmSync(file)
  await store.check()
})

test('a damaged file is trouble for check and for reads, and recovers when a backup is put in its place', async (t) => {
  const folder = scratchFolder(t)
  const [file, backup] = [join(folder, 'auth.db'), join(folder, 'backup.db')]
  const before = opened(t, file)
  const record = await insertedSession(before)
  await before.close()
  for (const log of ['-wal', '-shm']) rmSync(file + log, { force: true })
  copyFileSync(file, backup)
  const damaged = openSync(file, 'r+')
  // every page but the first, which holds the schema
  for (let at = 4096; at < statSync(file).size; at++) writeSync(damaged, 'x', at)

  const store = opened(t, file)
  const trouble = unavailable(`the database ${file} is damaged: restore it from a backup`)
  await assert.rejects(store.check(), trouble)
  await assert.rejects(store.sessions.find(record.id), trouble)
  await assert.rejects(store.sessions.listBySubject('u_1'), trouble)
  renameSync(backup, file)
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
  await store.check()
})

test('a database that is full refuses writes with the reason, keeps what it has, and recovers when it may grow', async (t) => {
  const database = handle(t, join(scratchFolder(t), 'auth.db'))
  const store = sqlite(database)
  const record = await insertedSession(store)
  const pages = (database.prepare('PRAGMA page_count').all() as { page_count: number }[])[0]!.page_count
  database.exec(`PRAGMA max_page_count = ${pages + 4}`)

  const full = unavailable('the database cannot grow: the disk or the database is full')
  await assert.rejects(store.check(), full)
  await assert.rejects(insertedSession(store, { data: 'x'.repeat(50_000) }), full)
  await assert.rejects(store.sessions.replace({ ...record, data: 'x'.repeat(50_000) }), full)
  assert.deepEqual((await store.sessions.find(record.id)).record, record)

  database.exec('PRAGMA max_page_count = 100000')
  await store.check()
  assert.equal(await store.sessions.replace({ ...record, data: 'x'.repeat(50_000) }), 'replaced')
})

test('a read-only database still answers reads, refuses writes with the reason, and recovers', async (t) => {
  const database = handle(t, join(scratchFolder(t), 'auth.db'))
  const store = sqlite(database)
  const record = await insertedSession(store)
  database.exec('PRAGMA query_only = 1')
  await assert.rejects(store.check(), unavailable('the database is read-only'))
  await assert.rejects(store.sessions.replace(record), unavailable('the database is read-only'))
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
  database.exec('PRAGMA query_only = 0')
  assert.equal(await store.sessions.replace(record), 'replaced')
})

test('a file that vanishes is trouble, never an empty store, and recovers when it is put back', async (t) => {
  const folder = scratchFolder(t)
  const [file, elsewhere] = [join(folder, 'auth.db'), join(folder, 'elsewhere.db')]
  const before = opened(t, file)
  const record = await insertedSession(before)
  await before.close()
  const store = opened(t, file)
  await store.check()
  renameSync(file, elsewhere)
  const gone = unavailable(`the database ${file} is gone: put it back, or restart to begin with an empty one`)
  await assert.rejects(store.sessions.find(record.id), gone)
  await assert.rejects(insertedSession(store), gone)
  await assert.rejects(store.check(), gone)
  writeFileSync(file, '')
  await assert.rejects(store.sessions.find(record.id), gone, 'an empty file is no better')
  renameSync(elsewhere, file)
  assert.deepEqual((await store.sessions.find(record.id)).record, record)
})

/** A handle whose statements fail when `breaks` says so. */
function fragile(database: SqliteDatabase, breaks: (sql: string) => boolean): SqliteDatabase {
  const guard = (sql: string): void => {
    if (breaks(sql)) throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_WRITE' })
  }
  return {
    exec(sql) {
      guard(sql)
      return database.exec(sql)
    },
    prepare(sql) {
      const statement = database.prepare(sql)
      const all: typeof statement.all = (...values) => (guard(sql), statement.all(...values))
      const run: typeof statement.run = (...values) => (guard(sql), statement.run(...values))
      return { all, run }
    },
    close: () => database.close(),
  }
}

test('a raise that fails half-way has changed neither the record to keep nor the counter', async (t) => {
  let broken = false
  const store = sqlite(
    fragile(
      handle(t, join(scratchFolder(t), 'auth.db')),
      (sql) => broken && sql.includes('INSERT INTO hallpass_subjects'),
    ),
  )
  const keep = await insertedSession(store)
  const raise = { of: 'subject', subject: 'u_1', raise: 'version' } as const
  broken = true
  await assert.rejects(
    store.sessions.raise(raise, keep),
    unavailable('the database cannot be read or written: the disk reports an error'),
  )
  broken = false
  assert.deepEqual((await store.sessions.find(keep.id)).record, keep)
  assert.equal((await store.sessions.versions('u_1')).subjectVersion, 0)
  assert.equal(await store.sessions.raise(raise, keep), 1)
})

test('an entry that cannot be appended takes back what it tells, and nobody hears of it', async (t) => {
  let broken = false
  const breaks = (sql: string): boolean => broken && sql.includes('UPDATE hallpass_log SET head')
  const store = sqlite(fragile(handle(t, join(scratchFolder(t), 'auth.db')), breaks))
  const record = await insertedSession(store)
  const { heard, stop } = listening(store)
  const steps = [
    () => store.sessions.replace(record, sampleEntry()),
    () => store.sessions.raise({ of: 'subject', subject: 'u_1', raise: 'version' }, record, sampleEntry()),
    () => store.keys.replace(0, [], sampleEntry()),
  ]
  broken = true
  for (const step of steps) await assert.rejects(step(), { code: 'store-unavailable' })
  broken = false
  stop()
  assert.deepEqual(heard, [])
  assert.deepEqual((await readLog(store)).entries, [])
  assert.deepEqual(await store.sessions.listBySubject('u_1'), [record])
  assert.equal((await store.keys.read()).version, 0)
  assert.equal(await store.sessions.replace(record, sampleEntry()), 'replaced')
})

test('a listener outlives trouble', async (t) => {
  const folder = scratchFolder(t)
  const [file, elsewhere] = [join(folder, 'auth.db'), join(folder, 'elsewhere.db')]
  const before = opened(t, file)
  await before.check()
  await before.close()
  const store = opened(t, file)
  const { heard, stop } = listening(store)
  await store.check()
  renameSync(file, elsewhere)
  await assert.rejects(store.check(), { code: 'store-unavailable' })
  await sleep(100)
  renameSync(elsewhere, file)
  await store.check()
  heard.length = 0
  const other = opened(t, file)
  assert.ok(
    await heardSoon(
      () => other.log.append(sampleEntry()),
      () => heard.length > 0,
    ),
  )
  stop()
})

test('a commit that fails is trouble, leaves nothing behind, and the next write works', async (t) => {
  let broken = false
  const store = sqlite(fragile(handle(t, join(scratchFolder(t), 'auth.db')), (sql) => broken && sql === 'COMMIT'))
  await store.check()
  const record = sampleSession()
  broken = true
  await assert.rejects(store.sessions.insert(record), { code: 'store-unavailable' })
  broken = false
  assert.equal((await store.sessions.find(record.id)).record, null)
  assert.equal(await store.sessions.insert(record), 'inserted')
})

test('a transaction of the application on the same handle is trouble: its rollback could take back what was acknowledged', async (t) => {
  const database = handle(t, join(scratchFolder(t), 'auth.db'))
  const store = sqlite(database)
  await store.check()
  database.exec('BEGIN')
  await assert.rejects(insertedSession(store), { code: 'store-unavailable' })
  database.exec('ROLLBACK')
  await insertedSession(store)
})

test('no trouble tells what is stored', async (t) => {
  const store = opened(t, join(scratchFolder(t), 'auth.db'))
  const record = await insertedSession(store)
  const told: string[] = []
  await store.sessions.insert(record).catch((error: HallpassError) => {
    told.push(error.message, String(error.reason), (error.cause as Error).message)
  })
  assert.equal(told.length, 3)
  for (const secret of [record.secretHash, record.chainSecret, record.id]) assert.ok(!told.join().includes(secret))
})
