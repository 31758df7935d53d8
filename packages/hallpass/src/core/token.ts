/**
 * The text forms of the opaque tokens. A session id is two characters that name a shard, then 128 random bits;
 * secrets and MACs are 256 bits; everything is base64url without padding, in exactly one spelling.
 */

/** How many shards there are; fixed for ever, since ids carry theirs. */
export const shardCount = 256

const id = '[0-9a-f]{2}[A-Za-z0-9_-]{21}[AQgw]'
// The last character of 32 bytes in base64url carries two unused bits, which must be zero (RFC 4648, section 3.5).
const bytes32 = '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]'
const sessionForm = new RegExp(`^hp_s\\.(${id})\\.(${bytes32})$`)
const refreshForm = new RegExp(`^hp_r\\.(${id})\\.(0|[1-9][0-9]{0,14})\\.(${bytes32})$`)
const idForm = new RegExp(`^${id}$`)

/** No token of ours is longer than this; longer text is refused before it is looked at. */
export const longestOpaqueToken = 128

export interface SessionToken {
  readonly id: string
  readonly secret: string
}

export interface RefreshToken {
  readonly id: string
  readonly generation: number
  readonly mac: string
}

export function parseSessionToken(text: string): SessionToken | null {
  if (text.length > longestOpaqueToken) return null
  const parts = sessionForm.exec(text)
  return parts === null ? null : { id: parts[1]!, secret: parts[2]! }
}

export function parseRefreshToken(text: string): RefreshToken | null {
  if (text.length > longestOpaqueToken) return null
  const parts = refreshForm.exec(text)
  return parts === null ? null : { id: parts[1]!, generation: Number(parts[2]!), mac: parts[3]! }
}

/** The id in what looks like a session token, of which nothing is checked; null where it looks like something else. */
export function sessionIdIn(text: string): string | null {
  return text.startsWith('hp_s.') ? text.slice(5, 29) : null
}

/** Compares two texts in a time that depends on their length alone. */
export function sameText(one: string, other: string): boolean {
  if (one.length !== other.length) return false
  let difference = 0
  for (let index = 0; index < one.length; index++) difference |= one.charCodeAt(index) ^ other.charCodeAt(index)
  return difference === 0
}

export function isSessionId(text: string): boolean {
  return text.length === 24 && idForm.test(text)
}

export function formatSessionToken(token: SessionToken): string {
  return `hp_s.${token.id}.${token.secret}`
}

export function formatRefreshToken(token: RefreshToken): string {
  return `hp_r.${token.id}.${token.generation}.${token.mac}`
}

/** What the refresh token's MAC and the session token's secret are computed over, under the chain secret. */
export const chainMessage = {
  session: (sessionId: string): string => `session\0${sessionId}`,
  refresh: (sessionId: string, generation: number): string => `refresh\0${sessionId}\0${generation}`,
}

/**
 * The shard tag of a subject, so that one slot of a clustered store holds a subject's counters and sessions.
 * FNV-1a over UTF-16 units: it spreads, and must never change.
 */
export function shardOf(subject: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < subject.length; index++) {
    hash = Math.imul(hash ^ subject.charCodeAt(index), 0x01000193) >>> 0
  }
  return (hash % shardCount).toString(16).padStart(2, '0')
}

/** What one answer hands to its client: the tokens that the strategy has. */
export interface IssuedTokens {
  readonly sessionToken?: string
  readonly accessToken?: string
  readonly refreshToken?: string
  /** When the token that authenticates requests ends, milliseconds since 1970. */
  readonly expiresAt: number
}
