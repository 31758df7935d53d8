import {
  accessTokenType,
  brokenRule,
  claimTerms,
  isName,
  isTime,
  type Payload,
  registeredClaimRules,
  type TokenRules,
} from './claim-rules.js'
import type { Json, SessionRecord, Versions } from './session.js'
import { utf8Length } from './utf8.js'

/** The claims of an access token (RFC 9068), read into words. */
export interface AccessClaims {
  readonly subject: string
  readonly session: string
  readonly tokenId: string
  /** Seconds since 1970, as in the token. */
  readonly issuedAt: number
  readonly expiresAt: number
  readonly authenticatedAt: number
  readonly amr: readonly string[]
  readonly generation: number
  readonly subjectVersion: number
  readonly deploymentVersion: number
  readonly subjectChanges: number
  readonly sessionChanges: number
  /** What the application's `claims` added. Has no prototype. */
  readonly own: { readonly [name: string]: Json }
}

export interface TokenParties {
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
}

/** Names the application may not use: the registered ones we set or check, and our own. */
export const reservedClaims: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'auth_time', 'amr', 'acr', 'sid', 'act', 'cnf'],
  ...['gen', 'sv', 'dv', 'sc', 'cc', '__proto__'],
])

/** `gen`: generation · `sv`, `dv`: subject and deployment version · `sc`, `cc`: change counters of subject and session. */
export function accessTokenPayload(
  record: SessionRecord & { subject: string },
  versions: Versions,
  parties: TokenParties,
  times: { readonly issuedAt: number; readonly expiresAt: number },
  tokenId: string,
  own: { readonly [name: string]: Json },
): { readonly [claim: string]: Json } {
  return {
    ...own,
    iss: parties.issuer,
    sub: record.subject,
    aud: parties.audience,
    exp: times.expiresAt,
    iat: times.issuedAt,
    jti: tokenId,
    client_id: parties.clientId,
    sid: record.id,
    auth_time: Math.floor(record.authenticatedAt / 1000),
    amr: record.amr,
    gen: record.generation,
    sv: record.subjectVersion,
    dv: record.deploymentVersion,
    sc: versions.subjectChanges,
    cc: record.changeCounter,
    ...(record.actor === null ? {} : { act: { sub: record.actor } }),
  }
}

/** The claims by size, largest first, for the message of a token that is over its budget. */
export function claimsBySize(payload: { readonly [claim: string]: Json }): string {
  return Object.entries(payload)
    .map(([name, value]) => ({ name, size: utf8Length(JSON.stringify(name)) + 1 + utf8Length(JSON.stringify(value)) }))
    .sort((one, other) => other.size - one.size)
    .map(({ name, size }) => `${name} ${size} B`)
    .join(', ')
}

export type ClaimRules = TokenParties & TokenRules

/** A payload whose registered claims are in order, under their own names. Times are seconds since 1970. */
export interface RegisteredClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: number
  readonly iat: number
  /** Always there in an access token, like `client_id`. */
  readonly jti?: string
  readonly client_id?: string
}

/** `expiresAt`: seconds since 1970; whether that has passed is not asked yet. */
export type ReadClaims<Claims = AccessClaims> =
  | { readonly ok: true; readonly claims: Claims; readonly expiresAt: number }
  | { readonly ok: false; readonly reason: string }

/** Reads what every token must say (RFC 7519) and, of an access token, what RFC 9068 requires beyond that. */
export function readRegisteredClaims<Claims extends Payload>(
  payload: Claims,
  type: string | null,
  rules: TokenRules,
  now: number,
): ReadClaims<Claims & RegisteredClaims> {
  const broken = brokenRule(registeredClaimRules, payload, claimTerms(type, rules, now))
  if (broken !== null) return refused(broken.reason)
  const claims = payload as Claims & RegisteredClaims
  return { ok: true, claims, expiresAt: claims.exp }
}

/** Reads the payload of a session's access token. Everything that would be guessed at is refused, with the reason. */
export function readAccessClaims(payload: Payload, rules: ClaimRules, now: number): ReadClaims {
  const read = readRegisteredClaims(payload, accessTokenType, rules, now)
  if (!read.ok) return read
  const { sub, jti, exp, iat } = read.claims
  const { sid, auth_time, amr, gen, sv, dv, sc, cc } = payload

  if (!isName(sid)) return refused('sid is not a name')
  if (!isTime(auth_time)) return refused('auth_time is not a time')
  if (!Array.isArray(amr) || !amr.every((way) => typeof way === 'string')) return refused('amr is not a list of names')
  if (![gen, sv, dv, sc, cc].every(isCount)) return refused('a counter is missing')

  const own = Object.create(null) as { [name: string]: Json }
  for (const [name, value] of Object.entries(payload)) if (!reservedClaims.has(name)) own[name] = value as Json
  return {
    ok: true,
    expiresAt: exp,
    claims: {
      subject: sub,
      session: sid,
      tokenId: jti!,
      issuedAt: iat,
      expiresAt: exp,
      authenticatedAt: auth_time,
      amr,
      generation: gen as number,
      subjectVersion: sv as number,
      deploymentVersion: dv as number,
      subjectChanges: sc as number,
      sessionChanges: cc as number,
      own,
    },
  }
}

/** A token is dead at the very second it names; there is no tolerance for our own. */
export function isExpired(claims: Pick<AccessClaims, 'expiresAt'>, now: number): boolean {
  return now >= claims.expiresAt * 1000
}

function refused(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason }
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
