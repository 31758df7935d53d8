import { type Decision, unchanged } from './decision.js'
import type { EndReason, Found, SessionRecord } from './session.js'

export type RevokeVerdict =
  | { readonly outcome: 'ended'; readonly record: SessionRecord }
  | { readonly outcome: 'already-over' }
  | { readonly outcome: 'absent' }

/** Ends one session. The record stays as a tombstone, so that no write under way brings it back. */
export function revoke(found: Found, because: EndReason, now: number): Decision<RevokeVerdict> {
  const { record } = found
  if (record === null) return unchanged({ outcome: 'absent' })
  if (record.endedAt !== null) return unchanged({ outcome: 'already-over' })
  const { next, events } = end(record, because, now)
  return { verdict: { outcome: 'ended', record: next }, next, events }
}

export function end(
  record: SessionRecord,
  because: EndReason,
  now: number,
): { next: SessionRecord; events: Decision<never>['events'] } {
  return {
    next: { ...record, endedAt: now, endedBecause: because },
    events: [{ type: 'session-ended', at: now, session: record.id, subject: record.subject, because }],
  }
}
