import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { record } from '../record.js'
import { freePort } from '../test-server.js'

/** A real server of a store, in a folder of its own, on a loopback port, with a password. It ends with the test. */
export interface RealServer {
  readonly port: number
  /** What `HALLPASS_STORE` takes, password and all. */
  readonly address: string
  /** Ends it as a crash would. */
  kill(): Promise<void>
  /** Starts it where it was, with what it had kept. */
  start(): Promise<void>
}

/** Of every server here; looked for in everything that our servers say. */
export const storePassword = 'Kw8vR2mXq5Tz7Yb3Nd6Hs9Jc'

/** Settings as on the command line. It keeps an append-only file, and speaks of that as production would. */
export async function startRedis(t: TestContext, ...settings: string[]): Promise<RealServer> {
  const server = await prepareRedis(t, ...settings)
  await server.start()
  return server
}

/** The same, not started yet. */
export async function prepareRedis(t: TestContext, ...settings: string[]): Promise<RealServer> {
  record({ root: storePassword })
  const [folder, port] = [scratch('redis'), await freePort()]
  const secret = ['--requirepass', storePassword, '--masterauth', storePassword]
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes']
  const args = [...place, '--appendfsync', 'always', ...secret, ...settings]
  const ready = /Ready to accept connections/
  const address = `redis://:${storePassword}@127.0.0.1:${port}`
  return realServer(t, { folder, port, address }, () => launch('redis-server', args, ready))
}

/** One Sentinel that watches the server as "main". */
export async function startSentinel(t: TestContext, watched: RealServer): Promise<RealServer> {
  const [folder, port] = [scratch('sentinel'), await freePort()]
  const file = join(folder, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${watched.port} 1`,
    `sentinel auth-pass main ${storePassword}`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const address = `redis-sentinel://:${storePassword}@127.0.0.1:${port}/main`
  const server = realServer(t, { folder, port, address }, () =>
    launch('redis-server', [file, '--sentinel'], /Sentinel ID is/),
  )
  await server.start()
  return server
}

export async function redisCommand({ address }: RealServer, ...args: string[]): Promise<unknown> {
  const client = createClient({ url: address.replace(/^redis-\w+:/, 'redis:') })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await client.sendCommand(args)
  } finally {
    client.destroy()
  }
}

/** Postgres refuses to run as root. */
const owner = process.getuid?.() === 0 ? ownerOf('/var/lib/postgresql') : undefined

export async function startPostgres(t: TestContext): Promise<RealServer> {
  record({ root: storePassword })
  const [folder, port] = [scratch('postgres'), await freePort()]
  const passwordFile = `${folder}.password`
  writeFileSync(passwordFile, storePassword)
  if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid)
  const how = ['-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--locale=C', '--no-sync']
  const { status, stderr } = spawnSync(program('initdb'), ['-D', folder, '-U', 'postgres', ...how], {
    ...owner,
    encoding: 'utf8',
  })
  rmSync(passwordFile)
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`)
  const settings = [`port = ${port}`, `unix_socket_directories = ''`, `listen_addresses = '127.0.0.1'`]
  appendFileSync(join(folder, 'postgresql.conf'), `${settings.join('\n')}\n`)
  const address = `postgres://postgres:${storePassword}@127.0.0.1:${port}/postgres`
  const ready = /ready to accept connections/
  const server = realServer(t, { folder, port, address }, () => launch(program('postgres'), ['-D', folder], ready))
  await server.start()
  return server
}

function realServer(
  t: TestContext,
  { folder, ...at }: { readonly folder: string; readonly port: number; readonly address: string },
  launch: () => Promise<ChildProcess>,
): RealServer {
  let child: ChildProcess | null = null
  const kill = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  t.after(async () => {
    await kill()
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
  })
  return {
    ...at,
    kill,
    async start() {
      child = await launch()
    },
  }
}

async function launch(command: string, args: readonly string[], ready: RegExp): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt += 1) {
    const child = spawn(command, args, {
      ...(command === 'redis-server' ? {} : owner),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    const isReady = await new Promise<boolean>((resolve) => {
      const hear = (chunk: Buffer): void => {
        said += chunk.toString()
        if (ready.test(said)) resolve(true)
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('error', () => resolve(false))
      child.once('exit', () => resolve(false))
    })
    if (isReady) return child
    // what a killed Postgres leaves behind may need a moment to be gone
    if (attempt === 20) throw new Error(`${command} did not start:\n${said}`)
    await sleep(100)
  }
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

function scratch(what: string): string {
  const folder = mkdtempSync(join(tmpdir(), `hallpass-${what}-`))
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
  return folder
}

function ownerOf(path: string): { readonly uid: number; readonly gid: number } | undefined {
  if (!existsSync(path)) return undefined
  const { uid, gid } = statSync(path)
  return { uid, gid }
}
