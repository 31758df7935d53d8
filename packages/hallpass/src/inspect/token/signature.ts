import { isNamedBy } from '../../keys/verification.js'
import { readCompact } from '../../keys/compact.js'
import { longestDecoded } from './decode.js'
import { readPastedKeys, type UnnamedKey } from './pasted-keys.js'
import { crypto } from '#crypto'

/** What a pasted key says of a token. `no-verdict`: it was not checked, and why. */
export type SignatureCheck =
  | { readonly outcome: 'valid' | 'invalid' | 'no-such-key' | 'other-algorithm' }
  | { readonly outcome: 'no-verdict'; readonly because: string }

/**
 * Checks the signature of a token with keys as they were pasted: a JWK Set, a JWK, a public key in PEM, or a secret for
 * HS256. Never rejects; nothing leaves this process. A key without an id stands for the one that the token names.
 */
export async function checkSignature(token: string, keys: string): Promise<SignatureCheck> {
  const compact = readCompact(token, longestDecoded)
  if (!compact.ok) return { outcome: 'no-verdict', because: `the token cannot be taken apart: ${compact.reason}` }
  const { header, signed, signature } = compact.token
  const { alg, kid } = header
  const pasted = readPastedKeys(keys, alg === 'RS256' || alg === 'PS256' ? alg : undefined)
  if (pasted.kind === 'unfit') return { outcome: 'no-verdict', because: `the key is unfit: ${pasted.reason}` }
  const candidates: readonly UnnamedKey[] =
    pasted.kind === 'key' ? pasted.readings : pasted.keys.filter((key) => key.kid === kid)
  if (candidates.length === 0) return { outcome: 'no-such-key' }
  if (!candidates.some((key) => isNamedBy(key.alg, header))) return { outcome: 'other-algorithm' }
  try {
    for (const key of candidates) {
      const imported = await crypto.importVerifyKey(key.alg, key.jwk)
      if (await crypto.verify(key.alg, imported, signed, signature)) return { outcome: 'valid' }
    }
    return { outcome: 'invalid' }
  } catch {
    // Browsers keep their cryptography from pages that came over plain http.
    return { outcome: 'no-verdict', because: 'this platform has no cryptography for that key' }
  }
}
