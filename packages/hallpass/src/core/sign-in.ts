import { HallpassError, type Mistake } from './errors.js'
import type { Device, Json, SessionRecord, Versions } from './session.js'
import type { PageQuery } from './store.js'

/**
 * The counters as they stood before the credentials were checked. A sign-in in several steps carries it along;
 * whatever signed the subject out in between wins.
 */
export interface Begun {
  readonly subject: string
  readonly subjectVersion: number
  readonly deploymentVersion: number
}

/** Stores cut text at NUL or mend a lone surrogate, and two subjects would become one. */
const unfitForSubject = /\p{Control}|\p{Surrogate}/u

/** The subject, if it is 1 to 255 characters that every store keeps as they are. Errors: `bad-request`. */
export function checkedSubject(subject: string): string {
  if (typeof subject === 'string' && subject.length > 0 && subject.length <= 255 && !unfitForSubject.test(subject)) {
    return subject
  }
  const problem = 'is not a string of 1 to 255 characters without control characters.'
  throw new HallpassError('bad-request', { mistakes: [{ field: 'subject', problem, remedy: 'Use a stable id.' }] })
}

/** A page as it may be asked for. Errors: `bad-request`. */
export function checkedPage(query: PageQuery): PageQuery {
  const { prefix, after, limit } = query
  const mistakes: Mistake[] = []
  for (const [field, text] of Object.entries({ prefix, after: after === null ? '' : after })) {
    if (typeof text === 'string' && !unfitForSubject.test(text)) continue
    const problem = 'is not a string without control characters.'
    mistakes.push({ field, problem, remedy: "Leave it '' (the prefix) or null (after) to ask for all." })
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    mistakes.push({ field: 'limit', problem: 'is not a whole number from 1 to 1000.', remedy: 'Ask page by page.' })
  }
  if (mistakes.length > 0) throw new HallpassError('bad-request', { mistakes })
  return query
}

export function begun(subject: string, versions: Versions): Begun {
  return { subject, subjectVersion: versions.subjectVersion, deploymentVersion: versions.deploymentVersion }
}

/** What a new chain of credentials starts from. */
export interface FreshSecrets {
  readonly secretHash: string
  readonly chainSecret: string
}

/** Milliseconds. */
export interface Lifetime {
  readonly idle: number
  readonly absolute: number
}

export interface NewSession {
  readonly id: string
  readonly subject: string | null
  readonly versions: Pick<Versions, 'subjectVersion' | 'deploymentVersion'>
  readonly secrets: FreshSecrets
  readonly lifetime: Lifetime
  readonly remember: boolean
  readonly amr: readonly string[]
  readonly device: Device
  readonly data: Json
  readonly dataVersion: number
  readonly actor: string | null
}

/** The first record of a session. */
export function open(session: NewSession, now: number): SessionRecord {
  const { id, subject, versions, secrets, lifetime, remember, amr, device, data, dataVersion, actor } = session
  const absoluteExpiresAt = now + lifetime.absolute
  return {
    id,
    subject,
    ...secrets,
    generation: 0,
    firstGeneration: 0,
    confirmedGeneration: 0,
    rotatedAt: now,
    subjectVersion: versions.subjectVersion,
    deploymentVersion: versions.deploymentVersion,
    createdAt: now,
    authenticatedAt: now,
    amr,
    lastSeenAt: now,
    idleExpiresAt: Math.min(now + lifetime.idle, absoluteExpiresAt),
    absoluteExpiresAt,
    remember,
    device,
    data,
    dataVersion,
    changeCounter: 0,
    actor,
    endedAt: null,
    endedBecause: null,
    version: 1,
  }
}
