import { createHash } from 'node:crypto'
import type { ClientRecord, ClientStore, Runtime } from 'hallpass'
import { createVerifier } from 'hallpass/verify'
import { paths } from './metadata.js'

/** RFC 7523, section 2.2. */
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Whether this client signed the assertion, for us, a moment ago, and for this one use. */
export type AssertionJudge = (assertion: string, client: ClientRecord) => Promise<AssertionVerdict>

export type AssertionVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Seconds an assertion may live at most: what Authlib gives it. It is good for one use however long that is. */
const longestLife = 3600

/** So far instances' clocks may differ: none forgets a use that another would still take. Seconds. */
const skew = 60

/** What libraries write: nothing, `JWT`, or the type that the successor of RFC 7523 asks for. No token of ours has one. */
const types = [null, 'JWT', 'client-authentication+jwt']

/** `private_key_jwt` (RFC 7523, section 3): `iss` and `sub` the client, `aud` the issuer or the token endpoint. */
export function assertionJudge(
  store: ClientStore,
  issuer: string,
  { now, runtime }: { readonly now: () => number; readonly runtime?: Runtime | undefined },
): AssertionJudge {
  const clock = runtime === undefined ? {} : { clock: runtime }

  return async (assertion, { id, keys }) => {
    if (keys.length === 0) return refused('it has no keys')
    const audience = claimed(assertion)?.aud === issuer + paths.token ? issuer + paths.token : issuer
    const terms = { issuer: id, audience, jwks: { keys }, typ: types, maximumLifetime: longestLife }
    const verified = await createVerifier({ ...terms, ...clock }).verify(assertion)
    if (!verified.ok) return refused(verified.reason)
    const { sub, jti, exp } = verified.claims
    if (sub !== id) return refused('sub is not the client')
    if (jti === undefined || jti === '') return refused('jti is missing')
    const use = createHash('sha256').update(`client-assertion\0${id}\0${jti}`).digest('base64url')
    return (await store.spend(use, (exp + skew) * 1000, now())) === 'fresh'
      ? { ok: true }
      : refused('it was used before')
  }
}

/** The client that an assertion names, of which nothing is believed yet; null where it names none. */
export function assertedClientId(assertion: string): string | null {
  const iss = claimed(assertion)?.iss
  return typeof iss === 'string' ? iss : null
}

function claimed(assertion: string): { readonly iss?: unknown; readonly aud?: unknown } | null {
  try {
    const payload = Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8')
    return JSON.parse(payload) as { readonly iss?: unknown; readonly aud?: unknown } | null
  } catch {
    return null
  }
}

function refused(reason: string): AssertionVerdict {
  return { ok: false, reason }
}
