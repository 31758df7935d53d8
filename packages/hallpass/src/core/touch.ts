import { type Decision, unchanged } from './decision.js'
import { type Found, type SessionRecord, whyOver } from './session.js'

/** An instance met a live credential of the session. */
export interface Sighting {
  readonly at: number
  /** The generation the client was seen to hold; null where the credential does not tell. */
  readonly generation: number | null
}

export interface TouchPolicy {
  /** How far `lastSeenAt` may lag behind before it is worth a write, milliseconds. */
  readonly touchEvery: number
}

export function isWorthStoring(record: SessionRecord, sighting: Sighting, policy: TouchPolicy): boolean {
  return sighting.at - record.lastSeenAt >= policy.touchEvery || confirms(record, sighting)
}

/** Both of what was seen, for one write. */
export function merged(one: Sighting, other: Sighting): Sighting {
  const generations = [one.generation, other.generation].filter((generation) => generation !== null)
  return { at: Math.max(one.at, other.at), generation: generations.length === 0 ? null : Math.max(...generations) }
}

/** Moves the idle end and confirms a generation, both only ever upwards; a session that is over stays so. */
export function touch(
  found: Found,
  sighting: Sighting,
  idle: (record: SessionRecord) => number,
  now: number,
): Decision<'stored' | 'nothing'> {
  const { record, versions } = found
  if (record === null || whyOver(record, versions, now) !== null) return unchanged('nothing')
  const idleExpiresAt = Math.min(sighting.at + idle(record), record.absoluteExpiresAt)
  if (sighting.at <= record.lastSeenAt && !confirms(record, sighting)) return unchanged('nothing')
  const next = {
    ...record,
    lastSeenAt: Math.max(record.lastSeenAt, sighting.at),
    idleExpiresAt: Math.max(record.idleExpiresAt, idleExpiresAt),
    confirmedGeneration: confirms(record, sighting) ? record.generation : record.confirmedGeneration,
  }
  return { verdict: 'stored', next, events: [] }
}

/** Only the current generation confirms: an older one tells nothing new, a newer one is the store's trouble. */
function confirms(record: SessionRecord, sighting: Sighting): boolean {
  return sighting.generation === record.generation && record.confirmedGeneration < record.generation
}
