import { type Decision, unchanged } from './decision.js'
import { type EndReason, type Found, type SessionRecord, whyOver } from './session.js'
import type { FreshSecrets, Lifetime } from './sign-in.js'

export interface StepUp {
  readonly secrets: FreshSecrets
  readonly lifetime: Lifetime
  /** How the subject proved themselves this time; added to the earlier ways. */
  readonly amr: readonly string[]
}

export type StepUpVerdict =
  | { readonly outcome: 'stepped-up'; readonly record: SessionRecord }
  | { readonly outcome: 'ended'; readonly because: EndReason }

/**
 * The subject proved again who they are. The session keeps its id and gets new secrets: whatever was handed out
 * before is worthless from here on, even where an attacker holds it. Both lifetimes start anew.
 */
export function stepUp(found: Found, how: StepUp, now: number): Decision<StepUpVerdict> {
  const { record, versions } = found
  if (record === null) return unchanged({ outcome: 'ended', because: 'absent' })
  const because = whyOver(record, versions, now)
  if (because !== null) return unchanged({ outcome: 'ended', because })

  const generation = record.generation + 1
  const absoluteExpiresAt = now + how.lifetime.absolute
  const next: SessionRecord = {
    ...record,
    ...how.secrets,
    generation,
    firstGeneration: generation,
    confirmedGeneration: generation,
    rotatedAt: now,
    authenticatedAt: now,
    amr: [...new Set([...record.amr, ...how.amr])],
    lastSeenAt: now,
    idleExpiresAt: Math.min(now + how.lifetime.idle, absoluteExpiresAt),
    absoluteExpiresAt,
  }
  return {
    verdict: { outcome: 'stepped-up', record: next },
    next,
    events: [{ type: 'stepped-up', at: now, session: record.id, subject: record.subject, amr: how.amr }],
  }
}
