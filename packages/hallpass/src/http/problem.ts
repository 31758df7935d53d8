import { type ErrorCode, HallpassError, problemOf } from '../core/errors.js'
import type { ResponsePatch } from './response-patch.js'

/** Seconds after which somebody who met trouble may ask again. */
const retryAfter = '2'

/** For answers that only the caller may see: no cache keeps them, no other origin embeds or sniffs them. */
const guarded = [
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
  ['cross-origin-resource-policy', 'same-origin'],
] as const

export function jsonPatch(status: number, value: unknown): ResponsePatch {
  return { status, headers: [['content-type', 'application/json'], ...guarded], body: JSON.stringify(value) }
}

/** 303: the browser goes there by GET, whatever it sent (RFC 9110, section 15.4.4). Only for paths of our own. */
export function seeOther(path: string): ResponsePatch {
  return { status: 303, headers: [['location', path], ...guarded], body: '' }
}

/** The answer to an error: a problem document (RFC 9457) with a stable code, and never the reason behind it. */
export function problemPatch(error: HallpassError): ResponsePatch {
  return {
    status: error.status,
    headers: [
      ['content-type', 'application/problem+json'],
      ...guarded,
      ...(error.status === 401 ? [['www-authenticate', challenge(error)] as const] : []),
      ...(error.status === 503 ? [['retry-after', retryAfter] as const] : []),
    ],
    body: JSON.stringify(problemOf(error)),
  }
}

/** The same by the code alone. */
export function refusalPatch(code: ErrorCode): ResponsePatch {
  return problemPatch(new HallpassError(code))
}

/** What was thrown, if it is one of our errors; anything else is not ours to answer. */
export function hallpassErrorOf(thrown: unknown): HallpassError | null {
  return thrown instanceof HallpassError ? thrown : null
}

/** The answer to whatever was thrown, if it is one of our errors; null leaves it to the application. */
export function problemFor(thrown: unknown): ResponsePatch | null {
  const error = hallpassErrorOf(thrown)
  return error === null ? null : problemPatch(error)
}

/** RFC 6750, section 3; RFC 9470, section 3. A request without a credential is told no error. */
function challenge({ code, maxAge }: HallpassError): string {
  const realm = 'Bearer realm="hallpass"'
  if (code === 'session-required') return realm
  if (code !== 'step-up-required') return `${realm}, error="invalid_token"`
  const age = maxAge === null ? '' : `, max_age="${maxAge}"`
  return `${realm}, error="insufficient_user_authentication"${age}`
}
