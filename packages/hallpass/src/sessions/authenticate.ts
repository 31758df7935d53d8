import { patience, withinDeadline } from '../cluster/deadline.js'
import { authenticate, type AuthenticateVerdict, type PresentedCredential } from '../core/authenticate.js'
import type { AccessClaims } from '../core/claims.js'
import { touchEvery } from '../core/policy.js'
import type { Awaitable } from '../core/ports.js'
import type { Found, SessionRecord, Versions } from '../core/session.js'
import { sameText, sessionIdIn } from '../core/token.js'
import { isWorthStoring, sighting, touched } from '../core/touch.js'
import { isAuthenticRefresh, isAuthenticSession } from './chain.js'
import { type Credential, parseCredential } from './credential.js'
import type { AskedStoreBecause } from '../core/counts.js'
import { type Engine, refused, type Refused } from './engine.js'
import type { Cached, Ticket } from './session-cache.js'
import { sealAnew } from './settle.js'
import { idleLifetime } from './strategies/strategy.js'

/** A session the store vouches for, with the counters of the same moment. */
export interface Live {
  readonly ok: true
  readonly record: SessionRecord
  readonly versions: Versions
  /** When the question was asked, before the store answered. */
  readonly startedAt: number
  /** The store is away, and memory last knew it so. */
  readonly lastKnownGood: boolean
  /** Of the access token that was presented; null for a session token. */
  readonly claims: AccessClaims | null
  /** The entry of memory that it rests on, or became; null where memory keeps none. */
  readonly cached: Cached | null
}

const fromASession: PresentedCredential = { kind: 'session', authentic: true }

/**
 * Judges the text of a credential: from memory where the lease is held and says yes, else by asking the store. Rejects
 * only with trouble.
 */
export function authenticateText(
  engine: Engine,
  text: string,
  { lastKnownGood = false }: { readonly lastKnownGood?: boolean } = {},
): Awaitable<Live | Refused> {
  const answer = engine.holder?.holds() === true ? fromMemory(engine, text) : 'no-lease'
  if (typeof answer === 'string') {
    engine.counts.askedStore[answer]++
    return lastKnownGood ? fromStoreOrLastKnown(engine, text) : fromStore(engine, text)
  }
  engine.counts.fromMemory++
  return answer
}

/** The store's answer or, where it is away, what memory knew when it could last be trusted. */
async function fromStoreOrLastKnown(engine: Engine, text: string): Promise<Live | Refused> {
  try {
    return await fromStore(engine, text)
  } catch (error) {
    const allowed = engine.policy.leases?.lastKnownGood ?? 0
    const known = allowed > 0 && engine.holder?.heldWithin(allowed) === true ? fromMemory(engine, text) : 'no-lease'
    if (typeof known === 'string' || known.record.subject === null) throw error
    return { ...known, lastKnownGood: true }
  }
}

/** The warm path: why the store must be asked, wherever memory does not say yes. */
function fromMemory(engine: Engine, text: string): Live | AskedStoreBecause {
  const { cache } = engine
  const sessionId = sessionIdIn(text)
  if (sessionId !== null) {
    const cached = cache.get(sessionId)
    if (cached === undefined || cached.token === null) return 'not-remembered'
    return sameText(cached.token, text) ? liveFromMemory(engine, cached, fromASession) : 'not-confirmed'
  }
  const claims = engine.accessTokens.verifiedBefore(text)
  if (claims === null) return 'not-remembered'
  const cached = recalled(engine, claims)
  return typeof cached === 'string' ? cached : liveFromMemory(engine, cached, { kind: 'access', claims })
}

/** The session of a verified token, where memory has it and the log tells nothing against it. The lease is the caller's to check. */
export function recalled(engine: Engine, claims: AccessClaims): Cached | AskedStoreBecause {
  if (believedByStoreOnly(engine, claims.issuedAt)) return 'store-forgot'
  const cached = engine.cache.get(claims.session)
  if (cached === undefined) return 'not-remembered'
  return engine.view.judge(claims) === null ? cached : 'not-confirmed'
}

function liveFromMemory(engine: Engine, cached: Cached, presented: PresentedCredential): Live | AskedStoreBecause {
  const startedAt = engine.runtime.now()
  if (authenticate(cached, presented, startedAt).outcome !== 'live') return 'not-confirmed'
  notice(engine, cached.record, presented, startedAt, cached)
  const { record, versions } = cached
  return { ok: true, record, versions, startedAt, lastKnownGood: false, claims: claimsOf(presented), cached }
}

