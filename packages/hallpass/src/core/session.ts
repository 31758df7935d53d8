/**
 * The one session model. Times are milliseconds since 1970-01-01T00:00:00Z.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Where a session is used from, as far as it may be told to its owner. */
export interface Device {
  /** A name for people, such as "Firefox on Linux"; null where nobody derived one. */
  readonly name: string | null
  readonly userAgent: string | null
  /** The network the client came from, cut to /24 (IPv4) or /48 (IPv6). */
  readonly network: string | null
}

export const unknownDevice: Device = { name: null, userAgent: null, network: null }

export function sameDevice(one: Device, other: Device): boolean {
  return one.userAgent === other.userAgent && one.network === other.network
}

/** Why a session can no longer be believed. The first five are written into the record, the others follow from it. */
export type EndReason =
  | 'signed-out'
  | 'signed-in-again'
  | 'revoked'
  | 'reused'
  | 'store-forgot'
  | 'subject-revoked'
  | 'everything-revoked'
  | 'replaced'
  | 'idle'
  | 'absolute'
  | 'absent'

/** What the store keeps of a session. Nothing in it can be presented as a credential. */
export interface SessionRecord {
  /** A public handle: never changes, never authenticates. */
  readonly id: string
  /** Whom the session is for; null for an anonymous one. */
  readonly subject: string | null
  /** SHA-256 of the session token's secret, base64url. */
  readonly secretHash: string
  /** 256 random bits, wrapped under a root secret; every credential of the session derives from them. */
  readonly chainSecret: string
  /** How often the refresh token has rotated. */
  readonly generation: number
  /** The generation at which the present chain secret began: anything older belongs to a replaced secret. */
  readonly firstGeneration: number
  /** The newest generation a client was seen to hold. */
  readonly confirmedGeneration: number
  readonly rotatedAt: number
  readonly subjectVersion: number
  readonly deploymentVersion: number
  readonly createdAt: number
  /** When the subject last proved who they are (OpenID Connect `auth_time`). */
  readonly authenticatedAt: number
  /** How they proved it (RFC 8176). */
  readonly amr: readonly string[]
  readonly lastSeenAt: number
  readonly idleExpiresAt: number
  readonly absoluteExpiresAt: number
  readonly remember: boolean
  /** The device of the sign-in or of the last rotation. */
  readonly device: Device
  readonly data: Json
  /** The application's version of the shape of `data`. */
  readonly dataVersion: number
  /** Raised by what makes this session's access tokens stale. */
  readonly changeCounter: number
  /** Who acts in the subject's name (RFC 8693 `act`), if somebody does. */
  readonly actor: string | null
  readonly endedAt: number | null
  readonly endedBecause: EndReason | null
  /** Raised by every write; `replace` compares it. */
  readonly version: number
}

/** The counters that the store keeps beside the sessions, read together with a record. */
export interface Versions {
  /** Raised by what ends every session of the subject. */
  readonly subjectVersion: number
  /** Raised by what makes every access token of the subject stale. */
  readonly subjectChanges: number
  /** Raised by what ends every session there is. */
  readonly deploymentVersion: number
}

/** One read of the store: the record, if there is one, and the counters of the same moment. */
export interface Found {
  readonly record: SessionRecord | null
  readonly versions: Versions
}

/** Why this session is over, or null while it lives. */
export function whyOver(record: SessionRecord, versions: Versions, now: number): EndReason | null {
  if (record.endedAt !== null) return record.endedBecause ?? 'revoked'
  if (record.subjectVersion < versions.subjectVersion) return 'subject-revoked'
  if (record.deploymentVersion < versions.deploymentVersion) return 'everything-revoked'
  if (now >= record.absoluteExpiresAt) return 'absolute'
  if (now >= record.idleExpiresAt) return 'idle'
  return null
}

/** A session as the application sees it. */
export interface Session {
  readonly id: string
  readonly subject: string
  readonly createdAt: number
  readonly authenticatedAt: number
  readonly lastSeenAt: number
  /** When it ends if nothing happens: the earlier of the idle and the absolute end. */
  readonly expiresAt: number
  readonly device: Device
  readonly amr: readonly string[]
  readonly remember: boolean
  readonly data: Json
  readonly actor: string | null
}

/** An anonymous session as the application sees it. */
export interface Visitor {
  readonly id: string
  readonly data: Json
  readonly expiresAt: number
}

export function expiresAt(record: SessionRecord): number {
  return Math.min(record.idleExpiresAt, record.absoluteExpiresAt)
}

export function sessionOf(record: SessionRecord & { subject: string }): Session {
  const { id, subject, createdAt, authenticatedAt, lastSeenAt, device, amr, remember, data, actor } = record
  return {
    id,
    subject,
    createdAt,
    authenticatedAt,
    lastSeenAt,
    expiresAt: expiresAt(record),
    device,
    amr,
    remember,
    data,
    actor,
  }
}

export function hasSubject(record: SessionRecord): record is SessionRecord & { subject: string } {
  return record.subject !== null
}
