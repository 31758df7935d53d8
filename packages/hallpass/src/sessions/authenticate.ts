import { authenticate, type PresentedCredential } from '../core/authenticate.js'
import { touchEvery } from '../core/policy.js'
import type { Found, SessionRecord, Versions } from '../core/session.js'
import { isWorthStoring } from '../core/touch.js'
import { isAuthenticRefresh, isAuthenticSession } from './chain.js'
import { type Credential, parseCredential } from './credential.js'
import { type Engine, refused, type Refused } from './engine.js'
import { idleLifetime } from './strategies/strategy.js'

/** A session the store vouches for, with the counters of the same moment. */
export interface Live {
  readonly ok: true
  readonly record: SessionRecord
  readonly versions: Versions
  /** When the question was asked, before the store answered. */
  readonly startedAt: number
}

/** Judges the text of a credential. Rejects only with trouble. */
export async function authenticateText(engine: Engine, text: string): Promise<Live | Refused> {
  const startedAt = engine.runtime.now()
  const credential = parseCredential(text)
  if (credential === null) return refused('invalid', 'it has none of our forms')
  if (credential.kind === 'refresh') return refused('invalid', 'a refresh token authenticates nothing but a refresh')

  const looked = await lookUp(engine, credential)
  if ('ok' in looked) return looked
  const { found, presented, session } = looked
  const verdict = authenticate(found, presented, engine.runtime.now())
  switch (verdict.outcome) {
    case 'invalid':
      return refused('invalid', 'the secret is not the one of the session')
    case 'ended':
      return refused('ended', verdict.because, session)
    case 'stale':
      return refused('stale', 'a version or a counter has been raised since', session)
    case 'live':
      break
  }
  notice(engine, verdict.record, presented, startedAt)
  return { ok: true, record: verdict.record, versions: found.versions, startedAt }
}

interface LookedUp {
  readonly found: Found
  readonly presented: PresentedCredential
  readonly session: string
}

/** Without a lease the store answers every check. */
async function lookUp(
  engine: Engine,
  credential: Exclude<Credential, { kind: 'refresh' }>,
): Promise<LookedUp | Refused> {
  if (credential.kind === 'session') {
    const { token } = credential
    const found = await engine.store.sessions.find(token.id)
    const authentic = await isAuthenticSession(engine, found.record, token)
    return { found, presented: { kind: 'session', authentic }, session: token.id }
  }
  const verified = await engine.accessTokens.verify(credential.text)
  if (!verified.ok) {
    return refused(verified.code, verified.reason, verified.code === 'expired' ? verified.claims.session : null)
  }
  const { claims } = verified
  const found = await engine.store.sessions.find(claims.session)
  return { found, presented: { kind: 'access', claims }, session: claims.session }
}

function notice(engine: Engine, record: SessionRecord, presented: PresentedCredential, at: number): void {
  // Who holds a session token needs no earlier refresh token any more.
  const generation = presented.kind === 'access' ? presented.claims.generation : record.generation
  const every = touchEvery(idleLifetime(engine.policy, record))
  if (isWorthStoring(record, { at, generation }, { touchEvery: every }))
    engine.behind.note(record.id, { at, generation })
}

/** The session that an authentic credential names, whether or not it is still believed. */
export async function sessionNamedBy(engine: Engine, text: string): Promise<string | null> {
  const credential = parseCredential(text)
  if (credential === null) return null
  if (credential.kind === 'access') {
    const verified = await engine.accessTokens.verify(credential.text)
    return verified.ok || verified.code === 'expired' ? verified.claims.session : null
  }
  const { record } = await engine.store.sessions.find(credential.token.id)
  const authentic =
    credential.kind === 'session'
      ? await isAuthenticSession(engine, record, credential.token)
      : await isAuthenticRefresh(engine, record, credential.token)
  return authentic ? credential.token.id : null
}
