import { unchanged } from '../core/decision.js'
import { HallpassError } from '../core/errors.js'
import { type Receipt, revoke } from '../core/revoke.js'
import { type EndReason, type Found, whyOver } from '../core/session.js'
import { mintAccessToken } from './minting.js'
import { type Carried, type Engine, ownSessionToken } from './engine.js'
import { parseCredential } from './credential.js'
import { settle, settleRaising } from './settle.js'

/**
 * Ends what is to be ended, then says so. Every check asks the store, so that what the store has written is in
 * force everywhere: there is nobody to wait for yet.
 */
export async function revokeSession(engine: Engine, id: string, because: EndReason): Promise<Receipt> {
  return receipted(engine, { ended: 'session', target: id, kept: null }, async () => {
    await settle(engine, id, (found) => revoke(found, because, engine.runtime.now()))
  })
}

export async function revokeSubject(engine: Engine, subject: string): Promise<Receipt> {
  return receipted(engine, { ended: 'subject', target: subject, kept: null }, async () => {
    await engine.store.sessions.raise({ of: 'subject', subject, raise: 'version' })
    engine.emit({ type: 'subject-revoked', at: engine.runtime.now(), subject, kept: null })
  })
}

/** Ends every session of the subject but one, which moves to the new version in the same step. */
export async function revokeOthers(engine: Engine, subject: string, kept: string): Promise<Receipt> {
  return receipted(engine, { ended: 'subject', target: subject, kept }, async () => {
    const { verdict } = await settleRaising(engine, kept, { of: 'subject', subject, raise: 'version' }, (found) => {
      const because = found.record === null ? 'absent' : whyOver(found.record, found.versions, engine.runtime.now())
      if (found.record === null || because !== null) return unchanged(because)
      return { verdict: null, next: found.record, events: [] }
    })
    if (verdict !== null) throw new HallpassError('ended', { reason: verdict })
    engine.emit({ type: 'subject-revoked', at: engine.runtime.now(), subject, kept })
  })
}

export async function revokeEverything(engine: Engine): Promise<Receipt> {
  return receipted(engine, { ended: 'everything', target: null, kept: null }, async () => {
    await engine.store.sessions.raise({ of: 'deployment' })
    engine.emit({ type: 'everything-revoked', at: engine.runtime.now() })
  })
}

export async function subjectChanged(engine: Engine, subject: string): Promise<void> {
  await engine.store.sessions.raise({ of: 'subject', subject, raise: 'changes' })
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

/** Times what brings a revocation about, and puts it in writing. */
export async function receipted(
  engine: Engine,
  what: Pick<Receipt, 'ended' | 'target' | 'kept'>,
  bringAbout: () => Promise<void>,
): Promise<Receipt> {
  const started = engine.runtime.monotonic()
  await bringAbout()
  const tookMilliseconds = Math.round((engine.runtime.monotonic() - started) * 1000) / 1000
  return { ...what, at: engine.runtime.now(), acknowledged: [], waitedOut: [], tookMilliseconds, complete: true }
}
