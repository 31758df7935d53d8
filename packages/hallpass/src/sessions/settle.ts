import type { Assurance } from '../cluster/revoker.js'
import type { Decision } from '../core/decision.js'
import { HallpassError } from '../core/errors.js'
import { type NewEntry, type News, news, newsOf } from '../core/log.js'
import type { Awaitable } from '../core/ports.js'
import type { RevokeOptions } from '../core/receipt.js'
import type { Found, SessionRecord } from '../core/session.js'
import { encodeBase64url } from '../crypto/base64url.js'
import { sealedAnew } from './chain.js'
import type { Parts } from './parts.js'

/** Fifty clients that refresh one token at once lose a race each, rarely two; more than this many is trouble. */
const mostAttempts = 20

export interface Settled<Verdict> {
  readonly verdict: Verdict
  /** What the store knew when the decision was taken. */
  readonly found: Found
  /** What every other instance now knows; null where nothing was changed that any of them rests on. */
  readonly assurance: Assurance | null
}

type Decide<Verdict> = (found: Found) => Awaitable<Decision<Verdict>>

/**
 * The one meeting of decisions with the store: load, decide, replace on the version that was read, and decide anew
 * when another writer was first. What ends a session or replaces its secret goes through the log, whoever decided it.
 * Events leave only after the write.
 */
export async function settle<Verdict>(
  parts: Parts,
  id: string,
  decide: Decide<Verdict>,
  options: RevokeOptions = {},
): Promise<Settled<Verdict>> {
  const { sessions } = parts.store
  return attempt(parts, id, decide, async (next, before) => {
    const told = newsOf(before, next)
    if (told === null) return (await sessions.replace(next)) === 'replaced' ? null : 'conflict'
    const entry = entryOf(parts, told)
    const bringAbout = async (): Promise<boolean> => (await sessions.replace(next, entry)) === 'replaced'
    return (await parts.revoker.revoke(entry, bringAbout, options)) ?? 'conflict'
  })
}

/** The same where every other session of the subject ends in one step with what becomes of this one. */
export async function settleEndingOthers<Verdict>(
  parts: Parts,
  id: string,
  subject: string,
  decide: Decide<Verdict>,
): Promise<Settled<Verdict>> {
  const { sessions } = parts.store
  return attempt(parts, id, decide, async (next, before) => {
    // Tokens of a secret that was replaced are ended like all others', and not merely stale.
    const kept = next.firstGeneration === before.firstGeneration ? id : null
    const entry = entryOf(parts, news.subjectRevoked(subject, kept))
    const counter = { of: 'subject', subject, raise: 'version' } as const
    const bringAbout = async (): Promise<boolean> => (await sessions.raise(counter, next, entry)) !== 'conflict'
    return (await parts.revoker.revoke(entry, bringAbout)) ?? 'conflict'
  })
}

export function entryOf({ crypto }: Pick<Parts, 'crypto'>, about: News): NewEntry {
  return { ...about, id: encodeBase64url(crypto.randomBytes(16)) }
}

async function attempt<Verdict>(
  parts: Parts,
  id: string,
  decide: Decide<Verdict>,
  write: (next: SessionRecord, before: SessionRecord) => Promise<Assurance | null | 'conflict'>,
): Promise<Settled<Verdict>> {
  for (let attempts = 0; attempts < mostAttempts; attempts++) {
    const found = await parts.store.sessions.find(id)
    const { verdict, next: decided, events } = await decide(found)
    const next = decided === undefined ? undefined : await sealedAnew(parts, decided)
    const assurance = next === undefined ? null : await write(next, found.record!)
    if (assurance === 'conflict') continue
    if (next !== undefined) parts.cache.drop(id)
    for (const event of events) parts.emit(event)
    return { verdict, found, assurance }
  }
  throw new HallpassError('contended', { reason: `session ${id}: another writer was first ${mostAttempts} times` })
}

/**
 * Moves the chain secret of a live session under the first root, so that the others can leave the list. Best effort:
 * where another writer is first, or the store is away, the session's next use tries again.
 */
export async function sealAnew(parts: Parts, record: SessionRecord): Promise<void> {
  const next = await sealedAnew(parts, record)
  if (next !== record) await parts.store.sessions.replace(next).catch(() => undefined)
}
