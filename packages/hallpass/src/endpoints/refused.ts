import type { HallpassError } from '../core/errors.js'
import type { Policy } from '../core/policy.js'
import { expireCookies } from '../http/carriage.js'
import { problemPatch, seeOther } from '../http/problem.js'
import { type ResponsePatch, withHeadersOf } from '../http/response-patch.js'

/**
 * The answer to an error: a problem document or, where signing in helps and there is a page for it, the way there. Only
 * a refusal leads there: trouble says nothing about whether somebody is signed in.
 */
export function refused(error: HallpassError, policy: Policy, page: string | null = null): ResponsePatch {
  const answer = error.status === 401 && page !== null ? seeOther(page) : problemPatch(error)
  // Cookies that stand in each other's way would do so for ever.
  return error.code === 'ambiguous' ? withHeadersOf(answer, expireCookies(policy)) : answer
}
