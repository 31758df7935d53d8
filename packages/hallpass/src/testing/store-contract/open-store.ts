import type { SessionRecord } from '../../core/session.js'
import type { Store } from '../../core/store.js'
import { shardOf } from '../../core/token.js'

/** How the contract comes by stores. Each check opens its own; closing what is left open is the caller's. */
export interface OpenStore {
  /** A fresh and empty store. */
  readonly open: () => Promise<Store>
  /** Closes the store and opens what it kept. For engines that keep anything. */
  readonly reopen?: (store: Store) => Promise<Store>
  /** Moves the engine's own clock on, milliseconds. For engines that have one. */
  readonly advance?: (ms: number) => Promise<void>
}

export type StorePromise = readonly [promise: string, check: (stores: OpenStore) => Promise<void>]

const epoch = Date.UTC(2026, 0, 1)
const day = 86_400_000
let made = 0

/** A live session record that differs from every other one in id and secrets. */
export function sampleSession(differences: Partial<SessionRecord> = {}): SessionRecord {
  const number = String(++made)
  const subject = differences.subject === undefined ? 'u_1' : differences.subject
  return {
    id: `${shardOf(subject ?? number)}${number.padStart(21, 'A')}A`,
    subject,
    secretHash: number.padStart(43, 'h'),
    chainSecret: number.padStart(43, 'c'),
    generation: 0,
    firstGeneration: 0,
    confirmedGeneration: 0,
    rotatedAt: epoch,
    subjectVersion: 0,
    deploymentVersion: 0,
    createdAt: epoch,
    authenticatedAt: epoch,
    amr: ['pwd'],
    lastSeenAt: epoch,
    idleExpiresAt: epoch + day,
    absoluteExpiresAt: epoch + 7 * day,
    remember: false,
    device: { name: 'Firefox on Linux', userAgent: 'Mozilla/5.0', network: '192.0.2.0/24' },
    data: null,
    dataVersion: 1,
    changeCounter: 0,
    actor: null,
    endedAt: null,
    endedBecause: null,
    version: 1,
    ...differences,
  }
}

/** A session that the store holds. */
export async function insertedSession(store: Store, differences: Partial<SessionRecord> = {}): Promise<SessionRecord> {
  const record = sampleSession(differences)
  const answer = await store.sessions.insert(record)
  if (answer !== 'inserted') throw new Error(`a session that nothing has passed was not inserted: ${answer}`)
  return record
}

/** Calls all at once and answers how often each answer came. */
export async function atOnce<Answer extends string>(
  times: number,
  call: (number: number) => Promise<Answer>,
): Promise<Partial<Record<Answer, number>>> {
  const tally: Partial<Record<Answer, number>> = {}
  const answers = await Promise.all(Array.from({ length: times }, (_, number) => call(number)))
  for (const answer of answers) tally[answer] = (tally[answer] ?? 0) + 1
  return tally
}
