/** Real Redis servers on random loopback ports, in folders of their own. All of them end with the test file. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@redis/client'

export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Sends one command over a connection of its own. */
  readonly command: (...args: string[]) => Promise<unknown>
  /** Ends the process as a crash would, and waits until it is gone. */
  readonly kill: () => Promise<void>
  /** Starts it again where it was, with what it had saved. */
  readonly restart: () => Promise<void>
}

const running = new Set<ChildProcess>()
const folders: string[] = []
const closings: (() => unknown)[] = []

/** Has it done when the file's tests are over, before the servers end. */
export function atTheEnd(close: () => unknown): void {
  closings.push(close)
}

after(async () => {
  for (const close of closings) await close()
  await Promise.all([...running].map(ended))
  removeFolders()
})
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  removeFolders()
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

/** A single server. Settings as on the command line: `['--appendonly', 'yes']`. Without any, nothing is saved. */
export async function startRedis(...settings: string[]): Promise<RedisServer> {
  const always = ['--bind', '127.0.0.1', '--dir', scratch(), '--save', '', '--repl-diskless-sync-delay', '0']
  for (let attempt = 1; ; attempt++) {
    const [port, busPort] = [await freePort(), await freePort()]
    const ports = ['--port', String(port), '--cluster-port', String(busPort)]
    try {
      return await serverAt(port, [...ports, ...always, ...settings])
    } catch (error) {
      // between asking and starting, another program may have taken the port
      if (attempt === 5) throw error
    }
  }
}

/** A replica that has caught up with its primary. */
export async function startReplica(primary: RedisServer): Promise<RedisServer> {
  const replica = await startRedis('--replicaof', '127.0.0.1', String(primary.port))
  await until(async () => String(await replica.command('INFO', 'replication')).includes('master_link_status:up'))
  return replica
}

/** One Sentinel that watches a primary under the name `hallpass`. */
export async function startSentinel(primary: RedisServer): Promise<RedisServer> {
  const folder = scratch()
  const port = await freePort()
  const file = join(folder, 'sentinel.conf')
  const watched = `sentinel monitor hallpass 127.0.0.1 ${primary.port} 1\n`
  writeFileSync(file, `port ${port}\nbind 127.0.0.1\ndir ${folder}\n${watched}`)
  return serverAt(port, [file, '--sentinel'])
}

/** A cluster of three primaries that serves every slot. */
export async function startCluster(): Promise<RedisServer[]> {
  const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '20000']
  const servers = await Promise.all([0, 1, 2].map(() => startRedis(...settings)))
  const bounds = [0, 5461, 10_923, 16_384]
  for (const [number, { command }] of servers.entries()) {
    await command('CLUSTER', 'SET-CONFIG-EPOCH', String(number + 1))
    await command('CLUSTER', 'ADDSLOTSRANGE', String(bounds[number]), String(bounds[number + 1]! - 1))
  }
  for (const { command } of servers) {
    for (const other of servers) {
      const busPort = String(await other.command('CONFIG', 'GET', 'cluster-port').then(settingOf))
      await command('CLUSTER', 'MEET', '127.0.0.1', String(other.port), busPort)
    }
  }
  for (const { command } of servers) {
    await until(async () => {
      const state = String(await command('CLUSTER', 'INFO'))
      return state.includes('cluster_state:ok') && state.includes('cluster_known_nodes:3')
    })
  }
  return servers
}

/** Waits for it, as long as a busy machine may need. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    if (await holds()) return
    await sleep(20)
  }
  throw new Error(`still not so after a minute: ${String(holds)}`)
}

function settingOf(reply: unknown): unknown {
  return Object.values(reply as object)[0]
}

async function serverAt(port: number, args: string[]): Promise<RedisServer> {
  let child = await started(args)
  const url = `redis://127.0.0.1:${port}`
  return {
    port,
    url,
    async command(...args) {
      const client = createClient({ url })
      client.on('error', () => undefined)
      await client.connect()
      try {
        return await client.sendCommand(args)
      } finally {
        client.destroy()
      }
    },
    kill: () => ended(child),
    async restart() {
      child = await started(args)
    },
  }
}

async function started(args: string[]): Promise<ChildProcess> {
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  let output = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      output += String(text)
      if (/Ready to accept connections|Sentinel ID is/.test(output)) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => running.delete(child))
    child.once('exit', () => reject(new Error(`redis-server ${args.join(' ')} ended:\n${output}`)))
  })
  return child
}

async function ended(child: ChildProcess): Promise<void> {
  running.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-redis-'))
  folders.push(folder)
  return folder
}

function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Ports that no program is given by chance while it asks for any: below the range of the system. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    server.close()
    if (isFree) return port
  }
}
