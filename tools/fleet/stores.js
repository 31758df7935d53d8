// Real stores in folders of their own on loopback ports, and the clients that instances reach them with.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import pg from 'pg'
import { postgres } from 'hallpass/postgres'
import { redis } from 'hallpass/redis'
import { sqlite } from 'hallpass/sqlite'
import { startPostgres } from '../../packages/hallpass/dist-test/stores/postgres-server.js'
import { runtimeSqlite } from '../../packages/hallpass/dist/stores/sqlite/engine.js'
import { atTheEnd } from './cleanup.js'

export const engines = ['redis', 'postgres', 'sqlite']

/** As each is used in earnest: Redis with its append-only file, Postgres and SQLite as they come. */
const starts = { redis: startRedis, postgres: startPostgresApart, sqlite: startSqlite }

/**
 * A store of that engine, empty. `where` is what an instance needs to reach it; `pause` keeps it from answering until
 * `resume`, with every connection left open.
 */
export function startStore(engine) {
  return starts[engine]()
}

/**
 * A client of the store, and Hallpass on it.
 *
 * @param {{ engine: string, port?: number, file?: string }} where
 * @param {(text: string) => void} [heard] hears every statement of SQLite, which no proxy can stand before
 */
export async function openStore({ engine, port, file }, heard) {
  if (engine === 'sqlite') {
    return { store: sqlite(heard === undefined ? file : heardHandle(runtimeSqlite()(file), heard)), client: null }
  }
  const client = engine === 'redis' ? await redisClient(port) : postgresClient(port)
  return { store: engine === 'redis' ? redis(client) : postgres(client), client }
}

export async function redisClient(port) {
  const client = createClient({ url: `redis://127.0.0.1:${port}`, disableOfflineQueue: true })
  // Said in the answers of commands.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

export function postgresClient(port, max = 5) {
  const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max })
  pool.on('error', () => undefined)
  return pool
}

async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-fleet-'))
  const port = await freePort()
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes']
  const child = spawn('redis-server', settings.map(String), { stdio: ['ignore', 'pipe', 'inherit'] })
  const stop = atTheEnd(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept connections')) break
  return {
    engine: 'redis',
    where: { engine: 'redis', port },
    port,
    pause: async () => void child.kill('SIGSTOP'),
    resume: async () => void child.kill('SIGCONT'),
    async stop() {
      const ended = once(child, 'exit')
      stop()
      await ended
    },
  }
}

async function startPostgresApart() {
  const server = await startPostgres(['max_connections = 300'])
  const processes = () =>
    processTree(Number(readFileSync(join(server.folder, 'postmaster.pid'), 'utf8').split('\n')[0]))
  const signal = (name) => {
    for (const pid of processes()) process.kill(pid, name)
  }
  const forget = atTheEnd(() => signal('SIGKILL'))
  return {
    engine: 'postgres',
    where: { engine: 'postgres', port: server.port },
    port: server.port,
    pause: async () => signal('SIGSTOP'),
    resume: async () => signal('SIGCONT'),
    async stop() {
      await server.stop()
      forget()
    },
  }
}

/** Nothing runs that could be stopped: another writer holds the file instead, so that nobody else writes. */
async function startSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-fleet-'))
  const remove = atTheEnd(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'auth.db')
  let holder = null
  return {
    engine: 'sqlite',
    where: { engine: 'sqlite', file },
    async pause() {
      holder = runtimeSqlite()(file)
      holder.exec('PRAGMA busy_timeout = 5000')
      holder.exec('BEGIN IMMEDIATE')
    },
    async resume() {
      holder.exec('ROLLBACK')
      holder.close()
    },
    stop: async () => remove(),
  }
}

/** The process and all below it. */
function processTree(root) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The name in parentheses may hold anything; the parent is the second field after it.
        const parent = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1]
        return [[Number(name), Number(parent)]]
      } catch {
        return []
      }
    })
  const tree = [root]
  for (const pid of tree) tree.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child))
  return tree
}

/** Each unit of work is heard once: a transaction as the texts of its statements, a lone statement as its own. */
function heardHandle(database, heard) {
  let transaction = null
  const hear = (text) => {
    if (text.startsWith('BEGIN')) transaction = []
    else if (transaction === null) heard(text)
    else transaction.push(text)
    if (text !== 'COMMIT' && text !== 'ROLLBACK') return
    heard(transaction.join(';\n'))
    transaction = null
  }
  return {
    exec(text) {
      hear(text)
      return database.exec(text)
    },
    prepare(text) {
      const statement = database.prepare(text)
      const run =
        (verb) =>
        (...values) => {
          hear(text)
          return statement[verb](...values)
        }
      return { all: run('all'), run: run('run') }
    },
    close: () => database.close(),
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
