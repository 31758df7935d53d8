import { accessTokenPayload, reservedClaims } from '../core/claims.js'
import { HallpassError } from '../core/errors.js'
import { hasSubject, type Json, type SessionRecord, sessionOf, type Versions } from '../core/session.js'
import { encodeBase64url } from '../crypto/base64url.js'
import type { Parts } from './parts.js'

/** What an access token is minted from. */
export interface Mintable {
  readonly record: SessionRecord
  /** Read before the claims are gathered, so that a change in between makes the token stale. */
  readonly versions: Versions
  /** Before the store step that authorised the token; its times count from here. Milliseconds since 1970. */
  readonly startedAt: number
}

/** How a token of a session differs from others of it. */
export interface Particulars {
  readonly audience: string
  /** When it ends, unless its session does so sooner. Milliseconds since 1970. */
  readonly expiresAt: number
  readonly tokenId: string
  /** Whether the key ring that memory last knew will do while the store is away. Default false. */
  readonly lastKnownGood?: boolean
}

/** Mints an access token for us that ends at `expiresAt`, or with its session if that is sooner. */
export async function mintAccessToken(
  parts: Parts,
  mintable: Mintable,
  expiresAt: number,
): Promise<{ readonly accessToken: string; readonly expiresAt: number }> {
  const own = { audience: parts.policy.audience, expiresAt, tokenId: newTokenId(parts) }
  const minted = await mintTokenOfSession(parts, mintable, own)
  return { accessToken: minted.token, expiresAt: minted.expiresAt }
}

/** Mints what says whose session it is, for whichever audience (RFC 9068). */
export async function mintTokenOfSession(
  parts: Parts,
  { record, versions, startedAt }: Mintable,
  { audience, expiresAt, tokenId, lastKnownGood = false }: Particulars,
): Promise<{ readonly token: string; readonly expiresAt: number }> {
  if (!hasSubject(record))
    throw new HallpassError('session-required', { reason: 'an anonymous session has no access token' })
  const { issuer, clientId } = parts.policy
  const own = await parts.claims(sessionOf(record))
  refuseReserved(own, reservedClaims)
  const seconds = Math.floor(Math.min(expiresAt, record.absoluteExpiresAt) / 1000)
  const times = { issuedAt: Math.floor(startedAt / 1000), expiresAt: seconds }
  const payload = accessTokenPayload(record, versions, { issuer, audience, clientId }, times, tokenId, own)
  return { token: await parts.accessTokens.sign(payload, lastKnownGood), expiresAt: seconds * 1000 }
}

/** Errors: `claims-reserved`, with each name. */
export function refuseReserved(own: { readonly [name: string]: Json }, reserved: ReadonlySet<string>): void {
  const mistakes = Object.keys(own)
    .filter((name) => reserved.has(name))
    .map((field) => ({ field, problem: 'is a claim of Hallpass.', remedy: 'Use another name.' }))
  if (mistakes.length > 0) throw new HallpassError('claims-reserved', { mistakes })
}

/** `jti`: 128 random bits. */
export function newTokenId({ crypto }: Pick<Parts, 'crypto'>): string {
  return encodeBase64url(crypto.randomBytes(16))
}
