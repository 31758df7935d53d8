import { HallpassError } from '../core/errors.js'
import { exchangedPayload, narrowedScope } from '../core/exchange.js'
import {
  defaultServiceTtl,
  type ExchangeOptions,
  reservedServiceClaims,
  type ServiceToken,
  type ServiceTokenOptions,
  serviceTokenMistakes,
  serviceTokenPayload,
} from '../core/service-token.js'
import type { Json } from '../core/session.js'
import { checkedSubject } from '../core/sign-in.js'
import { newTokenId, refuseReserved } from './minting.js'
import { judgeIssued } from './issued-token.js'
import type { Engine } from './engine.js'

/** A token for one other service, without a session (RFC 9068). */
export async function issueServiceToken(engine: Engine, options: ServiceTokenOptions): Promise<ServiceToken> {
  const { issuer, clientId: ownId } = engine.policy
  const { audience, clientId = ownId, subject = ownId, ttl = defaultServiceTtl, scope = [], claims = {} } = options
  refuseMistakes(serviceTokenMistakes({ audience, clientId, ttl, scope }))
  refuseReserved(claims, reservedServiceClaims)
  const parties = { issuer, subject: checkedSubject(subject), clientId }
  const issuedAt = Math.floor(engine.runtime.now() / 1000)
  const times = { issuedAt, expiresAt: issuedAt + ttl }
  const tokenId = newTokenId(engine)
  return signed(engine, serviceTokenPayload(options, parties, times, tokenId), { ...times, tokenId, scope })
}

/** RFC 8693: what the presented token is worth at this moment, for a single other audience and no longer. */
export async function exchangeToken(engine: Engine, text: string, options: ExchangeOptions): Promise<ServiceToken> {
  const { audience, actor, ttl = defaultServiceTtl, scope: asked } = options
  refuseTarget(engine, { audience, actor, ttl, scope: asked ?? [] })
  const issuedAt = Math.floor(engine.runtime.now() / 1000)
  const judged = await judgeIssued(engine, text)
  if (!judged.ok) throw new HallpassError(judged.code, { reason: judged.reason })
  const { claims: traded } = judged
  const scope = narrowedScope(traded.scope, asked)
  if (scope === null) throw new HallpassError('bad-request', { mistakes: [nothingLeft] })
  const times = { issuedAt, expiresAt: Math.min(issuedAt + ttl, traded.expiresAt) }
  const tokenId = newTokenId(engine)
  const payload = exchangedPayload(traded, options, { issuer: engine.policy.issuer, scope }, times, tokenId)
  return signed(engine, payload, { ...times, tokenId, scope })
}

/**
 * Refuses what is no target of a token that says who somebody is. Errors: `bad-request`, with each field. Whoever holds
 * an access token for us is the person: no program may make one of what it was sent, nor be sent one.
 */
export function refuseTarget(
  { policy }: Pick<Engine, 'policy'>,
  options: Parameters<typeof serviceTokenMistakes>[0] & { readonly audience: string },
): void {
  refuseMistakes(serviceTokenMistakes(options))
  if (options.audience === policy.audience) refuseMistakes([ownAudience])
}

const ownAudience = {
  field: 'audience',
  problem: 'is that of our own access tokens.',
  remedy: 'Name the service that is to be called.',
}

const nothingLeft = {
  field: 'scope',
  problem: 'has nothing in common with that of the token.',
  remedy: 'Ask for some of what it has.',
}

function refuseMistakes(mistakes: ReturnType<typeof serviceTokenMistakes>): void {
  if (mistakes.length > 0) throw new HallpassError('bad-request', { mistakes })
}

async function signed(
  engine: Engine,
  payload: { readonly [claim: string]: Json },
  { expiresAt, tokenId, scope }: Omit<ServiceToken, 'token'>,
): Promise<ServiceToken> {
  return { token: await engine.accessTokens.sign(payload), tokenId, expiresAt: expiresAt * 1000, scope }
}
