import { type AccessClaims, type ClaimRules, claimsBySize, isExpired } from '../core/claims.js'
import { HallpassError } from '../core/errors.js'
import type { NewEntry } from '../core/log.js'
import { budgets } from '../core/policy.js'
import type { Json } from '../core/session.js'
import type { KeyRecord } from '../core/store.js'
import { type HeldRing, holdRing, type RingParts } from './held-ring.js'
import { type JwkSet, jwkSet } from './jwks.js'
import { signingKey } from './keyring.js'
import { readPlainObject } from '../core/plain-json.js'
import { openSigner, type Signer } from './signing.js'
import { createTokenCache } from './token-cache.js'
import { type TokenVerdict, verifyAccessToken } from './verification.js'

/** Signs and verifies access tokens (RFC 9068). Trouble with store or roots rejects, and is never a verdict. */
export interface AccessTokens {
  /** Errors: `claims-too-large` (lists the claims by size), `claims-invalid`. */
  sign(payload: { readonly [claim: string]: Json }): Promise<string>
  verify(token: string): Promise<TokenVerdict>
  /** The claims of a token that was found authentic before, still is under its key, and has not expired; else null. */
  verifiedBefore(token: string): AccessClaims | null
  /** Takes a key out of the ring in one step with its entry in the log; false where another writer was first. */
  revokeKey(kid: string, entry: NewEntry): Promise<boolean>
  /** Forgets the ring: the log told of a key that was revoked. */
  forgetKeys(): void
  /** The key ring; private halves are sealed. */
  list(): Promise<readonly KeyRecord[]>
  jwks(): Promise<JwkSet>
}

export interface AccessTokenParts extends RingParts {
  readonly rules: ClaimRules
  /** How much verified tokens may take of memory. Default 8 MiB. */
  readonly cacheBytes?: number
}

export function createAccessTokens(parts: AccessTokenParts): AccessTokens {
  const { crypto, runtime, rules } = parts
  const ring = holdRing(parts)
  const cache = createTokenCache(parts.cacheBytes ?? 8 * 1024 * 1024)
  const signer = currentSigner(ring, parts)
  const verification = { crypto, rules, find: (kid: string) => ring.find(kid), now: () => runtime.now() }

  const verifyFirstTime = async (token: string): Promise<TokenVerdict> => {
    const { verdict, key } = await verifyAccessToken(token, verification)
    if (verdict.ok && key !== null) cache.put(token, verdict.claims, key)
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
    async sign(payload) {
      const text = plainJson(payload)
      const token = await (await signer())(text)
      if (token.length > budgets.accessToken) throw tooLarge(token.length, JSON.parse(text))
      return token
    },

    async verify(token) {
      const claims = ring.isTrusted() ? verifiedBefore(token) : null
      return claims === null ? verifyFirstTime(token) : { ok: true, claims }
    },
    verifiedBefore,
    revokeKey: (kid, entry) => ring.revoke(kid, entry),
    forgetKeys: () => ring.forget(),

    list: async () => (await ring.ensured()).keys,
    jwks: async () => jwkSet((await ring.ensured()).keys),
  }
}

/** The private half of the active key is opened once, and again when another key is active. */
function currentSigner(ring: HeldRing, { roots }: RingParts): () => Promise<Signer> {
  let opened: { readonly kid: string; readonly sign: Signer } | null = null
  return async () => {
    const active = signingKey((await ring.ensured()).keys)
    if (opened?.kid !== active.kid) opened = { kid: active.kid, sign: await openSigner(roots, active) }
    return opened.sign
  }
}

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
