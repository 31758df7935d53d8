import { CompactSign, exportJWK, importJWK, importPKCS8 } from 'jose'
import type { Algorithm, Jwk } from '../core/algorithm.js'
import { HallpassError } from '../core/errors.js'
import type { Crypto } from '../core/ports.js'
import { decodeBase64url } from '../crypto/base64url.js'
import { leastSecret } from '../crypto/verify-jwk.js'
import { publicHalf } from './signing.js'

const onePem = /^\s*-----BEGIN ([A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----\s*$/

/** The private members of each type of key (RFC 7518, section 6; RFC 8037): all of them, and no others. */
const privateMembers: { readonly [Alg in Algorithm]: readonly string[] } = {
  EdDSA: ['d'],
  ES256: ['d'],
  RS256: ['d', 'p', 'q', 'dp', 'dq', 'qi'],
  PS256: ['d', 'p', 'q', 'dp', 'dq', 'qi'],
  HS256: ['k'],
}
const publicMembers = ['kty', 'crv', 'x', 'y', 'n', 'e']

/** A secret drawn at random has about 30 different bytes among 32; one that was typed has few. */
const fewestDifferentBytes = 16

/**
 * Reads a private key of the operator's own: a PKCS #8 PEM, or a private JWK. Errors: `key-refused`, with the reason;
 * never with a piece of the key.
 */
export async function readPrivateKey(key: unknown, alg: Algorithm, crypto: Crypto): Promise<Jwk> {
  const jwk = typeof key === 'string' ? await fromPem(key, alg) : fromJwk(key, alg)
  if (alg === 'HS256') return withStrongSecret(jwk)
  const half = publicHalf(jwk, alg)
  if (!half.ok) throw refused(half.reason)
  if (!(await belongTogether(jwk, half.jwk, alg, crypto)))
    throw refused('its private half is not that of its public one')
  return jwk
}

async function fromPem(text: string, alg: Algorithm): Promise<Jwk> {
  const blocks = text.match(/-----BEGIN /g)?.length ?? 0
  if (blocks > 1) throw refused('there is more than one PEM block')
  const [, kind] = onePem.exec(text) ?? []
  if (kind === undefined) throw refused('it is no PEM block')
  if (kind.endsWith('PUBLIC KEY') || kind === 'CERTIFICATE') throw refused('it is public; the private key is needed')
  if (kind === 'ENCRYPTED PRIVATE KEY') throw refused('it is encrypted; decrypt it with openssl pkcs8')
  if (kind !== 'PRIVATE KEY') throw refused('it is not PKCS #8; convert it with openssl pkcs8 -topk8 -nocrypt')
  if (alg === 'HS256') throw refused('HS256 takes a secret, as a JWK of type oct')
  try {
    return only((await exportJWK(await importPKCS8(text.trim(), alg, { extractable: true }))) as Jwk, alg)
  } catch {
    throw refused(`it is not a key for ${alg}`)
  }
}

function fromJwk(key: unknown, alg: Algorithm): Jwk {
  if (typeof key !== 'object' || key === null || Array.isArray(key)) throw refused('it is neither a PEM nor a JWK')
  const jwk = key as { readonly [member: string]: unknown }
  const { use, key_ops: operations } = jwk
  if (use !== undefined && use !== 'sig') throw refused('its use is not sig')
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('sign')))
    throw refused('its key_ops do not have sign')
  if (jwk['oth'] !== undefined) throw refused('it has more than two primes')
  if (privateMembers[alg].some((member) => typeof jwk[member] !== 'string'))
    throw refused(`it is not a whole private key for ${alg}`)
  if (alg === 'HS256' && jwk['kty'] !== 'oct') throw refused('it is not of type oct')
  if (alg === 'HS256' && jwk['alg'] !== undefined && jwk['alg'] !== 'HS256') throw refused('it is not for HS256')
  return only(jwk as Jwk, alg)
}

/** The members that make the key, and the alg it claims. */
function only(jwk: Jwk, alg: Algorithm): Jwk {
  const kept = [...publicMembers, ...privateMembers[alg], 'alg'].filter((member) => jwk[member] !== undefined)
  return Object.fromEntries(kept.map((member) => [member, jwk[member]!]))
}

function withStrongSecret(jwk: Jwk): Jwk {
  const secret = decodeBase64url(jwk['k']!)
  if (secret === null) throw refused('k is not canonical base64url')
  if (secret.length < leastSecret) throw refused(`the secret has less than ${leastSecret} bytes`)
  if (new Set(secret).size < fewestDifferentBytes) throw refused('the secret repeats itself too much to be random')
  return jwk
}

/** Signs once and verifies it: halves that do not fit would make tokens that nobody takes, and could give d away. */
async function belongTogether(privateJwk: Jwk, publicJwk: Jwk, alg: Algorithm, crypto: Crypto): Promise<boolean> {
  try {
    const signer = new CompactSign(new TextEncoder().encode('hallpass')).setProtectedHeader({ alg })
    const token = await signer.sign(await importJWK(privateJwk, alg))
    const signature = decodeBase64url(token.slice(token.lastIndexOf('.') + 1))
    const key = await crypto.importVerifyKey(alg, publicJwk)
    return signature !== null && (await crypto.verify(alg, key, token.slice(0, token.lastIndexOf('.')), signature))
  } catch {
    return false
  }
}

function refused(reason: string): HallpassError {
  const mistakes = [
    { field: 'key', problem: `${reason}.`, remedy: 'Give one unencrypted private key: PKCS #8 PEM or JWK.' },
  ]
  return new HallpassError('key-refused', { reason, mistakes })
}
