import { HallpassError } from '../../core/errors.js'
import type { Store, StoreWarning } from '../../core/store.js'
import { accountsOn } from './accounts.js'
import { auditOn } from './audit.js'
import { inOneStep } from './changes.js'
import { portOf, type RedisClient } from './clients.js'
import { type Connection, connection } from './connection.js'
import { feedOf } from './feed.js'
import { keysOn } from './keys.js'
import { logOn } from './log.js'
import { clientsOn } from './oauth-clients.js'
import { outboxOn } from './outbox.js'
import { sessionsOn } from './sessions.js'
import { inspect } from './setup.js'
import { type Slots, slotsOf } from './slots.js'

export type {
  IoRedisClient,
  IoRedisSubscriber,
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisCommandOptions,
  NodeRedisSentinel,
  NodeRedisSubscriber,
  RedisClient,
} from './clients.js'

export interface RedisOptions {
  /**
   * What our keys and our channel begin with, so that several applications can share a Redis: lower-case letters,
   * digits and hyphens, at most 64. Default `hallpass`.
   */
  readonly prefix?: string
  /**
   * Hears, once for each, what the set-up promises less than it could. Default: nobody does.
   *
   * - `redis-no-aof`: without the append-only file a restart goes back to the last snapshot, or to nothing.
   * - `redis-fsync`: the append-only file is not on disk when a write is acknowledged.
   * - `redis-unchecked`: the server does not tell its settings.
   */
  readonly onWarning?: (warning: StoreWarning) => void
}

/**
 * Keeps everything in Redis (6.2 or newer) or Valkey. The client is yours, connected, and stays yours to close:
 * `createClient`, `createCluster` or `createSentinel` of `@redis/client` (or `redis`), `Redis` or `Cluster` of `ioredis`.
 * Let it fail at once while the connection is away, and send nothing twice (`disableOfflineQueue: true`; with ioredis
 * `enableOfflineQueue: false, autoResendUnfulfilledCommands: false`): else calls wait for their deadline and happen
 * later, or twice. Hints of other instances come over one more connection.
 *
 * What each can promise:
 *
 * - **A single server**: every change and its entry in the revocation log are one script, so they happen together. With
 *   `appendonly yes` a crash of Redis loses nothing acknowledged; only with `appendfsync always` does a power failure
 *   lose nothing either.
 * - **Sentinel**: the same while the primary lives. Replication is asynchronous: a failover can lose the last
 *   acknowledged writes, a revocation among them. Instances recognise a log that forgot, drop their caches and publish
 *   again what they know to have ended; `min-replicas-to-write` narrows the loss.
 * - **Cluster**: as with Sentinel, for each primary. A subject's sessions and counters share a slot, the log is in
 *   another: a change is announced, made, and told in steps, which any instance finishes where one dies. The deployment
 *   version is compared just before a write, not in it; every check compares it again.
 *
 * What operators look through is kept in lists that scripts write on the way. Of a version that kept none: its accounts
 * are listed by the first search, its sessions bring their subjects into `subjects` when they are next used. On a cluster
 * a page of subjects asks each of the 256 slots that hold them.
 *
 * Before its first command, and with every `check()`, the store inspects the servers, and refuses those that would lose
 * sessions by design: an eviction policy, a replica, a version that is too old, a cluster behind a client for one server.
 *
 * Errors: `configuration` for such a set-up, an unfit prefix or what is no client; later, `store-unavailable` with the
 * reason.
 */
export function redis(client: RedisClient, options: RedisOptions = {}): Store {
  const { prefix = 'hallpass', onWarning } = options
  const slots = slotsOf(checkedPrefix(prefix))
  const port = portOf(client)
  if (port === null) throw mistaken('is no client that Hallpass knows.', 'Give one of @redis/client or of ioredis.')
  const warn = warnOnce(onWarning)
  const connected = connection(port, () => inspect(port, warn))
  const changes = (port.cluster ? outboxOn : inOneStep)(connected, slots)
  const feed = feedOf(port, slots.channel)
  return {
    engine: 'redis',
    sessions: sessionsOn(connected, slots, changes),
    log: logOn(connected, slots, changes, feed),
    keys: keysOn(connected, slots),
    accounts: accountsOn(connected, slots.accounts),
    clients: clientsOn(connected, slots.accounts),
    audit: auditOn(connected, slots.audit),
    check: () => probe(connected, slots),
    async close() {
      connected.close()
      feed.close()
    },
  }
}

function checkedPrefix(prefix: string): string {
  if (/^[a-z0-9-]{1,64}$/.test(prefix)) return prefix
  throw mistaken('has an unfit prefix.', 'Use 1 to 64 lower-case letters, digits and hyphens.')
}

function mistaken(problem: string, remedy: string): HallpassError {
  return new HallpassError('configuration', { mistakes: [{ field: 'store', problem, remedy }] })
}

function warnOnce(onWarning: RedisOptions['onWarning']): (warning: StoreWarning) => void {
  const told = new Set<string>()
  return (warning) => {
    if (told.has(warning.code)) return
    told.add(warning.code)
    onWarning?.(warning)
  }
}

/** Reads, then writes as much as a few sessions need and takes it away again. */
async function probe(connected: Connection, { log }: Slots): Promise<void> {
  await connected.inspect()
  await connected.command(log, 'SET', ':probe', 'x'.repeat(65_536))
  await connected.command(log, 'DEL', ':probe')
}
