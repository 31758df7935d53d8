import { HallpassError, receiptBody, sessionBody } from 'hallpass'
import { Hono } from 'hono'
import type { PersonEventsAnswer, SessionAndReceiptAnswer } from '../admin/contract.js'
import type { Journal } from '../audit/journal.js'
import type { ServerEnv } from '../env.js'
import type { PersonEvents } from './person-events.js'

/** What happened to the caller's account, and "this was not me". Below `/auth/events`. */
export function personEventRoutes(events: PersonEvents, journal: Pick<Journal, 'tell'>): Hono<ServerEnv> {
  return new Hono<ServerEnv>()
    .get('/', async (c) => {
      const { id, subject } = c.var.auth.require()
      return c.json({ events: await events.list(subject, id) } satisfies PersonEventsAnswer)
    })
    .post('/:id{[A-Za-z0-9_-]{22}}/disown', async (c) => {
      const { subject } = c.var.auth.require()
      const event = await events.find(subject, c.req.param('id'))
      if (event === null) throw new HallpassError('not-found', { reason: 'no such event of this person' })
      const { receipt, tokens } = await c.var.auth.revokeAll({ keepCurrent: true })
      const session = c.var.auth.require()
      journal.tell({
        ...{ type: 'disowned', at: receipt.at, subject, device: session.device },
        ...{ session: event.session, event: event.id, what: event.type },
      })
      return c.json({
        session: sessionBody(session, true),
        ...(tokens === null ? {} : { tokens }),
        receipt: receiptBody(receipt),
      } satisfies SessionAndReceiptAnswer)
    })
}
