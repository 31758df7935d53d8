/**
 * The clients that fit, by their shapes: those of `@redis/client` (which `redis` hands on) and of `ioredis`. Valkey is
 * spoken to with the same ones.
 */

export type RedisClient = NodeRedisClient | NodeRedisCluster | NodeRedisSentinel | IoRedisClient

/** How `@redis/client` is asked for one command. */
export interface NodeRedisCommandOptions {
  readonly timeout: number
  readonly typeMapping: Readonly<Record<number, never>>
}

/** What a connection of its own for messages needs. */
export interface NodeRedisSubscriber {
  on(event: 'error' | 'ready', listener: () => void): unknown
  connect(): Promise<unknown>
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  destroy(): void
}

/** `createClient()` of `@redis/client`, connected. */
export interface NodeRedisClient {
  sendCommand(args: string[], options: NodeRedisCommandOptions): Promise<unknown>
  duplicate(): NodeRedisSubscriber
}

/** `createCluster()` of `@redis/client`, connected. Keeps a connection of its own for messages. */
export interface NodeRedisCluster {
  sendCommand(key: string, isReadonly: boolean, args: string[], options: NodeRedisCommandOptions): Promise<unknown>
  readonly masters: readonly unknown[]
  nodeClient(master: never): unknown
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  unsubscribe(channel: string, listener: never): Promise<unknown>
}

/** `createSentinel()` of `@redis/client`, connected. Keeps a connection of its own for messages. */
export interface NodeRedisSentinel {
  sendCommand(isReadonly: boolean, args: string[], options: NodeRedisCommandOptions): Promise<unknown>
  getMasterNode(): unknown
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  unsubscribe(channel: string, listener: never): Promise<unknown>
}

/** What a connection of its own for messages needs. */
export interface IoRedisSubscriber {
  on(event: 'error' | 'ready', listener: () => void): unknown
  on(event: 'message', listener: (channel: string, message: string) => void): unknown
  subscribe(channel: string): Promise<unknown>
  disconnect(): void
}

/** `new Redis()` or `new Cluster()` of `ioredis`; Sentinel is an option of the first. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>
  duplicate(): IoRedisSubscriber
  readonly isCluster: boolean
}

/** Sends one command to one server. */
export type Send = (args: readonly string[]) => Promise<unknown>

/** What the store needs of a client, whichever it is. */
export interface Port {
  /** Whether keys live on several servers, so that a script reaches those of one slot only. */
  readonly cluster: boolean
  /** Sends one command to the server that holds `key`. */
  send(key: string, args: readonly string[]): Promise<unknown>
  /** One way to each primary. */
  primaries(): Promise<readonly Send[]>
  /**
   * Hears messages of a channel on a connection apart, from now until the answer is called. `ready` whenever the
   * connection has been made (again): what came before may have been missed. Never throws.
   */
  subscribe(channel: string, heard: (message: string) => void, ready: () => void): () => void
}

/** The port of a client, picked by its shape; null where it has none of them. */
export function portOf(client: RedisClient): Port | null {
  if (typeof client !== 'object' || client === null) return null
  if ('call' in client && 'isCluster' in client) return client.isCluster ? ioRedisCluster(client) : ioRedis(client)
  if (!('sendCommand' in client)) return null
  if ('nodeClient' in client) return nodeRedisCluster(client)
  if ('getMasterNode' in client) return nodeRedisSentinel(client)
  return nodeRedis(client)
}

// The client's default would make a timer and an AbortSignal for every command, three times the cost of the command
// itself; and a type mapping of the application's would change what comes back.
const plainly: NodeRedisCommandOptions = { timeout: 0, typeMapping: {} }

function nodeRedis(client: NodeRedisClient): Port {
  const send: Send = (args) => client.sendCommand([...args], plainly)
  return {
    cluster: false,
    send: (_, args) => send(args),
    primaries: async () => [send],
    subscribe(channel, heard, ready) {
      const subscriber = client.duplicate()
      subscriber.on('error', nothing)
      subscriber
        .connect()
        .then(() => subscriber.subscribe(channel, heard))
        .then(() => subscriber.on('ready', ready))
        .then(ready)
        .catch(nothing)
      return () => subscriber.destroy()
    },
  }
}

function nodeRedisSentinel(client: NodeRedisSentinel): Port {
  const send: Send = (args) => client.sendCommand(false, [...args], plainly)
  return {
    cluster: false,
    send: (_, args) => send(args),
    primaries: async () => [send],
    subscribe: (...values) => subscribeApart(client, ...values),
  }
}

function nodeRedisCluster(client: NodeRedisCluster): Port {
  return {
    cluster: true,
    send: (key, args) => client.sendCommand(key, false, [...args], plainly),
    async primaries() {
      const nodes = await Promise.all(client.masters.map((master) => client.nodeClient(master as never)))
      return nodes.map((node) => (args) => (node as NodeRedisClient).sendCommand([...args], plainly))
    },
    subscribe: (...values) => subscribeApart(client, ...values),
  }
}

/** For clients that keep messages on a connection apart by themselves. */
function subscribeApart(
  client: NodeRedisCluster | NodeRedisSentinel,
  channel: string,
  heard: (message: string) => void,
  ready: () => void,
): () => void {
  // a function of its own: the client tells listeners apart by identity, and two stores may share a client
  const listener = (message: string): void => heard(message)
  client.subscribe(channel, listener).then(ready).catch(nothing)
  return () => void client.unsubscribe(channel, listener as never).catch(nothing)
}

function ioRedis(client: IoRedisClient): Port {
  const send: Send = ([command, ...args]) => client.call(command!, ...args)
  return {
    cluster: false,
    send: (_, args) => send(args),
    primaries: async () => [send],
    subscribe: (...values) => subscribeOnDuplicate(client, ...values),
  }
}

function ioRedisCluster(client: IoRedisClient): Port {
  const { nodes } = client as unknown as { nodes: (role: 'master') => IoRedisClient[] }
  return {
    cluster: true,
    send: (_, [command, ...args]) => client.call(command!, ...args),
    async primaries() {
      // waits until the client knows them
      await client.call('PING')
      const masters = nodes.call(client, 'master')
      return masters.map(
        (master) =>
          ([command, ...args]: readonly string[]) =>
            master.call(command!, ...args),
      )
    },
    subscribe: (...values) => subscribeOnDuplicate(client, ...values),
  }
}

function subscribeOnDuplicate(
  client: IoRedisClient,
  channel: string,
  heard: (message: string) => void,
  ready: () => void,
): () => void {
  const subscriber = client.duplicate()
  subscriber.on('error', nothing)
  subscriber.on('message', (_, message) => heard(message))
  subscriber
    .subscribe(channel)
    .then(() => subscriber.on('ready', ready))
    .then(ready)
    .catch(nothing)
  return () => subscriber.disconnect()
}

function nothing(): void {
  // A hint that was missed is found at the next renewal.
}
