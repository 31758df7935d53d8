import type { Algorithm, Jwk } from './algorithm.js'
import type { LogEntry, LogReading, LogTerms, Member, Membership, NewEntry, Position, Standing } from './log.js'
import type { Found, Json, SessionRecord, Versions } from './session.js'

/**
 * What a store promises. Absence is a value; an exception always means trouble, never a verdict.
 * `hallpass/testing` has the contract as a list of promises that every engine is held to.
 */
export interface Store {
  /** The engine, for messages: "sqlite", "memory". */
  readonly engine: string
  readonly sessions: SessionStore
  readonly log: LogStore
  readonly keys: KeyStore
  readonly accounts: AccountStore
  readonly clients: ClientStore
  readonly audit: AuditStore
  /** Resolves while the store answers reads and writes; rejects with the trouble otherwise. Changes nothing. */
  check(): Promise<void>
  close(): Promise<void>
}

/** What a store found of its server that works, but promises less than it could. */
export interface StoreWarning {
  /** Stable; each driver lists its own. */
  readonly code: string
  /** What it breaks. */
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
}

export interface SessionStore {
  /** The record, if there is one, and the counters of its subject and the deployment, all of one moment. */
  find(id: string): Promise<Found>

  /** The counters of a subject; those of a subject never seen are 0. For null: the deployment's alone. */
  versions(subject: string | null): Promise<Versions>

  /**
   * Adds a record, only if the subject's version and the deployment's are still those it names. Of an insert and
   * a `raise` at the same time, either the insert came first and is passed by the raise, or it answers 'passed'.
   */
  insert(record: SessionRecord): Promise<'inserted' | 'passed'>

  /**
   * The one atomic promise. Stores `next` with its version raised by one, only if the stored version is
   * `next.version` and neither the subject's version nor the deployment's has passed the record's. Among
   * concurrent callers that name the same version exactly one hears 'replaced'. Never creates a record.
   * `entry` is appended to the log in the same step, and only with it.
   */
  replace(next: SessionRecord, entry?: NewEntry): Promise<'replaced' | 'conflict'>

  /**
   * Raises one counter by one, in one atomic step whatever the number of sessions, and answers its new value.
   * With `keep` (only for a subject's version) that record moves to the new version in the same step; where the
   * stored version of it is not `keep.version`, or it has been passed, nothing happens at all: 'conflict'.
   * `entry` is appended to the log in the same step, with the new value as its `counter`.
   */
  raise(counter: Counter, keep?: SessionRecord | null, entry?: NewEntry): Promise<number | 'conflict'>

  /**
   * Writes many sightings at once: moves `lastSeenAt`, `idleExpiresAt` (never beyond the absolute end) and
   * `confirmedGeneration` upwards, never down, and raises the version of what it changed. Passes over records that
   * are absent, have ended, or whose idle or absolute end is not after `now`.
   */
  touch(touches: readonly Touch[], now: number): Promise<void>

  /** Erases a record. Erasing an absent one is no trouble. */
  remove(id: string): Promise<void>

  /** Every record of the subject that has not ended and that no version has passed, newest first. */
  listBySubject(subject: string): Promise<readonly SessionRecord[]>

  /**
   * Subjects that have a record which has not ended and that no version has passed (some drivers may name one whose last
   * record has just gone): those that begin with `prefix` and come after `after`, in the order of their bytes in UTF-8, at
   * most `limit`.
   */
  subjects(query: PageQuery): Promise<readonly string[]>

  /** Erases at most `limit` records whose absolute lifetime ended before `before`; answers how many. */
  removeExpired(before: number, limit: number): Promise<number>
}

/** One page of a list of texts, in the order of their bytes in UTF-8. */
export interface PageQuery {
  /** What each of them begins with; '' for all. */
  readonly prefix: string
  /** The last one of the page before, or any other text; null for the first page. */
  readonly after: string | null
  /** How many at most. A page of fewer is the last one. */
  readonly limit: number
}

/** What was seen of one session. Times are milliseconds since 1970. */
export interface Touch {
  readonly id: string
  readonly seenAt: number
  readonly idleExpiresAt: number
  /** Confirmed where it is the stored generation; null where the credential does not tell. */
  readonly generation: number | null
}

/**
 * The revocation log. Appends, and renewals that create a member, are ordered by one row or script: a member that a
 * reading creates has read every entry appended before, and whoever appends later finds its row.
 */
