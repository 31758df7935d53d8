import { audience, Forge, issuedAt, issuer, payload, startedAt } from '../attacks/forge.js'
import { createVerifier, type IssuerOptions, type Verdict, type Verifier } from 'hallpass/verify'
import { manualClock, type ManualClock } from 'hallpass/testing'

export { audience, Forge, issuedAt, issuer, payload, startedAt }

/** The claims of a session's access token, as an instance mints it. */
export const sessionPayload = {
  ...payload,
  ...{ sid: 's_1', auth_time: issuedAt, amr: ['pwd'], gen: 0, sv: 0, dv: 0, sc: 0, cc: 0 },
}

export const codeOf = (verdict: Verdict): string => (verdict.ok ? 'ok' : verdict.code)
export const reasonOf = (verdict: Verdict): string => (verdict.ok ? 'accepted' : verdict.reason)

/** A verifier of one forge's tokens, on a clock that stands still. */
export function verifierOf(
  forge: Forge,
  options: Partial<IssuerOptions> & { readonly clock?: ManualClock; readonly cacheBytes?: number } = {},
): { readonly verifier: Verifier; readonly clock: ManualClock } {
  const { clock = manualClock(startedAt), ...others } = options
  const verifier = createVerifier({ issuer, audience, jwks: { keys: [forge.publicJwk] }, clock, ...others })
  return { verifier, clock }
}
