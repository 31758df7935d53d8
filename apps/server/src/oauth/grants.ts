import { type ClientRecord, type Hallpass, HallpassError } from 'hallpass'
import type { Context } from 'hono'
import { proven } from './client-authentication.js'
import { OAuthError } from './errors.js'
import { type Form, required } from './form.js'
import type { TokenGrant } from './grant-types.js'
import { refreshView } from './refresh-view.js'
import { audienceOf, scopeOf } from './targets.js'
import { accessTokenType, serviceTokenAnswer, type TokenAnswer } from './token-answer.js'

/** What was handed out, and what the log may tell of it. */
export interface Granted {
  readonly answer: TokenAnswer
  readonly told: {
    readonly client: string
    readonly audience: string
    readonly tokenId: string | null
  }
}

export interface Asked {
  readonly auth: Hallpass
  readonly c: Context
  readonly form: Form
  /** Null where nobody tried to authenticate. */
  readonly client: ClientRecord | null
  readonly now: () => number
}

/** RFC 6749, section 4.4: a service speaks for itself, to one other. */
async function clientCredentials({ auth, form, client: asking, now }: Asked): Promise<Granted> {
  const client = allowed(proven(asking), 'client_credentials')
  const audience = audienceOf(client, form)
  const { id: subject } = client
  const token = await auth.tokens.issue({ audience, subject, clientId: subject, scope: scopeOf(client, form) })
  return {
    answer: serviceTokenAnswer(token, now()),
    told: { client: client.id, audience, tokenId: token.tokenId },
  }
}

/**
 * RFC 6749, section 6, for native clients, which are public: the refresh token is its own proof, judged as at the
 * library's refresh endpoint. Its client is the application itself.
 */
async function refreshToken({ auth, c, form, client }: Asked): Promise<Granted> {
  if (client !== null) allowed(client, 'refresh_token')
  const text = required(form, 'refresh_token')
  const { clientId, audience } = auth.policy
  if (form.has('scope')) throw new OAuthError('invalid_scope', 'Sessions have no scope.')
  if (client === null && form.has('client_id') && form.get('client_id') !== clientId) throw badGrant()
  if (!text.startsWith('hp_r.')) throw badGrant()
  const { tokens } = await auth.refresh(refreshView(c, text)).catch((error: unknown) => {
    throw error instanceof HallpassError && error.status === 401 ? badGrant(error) : error
  })
  const { accessToken, sessionToken, refreshToken, expiresIn } = tokens!
  return {
    answer: {
      access_token: (accessToken ?? sessionToken)!,
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    },
    told: { client: clientId, audience, tokenId: null },
  }
}

/** RFC 8693: a service that was called calls another, in the name of whoever called it. */
async function tokenExchange({ auth, form, client: asking, now }: Asked): Promise<Granted> {
  const client = allowed(proven(asking), 'token-exchange')
  const presented = required(form, 'subject_token')
  if (required(form, 'subject_token_type') !== accessTokenType)
    throw new OAuthError('invalid_request', 'The subject_token_type is not that of an access token.')
  if (form.has('actor_token') || form.has('actor_token_type'))
    throw new OAuthError('invalid_request', 'The actor is the client: leave actor_token out.')
  if ((form.get('requested_token_type') ?? accessTokenType) !== accessTokenType)
    throw new OAuthError('invalid_request', 'Only access tokens are issued.')
  const audience = audienceOf(client, form)
  // who has no scopes of its own passes on what it was given
  const scope = client.scopes.length === 0 && !form.has('scope') ? {} : { scope: scopeOf(client, form) }
  const token = await auth.tokens
    .exchange(presented, { audience, actor: client.id, ...scope })
    .catch((error: unknown) => Promise.reject(notExchanged(error)))
  return {
    answer: { ...serviceTokenAnswer(token, now()), issued_token_type: accessTokenType },
    told: { client: client.id, audience, tokenId: token.tokenId },
  }
}

export const grants: { readonly [name in TokenGrant]: (asked: Asked) => Promise<Granted> } = {
  client_credentials: clientCredentials,
  refresh_token: refreshToken,
  'token-exchange': tokenExchange,
}

function allowed(client: ClientRecord, grant: TokenGrant): ClientRecord {
  if (client.grants.includes(grant)) return client
  throw new OAuthError('unauthorized_client', 'The client may not use this grant.')
}

function badGrant(cause?: HallpassError): OAuthError {
  return new OAuthError('invalid_grant', 'The refresh token is worth nothing.', {
    reason: cause?.reason ?? 'no refresh token of this client',
  })
}

/** RFC 8693, section 2.2.2: whatever is wrong with the token that was to be traded is one error. */
function notExchanged(error: unknown): unknown {
  if (!(error instanceof HallpassError)) return error
  if (error.status === 401)
    return new OAuthError('invalid_request', 'The subject_token is worth nothing.', {
      reason: error.reason ?? error.code,
    })
  if (error.code === 'claims-too-large')
    return new OAuthError('invalid_request', 'The chain of actors is too long for one token.')
  if (error.code !== 'bad-request') return error
  return error.mistakes.some(({ field }) => field === 'scope')
    ? new OAuthError('invalid_scope', 'The scope has nothing in common with that of the subject_token.')
    : new OAuthError('invalid_target', 'The audience is not one that tokens are exchanged for.')
}