export interface LogStore {
  /**
   * One atomic step: writes the member's row (creates it where it is absent, and then with nothing acknowledged; an
   * existing row keeps what it acknowledged, and is left as it is where it has seen this renewal or a later one),
   * begins the log where there is none, raises its `retention` to that of `terms` if it is less, and reads. A log whose
   * deployment or protocol is another writes no row.
   */
  renew(member: Membership, terms: LogTerms, after: Position | null): Promise<LogReading>

  /** Appends one entry by itself. */
  append(entry: NewEntry): Promise<void>

  /** The entry of that id as it stands, whether `position` is where it was, and every member: all of one moment. */
  standing(entry: string, position: Position | null): Promise<Standing>

  /**
   * Notes how far a member has applied the log, only upwards. Never creates a row. 'refused' where there is no such
   * member, or where the log does not have that id at that sequence.
   */
  acknowledge(incarnation: string, position: Position): Promise<'acknowledged' | 'refused'>

  /** Erases the member's row, only if its mark is still that one: for leaving, and for retiring one that is gone. */
  retire(incarnation: string, mark: string): Promise<'retired' | 'kept'>

  /** Erases the entries up to and with that position, only if it is where it was. */
  truncate(through: Position): Promise<void>

  /** Whether the kept part of the log revokes that token. */
  revokesToken(tokenId: string): Promise<boolean>

  /** Every member, for those who want to see them. */
  members(): Promise<readonly Member[]>

  /**
   * Calls `heard` soon after something happened, as far as the engine can tell; answers how to stop. A hint may be
   * late, lost, doubled, out of order, or of a log that was lost since: nothing rests on it. Never rejects, never throws.
   */
  subscribe(heard: (hint: LogHint) => void): () => void

  /**
   * Whether acknowledged writes can be lost under a running instance (a failover, a restore). Where they can, an
   * instance that has only just arrived cannot know whom the log forgot.
   */
  readonly mayForget: boolean

  /** Whether two steps that are called one behind the other are taken in that order, over the same connection. */
  readonly inOrder: boolean
}

export type LogHint =
  | { readonly about: 'entry'; readonly entry: LogEntry }
  /** A member has come so far. */
  | { readonly about: 'acknowledgement'; readonly incarnation: string; readonly sequence: number }
  /** Something may have happened: read the log. */
  | { readonly about: 'anything' }

export type Counter =
  | { readonly of: 'subject'; readonly subject: string; readonly raise: 'version' | 'changes' }
  | { readonly of: 'deployment' }

/** A signing key as it is stored; the private half is wrapped under a root secret. */
export interface KeyRecord {
  readonly kid: string
  readonly alg: Algorithm
  readonly state: 'next' | 'active' | 'retiring' | 'retired'
  /** The public JWK (RFC 7517), without private members; of `HS256` nothing but its `kty`. */
  readonly publicJwk: Jwk
  /** Empty once the key has retired: nothing is signed with it any more. */
  readonly wrappedPrivateKey: string
  readonly createdAt: number
  /** When it entered its present state. */
  readonly since: number
}

/** The key ring is one small document, so that its states change together or not at all. */
export interface KeyStore {
  /** Version 0 and no keys where none were stored yet. */
  read(): Promise<{ readonly version: number; readonly keys: readonly KeyRecord[] }>
  /**
   * Stores the ring with its version raised by one, only if the stored version is `version`. `entry` is appended to
   * the log in the same step, and only with it.
   */
  replace(version: number, keys: readonly KeyRecord[], entry?: NewEntry): Promise<'replaced' | 'conflict'>
}

/** Somebody who can sign in to the server. */
export interface AccountRecord {
  readonly id: string
  /** The address as compared: one spelling per mailbox. */
  readonly email: string
  readonly passwordHash: string
  readonly createdAt: number
  readonly disabledAt: number | null
  /** What they may do, by names such as "operator": in the order they were given, each once. */
  readonly roles: readonly string[]
  readonly version: number
}

export interface AccountStore {
  findByEmail(email: string): Promise<AccountRecord | null>
  find(id: string): Promise<AccountRecord | null>
  /** Adds an account, only if neither its id nor its email is taken: exactly one of many at once. */
  insert(account: AccountRecord): Promise<'inserted' | 'taken'>
  /** Stores `next` with its version raised by one, only if the stored version is `next.version`. The id and email stay. */
  replace(next: AccountRecord): Promise<'replaced' | 'conflict'>
  /** Accounts by their email, a page at a time. */
  search(query: PageQuery): Promise<readonly AccountRecord[]>
}

