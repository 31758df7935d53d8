import type { Assurance } from '../cluster/revoker.js'
import { unchanged } from '../core/decision.js'
import { HallpassError } from '../core/errors.js'
import { type News, news } from '../core/log.js'
import type { Receipt, RevokeOptions } from '../core/receipt.js'
import { revoke } from '../core/revoke.js'
import { type EndReason, type Found, whyOver } from '../core/session.js'
import type { Counter } from '../core/store.js'
import { mintAccessToken } from './minting.js'
import { type Carried, type Engine, ownSessionToken } from './engine.js'
import { parseCredential } from './credential.js'
import type { Parts } from './parts.js'
import { entryOf, settle, settleEndingOthers } from './settle.js'

/** Ends one session. What is over already, or was never there, is told to every instance all the same. */
export async function revokeSession(
  engine: Engine,
  id: string,
  because: EndReason,
  options?: RevokeOptions,
): Promise<Receipt> {
  const { assurance } = await settle(engine, id, (found) => revoke(found, because, engine.runtime.now()), options)
  const told = assurance ?? (await tell(engine, news.sessionEnded(id, because), options))
  return receipt(engine, { ended: 'session', target: id, kept: null }, told)
}

export async function revokeSubject(engine: Engine, subject: string, options?: RevokeOptions): Promise<Receipt> {
  const counter = { of: 'subject', subject, raise: 'version' } as const
  const told = await raise(engine, counter, news.subjectRevoked(subject, null), options)
  engine.emit({ type: 'subject-revoked', at: engine.runtime.now(), subject, kept: null })
  return receipt(engine, { ended: 'subject', target: subject, kept: null }, told)
}

/** Ends every session of the subject but one, which moves to the new version in the same step. */
export async function revokeOthers(engine: Engine, subject: string, kept: string): Promise<Receipt> {
  const { verdict, assurance } = await settleEndingOthers(engine, kept, subject, (found) => {
    const because = found.record === null ? 'absent' : whyOver(found.record, found.versions, engine.runtime.now())
    if (found.record === null || because !== null) return unchanged(because)
    return { verdict: null, next: found.record, events: [] }
  })
  if (verdict !== null || assurance === null) throw new HallpassError('ended', { reason: verdict ?? 'absent' })
  return othersEnded(engine, subject, kept, assurance)
}

export function othersEnded(engine: Engine, subject: string, kept: string, told: Assurance): Receipt {
  engine.emit({ type: 'subject-revoked', at: engine.runtime.now(), subject, kept })
  return receipt(engine, { ended: 'subject', target: subject, kept }, told)
}

export async function revokeEverything(engine: Engine, options?: RevokeOptions): Promise<Receipt> {
  const told = await raise(engine, { of: 'deployment' }, news.everythingRevoked(), options)
  engine.emit({ type: 'everything-revoked', at: engine.runtime.now() })
  return receipt(engine, { ended: 'everything', target: null, kept: null }, told)
}

/** Revokes one access or service token, whose session may go on. */
export async function revokeToken(engine: Engine, tokenId: string, options?: RevokeOptions): Promise<Receipt> {
  const told = await tell(engine, news.tokenRevoked(tokenId), options)
  return receipt(engine, { ended: 'token', target: tokenId, kept: null }, told)
}

/** Revokes a signing key: no token under it is believed any more. The next key goes to work if it was the active one. */
export async function revokeKey(engine: Engine, kid: string, options?: RevokeOptions): Promise<Receipt> {
  const entry = entryOf(engine, news.keyRevoked(kid))
  const told = await engine.revoker.revoke(entry, () => engine.keyRing.revoke(kid, entry), options)
  engine.emit({ type: 'key-revoked', at: engine.runtime.now(), kid })
  return receipt(engine, { ended: 'key', target: kid, kept: null }, told!)
}

/** Every access token of the subject is stale on every instance when this resolves. */
export async function subjectChanged(engine: Engine, subject: string): Promise<void> {
  await raise(engine, { of: 'subject', subject, raise: 'changes' }, news.subjectChanged(subject))
  engine.emit({ type: 'subject-changed', at: engine.runtime.now(), subject })
}

/** A session that must be alive: for what is done to the caller's own. */
export async function believed(engine: Engine, id: string): Promise<Found & { record: NonNullable<Found['record']> }> {
  const { record, versions } = await engine.store.sessions.find(id)
  if (record === null) throw new HallpassError('ended', { reason: 'absent' })
  const because = whyOver(record, versions, engine.runtime.now())
  if (because !== null) throw new HallpassError('ended', { reason: because })
  return { record, versions }
}

/**
 * The credential that authenticated, anew and with the same end, for a session that went on while the others were
 * ended. Never more than was presented: who holds an access token alone gets no refresh token for it.
 */
export async function reissue(engine: Engine, id: string, text: string): Promise<Carried> {
  const startedAt = engine.runtime.now()
  const { record, versions } = await believed(engine, id)
  if (parseCredential(text)?.kind === 'session') return { record, tokens: await ownSessionToken(engine, record) }
  const verified = await engine.accessTokens.verify(text)
  if (!verified.ok) throw new HallpassError(verified.code, { reason: verified.reason })
  const tokens = await mintAccessToken(engine, { record, versions, startedAt }, verified.claims.expiresAt * 1000)
  return { record, tokens }
}

async function raise(parts: Parts, counter: Counter, about: News, options?: RevokeOptions): Promise<Assurance> {
  const entry = entryOf(parts, about)
  const bringAbout = async (): Promise<boolean> => {
    await parts.store.sessions.raise(counter, null, entry)
    return true
  }
  return (await parts.revoker.revoke(entry, bringAbout, options))!
}

/** For what has no state of its own in the store, or has it already. */
async function tell(parts: Parts, about: News, options?: RevokeOptions): Promise<Assurance> {
  const entry = entryOf(parts, about)
  const bringAbout = async (): Promise<boolean> => {
    await parts.store.log.append(entry)
    return true
  }
  return (await parts.revoker.revoke(entry, bringAbout, options))!
}

function receipt(parts: Parts, what: Pick<Receipt, 'ended' | 'target' | 'kept'>, told: Assurance): Receipt {
  parts.emit({ type: 'revoked', at: parts.runtime.now(), ...what, ...told })
  return { ...what, at: parts.runtime.now(), ...told }
}
