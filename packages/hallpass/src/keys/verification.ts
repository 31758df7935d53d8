import { type AccessClaims, type ClaimRules, isExpired, readAccessClaims } from '../core/claims.js'
import type { Crypto } from '../core/ports.js'
import type { KeyRecord } from '../core/store.js'
import { readCompact, readObjectBytes } from './compact.js'
import type { VerifyingKey } from './held-ring.js'
import type { JsonObject } from '../core/plain-json.js'

/** `expired`: authentic in every other respect. */
export type TokenVerdict =
  | { readonly ok: true; readonly claims: AccessClaims }
  | { readonly ok: false; readonly code: 'expired'; readonly reason: string; readonly claims: AccessClaims }
  | { readonly ok: false; readonly code: 'invalid'; readonly reason: string }

export interface Verification {
  readonly verdict: TokenVerdict
  /** The key that the signature was right under; null where it was not. */
  readonly key: VerifyingKey | null
}

/** Bring keys or their addresses along, change what is signed, or compress it: no token of ours does. */
const refusedMembers = ['crit', 'b64', 'zip', 'jwk', 'jku', 'x5u', 'x5c']

/** The names under which a key's algorithm may go: the general one, and the fully specified one of RFC 9864. */
const algorithmNames = { EdDSA: ['EdDSA', 'Ed25519'] } as const satisfies Record<KeyRecord['alg'], readonly string[]>

const typeForm = /^(?:application\/)?at\+jwt$/i

export interface VerificationParts {
  readonly crypto: Crypto
  readonly rules: ClaimRules
  readonly find: (kid: string) => Promise<VerifyingKey | undefined>
  readonly now: () => number
}

/**
 * Verifies an access token (RFC 9068) as RFC 8725 wants it and stricter. No part of the payload is looked at before
 * its signature is right. Rejects only with trouble.
 */
export async function verifyAccessToken(text: string, parts: VerificationParts): Promise<Verification> {
  const compact = readCompact(text)
  if (!compact.ok) return invalid(compact.reason)
  const { header, payload, signature, signed } = compact.token
  const named = readHeader(header)
  if (!named.ok) return invalid(named.reason)

  const key = await parts.find(named.kid)
  if (key === undefined) return invalid('no key of ours has that kid')
  if (!(algorithmNames[key.alg] as readonly unknown[]).includes(header['alg'])) return invalid("alg is not the key's")
  if (!(await parts.crypto.verify(key.alg, key.key, signed, signature))) return invalid('the signature is wrong')

  const object = readObjectBytes(payload)
  if (!object.ok) return invalid(`the payload ${object.reason}`)
  const now = parts.now()
  const read = readAccessClaims(object.object, parts.rules, now)
  if (!read.ok) return invalid(read.reason)
  const claims = deepFrozen(read.claims)
  if (isExpired(claims, now)) return { verdict: { ok: false, code: 'expired', reason: 'exp has passed', claims }, key }
  return { verdict: { ok: true, claims }, key }
}

function invalid(reason: string): Verification {
  return { verdict: { ok: false, code: 'invalid', reason }, key: null }
}

function readHeader(header: JsonObject): { ok: true; kid: string } | { ok: false; reason: string } {
  const refused = refusedMembers.find((member) => member in header)
  if (refused !== undefined) return { ok: false, reason: `the header carries ${refused}` }
  const { typ, kid } = header
  if (typeof typ !== 'string' || !typeForm.test(typ)) return { ok: false, reason: 'typ is not at+jwt' }
  return typeof kid === 'string' ? { ok: true, kid } : { ok: false, reason: 'kid is not text' }
}

/** The same claims answer many requests: what one of them does must not reach the next. */
function deepFrozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFrozen)
  return Object.freeze(value)
}
