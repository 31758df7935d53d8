import { accessTokenType } from '../core/claim-rules.js'
import { type AccessClaims, type ClaimRules, claimsBySize, isExpired, readAccessClaims } from '../core/claims.js'
import { HallpassError } from '../core/errors.js'
import { type IssuedClaims, readIssuedClaims } from '../core/issued-claims.js'
import { budgets } from '../core/policy.js'
import type { Json } from '../core/session.js'
import type { Crypto, Runtime } from '../core/ports.js'
import type { VerifyingKey } from './held-ring.js'
import type { KeyRing } from './key-ring.js'
import { readPlainObject } from '../core/plain-json.js'
import { createTokenCache } from './token-cache.js'
import { type TokenVerdict, type VerificationParts, verifyToken } from './verification.js'

/** Signs and verifies access tokens (RFC 9068). Trouble with store or roots rejects, and is never a verdict. */
export interface AccessTokens {
  /**
   * Errors: `claims-too-large` (lists the claims by size), `claims-invalid`.
   * @param lastKnown whether the key ring that memory last knew will do, while the store is away
   */
  sign(payload: { readonly [claim: string]: Json }, lastKnown?: boolean): Promise<string>
  verify(token: string): Promise<TokenVerdict>
  /** The same for any token that was signed here, whoever it is for. */
  verifyIssued(token: string): Promise<TokenVerdict<IssuedClaims>>
  /** The claims of a token that was found authentic before, still is under its key, and has not expired; else null. */
  verifiedBefore(token: string): AccessClaims | null
}

export interface AccessTokenParts {
  readonly ring: Pick<KeyRing, 'known' | 'find' | 'isTrusted' | 'signer'>
  readonly crypto: Crypto
  readonly runtime: Pick<Runtime, 'now'>
  readonly rules: ClaimRules
  /** How much verified tokens may take of memory. Default 8 MiB. */
  readonly cacheBytes?: number
}

/** A token that was found authentic, and under which key. */
interface AcceptedToken {
  readonly claims: AccessClaims
  readonly key: VerifyingKey
}

export function createAccessTokens(parts: AccessTokenParts): AccessTokens {
  const { ring, crypto, runtime, rules } = parts
  const cache = createTokenCache<AcceptedToken>(parts.cacheBytes ?? 8 * 1024 * 1024)
  const verification: VerificationParts<AccessClaims> = {
    crypto,
    types: [accessTokenType],
    find: (kid) => ring.find(kid),
    read: (payload, _type, now) => readAccessClaims(payload, rules, now),
    now: () => runtime.now(),
  }

  const verifyFirstTime = async (token: string): Promise<TokenVerdict> => {
    const { verdict, key } = await verifyToken(token, verification)
    if (verdict.ok && key !== null) cache.put(token, { claims: verdict.claims, key })
    return verdict
  }

  const verifiedBefore = (token: string): AccessClaims | null => {
    const cached = cache.get(token)
    if (cached === undefined) return null
    if (ring.known(cached.key.kid) === cached.key && !isExpired(cached.claims, runtime.now())) return cached.claims
    cache.remove(token)
    return null
  }

  return {
    async sign(payload, lastKnown = false) {
      const text = plainJson(payload)
      const token = await (await ring.signer(lastKnown))(text)
      const length = token.lastIndexOf('.') + 1 + countedSignature
      if (length > budgets.accessToken) throw tooLarge(length, JSON.parse(text))
      return token
    },

    async verify(token) {
      const claims = ring.isTrusted() ? verifiedBefore(token) : null
      return claims === null ? verifyFirstTime(token) : { ok: true, claims }
    },
    async verifyIssued(token) {
      const read: VerificationParts<IssuedClaims>['read'] = (payload, _type, now) =>
        readIssuedClaims(payload, rules, now)
      return (await verifyToken(token, { ...verification, read })).verdict
    },
    verifiedBefore,
  }
}

/** A signature counts as one of Ed25519, whatever it is: claims that fit go on fitting when the algorithm changes. */
const countedSignature = 86

/** The payload as JSON that verification will read as it was meant. */
function plainJson(payload: { readonly [claim: string]: Json }): string {
  let text: string
  try {
    text = JSON.stringify(payload)
  } catch (cause) {
    throw new HallpassError('claims-invalid', { reason: 'the claims cannot be written as JSON', cause })
  }
  const read = readPlainObject(text)
  if (!read.ok) throw new HallpassError('claims-invalid', { reason: `the payload ${read.reason}` })
  return text
}

function tooLarge(length: number, payload: { readonly [claim: string]: Json }): HallpassError {
  const problem = `make a token of ${length} B, and ${budgets.accessToken} B is the most: ${claimsBySize(payload)}.`
  return new HallpassError('claims-too-large', {
    mistakes: [{ field: 'claims', problem, remedy: 'Return fewer or shorter claims.' }],
  })
}
