import type { EndReason, SessionRecord } from './session.js'

/**
 * The revocation log: append-only, each entry linked to the one before, so that an instance which knows its own
 * position can tell a log that goes on from a log that forgot.
 */

/** A place in the log: the entry of that number has that id. Sequence 0 has the log's identity as its id. */
export interface Position {
  readonly sequence: number
  readonly id: string
}

/**
 * What an entry tells.
 *
 * - `session`: the session `target` ended, or, where `counter` is a number, got a new secret at that generation.
 * - `subject`: the version of the subject `target` was raised to `counter`; `kept` is the session that went on.
 * - `everything`: the deployment version was raised to `counter`.
 * - `changed`: what is cached of the session or subject `target` is old. Where `counter` is a number, the subject's
 *   change counter reached it, and access tokens that carry less are stale.
 * - `token`: the access or service token with the id (`jti`) `target` is revoked.
 * - `key`: the signing key with the id (`kid`) `target` is revoked; where `target` is null, the key ring changed and is
 *   to be read again.
 * - `forgot`: an instance found that the store had lost part of the log.
 */
export type EntryKind = 'session' | 'subject' | 'everything' | 'changed' | 'token' | 'key' | 'forgot'

/** An entry as it is handed to the store: `raise` fills in the counter, every append the place in the log. */
export interface NewEntry {
  /** 128 random bits, base64url. Appending an id a second time changes nothing. */
  readonly id: string
  readonly kind: EntryKind
  readonly target: string | null
  readonly counter: number | null
  readonly kept: string | null
  readonly because: EndReason | null
}

export interface LogEntry extends NewEntry {
  /** 1 for the first, without gaps. */
  readonly sequence: number
  /** The id of the entry before it; of the first entry: the log's identity. */
  readonly previous: string
}

/** What one instance says of itself when it renews. */
export interface Membership {
  /** Random, new with every start of an instance: nothing of an earlier one can pass for this one's. */
  readonly incarnation: string
  /** Random, new with every renewal. */
  readonly mark: string
  /** How many renewals it has sent, this one included: a row never goes back to what an earlier one said. */
  readonly renewal: number
  /** How long it may trust its memory after this, milliseconds. */
  readonly lease: number
  /** How long it may serve beyond its lease while the store is away, milliseconds. */
  readonly lastKnownGood: number
}

/** A member as its row states it. */
export interface Member extends Membership {
  /** How far it says it has applied the log; 0 where it has said nothing yet. */
  readonly acknowledged: number
}

/** What the log is for. A log that belongs to another deployment, or speaks another protocol, gives no leases. */
export interface LogTerms {
  /** The issuer. */
  readonly deployment: string
  readonly protocol: number
  /** How long a member must remember an entry, milliseconds. The log keeps the largest it has been told. */
  readonly retention: number
}

/** The log as one atomic step found it. */
export interface LogReading {
  /** Random; made with the log, and lost with it. */
  readonly identity: string
  readonly terms: LogTerms
  /** The store's own wall clock, milliseconds since 1970; null where it has none but this machine's. */
  readonly time: number | null
  /** Where the kept part begins: the position before its first entry. */
  readonly start: Position
  /** Whether the position asked from is where it was. */
  readonly held: boolean
  /** Where held, the entries after that position; else every entry kept. In order. */
  readonly entries: readonly LogEntry[]
  /** How long the reader may trust it, milliseconds, where that is less than its own lease: a relay hands down what is left of its own. */
  readonly leaseFor: number | null
}

/** What a revoker reads, in one atomic step. */
export interface Standing {
  /** The revoker's entry as it stands in the log; null where the log does not have it. */
  readonly entry: LogEntry | null
  /** Whether the revoker's own position is where it was. */
  readonly held: boolean
  readonly members: readonly Member[]
}

/** The protocol that this code speaks. */
export const protocol = 1

