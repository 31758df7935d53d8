import { shardCount } from '../../core/token.js'

/**
 * Where things live: each name begins the keys of one slot of a Redis Cluster. A subject, its counters and its sessions
 * share a slot; the log, its members, the deployment version and the key ring share another, accounts and clients a
 * third, and what happened a fourth.
 */
export interface Slots {
  /** Of a shard: the first two characters of a session id. */
  readonly of: (shard: string) => string
  readonly shards: readonly string[]
  readonly log: string
  readonly accounts: string
  readonly audit: string
  /** Not a key: where hints are published. */
  readonly channel: string
}

export function slotsOf(prefix: string): Slots {
  const of = (name: string): string => `{${prefix}:${name}}`
  const shards = Array.from({ length: shardCount }, (_, number) => number.toString(16).padStart(2, '0'))
  return { of, shards, log: of('log'), accounts: of('accounts'), audit: of('audit'), channel: `${prefix}:log` }
}

export function shardIn(sessionId: string): string {
  return sessionId.slice(0, 2)
}

/** A subject in a key: as JSON, so that nobody is none of them. */
export function spelt(subject: string | null): string {
  return JSON.stringify(subject)
}

export function byShard<Value>(values: readonly Value[], shardOf: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>()
  for (const value of values) {
    const shard = shardOf(value)
    const group = groups.get(shard) ?? []
    groups.set(shard, group)
    group.push(value)
  }
  return groups
}
