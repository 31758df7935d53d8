/** Tokens by their whole text. Whoever takes one out still checks what time has done to it. */
export interface TokenCache<Accepted> {
  get(token: string): Accepted | undefined
  /** Only ever a token that was accepted; the oldest make room for it. */
  put(token: string, accepted: Accepted): void
  remove(token: string): void
  /** What it holds, by its own estimate. */
  readonly bytes: number
}

/** What the claims of a token, their objects and the map's own entry take beside its text, per character of it. */
const bytesPerCharacter = 4
const bytesPerToken = 1024

const utf8 = new TextEncoder()
const text = new TextDecoder()
const room = new Uint8Array(8192)

export function createTokenCache<Accepted>(mostBytes: number): TokenCache<Accepted> {
  const tokens = new Map<string, Accepted>()
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
    put(token, accepted) {
      remove(token)
      // A token is often a slice of a header, and a slice keeps all of it in memory: the copy does not.
      tokens.set(copyOf(token), accepted)
      bytes += sizeOf(token)
      makeRoom()
    },
    remove,
    get bytes() {
      return bytes
    },
  }
}

function copyOf(token: string): string {
  const { read, written } = utf8.encodeInto(token, room)
  return text.decode(read === token.length ? room.subarray(0, written) : utf8.encode(token))
}

function sizeOf(token: string): number {
  return bytesPerToken + token.length * bytesPerCharacter
}
