import type { ClientRecord, Hallpass } from 'hallpass'

/**
 * RFC 7009: ends what the token stands for, if it is the client's own: a refresh or session token its session, any other
 * itself. Has happened everywhere when it resolves. Of every other token nothing comes.
 */
export async function revokeOwn(
  { tokens, sessions, policy }: Pick<Hallpass, 'tokens' | 'sessions' | 'policy'>,
  token: string,
  client: ClientRecord | null,
): Promise<void> {
  const told = await tokens.introspect(token)
  if (!told.active || !standsFor(client, policy.clientId).includes(told.clientId)) return
  if (told.tokenId !== null) await tokens.revoke(told.tokenId)
  else if (told.session !== null) await sessions.revoke(told.session)
}

/**
 * Whose tokens are a client's own. A native client is public and shows nothing but the token, which is the
 * application's; so is what a client with its refresh grant holds.
 */
function standsFor(client: ClientRecord | null, application: string): readonly string[] {
  if (client === null) return [application]
  return client.grants.includes('refresh_token') ? [client.id, application] : [client.id]
}
