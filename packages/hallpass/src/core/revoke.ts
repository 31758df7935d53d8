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

/** What a revocation brought about, and on whom it waited. */
export interface Receipt {
  readonly ended: 'session' | 'subject' | 'everything'
  /** The session's id or the subject; null for everything. */
  readonly target: string | null
  /** The session that went on, where all others were ended. */
  readonly kept: string | null
  /** When it was in force on every instance, milliseconds since 1970. */
  readonly at: number
  /** Instances that said they know. Empty while every check asks the store: there is nobody to tell. */
  readonly acknowledged: readonly string[]
  /** Instances whose lease was waited out. */
  readonly waitedOut: readonly string[]
  readonly tookMilliseconds: number
  /** False where the caller chose not to wait for the last of them. */
  readonly complete: boolean
}
