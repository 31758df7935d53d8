import {
  checkSignature,
  type Decoded,
  type InspectVerdict,
  type RuleResult,
  rules,
  type SignatureCheck,
  verdictOf,
} from 'hallpass/inspect'
import { useEffect, useState } from 'preact/hooks'

/** As the fields hold it. */
export interface Expectations {
  readonly keys: string
  readonly issuer: string
  readonly audience: string
  readonly types: string
  readonly lifetime: string
}

/** What the token says of itself, to begin with. */
export function ownParties({ payload }: Decoded): Pick<Expectations, 'issuer' | 'audience'> {
  const { iss, aud } = payload?.strict ?? {}
  const audience: unknown = Array.isArray(aud) ? aud[0] : aud
  return { issuer: typeof iss === 'string' ? iss : '', audience: typeof audience === 'string' ? audience : '' }
}

interface Judgment {
  readonly results: readonly RuleResult[]
  readonly verdict: InspectVerdict
}

export function judge(
  decoded: Decoded,
  expected: Expectations,
  signature: SignatureCheck | null,
  now: number,
): Judgment {
  const isToken = decoded.kind === 'jws' || decoded.kind === 'other-parts'
  const types = expected.types.split(/\s+/).filter((type) => type !== '')
  const lifetime = Number(expected.lifetime)
  const results = isToken
    ? rules(decoded.token, {
        issuer: expected.issuer === '' ? undefined : expected.issuer,
        audience: expected.audience === '' ? undefined : expected.audience,
        types: types.length === 0 ? undefined : types.map((type) => (type === 'none' ? null : type)),
        maximumLifetime: lifetime > 0 ? lifetime : undefined,
        now,
        signature,
      })
    : []
  return { results, verdict: verdictOf(decoded, results, now) }
}

/** What the pasted key says of the token; null without a key, and until it is known. */
export function useSignature({ token, kind }: Decoded, keys: string): SignatureCheck | null {
  const [checked, setChecked] = useState<{ token: string; keys: string; check: SignatureCheck } | null>(null)
  useEffect(() => {
    let isCurrent = true
    if (kind === 'jws' && keys.trim() !== '') {
      void checkSignature(token, keys).then((check) => {
        if (isCurrent) setChecked({ token, keys, check })
      })
    }
    return () => {
      isCurrent = false
    }
  }, [token, kind, keys])
  return checked !== null && checked.token === token && checked.keys === keys ? checked.check : null
}
