import type { Algorithm } from '../core/algorithm.js'
import { HallpassError } from '../core/errors.js'
import { readPlainObject } from '../core/plain-json.js'
import type { Runtime } from '../core/ports.js'
import type { KeysReading } from './issuer-keys.js'
import { readKeySet } from '../crypto/key-set.js'
import { textWithin, TooLong } from './transport.js'

export interface RemoteKeysParts {
  readonly address: URL
  /** What RSA keys verify that name no algorithm. */
  readonly algorithm: Algorithm | undefined
  readonly runtime: Runtime
  readonly fetch: typeof fetch
}

/** Milliseconds. */
const deadline = 5000
const freshness = { least: 1000, most: 3_600_000, usual: 300_000 }
/** Bytes: a hundred large keys. */
const largest = 65_536

/** Reads an issuer's published keys. Rejects with `keys-unavailable`: late, too large, redirected, or no JWK Set. */
export async function readRemoteKeys({ address, algorithm, runtime, fetch }: RemoteKeysParts): Promise<KeysReading> {
  const giveUp = new AbortController()
  const callOff = runtime.later(deadline, () => giveUp.abort(), true)
  try {
    // `manual`, because not every runtime knows `error`; whatever is not 200 is refused below.
    const headers = { accept: 'application/jwk-set+json, application/json', 'cache-control': 'no-cache' }
    const response = await fetch(address, { headers, redirect: 'manual', signal: giveUp.signal })
    if (response.status !== 200) throw unavailable(`${address.href} answers ${response.status}`)
    const set = readPlainObject(await textWithin(largest, response))
    if (!set.ok) throw unavailable(`what ${address.href} answers ${set.reason}`)
    const read = readKeySet(set.object, algorithm)
    if (!read.ok) throw unavailable(`the key set of ${address.href} is refused: ${read.reason}`)
    return { keys: read.keys, freshFor: freshFor(response.headers) }
  } catch (cause) {
    if (cause instanceof HallpassError) throw cause
    throw unavailable(`${address.href} ${whatWentWrong(cause, giveUp.signal.aborted)}`, cause)
  } finally {
    callOff()
    // Ends what was refused before it was read.
    giveUp.abort()
  }
}

function whatWentWrong(cause: unknown, isLate: boolean): string {
  if (cause instanceof TooLong) return `answers ${cause.message}`
  return isLate ? `gives no answer within ${deadline} ms` : 'cannot be reached'
}

/** How long an answer is fresh (RFC 9111, section 4.2), milliseconds, within bounds. */
function freshFor(headers: Headers): number {
  const directives = headers.get('cache-control')?.toLowerCase() ?? ''
  if (/\bno-(store|cache)\b/.test(directives)) return freshness.least
  const seconds = /(?:^|[\s,])max-age="?(\d{1,9})/.exec(directives)?.[1]
  if (seconds === undefined) return freshness.usual
  const age = /^\d{1,9}$/.exec(headers.get('age') ?? '')?.[0] ?? 0
  return Math.min(freshness.most, Math.max(freshness.least, (Number(seconds) - Number(age)) * 1000))
}

function unavailable(reason: string, cause?: unknown): HallpassError {
  return new HallpassError('keys-unavailable', { reason, cause })
}
