import type { SessionRecord } from './session.js'
import type { Touch } from './store.js'

/** Whether what was seen moves `lastSeenAt` far enough to be worth a write, or confirms a generation. */
export function isWorthStoring(
  record: SessionRecord,
  seen: Pick<Touch, 'seenAt' | 'generation'>,
  policy: { readonly touchEvery: number },
): boolean {
  return seen.seenAt - record.lastSeenAt >= policy.touchEvery || confirms(record, seen)
}

/** What was seen of a session at `seenAt` by a credential of that generation (null: it does not tell). */
export function sighting(record: SessionRecord, seenAt: number, generation: number | null, idle: number): Touch {
  return { id: record.id, seenAt, idleExpiresAt: Math.min(seenAt + idle, record.absoluteExpiresAt), generation }
}

/** Both of what was seen, for one write. */
export function merged(one: Touch, other: Touch): Touch {
  const generations = [one.generation, other.generation].filter((generation) => generation !== null)
  return {
    id: one.id,
    seenAt: Math.max(one.seenAt, other.seenAt),
    idleExpiresAt: Math.max(one.idleExpiresAt, other.idleExpiresAt),
    generation: generations.length === 0 ? null : Math.max(...generations),
  }
}

/** The record with what was seen of it, only ever upwards; null where that says nothing new, or it is over. */
export function touched(record: SessionRecord, touch: Touch, now: number): SessionRecord | null {
  if (record.endedAt !== null || now >= record.idleExpiresAt || now >= record.absoluteExpiresAt) return null
  const lastSeenAt = Math.max(record.lastSeenAt, touch.seenAt)
  const idleExpiresAt = Math.max(record.idleExpiresAt, Math.min(touch.idleExpiresAt, record.absoluteExpiresAt))
  const confirmedGeneration = confirms(record, touch) ? record.generation : record.confirmedGeneration
  const isNews =
    lastSeenAt > record.lastSeenAt ||
    idleExpiresAt > record.idleExpiresAt ||
    confirmedGeneration > record.confirmedGeneration
  return isNews ? { ...record, lastSeenAt, idleExpiresAt, confirmedGeneration } : null
}

/** Only the current generation confirms: an older one tells nothing new, a newer one is the store's trouble. */
function confirms(record: SessionRecord, { generation }: Pick<Touch, 'generation'>): boolean {
  return generation === record.generation && record.confirmedGeneration < record.generation
}
