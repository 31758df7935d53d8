import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, createCluster, createSentinel } from '@redis/client'
import { redis } from 'hallpass/redis'
import type { RedisAddress } from './address.js'
import type { Hearing, OpenStore } from './ports.js'

/** Milliseconds. A server that is silent for so long, pings and all, is gone. */
const connectTimeout = 5000
const pingInterval = 2000
const silence = 6000
/** Between attempts to connect: doubled each time, up to the longest. Milliseconds. */
const shortestWait = 50
const longestWait = 1000

/**
 * Connects in the background, for as long as it takes. Until then, and whenever the connection is lost, commands fail
 * at once; they have no timeouts of their own (which would cost more than they do), the connection has.
 */
export function openRedis(address: RedisAddress, name: string, hearing: Hearing): OpenStore {
  const client = clientOf(address)
  const closed = new AbortController()
  const { signal } = closed
  let isAway = false
  let attempted = (): void => {}
  const firstAttempt = new Promise<void>((resolve) => (attempted = resolve))
  const lost = (error: unknown): void => {
    if (!isAway && !signal.aborted) hearing.disconnected(error)
    isAway = true
    attempted()
  }
  // for as long as the client lives: an 'error' that nobody hears would end the process
  client.on('error', lost)
  for (const back of ['ready', 'node-ready']) client.on(back, () => (isAway = false))
  void connect(client, lost, signal).then(attempted)
  const store = redis(client, { prefix: name, onWarning: (warning) => hearing.warned(warning) })
  return {
    ...store,
    attempted: firstAttempt,
    async close() {
      await store.close()
      closed.abort()
      if (client.isOpen) await client.destroy()
    },
  }
}

type Client = ReturnType<typeof clientOf>

function clientOf({ kind, tls, nodes, login, database, primary }: RedisAddress) {
  const timing = { connectTimeout, socketTimeout: silence, reconnectStrategy: waitBefore }
  const socket = tls ? { ...timing, tls: true as const } : timing
  const each = { ...login, disableOfflineQueue: true, pingInterval, socket }
  if (kind === 'cluster') {
    return createCluster({ rootNodes: nodes.map((node) => ({ socket: { ...node, ...socket } })), defaults: each })
  }
  if (kind === 'sentinel') {
    return createSentinel({
      name: primary,
      sentinelRootNodes: [...nodes],
      nodeClientOptions: each,
      sentinelClientOptions: { socket },
      maxCommandRediscovers: 1,
    })
  }
  return createClient({ ...each, database, socket: { ...socket, ...nodes[0]! } })
}

/** One server's client tries again by itself; the others give up, and are asked to try again. */
async function connect(client: Client, lost: (error: unknown) => void, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await client.connect()
      if (servesEverySlot(client)) return
      // a cluster that is still being put together: the client would not look again by itself
      await client.destroy()
      throw new Error('the cluster does not serve every slot yet')
    } catch (error) {
      lost(error)
      await sleep(waitBefore(attempt), undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}

/** Of anything but a cluster there is one, and it does. */
function servesEverySlot(client: Client): boolean {
  return !('slots' in client) || !client.slots.includes(undefined as never)
}

function waitBefore(attempt: number): number {
  return Math.min(longestWait, shortestWait * 2 ** attempt)
}
