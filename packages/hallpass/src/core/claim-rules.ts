/** What any token is held to. */
export interface TokenRules {
  readonly issuer: string
  readonly audience: string
  /** Longest lifetime a token may claim, seconds. */
  readonly maximumLifetime: number
  /** How far ahead another issuer's clock may be, seconds. */
  readonly clockTolerance: number
}

/** The type (`typ`) of an access token (RFC 9068). */
export const accessTokenType = 'at+jwt'

export type Payload = { readonly [claim: string]: unknown }

/** What a payload is judged by. */
export interface ClaimTerms {
  /** Of the token, as `tokenType` writes it. */
  readonly type: string | null
  readonly rules: TokenRules
  /** The latest time at which a token may say it was issued, seconds since 1970. */
  readonly latest: number
}

export function claimTerms(type: string | null, rules: TokenRules, now: number): ClaimTerms {
  return { type, rules, latest: now / 1000 + rules.clockTolerance }
}

/** One thing that a payload is held to; it relies on those before it. */
export interface ClaimRule {
  readonly name: string
  /** What it looks at. */
  readonly claims: readonly string[]
  readonly holds: (payload: Payload, terms: ClaimTerms) => boolean
  /** Why a payload is refused for which it does not hold. */
  readonly reason: string
}

/** What every token must say (RFC 7519) and, of an access token, what RFC 9068 requires beyond that; in that order. */
export const registeredClaimRules: readonly ClaimRule[] = [
  rule('iss', 'iss is not the issuer', ({ iss }, { rules }) => iss === rules.issuer),
  rule('aud', 'aud does not name the audience', ({ aud }, { rules }) => isAudience(aud, rules.audience)),
  rule('sub', 'sub is not a name', ({ sub }) => isName(sub)),
  rule('jti', 'jti is not a name', ({ jti }, terms) => isName(jti) || mayLack(jti, terms)),
  rule(
    'client_id',
    'client_id is not a name',
    ({ client_id }, terms) => isName(client_id) || mayLack(client_id, terms),
  ),
  rule('exp', 'exp is not a time', ({ exp }) => isTime(exp)),
  rule('iat', 'iat is not a time', ({ iat }) => isTime(iat)),
  { ...rule('iat', 'iat lies in the future', ({ iat }, { latest }) => (iat as number) <= latest), name: 'iat-past' },
  rule('nbf', 'nbf lies in the future', ({ nbf }, { latest }) => nbf === undefined || (isTime(nbf) && nbf <= latest)),
  {
    name: 'lifetime',
    claims: ['exp', 'iat'],
    reason: 'the lifetime is longer than any we take',
    holds: ({ exp, iat }, { rules }) => {
      const lifetime = (exp as number) - (iat as number)
      return lifetime > 0 && lifetime <= rules.maximumLifetime
    },
  },
]

/** What a verifier holds a payload to beyond that, whoever issued it. */
export const verifiedClaimRules: readonly ClaimRule[] = [
  rule('sid', 'sid is not a name', ({ sid }) => sid === undefined || isName(sid)),
  rule('scope', 'scope is not text', ({ scope }) => scope === undefined || typeof scope === 'string'),
  rule('act', 'act names nobody', ({ act }) => act === undefined || isActor(act)),
]

/** Why a payload is refused: the first rule that does not hold; null where all do. */
export function brokenRule(rules: readonly ClaimRule[], payload: Payload, terms: ClaimTerms): ClaimRule | null {
  for (const one of rules) if (!one.holds(payload, terms)) return one
  return null
}

export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 1024 && !value.includes('\0')
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < 2 ** 53
}

function rule(claim: string, reason: string, holds: ClaimRule['holds']): ClaimRule {
  return { name: claim, claims: [claim], reason, holds }
}

function mayLack(claim: unknown, { type }: ClaimTerms): boolean {
  return claim === undefined && type !== accessTokenType
}

function isAudience(aud: unknown, audience: string): boolean {
  return (
    aud === audience || (Array.isArray(aud) && aud.every((one) => typeof one === 'string') && aud.includes(audience))
  )
}

/** RFC 8693, section 4.1: an actor, for whom another may have acted, and so on. */
function isActor(act: unknown): boolean {
  for (let one = act; ;) {
    if (typeof one !== 'object' || one === null) return false
    const { sub, act: before } = one as { readonly sub?: unknown; readonly act?: unknown }
    if (!isName(sub)) return false
    if (before === undefined) return true
    one = before
  }
}
