// What a service needs of Hallpass: to know who calls, and tokens for those it calls itself.
import { createVerifier } from 'hallpass/verify'

const { HALLPASS_ISSUER: issuer, CLIENT_ID: id, CLIENT_SECRET: secret } = process.env
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'

/** Answers the token and the claims of whoever calls, or null. A token for another audience is nobody's. */
export function callers(audience) {
  const verifier = createVerifier({ issuer, audience, jwks: `${issuer}/.well-known/jwks.json` })
  return async (request) => {
    const [, token] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (token === undefined) return null
    const verdict = await verifier.verify(token)
    return verdict.ok ? { token, claims: verdict.claims } : null
  }
}

/** A token in this service's own name (RFC 6749, section 4.4). */
export function ownToken(audience) {
  return ask({ grant_type: 'client_credentials', audience })
}

/** A token in the caller's name, for one other service (RFC 8693): it says that this service acts for them. */
export function tradedToken(token, audience) {
  const grant_type = 'urn:ietf:params:oauth:grant-type:token-exchange'
  return ask({ grant_type, subject_token: token, subject_token_type: accessToken, audience })
}

/** Null where the grant is refused: the caller's session has ended, for one. */
async function ask(form) {
  const credentials = [id, secret].map(encodeURIComponent).join(':')
  const response = await fetch(`${issuer}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams(form),
  })
  if (response.status === 400) return null
  if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`)
  return (await response.json()).access_token
}