/** A program that asks for tokens in its own name: a client of RFC 6749. */
export interface ClientRecord {
  /** `client_id`. */
  readonly id: string
  /** For people. */
  readonly name: string
  /** SHA-256 of each secret that authenticates it, base64url: two while one replaces the other, none with keys alone. */
  readonly secretHashes: readonly string[]
  /** The public keys of its `private_key_jwt` (RFC 7523). */
  readonly keys: readonly Jwk[]
  readonly grants: readonly Grant[]
  /** The audiences it may have tokens for. */
  readonly audiences: readonly string[]
  /** The scopes (RFC 6749, section 3.3) it may ask for. */
  readonly scopes: readonly string[]
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly disabledAt: number | null
  readonly version: number
}

/** What a client may do at the token endpoint, and `introspect`: whether it may ask what others' tokens are worth. */
export type Grant = 'client_credentials' | 'refresh_token' | 'token-exchange' | 'introspect'

export interface ClientStore {
  find(id: string): Promise<ClientRecord | null>
  /** Every client, oldest first. */
  list(): Promise<readonly ClientRecord[]>
  /** Adds a client, only if its id is not taken: exactly one of many at once. */
  insert(client: ClientRecord): Promise<'inserted' | 'taken'>
  /** Stores `next` with its version raised by one, only if the stored version is `next.version`. Never creates one. */
  replace(next: ClientRecord): Promise<'replaced' | 'conflict'>
  /** Erases a client. Erasing an absent one is no trouble. */
  remove(id: string): Promise<void>
  /**
   * Notes that a value meant for one use was used: exactly one of many at once hears 'fresh'. It is remembered for as
   * long as `until` is after the `now` of later calls; then it may be erased. Milliseconds since 1970.
   */
  spend(value: string, until: number, now: number): Promise<'fresh' | 'spent'>
}

/** Something that happened, kept for whom it concerns and for operators. Nothing in it can be presented as a credential. */
export interface AuditRecord {
  /** Random. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Such as "signed-in". */
  readonly type: string
  readonly subject: string | null
  /** The id of a session. */
  readonly session: string | null
  /** Cut to /24 (IPv4) or /48 (IPv6). */
  readonly network: string | null
  /** How many alike it stands for: strangers can cause what is then written down once a minute. */
  readonly count: number
  readonly details: { readonly [name: string]: Json }
}

/** Everything, or by one of four: each has an index of its own. */
export type AuditFilter =
  | { readonly by: 'everything' }
  | { readonly by: 'subject' | 'session' | 'type' | 'network'; readonly is: string }

export interface AuditQuery {
  readonly filter: AuditFilter
  /** The last record of the page before, or any other place; null for the newest. */
  readonly before: Pick<AuditRecord, 'at' | 'id'> | null
  /** How many at most. A page of fewer is the last one. */
  readonly limit: number
}

/** How often something happened in one minute, over all instances. */
export interface Count {
  /** When the minute began, milliseconds since 1970. */
  readonly minute: number
  /** What is counted, such as "signed-in" or "refused:expired". */
  readonly series: string
  readonly value: number
}

/** What happened, for people to look at: nothing is decided by it. */
export interface AuditStore {
  /** Adds records. Adding an id a second time changes nothing. */
  append(records: readonly AuditRecord[]): Promise<void>
  /** Newest first: by time, and at the same time by the bytes of their ids, downwards. */
  list(query: AuditQuery): Promise<readonly AuditRecord[]>
  /** Adds each value to what is counted for its minute and series: of many at once none is lost. */
  count(counts: readonly Count[]): Promise<void>
  /** What was counted in the minutes that began at `from` or later and before `to`, by minute and then by series. */
  counts(from: number, to: number): Promise<readonly Count[]>
  /** Erases at most `limit` records, and every count, that are older than `before`; answers how many records. */
  removeBefore(before: number, limit: number): Promise<number>
}

/** What a lease is asked of: a store's log, or an instance that hands down what is left of its own. */
export type LogFeed = Pick<LogStore, 'renew' | 'acknowledge' | 'retire' | 'subscribe' | 'mayForget'>