/** What makes a reading unusable as the continuation of a position; null where every entry follows the one before. */
export function brokenLink(from: Position, entries: readonly LogEntry[]): string | null {
  let { sequence, id } = from
  for (const entry of entries) {
    if (entry.sequence !== sequence + 1) return `entry ${entry.sequence} follows entry ${sequence}`
    if (entry.previous !== id) return `entry ${entry.sequence} is linked to another entry than ${sequence}`
    ;({ sequence, id } = entry)
  }
  return null
}

export function follows(position: Position, entry: LogEntry): boolean {
  return entry.sequence === position.sequence + 1 && entry.previous === position.id
}

export function endOf(from: Position, entries: readonly LogEntry[]): Position {
  const last = entries.at(-1)
  return last === undefined ? from : { sequence: last.sequence, id: last.id }
}

/**
 * What a reading means for one who asked from `position` (null: who asks for the first time).
 *
 * - `continues`: apply the entries.
 * - `starts`: there was no position; apply what is kept.
 * - `truncated`: the position was cut away, because nobody need remember it any more. Drop everything first.
 * - `forgot`: the store lost what it once had.
 */
export function judgeReading(position: Position | null, log: string | null, reading: LogReading): ReadingVerdict {
  const from = reading.held && position !== null ? position : reading.start
  const reason = brokenLink(from, reading.entries)
  if (reason !== null) return { outcome: 'forgot', reason }
  if (position === null || log === null) return { outcome: 'starts' }
  if (log !== reading.identity) return { outcome: 'forgot', reason: 'the log has another identity' }
  if (reading.held) return { outcome: 'continues' }
  if (position.sequence < reading.start.sequence) return { outcome: 'truncated' }
  return { outcome: 'forgot', reason: `entry ${position.sequence} is not where it was` }
}

export type ReadingVerdict =
  | { readonly outcome: 'continues' | 'starts' | 'truncated' }
  | { readonly outcome: 'forgot'; readonly reason: string }

/** Whether this instance may answer from memory. */
export interface LeaseState {
  readonly valid: boolean
  /** This instance among the members; null where it takes no leases. */
  readonly incarnation: string | null
  /** How many entries of the revocation log it has applied; null before the first. */
  readonly sequence: number | null
  /** Since the store last told it everything, milliseconds; null before the first time. */
  readonly lag: number | null
}

/** An instance as the revocation log knows it. */
export interface MemberState {
  readonly incarnation: string
  /** Whether it is the one that was asked. */
  readonly self: boolean
  /** How many renewals it has sent: while it serves requests this grows every third of its lease. */
  readonly renewal: number
  /** How far it said it has applied the log. */
  readonly acknowledged: number
  /** Milliseconds. */
  readonly lease: number
  /** Milliseconds. */
  readonly lastKnownGood: number
}

/** What an entry is about, before it has an id. */
export type News = Omit<NewEntry, 'id'>

/** A subject's version, or the deployment's, is to be raised. `kept`: the session that goes on with its secret. */
export const news = {
  sessionEnded: (session: string, because: EndReason): News => about('session', session, { because }),
  subjectRevoked: (subject: string, kept: string | null): News => about('subject', subject, { kept }),
  subjectChanged: (subject: string): News => about('changed', subject, {}),
  everythingRevoked: (): News => about('everything', null, {}),
  tokenRevoked: (tokenId: string): News => about('token', tokenId, {}),
  keyRevoked: (kid: string): News => about('key', kid, {}),
  keysChanged: (): News => about('key', null, {}),
  storeForgot: (): News => about('forgot', null, {}),
}

/**
 * What a change of a record must tell every instance: that it ended, that its secret is another one, or that its data
 * changed. Null where what others have cached of it stays true.
 */
export function newsOf(before: SessionRecord, after: SessionRecord): News | null {
  if (after.endedAt !== null) return before.endedAt === null ? news.sessionEnded(after.id, after.endedBecause!) : null
  if (after.firstGeneration !== before.firstGeneration) {
    return about('session', after.id, { counter: after.firstGeneration })
  }
  return after.data === before.data ? null : about('changed', after.id, {})
}

function about(kind: EntryKind, target: string | null, rest: Partial<News>): News {
  return { kind, target, counter: null, kept: null, because: null, ...rest }
}
