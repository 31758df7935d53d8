import type { IncomingMessage } from 'node:http'
import { HallpassError, type Session } from 'hallpass'
import type { MiddlewareHandler } from 'hono'
import { clientOf, type ServerEnv } from '../env.js'
import { codeOf, problemAnswer, type ServerError } from '../errors.js'
import { OAuthError } from '../oauth/errors.js'
import { addressBucket } from '../transport/client-address.js'
import type { Logger } from './log.js'

const longestPath = 256

/** What is told of one request. */
export interface Answered {
  readonly method: string
  /** Of the address only this: what follows may hold anything. */
  readonly path: string
  /** The client's address; null where it is not known. */
  readonly client: string | null
  /** Null where the connection was gone before an answer began. */
  readonly status: number | null
  /** By `performance.now()`. */
  readonly began: number
  /** Of the error that was answered. */
  readonly code: string | null
  /** For the operator alone. */
  readonly reason: string | null
  readonly session: Pick<Session, 'id' | 'subject'> | null
  readonly more?: object
  /** What was thrown; logged where it is trouble. */
  readonly error?: unknown
}

/** One line a request: what it asked for, how it went, for whom; from where as limits count it, so of IPv6 not which device. */
export function logAnswer(log: Logger, answered: Answered): void {
  const { method, path, client, status, began, code, reason, session, more, error } = answered
  const isTrouble = status !== null && status >= 500
  if (!log.isLevelEnabled(isTrouble ? 'error' : 'info')) return
  const ms = Math.round((performance.now() - began) * 10) / 10
  const line: { [name: string]: unknown } = { method, path: path.slice(0, longestPath), status, ms }
  if (client !== null) line['client'] = addressBucket(client)
  if (code !== null) line['code'] = code
  if (reason !== null) line['reason'] = reason
  if (session !== null) Object.assign(line, { session: session.id, subject: session.subject })
  Object.assign(line, more)
  if (isTrouble) log.error({ ...line, error }, 'request')
  else log.info(line, 'request')
}

/** Logs a request that goes no further than the front. Who sent it is not known: whoever connected may be a proxy. */
export function logRefusal(log: Logger, { method = '', url = '' }: IncomingMessage, error: ServerError): void {
  logAnswer(log, {
    ...{
      method,
      path: url.replace(/[?#].*$/s, ''),
      began: performance.now(),
      client: null,
      session: null,
      reason: null,
    },
    ...{ status: problemAnswer(error).status, code: error.code },
  })
}

/** Logs every request that the routes after it answer. */
export function logRequests(log: Logger): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    const began = performance.now()
    await next()
    // there is no caller where the request was answered before anybody asked who it is
    const { auth }: Partial<ServerEnv['Variables']> = c.var
    const { error } = c
    logAnswer(log, {
      ...{ method: c.req.method, path: c.req.path, status: c.res.status, began, error },
      client: clientOf(c),
      code: error === undefined ? null : codeOf(error),
      reason: error instanceof HallpassError || error instanceof OAuthError ? error.reason : null,
      session: auth?.session ?? null,
    })
  }
}
