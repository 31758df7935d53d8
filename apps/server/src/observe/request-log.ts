import { HallpassError } from 'hallpass'
import type { MiddlewareHandler } from 'hono'
import type { ServerEnv } from '../env.js'
import { codeOf } from '../errors.js'
import { OAuthError } from '../oauth/errors.js'
import type { Logger } from './log.js'

const longestPath = 256

/** One line a request: what it asked for, how it went, for whom. Of the address only the path. */
export function logRequests(log: Logger): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    const began = performance.now()
    await next()
    const ms = Math.round((performance.now() - began) * 10) / 10
    const { status } = c.res
    const asked = { method: c.req.method, path: c.req.path.slice(0, longestPath) }
    const line = { ...asked, status, ms, ...failure(c.error), ...caller(c.var) }
    if (status >= 500) log.error({ ...line, error: c.error }, 'request')
    else log.info(line, 'request')
  }
}

function failure(error: Error | undefined): object {
  if (error === undefined) return {}
  const explained = error instanceof HallpassError || error instanceof OAuthError
  const reason = explained && error.reason !== null ? { reason: error.reason } : {}
  return { code: codeOf(error), ...reason }
}

/** There is no caller where the request was answered before anybody asked who it is. */
function caller({ auth }: Partial<ServerEnv['Variables']>): object {
  const session = auth?.session ?? null
  return session === null ? {} : { session: session.id, subject: session.subject }
}
