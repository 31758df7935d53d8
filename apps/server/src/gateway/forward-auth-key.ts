import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** The header of our own in which a proxy presents its key. Browsers do not let a page send it to another site unasked. */
export const keyHeader = 'hallpass-forward-auth-key'

/** Whether a request carries one of the keys. Takes the same time whichever of them it is, and however much of it is right. */
export function keyKeeper(keys: readonly string[]): (req: IncomingMessage) => boolean {
  const expected = keys.map(digest)
  return ({ headers }) => {
    const presented = headers[keyHeader]
    if (typeof presented !== 'string') return false
    // digests are of one length, and tell nothing of where two keys begin to differ
    const given = digest(presented)
    let isKnown = false
    for (const one of expected) isKnown = timingSafeEqual(given, one) || isKnown
    return isKnown
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
