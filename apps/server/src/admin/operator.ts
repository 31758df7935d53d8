import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { ServerError } from '../errors.js'

/**
 * Lets only those pass who send `Authorization: Bearer <operator key>` (RFC 6750). Nobody counts wrong guesses: there
 * are too many keys to guess one.
 */
export function operatorsOnly(key: string): MiddlewareHandler {
  const expected = digest(key)
  return async (c, next) => {
    const [, presented = ''] = /^Bearer +([^ ]+) *$/i.exec(c.req.header('authorization') ?? '') ?? []
    // digests are of one length, and tell nothing of where the two begin to differ
    if (!timingSafeEqual(digest(presented), expected)) throw new ServerError('operator-key-required')
    c.header('cache-control', 'no-store')
    return next()
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
