import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** A real Postgres in a temporary folder, on a random loopback port. */
export interface PostgresServer {
  readonly port: number
  readonly folder: string
  /** A pool of connections to it; ending it is the caller's, or happens with the server. */
  readonly pool: (config?: pg.PoolConfig) => pg.Pool
  /** A streaming replica of it, which stops with it. */
  readonly replica: () => Promise<PostgresServer>
  /** Stops it, calls `meanwhile`, and starts it again on the same port and folder. */
  readonly restart: (meanwhile: () => Promise<void>) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Postgres refuses to run as root. */
const owner = process.getuid?.() === 0 ? (userIds('postgres') ?? userIds('nobody')) : undefined

export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const folder = scratch()
  try {
    run('initdb', ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'])
    return await serve(folder, settings)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function serve(folder: string, settings: readonly string[]): Promise<PostgresServer> {
  const port = await freePort()
  const lines = [
    `port = ${port}`,
    `unix_socket_directories = ''`,
    `listen_addresses = '127.0.0.1'`,
    // tests leave their pools to the end of the file
    `max_connections = 400`,
    ...settings,
  ]
  appendFileSync(join(folder, 'postgresql.conf'), `${lines.join('\n')}\n`)
  let child = start(folder)
  const pools: pg.Pool[] = []
  const replicas: PostgresServer[] = []
  const pool = (config: pg.PoolConfig = {}): pg.Pool => {
    const made = new pg.Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', ...config })
    // connections that a test or the end of the server breaks
    made.on('error', () => {})
    pools.push(made)
    return made
  }
  const restart = async (meanwhile: () => Promise<void>): Promise<void> => {
    await end(child)
    await meanwhile()
    child = start(folder)
    await answers(pool({ max: 1 }), child)
  }
  const stop = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.stop()))
    await end(child)
    await Promise.all(pools.filter(({ ended }) => !ended).map((pool) => pool.end().catch(() => {})))
    rmSync(folder, { recursive: true, force: true })
  }
  const replica = async (): Promise<PostgresServer> => {
    const copy = scratch()
    run('pg_basebackup', [
      '-D',
      copy,
      '-h',
      '127.0.0.1',
      '-p',
      String(port),
      '-U',
      'postgres',
      '-R',
      '-c',
      'fast',
      '-N',
    ])
    const made = await serve(copy, settings)
    replicas.push(made)
    return made
  }
  await answers(pool({ max: 1 }), child)
  return { port, folder, pool, replica, restart, stop }
}

/** The shell ends the server when this process is gone, however that came about: then its input ends. */
function start(folder: string): ChildProcess {
  const script = '"$0" -D "$1" & cat >/dev/null; kill -INT $!; wait $!'
  const child = spawn('sh', ['-c', script, program('postgres'), folder], {
    ...owner,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  child.stderr.setEncoding('utf8').resume()
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'close')
  child.stdin!.end()
  await ended
}

async function answers(pool: pg.Pool, child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr!.on('data', (text: string) => (said = (said + text).slice(-2000)))
  for (let attempt = 0; attempt < 600; attempt++) {
    try {
      await pool.query('SELECT 1')
      return
    } catch {
      await sleep(25)
    }
  }
  child.stdin!.end()
  throw new Error(`Postgres did not start: ${said}`)
}

function run(name: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program(name), args, { ...owner, encoding: 'utf8' })
  if (status !== 0) throw error ?? new Error(`${name} failed: ${stderr}`)
}

/** On the PATH, else where Debian keeps them: apart, by version. */
function program(name: string): string {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, other) => Number(other) - Number(one)) : []
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...versions.map((it) => join(debian, it, 'bin'))]
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (found === undefined) throw new Error(`there is no ${name} here: install Postgres`)
  return found
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-postgres-'))
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function userIds(name: string): { readonly uid: number; readonly gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
  if (line === undefined) return undefined
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
