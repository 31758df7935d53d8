import type { Algorithm } from '../core/algorithm.js'
import { type AccessClaims, isExpired, type ReadClaims } from '../core/claims.js'
import type { JsonObject } from '../core/plain-json.js'
import type { Awaitable, Crypto } from '../core/ports.js'
import { type CompactToken, readCompact, readSegment } from './compact.js'
import type { VerifyingKey } from './held-ring.js'

/** `expired`: authentic in every other respect. */
export type TokenVerdict<Claims = AccessClaims> =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly code: 'expired'; readonly reason: string; readonly claims: Claims }
  | { readonly ok: false; readonly code: 'invalid'; readonly reason: string }

export interface Verification<Claims> {
  readonly verdict: TokenVerdict<Claims>
  /** The key that the signature was right under; null where it was not. */
  readonly key: VerifyingKey | null
}

/** Bring keys or their addresses along, change what is signed, or compress it: no token of ours does. */
const refusedMembers = ['crit', 'b64', 'zip', 'jwk', 'jku', 'x5u', 'x5c']

/** The names under which a key's algorithm may go: the general one, and the fully specified one of RFC 9864. */
const algorithmNames: { readonly [Alg in Algorithm]: readonly string[] } = {
  EdDSA: ['EdDSA', 'Ed25519'],
  ES256: ['ES256'],
  RS256: ['RS256'],
  PS256: ['PS256'],
  HS256: ['HS256'],
}

/** Why a token is refused for what its key says, in the order in which that is asked. */
export const keyReasons = {
  key: 'no key of the issuer has that kid',
  alg: "alg is not the key's",
  signature: 'the signature is wrong',
} as const

/** Why an authentic token is refused in the end. */
export const expiredReason = 'exp has passed'

/** Whether the header names the algorithm of the key. */
export function isNamedBy(alg: Algorithm, header: JsonObject): boolean {
  return (algorithmNames[alg] as readonly unknown[]).includes(header['alg'])
}

/** Whose tokens are believed, and on what terms. */
export interface VerificationParts<Claims> {
  readonly crypto: Crypto
  /** The types (`typ`) that are taken, as `tokenType` writes them. */
  readonly types: readonly (string | null)[]
  /** The key of that id. Rejects with trouble. */
  readonly find: (kid: string) => Awaitable<VerifyingKey | undefined>
  /** Judges a payload whose signature is right. */
  readonly read: (payload: JsonObject, type: string | null, now: number) => ReadClaims<Claims>
  readonly now: () => number
}

/**
 * Verifies a token in the compact serialization as RFC 8725 wants it and stricter. No part of the payload is looked at
 * before its signature is right. Rejects only with trouble.
 */
export async function verifyToken<Claims>(
  text: string,
  parts: VerificationParts<Claims>,
): Promise<Verification<Claims>> {
  const compact = readCompact(text)
  return compact.ok ? verifyCompact(compact.token, parts) : invalid(compact.reason)
}

/** The same, of a token that is taken apart already. */
export async function verifyCompact<Claims>(
  { header, payload, signature, signed }: CompactToken,
  parts: VerificationParts<Claims>,
): Promise<Verification<Claims>> {
  const broken = headerRules.find(({ holds }) => !holds(header, parts.types))
  if (broken !== undefined) return invalid(broken.reason(parts.types))

  const key = await parts.find(header['kid'] as string)
  if (key === undefined) return invalid(keyReasons.key)
  if (!isNamedBy(key.alg, header)) return invalid(keyReasons.alg)
  if (!(await parts.crypto.verify(key.alg, key.key, signed, signature))) return invalid(keyReasons.signature)

  const object = readSegment(payload)
  if (!object.ok) return invalid(`the payload ${object.reason}`)
  const now = parts.now()
  const read = parts.read(object.object, tokenType(header['typ'])!, now)
  if (!read.ok) return invalid(read.reason)
  const claims = deepFrozen(read.claims)
  if (isExpired(read, now)) return { verdict: { ok: false, code: 'expired', reason: expiredReason, claims }, key }
  return { verdict: { ok: true, claims }, key }
}

/**
 * A type (`typ`) in its one spelling: RFC 7515, section 4.1.9, compares media types in any case and lets `application/`
 * be left out. Null for a token that names none, undefined for what is no type.
 */
export function tokenType(typ: unknown): string | null | undefined {
  if (typ === undefined) return null
  if (typeof typ !== 'string' || !/^[!-~]+$/.test(typ)) return undefined
  return typ.toLowerCase().replace(/^application\//, '')
}

function invalid(reason: string): Verification<never> {
  return { verdict: { ok: false, code: 'invalid', reason }, key: null }
}

/** One thing that a header is held to. */
export interface HeaderRule {
  readonly member: string
  readonly holds: (header: JsonObject, types: Types) => boolean
  /** Why a header is refused for which it does not hold. */
  readonly reason: (types: Types) => string
}

type Types = VerificationParts<never>['types']

/** In the order in which a header is judged by them. */
export const headerRules: readonly HeaderRule[] = [
  ...refusedMembers.map((member) => ({
    member,
    holds: (header: JsonObject) => !(member in header),
    reason: () => `the header carries ${member}`,
  })),
  {
    member: 'typ',
    holds: (header, types) => (types as readonly unknown[]).includes(tokenType(header['typ'])),
    reason: (types) => `typ is not ${types.map((type) => type ?? 'left out').join(' or ')}`,
  },
  { member: 'kid', holds: ({ kid }) => typeof kid === 'string', reason: () => 'kid is not text' },
]

/** The same claims answer many requests: what one of them does must not reach the next. */
export function deepFrozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    for (const member of Object.values(value)) deepFrozen(member)
  }
  return value
}
