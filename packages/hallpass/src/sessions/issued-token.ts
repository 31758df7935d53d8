import { patience, withinDeadline } from '../cluster/deadline.js'
import { authenticate } from '../core/authenticate.js'
import type { AccessClaims } from '../core/claims.js'
import type { IssuedClaims } from '../core/issued-claims.js'
import { believedByStoreOnly, lookUpSession, recalled, refusedBy } from './authenticate.js'
import { type Engine, refused, type Refused } from './engine.js'

/**
 * Judges a token that we signed, whoever it is for: by itself and, where it has one, with its session. Nothing is
 * confirmed or touched. Rejects only with trouble.
 */
export async function judgeIssued(
  engine: Engine,
  text: string,
): Promise<{ readonly ok: true; readonly claims: IssuedClaims } | Refused> {
  const verified = await engine.accessTokens.verifyIssued(text)
  if (!verified.ok) return refused(verified.code, verified.reason)
  const { claims } = verified
  const against =
    claims.session === null ? await againstToken(engine, claims) : await againstSession(engine, claims.session)
  return against ?? { ok: true, claims }
}

async function againstSession(engine: Engine, claims: AccessClaims): Promise<Refused | null> {
  const presented = { kind: 'access', claims } as const
  const known = engine.holder?.holds() === true ? recalled(engine, claims) : 'no-lease'
  if (typeof known !== 'string' && authenticate(known, presented, engine.runtime.now()).outcome === 'live') return null
  const looked = await withinDeadline(engine.runtime, patience, lookUpSession(engine, claims))
  if ('ok' in looked) return looked
  const verdict = authenticate(looked.found, presented, engine.runtime.now())
  return verdict.outcome === 'live' ? null : refusedBy(verdict, claims.session)
}

/** Of a token without a session all there is to ask is whether it was revoked by itself. */
async function againstToken(engine: Engine, { tokenId, issuedAt }: IssuedClaims): Promise<Refused | null> {
  const told = engine.holder?.holds() === true && !believedByStoreOnly(engine, issuedAt)
  const revoked = told
    ? engine.view.revokesToken(tokenId)
    : await withinDeadline(engine.runtime, patience, engine.store.log.revokesToken(tokenId))
  return revoked ? refused('ended', 'revoked') : null
}
