import { HallpassError } from '../../core/errors.js'
import type { SessionRecord, Versions } from '../../core/session.js'
import type { SessionStore, Touch } from '../../core/store.js'
import { shardOf } from '../../core/token.js'
import type { Changes } from './changes.js'
import type { Connection } from './connection.js'
import { entryArguments } from './entries.js'
import { script } from './scripts.js'
import { byShard, shardIn, type Slots, spelt } from './slots.js'
import { subjectsOn } from './subjects.js'

const find = script('counters', 'find')
const versions = script('counters', 'versions')
const insert = script('counters', 'append', 'tell', 'subjects', 'record', 'insert')
const replace = script('counters', 'append', 'tell', 'subjects', 'record', 'replace')
const raiseSubject = script('counters', 'append', 'tell', 'subjects', 'record', 'raise-subject')
const raiseDeployment = script('append', 'raise-deployment')
const list = script('counters', 'append', 'tell', 'subjects', 'record', 'live', 'list')
const touch = script('subjects', 'touch')
const remove = script('subjects', 'erase', 'remove')
const removeExpired = script('subjects', 'erase', 'remove-expired')

/** So that one call does not keep other commands waiting for long. */
const touchesAtOnce = 500

export function sessionsOn(connection: Connection, slots: Slots, changes: Changes): SessionStore {
  const apart = connection.cluster
  return {
    async find(id) {
      const [deployment, version, raised, stored] = await changes.read(shardIn(id), find, [id])
      return { record: recordIn(stored as StoredRecord), versions: versionsIn(deployment, version, raised) }
    },
    async versions(subject) {
      const shard = shardOf(subject ?? '')
      const [deployment, version, raised] = await changes.read(shard, versions, [spelt(subject)])
      return versionsIn(deployment, version, raised)
    },
    async insert(record) {
      if (record.subject !== null && shardOf(record.subject) !== shardIn(record.id)) {
        throw new HallpassError('store-unavailable', { reason: 'the session id is not of the shard of its subject' })
      }
      const answer = await changes.change(shardIn(record.id), insert, columnsOf(record))
      if (answer === 'taken') throw new HallpassError('store-unavailable', { reason: 'the session id is taken' })
      return answer as 'inserted' | 'passed'
    },
    async replace(next, entry) {
      return (await changes.change(shardIn(next.id), replace, columnsOf(next), entry)) as 'replaced' | 'conflict'
    },
    async raise(counter, keep, entry) {
      if (counter.of === 'deployment') {
        return (await connection.run(raiseDeployment, [slots.log], ['', ...entryArguments(entry, slots)])) as number
      }
      const kept = keep === undefined || keep === null ? [] : columnsOf(keep)
      const args = [spelt(counter.subject), counter.raise, ...kept]
      return (await changes.change(shardOf(counter.subject), raiseSubject, args, entry)) as number | 'conflict'
    },
    async touch(touches, now) {
      const groups = (apart ? [...byShard(touches, ({ id }) => shardIn(id)).values()] : [touches]).flatMap((group) =>
        chunksOf(group, touchesAtOnce),
      )
      await Promise.all(groups.map((group) => connection.run(touch, ...sightings(group, now, slots))))
    },
    async remove(id) {
      await connection.run(remove, [slots.of(shardIn(id))], [id])
    },
    async listBySubject(subject) {
      const stored = (await changes.change(shardOf(subject), list, [spelt(subject)])) as StoredRecord[]
      return stored.map((one) => recordIn(one)!)
    },
    subjects: subjectsOn(connection, slots, changes),
    async removeExpired(before, limit) {
      const all = slots.shards.map(slots.of)
      let removed = 0
      for (const keys of apart ? all.map((slot) => [slot]) : [all]) {
        if (removed >= limit) break
        removed += (await connection.run(removeExpired, keys, [String(before), String(limit - removed)])) as number
      }
      return removed
    },
  }
}

/** The record as JSON, and what scripts may have changed since it was written. */
type StoredRecord = readonly [
  record: string | null,
  version: string,
  subjectVersion: string,
  lastSeenAt: string,
  idleExpiresAt: string,
  confirmedGeneration: string,
]

function recordIn(stored: StoredRecord): SessionRecord | null {
  const [record, ...changed] = stored
  if (record === null) return null
  const [version, subjectVersion, lastSeenAt, idleExpiresAt, confirmedGeneration] = changed.map(Number)
  const columns = { version, subjectVersion, lastSeenAt, idleExpiresAt, confirmedGeneration }
  return { ...(JSON.parse(record) as SessionRecord), ...columns } as SessionRecord
}

/** In the order of `record.lua`. */
function columnsOf(record: SessionRecord): string[] {
  return [
    record.id,
    spelt(record.subject),
    String(record.version),
    String(record.subjectVersion),
    String(record.deploymentVersion),
    String(record.createdAt),
    String(record.absoluteExpiresAt),
    record.endedAt === null ? '0' : '1',
    String(record.lastSeenAt),
    String(record.idleExpiresAt),
    String(record.generation),
    String(record.confirmedGeneration),
    JSON.stringify(record),
  ]
}

function versionsIn(deploymentVersion: number, version: unknown, changes: unknown): Versions {
  return { subjectVersion: version as number, subjectChanges: changes as number, deploymentVersion }
}

/** The keys and arguments of `touch.lua`. */
function sightings(touches: readonly Touch[], now: number, slots: Slots): [keys: string[], args: string[]] {
  const keys: string[] = []
  const args = [String(now)]
  for (const { id, seenAt, idleExpiresAt, generation } of touches) {
    const slot = slots.of(shardIn(id))
    if (!keys.includes(slot)) keys.push(slot)
    const seen = [seenAt, idleExpiresAt, generation ?? ''].map(String)
    args.push(String(keys.indexOf(slot) + 1), id, ...seen)
  }
  return [keys, args]
}

function chunksOf<Value>(values: readonly Value[], size: number): Value[][] {
  const chunks: Value[][] = []
  for (let at = 0; at < values.length; at += size) chunks.push(values.slice(at, at + size))
  return chunks
}
