import type { Algorithm, Jwk } from '../core/algorithm.js'
import { readPublicJwk } from './public-jwk.js'

/** A key to verify with, as an issuer publishes it. */
export interface PublishedKey {
  readonly kid: string
  readonly alg: Algorithm
  readonly jwk: Jwk
}

export type ReadKeySet =
  | { readonly ok: true; readonly keys: readonly PublishedKey[] }
  | { readonly ok: false; readonly reason: string }

/**
 * Reads a JWK Set (RFC 7517). Refused as a whole where one could take one key for another, or a secret was published:
 * two keys with one kid, a symmetric key among them. Keys that are of no use here (another type or curve, for
 * encryption, weak, without a kid) are passed over, as the RFC wants it; a set without any other is refused.
 *
 * @param algorithm what RSA keys verify that name no algorithm
 */
export function readKeySet(set: unknown, algorithm?: Algorithm): ReadKeySet {
  const members: unknown = isObject(set) ? set['keys'] : undefined
  if (!Array.isArray(members) || !members.every(isObject)) return refused('it is not a JWK Set')
  if (members.some(({ kty }) => kty === 'oct')) return refused('it holds a symmetric key')
  const kids = members.map(({ kid }) => kid).filter((kid) => typeof kid === 'string')
  if (new Set(kids).size < kids.length) return refused('two of its keys have one kid')

  const keys: PublishedKey[] = []
  const reasons: string[] = []
  for (const member of members) {
    const read = readKey(member, algorithm)
    if (read.ok) keys.push(read.key)
    else reasons.push(read.reason)
  }
  if (keys.length > 0) return { ok: true, keys }
  return refused(reasons.length === 0 ? 'it is empty' : `it holds no key to verify with: ${reasons.join('; ')}`)
}

type Members = { readonly [member: string]: unknown }

function readKey(
  member: Members,
  algorithm: Algorithm | undefined,
): { readonly ok: true; readonly key: PublishedKey } | { readonly ok: false; readonly reason: string } {
  const { kid } = member
  if (typeof kid !== 'string') return { ok: false, reason: 'a key has no kid' }
  const itsOwn = readPublicJwk(member)
  const read = itsOwn.ok || algorithm === undefined ? itsOwn : readPublicJwk(member, algorithm)
  return read.ok ? { ok: true, key: { kid, alg: read.alg, jwk: read.jwk } } : read
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refused(reason: string): ReadKeySet {
  return { ok: false, reason }
}
