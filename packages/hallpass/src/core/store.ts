import type { Found, SessionRecord, Versions } from './session.js'

/**
 * What a store promises. Absence is a value; an exception always means trouble, never a verdict.
 * `hallpass/testing` has the contract as a list of promises that every engine is held to.
 */
export interface Store {
  /** The engine, for messages: "sqlite", "memory". */
  readonly engine: string
  readonly sessions: SessionStore
  readonly keys: KeyStore
  readonly accounts: AccountStore
  /** Resolves while the store answers reads and writes; rejects with the trouble otherwise. Changes nothing. */
  check(): Promise<void>
  close(): Promise<void>
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
   */
  replace(next: SessionRecord): Promise<'replaced' | 'conflict'>

  /**
   * Raises one counter by one, in one atomic step whatever the number of sessions, and answers its new value.
   * With `keep` (only for a subject's version) that record moves to the new version in the same step; where the
   * stored version of it is not `keep.version`, or it has been passed, nothing happens at all: 'conflict'.
   */
  raise(counter: Counter, keep?: SessionRecord): Promise<number | 'conflict'>

  /** Erases a record. Erasing an absent one is no trouble. */
  remove(id: string): Promise<void>

  /** Every record of the subject that has not ended and that no version has passed, newest first. */
  listBySubject(subject: string): Promise<readonly SessionRecord[]>

  /** Erases at most `limit` records whose absolute lifetime ended before `before`; answers how many. */
  removeExpired(before: number, limit: number): Promise<number>
}

export type Counter =
  | { readonly of: 'subject'; readonly subject: string; readonly raise: 'version' | 'changes' }
  | { readonly of: 'deployment' }

/** A signing key as it is stored; the private half is wrapped under a root secret. */
export interface KeyRecord {
  readonly kid: string
  readonly alg: 'EdDSA'
  readonly state: 'next' | 'active' | 'retiring' | 'retired'
  /** The public JWK (RFC 7517), without private members. */
  readonly publicJwk: { readonly [member: string]: string }
  readonly wrappedPrivateKey: string
  readonly createdAt: number
  /** When it entered its present state. */
  readonly since: number
}

/** The key ring is one small document, so that its states change together or not at all. */
export interface KeyStore {
  /** Version 0 and no keys where none were stored yet. */
  read(): Promise<{ readonly version: number; readonly keys: readonly KeyRecord[] }>
  /** Stores the ring with its version raised by one, only if the stored version is `version`. */
  replace(version: number, keys: readonly KeyRecord[]): Promise<'replaced' | 'conflict'>
}

/** Somebody who can sign in to the server. */
export interface AccountRecord {
  readonly id: string
  /** The address as compared: one spelling per mailbox. */
  readonly email: string
  readonly passwordHash: string
  readonly createdAt: number
  readonly disabledAt: number | null
  readonly version: number
}

export interface AccountStore {
  findByEmail(email: string): Promise<AccountRecord | null>
  find(id: string): Promise<AccountRecord | null>
  /** Adds an account, only if neither its id nor its email is taken: exactly one of many at once. */
  insert(account: AccountRecord): Promise<'inserted' | 'taken'>
  /** Stores `next` with its version raised by one, only if the stored version is `next.version`. The id and email stay. */
  replace(next: AccountRecord): Promise<'replaced' | 'conflict'>
}
