import { deviceFrom } from 'hallpass'
import type { MiddlewareHandler } from 'hono'
import type { Journal } from '../audit/journal.js'
import { clientOf } from '../env.js'
import { type AdminEnv, isSafe } from './operator.js'

const longestPath = 256

/** Keeps who asked for what, of everything that changes something, also where it was refused. For below `operatorsOnly`. */
export function recordActs(journal: Pick<Journal, 'tell'>, now: () => number): MiddlewareHandler<AdminEnv> {
  return async (c, next) => {
    await next()
    if (isSafe(c.req.method)) return
    const { operator, about } = c.var
    journal.tell({
      type: 'operator-acted',
      at: now(),
      by: operator.by === 'key' ? 'key' : operator.email,
      did: `${c.req.method} ${c.req.path.slice(0, longestPath)}`,
      status: c.res.status,
      subject: about?.subject ?? null,
      session: about?.session ?? null,
      network: deviceFrom(null, clientOf(c), null).network,
    })
  }
}
