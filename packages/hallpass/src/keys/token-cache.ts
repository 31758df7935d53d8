import type { AccessClaims } from '../core/claims.js'
import type { VerifyingKey } from './held-ring.js'

/** A token that was found authentic, and under which key. */
export interface CachedToken {
  readonly claims: AccessClaims
  readonly key: VerifyingKey
}

/** Tokens by their whole text. Whoever takes one out still checks what time has done to it. */
export interface TokenCache {
  get(token: string): CachedToken | undefined
  /** Only ever a token that was accepted; the oldest make room for it. */
  put(token: string, claims: AccessClaims, key: VerifyingKey): void
  remove(token: string): void
  /** What it holds, by its own estimate. */
  readonly bytes: number
}

/** What the claims of a token, their objects and the map's own entry take beside its text, per character of it. */
const bytesPerCharacter = 4
const bytesPerToken = 1024

const utf8 = new TextEncoder()
const text = new TextDecoder()

export function createTokenCache(mostBytes: number): TokenCache {
  const tokens = new Map<string, CachedToken>()
  let bytes = 0

  const remove = (token: string): void => {
    if (tokens.delete(token)) bytes -= sizeOf(token)
  }
  const makeRoom = (): void => {
    for (const oldest of tokens.keys()) {
      if (bytes <= mostBytes) return
      remove(oldest)
    }
  }

  return {
    get: (token) => tokens.get(token),
    put(token, claims, key) {
      remove(token)
      // A token is often a slice of a header, and a slice keeps all of it in memory: the copy does not.
      tokens.set(text.decode(utf8.encode(token)), { claims, key })
      bytes += sizeOf(token)
      makeRoom()
    },
    remove,
    get bytes() {
      return bytes
    },
  }
}

function sizeOf(token: string): number {
  return bytesPerToken + token.length * bytesPerCharacter
}
