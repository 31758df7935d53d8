import type { Algorithm, Jwk } from '../core/algorithm.js'
import { decodeBase64url } from './base64url.js'
import { isEd25519Key, isOnP256 } from './curves.js'
import { rsaWeakness } from './rsa-strength.js'

/** The public members alone; or why it is no key to verify with. */
export type PublicJwkReading =
  | { readonly ok: true; readonly alg: Algorithm; readonly jwk: Jwk }
  | { readonly ok: false; readonly reason: string }

/** The algorithm by the names it goes under (RFC 7518, RFC 8037, RFC 9864). */
const algorithmsByName: { readonly [name: string]: Algorithm } = {
  EdDSA: 'EdDSA',
  Ed25519: 'EdDSA',
  ES256: 'ES256',
  RS256: 'RS256',
  PS256: 'PS256',
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

type Members = { readonly [member: string]: unknown }

/**
 * Reads a public JSON Web Key (RFC 7517) strictly: one that verifies signatures of exactly one algorithm.
 *
 * Refused: a private or symmetric half, a `use` other than `sig`, `key_ops` without `verify`, an `alg` that does not
 * fit the key or the asked one, an RSA key that says no `alg` where none is asked for, weak RSA keys (fewer than 2048
 * bits, exponent 1 or even, CVE-2017-15361), points that are not on their curve, and any spelling but the canonical.
 * Members that are no part of the key, such as `kid` and `x5c`, are left out of the answer.
 *
 * @param jwk whatever stood in the key set; nothing is taken for granted
 * @param algorithm what the key is to verify; without it, what the key says of itself
 */
export function readPublicJwk(jwk: unknown, algorithm?: Algorithm): PublicJwkReading {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return refused('it is not an object')
  const members = jwk as Members
  const misused = whyMisused(members)
  if (misused !== null) return refused(misused)
  const fitting = fittingAlgorithms(members)
  if (fitting.length === 0) return refused('it is of a type or curve that no algorithm here uses')

  const named = members['alg'] === undefined ? undefined : algorithmNamed(members['alg'])
  if (named === null || (named !== undefined && !fitting.includes(named)))
    return refused('its alg does not fit its type')
  if (named !== undefined && algorithm !== undefined && named !== algorithm)
    return refused(`it is not for ${algorithm}`)
  const alg = named ?? algorithm ?? (fitting.length === 1 ? fitting[0] : undefined)
  if (alg === undefined) return refused('it says no alg, and several would fit')
  if (!fitting.includes(alg)) return refused(`it is not for ${alg}`)
  return readKey(members, alg)
}

function whyMisused(members: Members): string | null {
  const secret = privateMembers.find((member) => Object.hasOwn(members, member))
  if (secret !== undefined) return `it carries ${secret}, which is private`
  if (members['use'] !== undefined && members['use'] !== 'sig') return 'its use is not sig'
  const operations = members['key_ops']
  const verifies = operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
  return verifies ? null : 'its key_ops do not have verify'
}

function fittingAlgorithms({ kty, crv }: Members): readonly Algorithm[] {
  if (kty === 'OKP' && crv === 'Ed25519') return ['EdDSA']
  if (kty === 'EC' && crv === 'P-256') return ['ES256']
  return kty === 'RSA' ? ['RS256', 'PS256'] : []
}

function algorithmNamed(name: unknown): Algorithm | null {
  return typeof name === 'string' && Object.hasOwn(algorithmsByName, name) ? algorithmsByName[name]! : null
}

function readKey(members: Members, alg: Algorithm): PublicJwkReading {
  const text = (member: string): string => (typeof members[member] === 'string' ? members[member] : '')
  if (alg === 'EdDSA') {
    const x = text('x')
    const point = decodeBase64url(x)
    if (point?.length !== 32) return refused('x is not 32 bytes in canonical base64url')
    if (!isEd25519Key(point)) return refused('x is not a usable point of Ed25519')
    return { ok: true, alg, jwk: { kty: 'OKP', crv: 'Ed25519', x } }
  }
  if (alg === 'ES256') {
    const [x, y] = [text('x'), text('y')]
    const point = [decodeBase64url(x), decodeBase64url(y)] as const
    if (point[0]?.length !== 32 || point[1]?.length !== 32)
      return refused('x and y are not 32 bytes each in canonical base64url')
    if (!isOnP256(point[0], point[1])) return refused('x and y are not a point of P-256')
    return { ok: true, alg, jwk: { kty: 'EC', crv: 'P-256', x, y } }
  }
  const [n, e] = [text('n'), text('e')]
  const weakness = rsaWeakness(n, e)
  return weakness === null ? { ok: true, alg, jwk: { kty: 'RSA', n, e } } : refused(weakness)
}

function refused(reason: string): PublicJwkReading {
  return { ok: false, reason }
}
