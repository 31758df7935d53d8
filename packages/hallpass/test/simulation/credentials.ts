import { createHash } from 'node:crypto'
import type { AccessClaims } from '#src/core/claims.js'
import { type SessionRecord, unknownDevice, type Versions } from '#src/core/session.js'
import { formatSessionToken } from '#src/core/token.js'
import type { Engine } from '#src/sessions/engine.js'
import type { Machine } from './machine.js'

/** What a client holds: a session token, or an access token whose text is its claims; nobody forges any here. */
export interface Credential {
  readonly name: string
  readonly kind: 'session' | 'access'
  readonly text: string
  readonly session: string
  readonly subject: string
  /** When the store step that it rests on was asked for, as the scheduler counts events. */
  readonly readOrder: number
  /** When somebody came to hold it. */
  readonly knownOrder: number
  /** When the session was known to be in the store. */
  readonly insertedOrder: number
  readonly claims: AccessClaims | null
  /** Of a session token: the generation at which its secret began. */
  readonly secretFrom: number
  /** By true wall-clock time, as far as the clock of the machine that issued it was right. */
  readonly expiresAt: number
}

export function accessTokensOf(machine: Machine): Pick<Engine['accessTokens'], 'verify' | 'verifiedBefore'> {
  const verified = new Map<string, AccessClaims>()
  const isExpired = ({ expiresAt }: AccessClaims): boolean => machine.now() >= expiresAt * 1000
  return {
    async verify(text) {
      const claims = JSON.parse(text) as AccessClaims
      if (isExpired(claims)) return { ok: false, code: 'expired', reason: 'it has expired', claims } as never
      verified.set(text, claims)
      return { ok: true, claims } as never
    },
    verifiedBefore(text) {
      const claims = verified.get(text)
      return claims === undefined || isExpired(claims) ? null : claims
    },
  }
}

/** A session's secret at a generation: 43 characters that only look random. */
export function secretOf(session: string, generation: number): string {
  const digest = createHash('sha256').update(`${session} ${generation}`).digest('base64url')
  return digest
}

export function sessionTokenFor(session: string, generation: number): string {
  return formatSessionToken({ id: session, secret: secretOf(session, generation) })
}

export function secretHashFor(session: string, generation: number): string {
  return createHash('sha256').update(secretOf(session, generation)).digest('base64url')
}

export function newRecord(
  id: string,
  subject: string,
  versions: Versions,
  now: number,
  absolute: number,
): SessionRecord {
  return {
    ...{ id, subject, secretHash: secretHashFor(id, 0), chainSecret: 'sealed' },
    ...{ generation: 0, firstGeneration: 0, confirmedGeneration: 0, rotatedAt: now },
    ...{ subjectVersion: versions.subjectVersion, deploymentVersion: versions.deploymentVersion },
    ...{ createdAt: now, authenticatedAt: now, amr: ['pwd'], lastSeenAt: now },
    ...{ idleExpiresAt: now + absolute, absoluteExpiresAt: now + absolute, remember: false, device: unknownDevice },
    ...{ data: 0, dataVersion: 1, changeCounter: 0, actor: null, endedAt: null, endedBecause: null, version: 1 },
  }
}

/** `startedAt`: when the read began that the token rests on, by the clock of the machine that mints it. */
export function claimsFor(
  record: SessionRecord,
  versions: Versions,
  tokenId: string,
  startedAt: number,
  lifetime: number,
): AccessClaims {
  const issuedAt = Math.floor(startedAt / 1000)
  const end = Math.min(startedAt + lifetime, record.absoluteExpiresAt)
  return {
    ...{ subject: record.subject!, session: record.id, tokenId, issuedAt, expiresAt: Math.floor(end / 1000) },
    ...{ authenticatedAt: issuedAt, amr: ['pwd'], generation: record.generation, own: {} },
    ...{ subjectVersion: record.subjectVersion, deploymentVersion: record.deploymentVersion },
    ...{ subjectChanges: versions.subjectChanges, sessionChanges: record.changeCounter },
  }
}
