import type { AccessClaims } from './claims.js'
import type { IssuedClaims } from './issued-claims.js'
import { type ExchangeOptions, serviceTokenPayload } from './service-token.js'
import type { Json } from './session.js'

/**
 * What a traded token may still be good for: no more than it was. Null where that leaves nothing, since a token
 * without `scope` would say more than one with little.
 */
export function narrowedScope(
  had: readonly string[] | null,
  asked: readonly string[] | undefined,
): readonly string[] | null {
  if (had === null) return asked ?? []
  const scope = asked === undefined ? had : had.filter((one) => asked.includes(one))
  return scope.length === 0 ? null : scope
}

/** RFC 8693: the subject and all that ends it go on; who traded it becomes the outermost actor. */
export function exchangedPayload(
  traded: IssuedClaims,
  { audience, actor }: ExchangeOptions,
  { issuer, scope }: { readonly issuer: string; readonly scope: readonly string[] },
  times: { readonly issuedAt: number; readonly expiresAt: number },
  tokenId: string,
): { readonly [claim: string]: Json } {
  const parties = { issuer, subject: traded.subject, clientId: actor }
  const act = { sub: actor, ...(traded.actor === null ? {} : { act: { ...traded.actor } }) } as unknown as Json
  return {
    ...serviceTokenPayload({ audience, scope }, parties, times, tokenId),
    ...(traded.session === null ? {} : sessionClaims(traded.session)),
    act,
  }
}

function sessionClaims(claims: AccessClaims): { readonly [claim: string]: Json } {
  return {
    sid: claims.session,
    auth_time: claims.authenticatedAt,
    amr: claims.amr,
    gen: claims.generation,
    sv: claims.subjectVersion,
    dv: claims.deploymentVersion,
    sc: claims.subjectChanges,
    cc: claims.sessionChanges,
  }
}
