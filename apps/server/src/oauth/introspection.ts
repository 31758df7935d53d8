import type { ClientRecord, Introspection, Policy } from 'hallpass'

/** RFC 7662, section 2.2; `act`: RFC 8693, section 4.1. */
export type IntrospectionAnswer =
  | { readonly active: false }
  | ({ readonly active: true } & { readonly [name: string]: unknown })

export const inactive: IntrospectionAnswer = { active: false }

/**
 * What a client may know of a token. It may ask about those for an audience of its own and about those it was given;
 * any other is worth nothing to it, and so it is told.
 */
export function introspectionAnswer(
  told: Introspection,
  client: ClientRecord,
  { issuer }: Pick<Policy, 'issuer'>,
): IntrospectionAnswer {
  if (!told.active) return inactive
  const { subject, session, clientId, audience, scope, tokenId, issuedAt, expiresAt, actor, kind } = told
  if (clientId !== client.id && !audience.some((one) => client.audiences.includes(one))) return inactive
  const [only, ...others] = audience
  return {
    active: true,
    iss: issuer,
    sub: subject,
    aud: others.length === 0 ? only : audience,
    client_id: clientId,
    iat: Math.floor(issuedAt / 1000),
    exp: Math.floor(expiresAt / 1000),
    ...(kind === 'refresh' ? {} : { token_type: 'Bearer' }),
    ...(tokenId === null ? {} : { jti: tokenId }),
    ...(session === null ? {} : { sid: session }),
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
    ...(actor === null ? {} : { act: actor }),
  }
}
