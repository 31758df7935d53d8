import type { Hallpass } from 'hallpass'
import { logFeed, type LogFeedHandler } from 'hallpass/fetch'
import { Hono } from 'hono'
import type { Logger } from './observe/log.js'

/** The revocation log for remote verifiers; null where no key opens it, and then nothing is there. */
export function serveLog(auth: Pick<Hallpass, 'feed'>, keys: readonly string[] | null): LogFeedHandler | null {
  return keys === null ? null : logFeed(auth.feed, { key: keys })
}

/** A thousand verifiers renew fifteen hundred times a second: only what goes wrong gets a line of its own. */
export function logRoutes(handler: LogFeedHandler | null, log: Logger): Hono {
  const routes = new Hono()
  if (handler === null) return routes
  return routes.all('/.well-known/hallpass/log/*', async (c) => {
    const response = await handler(c.req.raw)
    const { method, path } = c.req
    if (!response.ok) log.warn({ method, path, status: response.status }, 'log')
    return response
  })
}
