import type { AccessClaims } from './claims.js'
import { type EndReason, type Found, type SessionRecord, whyOver } from './session.js'

/** What an access token says that may be overtaken. */
export type CountedClaims = Pick<
  AccessClaims,
  'generation' | 'subjectVersion' | 'deploymentVersion' | 'subjectChanges' | 'sessionChanges'
>

export type PresentedCredential<Claims extends CountedClaims = AccessClaims> =
  /** A session token, and whether its secret is the one whose hash the record holds. */
  | { readonly kind: 'session'; readonly authentic: boolean }
  /** The claims of an access token whose signature, issuer, audience and times have been verified. */
  | { readonly kind: 'access'; readonly claims: Claims }

export type AuthenticateVerdict =
  | { readonly outcome: 'live'; readonly record: SessionRecord }
  | { readonly outcome: 'invalid' }
  /** The session lives, but the token says something older than what we know. */
  | { readonly outcome: 'stale'; readonly record: SessionRecord }
  | { readonly outcome: 'ended'; readonly because: EndReason }

/** Judges a credential against what the store knows. */
export function authenticate(
  found: Found,
  presented: PresentedCredential<CountedClaims>,
  now: number,
): AuthenticateVerdict {
  const { record, versions } = found
  // A session token without its record proves nothing; an access token is signed: its session was there once.
  if (record === null)
    return presented.kind === 'access' ? { outcome: 'ended', because: 'absent' } : { outcome: 'invalid' }
  if (presented.kind === 'session' && !presented.authentic) return { outcome: 'invalid' }

  const because = whyOver(record, versions, now)
  if (because !== null) return { outcome: 'ended', because }
  if (presented.kind === 'session') return { outcome: 'live', record }

  const { claims } = presented
  if (claims.generation > record.generation) return { outcome: 'stale', record }
  if (claims.generation < record.firstGeneration) return { outcome: 'ended', because: 'replaced' }
  const current =
    claims.subjectVersion === record.subjectVersion &&
    claims.deploymentVersion === record.deploymentVersion &&
    claims.subjectChanges >= versions.subjectChanges &&
    claims.sessionChanges >= record.changeCounter
  return current ? { outcome: 'live', record } : { outcome: 'stale', record }
}
