import { patience, withinDeadline } from '../cluster/deadline.js'
import { authenticate } from '../core/authenticate.js'
import type { Actor, Introspection } from '../core/service-token.js'
import { type Found, expiresAt, hasSubject, type SessionRecord, unknownDevice } from '../core/session.js'
import { type RefreshToken, sameText, type SessionToken } from '../core/token.js'
import { isAuthenticSession } from './chain.js'
import { parseCredential } from './credential.js'
import type { Engine } from './engine.js'
import { judgeIssued } from './issued-token.js'
import { judgeRefresh } from './refresh.js'

const inactive: Introspection = { active: false }

/** RFC 7662: what any token of ours is worth at this moment. Rotates nothing, confirms nothing, touches nothing. */
export async function introspectToken(engine: Engine, text: string): Promise<Introspection> {
  const credential = parseCredential(text)
  if (credential === null) return inactive
  if (credential.kind === 'access') return ofIssued(engine, credential.text)
  const record =
    credential.kind === 'session'
      ? await sessionBehind(engine, credential.token, text)
      : await sessionToRefresh(engine, credential.token)
  // An anonymous session says nothing of anybody.
  return record === null || !hasSubject(record) ? inactive : ofSession(engine, credential.kind, record)
}

async function ofIssued(engine: Engine, text: string): Promise<Introspection> {
  const judged = await judgeIssued(engine, text)
  if (!judged.ok) return inactive
  const { claims } = judged
  return {
    active: true,
    kind: claims.session === null ? 'service' : 'access',
    subject: claims.subject,
    session: claims.session?.session ?? null,
    clientId: claims.clientId,
    audience: claims.audience,
    scope: claims.scope ?? [],
    tokenId: claims.tokenId,
    issuedAt: claims.issuedAt * 1000,
    expiresAt: claims.expiresAt * 1000,
    actor: claims.actor,
  }
}

/** An opaque token lives as long as its session. */
function ofSession(
  { policy }: Engine,
  kind: 'session' | 'refresh',
  record: SessionRecord & { subject: string },
): Introspection {
  const actor: Actor | null = record.actor === null ? null : { sub: record.actor }
  return {
    active: true,
    kind,
    subject: record.subject,
    session: record.id,
    clientId: policy.clientId,
    audience: [policy.audience],
    scope: [],
    tokenId: null,
    issuedAt: kind === 'session' ? record.createdAt : record.rotatedAt,
    expiresAt: expiresAt(record),
    actor,
  }
}

async function sessionBehind(engine: Engine, token: SessionToken, text: string): Promise<SessionRecord | null> {
  const cached = engine.holder?.holds() === true ? engine.cache.get(token.id) : undefined
  if (cached?.token !== undefined && cached.token !== null && sameText(cached.token, text)) {
    const known = liveIn(engine, cached, true)
    if (known !== null) return known
  }
  const found = await find(engine, token.id)
  return liveIn(engine, found, await isAuthenticSession(engine, found.record, token))
}

function liveIn(engine: Engine, found: Found, authentic: boolean): SessionRecord | null {
  const verdict = authenticate(found, { kind: 'session', authentic }, engine.runtime.now())
  return verdict.outcome === 'live' ? verdict.record : null
}

/** The session that a refresh would go on with. */
async function sessionToRefresh(engine: Engine, token: RefreshToken): Promise<SessionRecord | null> {
  const found = await find(engine, token.id)
  const { verdict } = await judgeRefresh(engine, found, token, unknownDevice)
  return 'record' in verdict ? found.record : null
}

function find(engine: Engine, id: string): Promise<Found> {
  return withinDeadline(engine.runtime, patience, engine.store.sessions.find(id))
}
