import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type SqliteDatabase, sqlite } from 'hallpass/sqlite'
import { memory } from 'hallpass/memory'
import Database from 'libsql'
import { recordDatabase } from './record.js'
import { type Answer, browser } from './test-client.js'
import { quickPasswords, testServer } from './test-server.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }
const ben = { email: 'ben@example.com', password: 'correct horse battery staple' }

/** How a database can fail, and how it is made whole again. */
type Failure = (file: string, handle: SqliteDatabase) => () => void

const failures: {
  readonly [name: string]: { readonly fail: Failure; readonly reads: boolean; readonly says: RegExp }
} = {
  'read-only': {
    reads: true,
    says: /read-only/,
    fail: (_file, handle) => {
      handle.exec('PRAGMA query_only = ON')
      return () => handle.exec('PRAGMA query_only = OFF')
    },
  },
  'locked by another process': {
    reads: true,
    says: /locked/,
    fail: (file) => {
      const other = new Database(file)
      other.exec('BEGIN IMMEDIATE')
      return () => other.exec('ROLLBACK')
    },
  },
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hallpass-trouble-'))
  t.after(() => {
    recordDatabase(join(path, 'hallpass.db'))
    rmSync(path, { recursive: true, force: true })
  })
  return path
}

for (const [name, { fail, reads, says }] of Object.entries(failures)) {
  test(`promise 3: the database is ${name}: 503 rather than a verdict, readyz says so, and it heals`, async (t) => {
    const file = join(folder(t), 'hallpass.db')
    const handle = new Database(file) as unknown as SqliteDatabase
    const { origin, logged } = await testServer(t, {
      store: sqlite(handle, { busyTimeout: 50 }),
      passwords: quickPasswords,
    })
    const one = browser(origin)
    await one.post('/auth/sign-up', anna)
    const heal = fail(file, handle)

    isTrouble(await one.get('/readyz'))
    isTrouble(await browser(origin).post('/auth/sign-up', ben))
    isTrouble(await browser(origin).post('/auth/sign-in', anna))
    isTrouble(await one.post('/auth/password', { currentPassword: anna.password, newPassword: ben.password }))
    assert.equal((await one.get('/healthz')).status, 200)
    assert.equal((await one.get('/auth/session')).status, reads ? 200 : 503)
    assert.ok(
      logged.some((line) => says.test(line) && line.includes('"path":"/readyz"')),
      logged.at(-1),
    )

    heal()
    assert.equal((await one.get('/readyz')).status, 200)
    assert.equal((await one.get('/auth/session')).status, 200)
    assert.equal((await browser(origin).post('/auth/sign-in', anna)).status, 200, 'the password is still the old one')
    assert.equal((await browser(origin).post('/auth/sign-up', ben)).status, 200, 'nothing was left behind')
  })
}

test('promise 3: the database is full: 503 rather than a verdict, readyz says so, and what was acknowledged is there', async (t) => {
  const file = join(folder(t), 'hallpass.db')
  const handle = new Database(file) as unknown as SqliteDatabase
  const { origin, logged } = await testServer(t, { store: sqlite(handle), passwords: quickPasswords })
  const one = browser(origin)
  await one.post('/auth/sign-up', anna)
  handle.exec('VACUUM')
  handle.exec('PRAGMA max_page_count = 1')
  isTrouble(await one.get('/readyz'))

  const acknowledged: string[] = []
  let answer: Answer
  do {
    const email = `guest${acknowledged.length}@example.com`
    answer = await browser(origin).post('/auth/sign-up', { ...ben, email })
    if (answer.status === 200) acknowledged.push(email)
  } while (answer.status === 200 && acknowledged.length < 500)
  isTrouble(answer)
  assert.ok(logged.some((line) => line.includes('cannot grow')))
  assert.equal((await one.get('/auth/session')).status, 200)

  handle.exec('PRAGMA max_page_count = 100000')
  assert.equal((await one.get('/readyz')).status, 200)
  for (const email of acknowledged)
    assert.equal((await browser(origin).post('/auth/sign-in', { ...ben, email })).status, 200)
})

const losses: { readonly [name: string]: { readonly lose: (file: string) => void; readonly says: RegExp } } = {
  missing: { lose: (file) => remove(file), says: /is gone/ },
  corrupt: {
    lose(file) {
      remove(file)
      writeFileSync(file, 'this is no database, and it is longer than the header of one. '.repeat(100))
    },
    says: /not a SQLite database|damaged/,
  },
}

function remove(file: string): void {
  for (const one of [file, `${file}-wal`, `${file}-shm`]) {
    try {
      unlinkSync(one)
    } catch {
      // not every one of them exists at every moment
    }
  }
}

for (const [name, { lose, says }] of Object.entries(losses)) {
  test(`promise 3: the database goes ${name} while the server runs: 503 rather than a verdict, and readyz says so`, async (t) => {
    const file = join(folder(t), 'hallpass.db')
    const { origin, logged } = await testServer(t, { store: sqlite(file), passwords: quickPasswords })
    const one = browser(origin)
    await one.post('/auth/sign-up', anna)
    lose(file)
    isTrouble(await one.get('/readyz'))
    isTrouble(await one.get('/auth/session'))
    isTrouble(await one.get('/'))
    isTrouble(await browser(origin).post('/auth/sign-in', anna))
    isTrouble(await browser(origin).post('/auth/sign-up', ben))
    assert.equal((await one.get('/healthz')).status, 200)
    assert.ok(logged.some((line) => says.test(line)))
    assert.ok(one.cookies.size > 0, 'trouble expires no cookie')
  })
}

test('promise 3: a database that is corrupt at the start: the server starts, says so, and gives no verdict', async (t) => {
  const file = join(folder(t), 'hallpass.db')
  writeFileSync(file, 'x'.repeat(8192))
  const { origin } = await testServer(t, { store: sqlite(file), passwords: quickPasswords })
  isTrouble(await browser(origin).get('/readyz'))
  isTrouble(await browser(origin).post('/auth/sign-in', anna))
})

test('promise 3: a driver that throws just anything is trouble too', async (t) => {
  const store = memory()
  let broken = false
  const breakable = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        if (broken) return () => Promise.reject(new TypeError('socket hang up'))
        return Reflect.get(target, name, receiver) as unknown
      },
    })
  const { origin } = await testServer(t, {
    store: {
      ...store,
      sessions: breakable(store.sessions),
      accounts: breakable(store.accounts),
      clients: breakable(store.clients),
      check: async () => {
        if (broken) throw new TypeError('socket hang up')
      },
    },
    passwords: quickPasswords,
  })
  const one = browser(origin)
  await one.post('/auth/sign-up', anna)
  broken = true
  for (const answer of [
    await one.get('/auth/session'),
    await one.post('/auth/sign-in', anna),
    await browser(origin).post('/auth/sign-up', ben),
    await one.get('/readyz'),
  ]) {
    isTrouble(answer)
    assert.doesNotMatch(answer.text, /socket hang up/)
  }
})

function isTrouble(answer: Answer): void {
  assert.deepEqual([answer.status, answer.json?.code], [503, 'store-unavailable'], answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
  assert.ok(answer.headers.has('retry-after'))
  assert.deepEqual(answer.headers.getSetCookie(), [])
}
