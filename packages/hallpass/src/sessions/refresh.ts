import { authenticate } from '../core/authenticate.js'
import type { Decision } from '../core/decision.js'
import { exchange, refresh, type RefreshPolicy, type RefreshVerdict } from '../core/refresh.js'
import type { Device, Found, SessionRecord } from '../core/session.js'
import type { RefreshToken } from '../core/token.js'
import { isAuthenticRefresh, isAuthenticSession } from './chain.js'
import { type Credential, parseCredential } from './credential.js'
import { type Carried, carry, type Engine, refused, type Refused } from './engine.js'
import { mintAccessToken } from './minting.js'
import { settle } from './settle.js'
import { idleLifetime } from './strategies/strategy.js'

export type Refreshed = ({ readonly ok: true } & Carried) | Refused

/** Judges the text of a credential where a refresh is asked for, and answers with the strategy's own kind. */
export async function refreshText(engine: Engine, text: string, device: Device): Promise<Refreshed> {
  const credential = parseCredential(text)
  if (credential === null) return refused('invalid', 'it has none of our forms')
  return credential.kind === 'access' ? restate(engine, text) : renew(engine, credential, device)
}

async function renew(
  engine: Engine,
  credential: Exclude<Credential, { kind: 'access' }>,
  device: Device,
): Promise<Refreshed> {
  const startedAt = engine.runtime.now()
  const { verdict, found } = await settle(engine, credential.token.id, async (found) => {
    if (credential.kind === 'refresh') return judgeRefresh(engine, found, credential.token, device)
    const authentic = await isAuthenticSession(engine, found.record, credential.token)
    return exchange(found, authentic, refreshPolicy(engine, found.record), engine.runtime.now())
  })
  const { id } = credential.token
  switch (verdict.outcome) {
    case 'ended':
      return refused('ended', verdict.because, id)
    case 'invalid':
      return refused('invalid', 'it is not authentic')
    case 'reused':
    case 'rolled-back':
      return refused(verdict.outcome, `generation ${found.record?.generation ?? 0} was current`, id)
    case 'renewed':
    case 'rotated':
    case 'repeated':
      break
  }
  return { ok: true, ...(await carry(engine, verdict.record, found.versions, startedAt)) }
}

/** What a refresh token is worth, and what a refresh with it would change. Changes nothing itself. */
export async function judgeRefresh(
  engine: Engine,
  found: Found,
  token: RefreshToken,
  device: Device,
): Promise<Decision<RefreshVerdict>> {
  const authentic = await isAuthenticRefresh(engine, found.record, token)
  const presented = { generation: token.generation, authentic, device }
  return refresh(found, presented, refreshPolicy(engine, found.record), engine.runtime.now())
}

/** An access token buys an access token with the same end and no more, or a theft for minutes would last for days. */
async function restate(engine: Engine, text: string): Promise<Refreshed> {
  const startedAt = engine.runtime.now()
  const verified = await engine.accessTokens.verify(text)
  if (!verified.ok) return refused(verified.code, verified.reason)
  const { claims } = verified
  const found = await engine.store.sessions.find(claims.session)
  const verdict = authenticate(found, { kind: 'access', claims }, engine.runtime.now())
  if (verdict.outcome === 'ended') return refused('ended', verdict.because, claims.session)
  if (verdict.outcome === 'invalid') return refused('invalid', 'it is not authentic')
  const { record } = verdict
  const mintable = { record, versions: found.versions, startedAt }
  return { ok: true, record, tokens: await mintAccessToken(engine, mintable, claims.expiresAt * 1000) }
}

function refreshPolicy(engine: Engine, record: SessionRecord | null): RefreshPolicy {
  const { policy, strategy } = engine
  return {
    overlap: policy.lifetimes.overlap,
    idle: record === null ? 0 : idleLifetime(policy, record),
    endsWithin: record === null || record.subject === null ? null : strategy.endsWithin(policy),
  }
}
