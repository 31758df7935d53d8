import type { TokenFacts } from '../cluster/view.js'
import { brokenRule, claimTerms, type TokenRules, verifiedClaimRules } from '../core/claim-rules.js'
import { isCount, type ReadClaims, readRegisteredClaims, type RegisteredClaims } from '../core/claims.js'
import type { JsonObject } from '../core/plain-json.js'
import type { Actor } from '../core/service-token.js'
import type { Json } from '../core/session.js'

/** The payload of a verified token under its own names: frozen, and without a prototype. Times are seconds since 1970. */
export interface VerifiedClaims extends RegisteredClaims {
  /** The session that the token belongs to. */
  readonly sid?: string
  /** What the token is good for, separated by spaces (RFC 6749, section 3.3). */
  readonly scope?: string
  /** Who acts for the subject (RFC 8693, section 4.1). */
  readonly act?: Actor
  readonly [claim: string]: Json | Actor | undefined
}

const counters = ['gen', 'sv', 'dv', 'sc', 'cc'] as const

/** Reads a payload whose signature is right. Everything that would be guessed at is refused, with the reason. */
export function readVerifiedClaims(
  payload: JsonObject,
  type: string | null,
  rules: TokenRules,
  now: number,
): ReadClaims<VerifiedClaims> {
  const read = readRegisteredClaims(payload, type, rules, now)
  if (!read.ok) return read
  const broken = brokenRule(verifiedClaimRules, payload, claimTerms(type, rules, now))
  if (broken !== null) return { ok: false, reason: broken.reason }
  return { ...read, claims: read.claims as VerifiedClaims }
}

/** Why the log could not be asked about such a token; null where it can. */
export function whyNotJudged(claims: VerifiedClaims): string | null {
  if (claims.jti === undefined) return 'jti is missing, by which the log knows a token'
  const odd = counters.find((name) => claims[name] !== undefined && !isCount(claims[name]))
  return odd === undefined ? null : `${odd} is not a count`
}

/** What the log may have something against; null for a token without a session. */
export function factsOf(claims: VerifiedClaims): TokenFacts | null {
  if (claims.sid === undefined) return null
  // What a token does not say of itself is never behind.
  const [generation, subjectVersion, deploymentVersion, subjectChanges, sessionChanges] = counters.map(
    (name) => (claims[name] as number | undefined) ?? Infinity,
  ) as [number, number, number, number, number]
  return {
    session: claims.sid,
    subject: claims.sub,
    tokenId: claims.jti!,
    ...{ generation, subjectVersion, deploymentVersion, subjectChanges, sessionChanges },
  }
}