async function fromStore(engine: Engine, text: string): Promise<Live | Refused> {
  const startedAt = engine.runtime.now()
  const credential = parseCredential(text)
  if (credential === null) return refused('invalid', 'it has none of our forms')
  if (credential.kind === 'refresh') return refused('invalid', 'a refresh token authenticates nothing but a refresh')

  const looked = await withinDeadline(engine.runtime, patience, lookUp(engine, credential))
  if ('ok' in looked) return looked
  const { found, presented, session, cached } = looked
  const verdict = authenticate(found, presented, engine.runtime.now())
  if (verdict.outcome !== 'live') return refusedBy(verdict, session)
  if (cached !== null && credential.kind === 'session') cached.token = text
  const { record } = verdict
  notice(engine, record, presented, startedAt, cached)
  const { versions } = found
  return { ok: true, record, versions, startedAt, lastKnownGood: false, claims: claimsOf(presented), cached }
}

function claimsOf(presented: PresentedCredential): AccessClaims | null {
  return presented.kind === 'access' ? presented.claims : null
}

/** A verdict that is not `live`, as a refusal. */
export function refusedBy(verdict: Exclude<AuthenticateVerdict, { outcome: 'live' }>, session: string): Refused {
  if (verdict.outcome === 'invalid') return refused('invalid', 'the secret is not the one of the session')
  if (verdict.outcome === 'ended') return refused('ended', verdict.because, session)
  return refused('stale', 'a version or a counter has been raised since', session)
}

interface LookedUp {
  readonly found: Found
  readonly presented: PresentedCredential
  readonly session: string
  readonly cached: Cached | null
}

async function lookUp(
  engine: Engine,
  credential: Exclude<Credential, { kind: 'refresh' }>,
): Promise<LookedUp | Refused> {
  const ticket = engine.cache.begin()
  if (credential.kind === 'session') {
    const { token } = credential
    const found = await engine.store.sessions.find(token.id)
    const authentic = await isAuthenticSession(engine, found.record, token)
    const cached = authentic ? engine.cache.fill(ticket, found) : null
    if (authentic) void sealAnew(engine, found.record!)
    return { found, presented: { kind: 'session', authentic }, session: token.id, cached }
  }
  const verified = await engine.accessTokens.verify(credential.text)
  if (!verified.ok) {
    return refused(verified.code, verified.reason, verified.code === 'expired' ? verified.claims.session : null)
  }
  return lookUpSession(engine, verified.claims, ticket)
}

/** The session of a verified token as the store has it, unless log or store tell against the token itself. */
export async function lookUpSession(
  engine: Engine,
  claims: AccessClaims,
  ticket: Ticket = engine.cache.begin(),
): Promise<LookedUp | Refused> {
  const told = engine.holder?.holds() === true
  const judgement = told ? engine.view.judge(claims) : null
  if (judgement?.outcome === 'ended') return refused('ended', judgement.because, claims.session)
  if (judgement?.outcome === 'stale') return refused('stale', 'the log tells of a change since', claims.session)
  // The view knows every revoked token that could still be alive, but only while the lease is held.
  const [found, revoked] = await Promise.all([
    engine.store.sessions.find(claims.session),
    told && !believedByStoreOnly(engine, claims.issuedAt) ? false : engine.store.log.revokesToken(claims.tokenId),
  ])
  if (revoked) return refused('ended', 'revoked', claims.session)
  const cached = engine.cache.fill(ticket, found)
  return { found, presented: { kind: 'access', claims }, session: claims.session, cached }
}

/** After a store forgot, what was issued earlier is believed by the store alone. `issuedAt`: seconds. */
export function believedByStoreOnly({ view }: Engine, issuedAt: number): boolean {
  return issuedAt * 1000 <= view.believesFrom
}

function notice(
  engine: Engine,
  record: SessionRecord,
  presented: PresentedCredential,
  at: number,
  cached: Cached | null,
): void {
  const idle = idleLifetime(engine.policy, record)
  // Who holds a session token needs no earlier refresh token any more.
  const generation = presented.kind === 'access' ? presented.claims.generation : record.generation
  if (!isWorthStoring(record, { seenAt: at, generation }, { touchEvery: touchEvery(idle) })) return
  const touch = sighting(record, at, generation, idle)
  engine.behind.note(touch)
  if (cached !== null) cached.record = touched(record, touch, at) ?? record
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
