import { type ClientStore, type Hallpass, HallpassError, type Runtime } from 'hallpass'
import { type Handler, Hono } from 'hono'
import { problemResponse } from '../errors.js'
import type { Logger } from '../observe/log.js'
import { assertionJudge } from './client-assertion.js'
import { clientAuthentication, proven } from './client-authentication.js'
import { OAuthError, oauthErrorResponse } from './errors.js'
import { limitForm, readForm, required } from './form.js'
import { grantOf } from './grant-types.js'
import { grants } from './grants.js'
import { introspectionAnswer } from './introspection.js'
import { metadata, paths } from './metadata.js'
import { revokeOwn } from './revocation.js'

export interface OAuthParts {
  readonly auth: Hallpass
  readonly clients: ClientStore
  readonly log: Logger
  readonly now: () => number
  readonly runtime?: Runtime | undefined
}

/**
 * OAuth for machines. Cookies mean nothing here and no other origin may read an answer, so none of these addresses
 * needs the verdict on forgery.
 */
export function oauthRoutes({ auth, clients, log, now, runtime }: OAuthParts): Hono {
  const authenticate = clientAuthentication(clients, assertionJudge(clients, auth.policy.issuer, { now, runtime }))
  return new Hono()
    .onError((error) => oauthErrorResponse(error))
    .get(paths.metadata, (c) => c.json(metadata(auth.policy), 200, { 'cache-control': 'public, max-age=300' }))
    .all(paths.metadata, otherMethod('GET, HEAD'))

    .post(paths.token, limitForm, async (c) => {
      const form = await readForm(c)
      const grant = grantOf(required(form, 'grant_type'))
      if (grant === null) throw new OAuthError('unsupported_grant_type', 'The grant_type is not one of those offered.')
      const client = await authenticate(c.req.header('authorization'), form)
      const { answer, told } = await grants[grant]({ auth, c, form, client, now })
      log.info({ event: 'token-issued', grant, ...told }, 'token-issued')
      return c.json(answer, 200, notKept)
    })
    .all(paths.token, otherMethod('POST'))

    .post(paths.introspection, limitForm, async (c) => {
      const form = await readForm(c)
      const client = proven(await authenticate(c.req.header('authorization'), form))
      if (!client.grants.includes('introspect'))
        throw new OAuthError('unauthorized_client', 'The client may not ask what tokens are worth.')
      const told = await auth.tokens.introspect(required(form, 'token'))
      return c.json(introspectionAnswer(told, client, auth.policy), 200, notKept)
    })
    .all(paths.introspection, otherMethod('POST'))

    .post(paths.revocation, limitForm, async (c) => {
      const form = await readForm(c)
      const client = await authenticate(c.req.header('authorization'), form)
      await revokeOwn(auth, required(form, 'token'), client)
      return c.body(null, 200, notKept)
    })
    .all(paths.revocation, otherMethod('POST'))
}

const notKept = { 'cache-control': 'no-store' } as const

function otherMethod(allow: string): Handler {
  return () => {
    const response = problemResponse(new HallpassError('method-not-allowed'))
    response.headers.set('allow', allow)
    return response
  }
}
