import { accessTokenType } from './claim-rules.js'
import {
  type AccessClaims,
  type ClaimRules,
  type ReadClaims,
  readAccessClaims,
  readRegisteredClaims,
} from './claims.js'
import { type Actor, isScope } from './service-token.js'

/** Any token of ours, whoever it is for, read into words. */
export interface IssuedClaims {
  readonly subject: string
  readonly audience: readonly string[]
  readonly clientId: string
  readonly tokenId: string
  /** Seconds since 1970, as in the token. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** Null where it says nothing of what it is good for. */
  readonly scope: readonly string[] | null
  readonly actor: Actor | null
  /** What it says of its session, by which that is judged; null where it has none. */
  readonly session: AccessClaims | null
}

type Payload = { readonly [claim: string]: unknown }

/** Reads the payload of a token that we signed, as strictly as its own audience would. */
export function readIssuedClaims(payload: Payload, rules: ClaimRules, now: number): ReadClaims<IssuedClaims> {
  const audience = audienceOf(payload['aud'])
  if (audience === null) return { ok: false, reason: 'aud is no list of names' }
  const own = { ...rules, audience: audience[0]! }
  const read = readRegisteredClaims(payload, accessTokenType, own, now)
  if (!read.ok) return read
  const session = payload['sid'] === undefined ? null : readAccessClaims(payload, own, now)
  if (session?.ok === false) return session
  const { sub, client_id, jti, iat, exp } = read.claims
  return {
    ok: true,
    expiresAt: exp,
    claims: {
      subject: sub,
      audience,
      clientId: client_id!,
      tokenId: jti!,
      issuedAt: iat,
      expiresAt: exp,
      scope: scopeOf(payload['scope']),
      actor: actorOf(payload['act']),
      session: session?.claims ?? null,
    },
  }
}

function audienceOf(aud: unknown): readonly string[] | null {
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  return list.length > 0 && list.every((one) => typeof one === 'string') ? list : null
}

/** What is there but is no scope is good for nothing; it does not count as absent, which would be good for all. */
function scopeOf(scope: unknown): readonly string[] | null {
  if (scope === undefined) return null
  return typeof scope === 'string' ? scope.split(' ').filter(isScope) : []
}

function actorOf(act: unknown): Actor | null {
  if (typeof act !== 'object' || act === null) return null
  const { sub, act: former } = act as Payload
  if (typeof sub !== 'string') return null
  const before = actorOf(former)
  return before === null ? { sub } : { sub, act: before }
}
