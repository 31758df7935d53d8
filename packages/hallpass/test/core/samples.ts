import type { AccessClaims } from '#src/core/claims.js'
import type { Device, Found, SessionRecord, Versions } from '#src/core/session.js'

/** The moment at which the tables of these tests stand. */
export const now = 1_000_000
export const minute = 60_000

export const laptop: Device = { name: 'Firefox on Linux', userAgent: 'Firefox', network: '192.0.2.0/24' }
export const phone: Device = { name: 'Safari on iPhone', userAgent: 'Safari', network: '198.51.100.0/24' }

/** A session in the middle of its life: three rotations, the last a minute ago and seen in use, versions above 0. */
export function live(differences: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id: '0aAAAAAAAAAAAAAAAAAAAAAA',
    subject: 'u_1',
    secretHash: 'hash',
    chainSecret: 'wrapped',
    generation: 3,
    firstGeneration: 0,
    confirmedGeneration: 3,
    rotatedAt: now - minute,
    subjectVersion: 2,
    deploymentVersion: 1,
    createdAt: now - 10 * minute,
    authenticatedAt: now - 10 * minute,
    amr: ['pwd'],
    lastSeenAt: now - minute,
    idleExpiresAt: now + 5 * minute,
    absoluteExpiresAt: now + 60 * minute,
    remember: false,
    device: laptop,
    data: { cart: ['book'] },
    dataVersion: 1,
    changeCounter: 4,
    actor: null,
    endedAt: null,
    endedBecause: null,
    version: 9,
    ...differences,
  }
}

export function found(record: SessionRecord | null, differences: Partial<Versions> = {}): Found {
  return { record, versions: { subjectVersion: 2, subjectChanges: 6, deploymentVersion: 1, ...differences } }
}

/** The claims of a token minted for `live()` just now. */
export function claims(differences: Partial<AccessClaims> = {}): AccessClaims {
  return {
    subject: 'u_1',
    session: '0aAAAAAAAAAAAAAAAAAAAAAA',
    tokenId: 't_1',
    issuedAt: now / 1000,
    expiresAt: now / 1000 + 300,
    authenticatedAt: now / 1000 - 600,
    amr: ['pwd'],
    generation: 3,
    subjectVersion: 2,
    deploymentVersion: 1,
    subjectChanges: 6,
    sessionChanges: 4,
    own: {},
    ...differences,
  }
}

/** Every way in which a session can be over, with the reason that must be told. */
export const over: readonly (readonly [reason: string, Found])[] = [
  ['signed-out', found(live({ endedAt: now - 1, endedBecause: 'signed-out' }))],
  ['revoked', found(live({ endedAt: now - 1, endedBecause: null }))],
  ['subject-revoked', found(live(), { subjectVersion: 3 })],
  ['everything-revoked', found(live(), { deploymentVersion: 2 })],
  ['absolute', found(live({ absoluteExpiresAt: now, idleExpiresAt: now }))],
  ['idle', found(live({ idleExpiresAt: now }))],
]
