import { type Decision, unchanged } from './decision.js'
import type { HallpassEvent } from './events.js'
import { end } from './revoke.js'
import { type Device, type EndReason, type Found, type SessionRecord, sameDevice, whyOver } from './session.js'

/** How long sessions and their retries last, milliseconds. */
export interface RefreshPolicy {
  /** How long after a rotation the earlier token is a harmless retry; 0 makes every refresh rotate. */
  readonly overlap: number
  /** Idle lifetime of this session. */
  readonly idle: number
  /** Under `jwt` a session ends with its token: no later than this long from now. Null elsewhere. */
  readonly endsWithin: number | null
}

export interface PresentedRefresh {
  readonly generation: number
  /** Whether the MAC is right under the chain secret of the record. */
  readonly authentic: boolean
  readonly device: Device
}

export type RefreshVerdict =
  | { readonly outcome: 'renewed' | 'rotated' | 'repeated'; readonly record: SessionRecord }
  | { readonly outcome: 'invalid' }
  | { readonly outcome: 'ended'; readonly because: EndReason }
  | { readonly outcome: 'reused' | 'rolled-back' }

/**
 * Judges a presented refresh token. The rows of the table, in order; the first that fits decides.
 *
 * - `invalid`: not authentic. Whoever made it up learns nothing and changes nothing.
 * - `ended`: the session is over.
 * - `rolled-back`: the token is newer than the record, so the store lost a write. What else it lost nobody knows:
 *   the session ends.
 * - `renewed`: the current token, just born of a rotation. Another rotation would only start a race between tabs.
 * - `rotated`: the current token.
 * - `repeated`: the one before, while a retry is still likely: within the overlap, or as long as nobody was seen
 *   to hold its successor (then the answer that carried it was probably lost, and handing it out begins another overlap).
 * - `reused`: anything older. Two parties hold tokens of one chain, and nobody can say which is the thief.
 */
export function refresh(
  found: Found,
  presented: PresentedRefresh,
  policy: RefreshPolicy,
  now: number,
): Decision<RefreshVerdict> {
  const { record, versions } = found
  if (record === null || !presented.authentic) return unchanged({ outcome: 'invalid' })

  const because = whyOver(record, versions, now)
  if (because !== null) return unchanged({ outcome: 'ended', because })

  const withinOverlap = now - record.rotatedAt < policy.overlap
  const ahead = presented.generation - record.generation
  if (ahead > 0) return rolledBack(record, presented, now)
  if (ahead === 0) {
    const bornOfRotation = record.generation > record.firstGeneration
    return bornOfRotation && withinOverlap ? renewed(record, policy, now) : rotated(record, presented, policy, now)
  }
  const successorSeen = record.confirmedGeneration >= record.generation
  if (ahead === -1 && (withinOverlap || !successorSeen)) return repeated(record, presented, policy, now)
  return reused(record, presented, now)
}

/** A live session's own token, shown where a refresh is asked for: the session goes on, nothing rotates. */
export function exchange(
  found: Found,
  authentic: boolean,
  policy: RefreshPolicy,
  now: number,
): Decision<RefreshVerdict> {
  const { record, versions } = found
  if (record === null || !authentic) return unchanged({ outcome: 'invalid' })
  const because = whyOver(record, versions, now)
  if (because !== null) return unchanged({ outcome: 'ended', because })
  return renewed(record, policy, now)
}

function renewed(record: SessionRecord, policy: RefreshPolicy, now: number): Decision<RefreshVerdict> {
  const next = { ...prolonged(record, policy, now), confirmedGeneration: record.generation }
  // Fifty tabs that come at once need one write, not fifty that race.
  const worthWriting =
    next.confirmedGeneration > record.confirmedGeneration ||
    next.absoluteExpiresAt < record.absoluteExpiresAt ||
    next.lastSeenAt - record.lastSeenAt >= 1000
  if (!worthWriting) return unchanged({ outcome: 'renewed', record })
  return { verdict: { outcome: 'renewed', record: next }, next, events: [] }
}

function rotated(
  record: SessionRecord,
  presented: PresentedRefresh,
  policy: RefreshPolicy,
  now: number,
): Decision<RefreshVerdict> {
  const next = {
    ...prolonged(record, policy, now),
    generation: record.generation + 1,
    confirmedGeneration: record.generation,
    rotatedAt: now,
    device: presented.device,
  }
  return {
    verdict: { outcome: 'rotated', record: next },
    next,
    events: [
      { type: 'refresh-rotated', at: now, session: record.id, subject: record.subject, generation: next.generation },
    ],
  }
}

function repeated(
  record: SessionRecord,
  presented: PresentedRefresh,
  policy: RefreshPolicy,
  now: number,
): Decision<RefreshVerdict> {
  const events: HallpassEvent[] = sameDevice(record.device, presented.device)
    ? []
    : [
        {
          type: 'refresh-repeated',
          at: now,
          session: record.id,
          subject: record.subject,
          rotatedBy: record.device,
          presentedBy: presented.device,
        },
      ]
  // The successor is handed out anew: whoever sent the earlier token at the same time may still be on the way.
  const isLate = policy.overlap > 0 && now - record.rotatedAt >= policy.overlap
  const fresh = isLate ? { ...record, rotatedAt: now } : record
  const next = shortened(fresh, policy, now)
  return next === record
    ? unchanged({ outcome: 'repeated', record }, events)
    : { verdict: { outcome: 'repeated', record: next }, next, events }
}

function reused(record: SessionRecord, presented: PresentedRefresh, now: number): Decision<RefreshVerdict> {
  const { next, events } = end(record, 'reused', now)
  const theft: HallpassEvent = {
    type: 'refresh-reused',
    at: now,
    session: record.id,
    subject: record.subject,
    generation: record.generation,
    presentedGeneration: presented.generation,
    rotatedBy: record.device,
    presentedBy: presented.device,
  }
  return { verdict: { outcome: 'reused' }, next, events: [theft, ...events] }
}

function rolledBack(record: SessionRecord, presented: PresentedRefresh, now: number): Decision<RefreshVerdict> {
  const { next, events } = end(record, 'store-forgot', now)
  const forgot: HallpassEvent = {
    type: 'store-forgot',
    at: now,
    session: record.id,
    subject: record.subject,
    generation: record.generation,
    presentedGeneration: presented.generation,
  }
  return { verdict: { outcome: 'rolled-back' }, next, events: [forgot, ...events] }
}

/** Activity moves the idle end, never beyond the absolute one, which never moves later. */
function prolonged(record: SessionRecord, policy: RefreshPolicy, now: number): SessionRecord {
  const capped = shortened(record, policy, now)
  const idleExpiresAt = Math.min(now + policy.idle, capped.absoluteExpiresAt)
  return {
    ...capped,
    lastSeenAt: Math.max(record.lastSeenAt, now),
    idleExpiresAt: Math.max(record.idleExpiresAt, idleExpiresAt),
  }
}

function shortened(record: SessionRecord, policy: RefreshPolicy, now: number): SessionRecord {
  if (policy.endsWithin === null || record.absoluteExpiresAt <= now + policy.endsWithin) return record
  return { ...record, absoluteExpiresAt: now + policy.endsWithin }
}
