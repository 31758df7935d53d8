import { HallpassError, type Mistake } from '../../core/errors.js'
import type { StoreWarning } from '../../core/store.js'
import type { Port, Send } from './clients.js'
import { codeOf } from './trouble.js'

/** What one server says of itself. */
type Info = ReadonlyMap<string, string>

/** The oldest version that has every command the scripts use (`XTRIM … MINID`). */
const oldest = [6, 2] as const

/**
 * Looks at every primary. Errors: `configuration` with what is wrong and the remedy, where sessions or revocations
 * would be lost by design. What merely promises less is told as warnings.
 */
export async function inspect(port: Port, warn: (warning: StoreWarning) => void): Promise<void> {
  const mistakes: Mistake[] = []
  const primaries = await port.primaries()
  if (primaries.length === 0) {
    throw new HallpassError('store-unavailable', { reason: 'redis: the client knows no server yet: connect it first' })
  }
  for (const send of primaries) {
    const info = await infoOf(send)
    if (info === null) {
      warn(unchecked('INFO'))
      continue
    }
    mistakes.push(...mistakesIn(info, port.cluster))
    for (const warning of await warningsOf(send, info)) warn(warning)
  }
  if (mistakes.length > 0) throw new HallpassError('configuration', { mistakes: withoutDoubles(mistakes) })
}

/** Null where this user may not ask. Other refusals are trouble. */
async function infoOf(send: Send): Promise<Info | null> {
  const text = await unlessForbidden(() => send(['INFO']))
  if (typeof text !== 'string') return null
  const lines = text.split('\r\n').filter((line) => /^[a-z_\d]+:/.test(line))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}

function mistakesIn(info: Info, cluster: boolean): Mistake[] {
  const found: [problem: string, remedy: string][] = []
  const version = info.get('redis_version') ?? ''
  if (isTooOld(version)) found.push([`is Redis ${version}.`, `Use Redis ${oldest.join('.')} or newer, or Valkey.`])
  if (info.get('role') === 'slave') {
    found.push(['is a replica: it takes no writes, and what it answers may be old.', 'Connect to the primary.'])
  }
  if (info.get('cluster_enabled') === '1' && !cluster) {
    const remedy = 'Give a cluster client: createCluster of @redis/client, or Cluster of ioredis.'
    found.push(['is part of a Redis Cluster, and the client knows only this one server.', remedy])
  }
  const policy = info.get('maxmemory_policy') ?? 'noeviction'
  if (policy !== 'noeviction' && info.get('maxmemory') !== '0') {
    const problem = `has maxmemory-policy ${policy}: when memory runs short it deletes sessions, members and the revocation log, and revoked sessions would be accepted.`
    found.push([problem, 'Set maxmemory-policy noeviction, and keep caches in another Redis.'])
  }
  return found.map(([problem, remedy]) => ({ field: 'store', problem, remedy }))
}

function isTooOld(version: string): boolean {
  const [major, minor] = version.split('.').map(Number) as [number, number]
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1])
}

async function warningsOf(send: Send, info: Info): Promise<StoreWarning[]> {
  if (info.get('aof_enabled') === '0') {
    const message = 'Redis keeps no append-only file: a restart brings back an old snapshot, or nothing.'
    return [{ code: 'redis-no-aof', message, remedy: 'Set appendonly yes.' }]
  }
  const fsync = settingIn(await unlessForbidden(() => send(['CONFIG', 'GET', 'appendfsync'])))
  if (fsync === null) return [unchecked('CONFIG GET')]
  if (fsync === 'always') return []
  const lost = fsync === 'everysec' ? 'the last second or two' : 'what the system had not yet written'
  const message = `Redis has appendfsync ${fsync}: a power failure loses ${lost}, revocations too.`
  return [{ code: 'redis-fsync', message, remedy: 'Set appendfsync always, if a power failure must lose nothing.' }]
}

function unchecked(command: string): StoreWarning {
  const message = `Redis does not let this user call ${command}: eviction, persistence and role were not all checked.`
  const remedy = 'Allow the command, or make sure of: maxmemory-policy noeviction, appendonly yes, a primary.'
  return { code: 'redis-unchecked', message, remedy }
}

/** `CONFIG GET` of one setting: a list of name and value, a Map or an object, as the protocol and the client have it. */
function settingIn(reply: unknown): string | null {
  if (Array.isArray(reply)) return (reply[1] as string | undefined) ?? null
  const values = reply instanceof Map ? [...reply.values()] : Object.values(reply ?? {})
  return (values[0] as string | undefined) ?? null
}

/** Managed services take some commands away, by permission (`NOPERM`) or by name (`ERR unknown command`). */
async function unlessForbidden(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask()
  } catch (error) {
    if (['NOPERM', 'ERR'].includes(codeOf(error) ?? '')) return null
    throw error
  }
}

function withoutDoubles(mistakes: readonly Mistake[]): Mistake[] {
  return [...new Map(mistakes.map((mistake) => [mistake.problem, mistake])).values()]
}
