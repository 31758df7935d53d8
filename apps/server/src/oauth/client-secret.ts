import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Two, so that one replaces the other without a failed request. */
export const mostSecrets = 2

export interface DrawnSecret {
  /** Shown once. */
  readonly secret: string
  readonly hash: string
}

/** 256 random bits, with a mark by which a scanner of source code knows them. */
export function drawSecret(): DrawnSecret {
  const secret = `hp_c.${randomBytes(32).toString('base64url')}`
  return { secret, hash: digest(secret).toString('base64url') }
}

/** What an operator calls a secret by: the beginning of its hash, which opens nothing. */
export function secretId(hash: string): string {
  return hash.slice(0, 16)
}

/** Compares with as many hashes as a client can have, whatever it has. */
export function isSecretOf(hashes: readonly string[], presented: string): boolean {
  const mark = digest(presented)
  let found = false
  for (let index = 0; index < mostSecrets; index += 1) {
    const hash = hashes[index]
    const expected = Buffer.from(hash ?? noHash, 'base64url')
    const equal = expected.length === mark.length && timingSafeEqual(expected, mark)
    found ||= equal && hash !== undefined
  }
  return found
}

const noHash = Buffer.alloc(32).toString('base64url')

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
