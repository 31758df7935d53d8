import type { AuditFilter, AuditRecord, AuditStore } from 'hallpass'
import { Hono } from 'hono'
import { z } from 'zod'
import { badRequest } from '../errors.js'
import type { Remedies } from '../validation.js'
import type { EventBody, EventsAnswer } from './contract.js'
import type { AdminEnv } from './operator.js'
import { cursor, cursorOf, cursorRemedy, placeText, readQuery, unkept } from './queries.js'

const page = 100

const filters = ['subject', 'session', 'type', 'network'] as const

const wanted = z
  .string()
  .min(1, 'is empty.')
  .max(255, 'is longer than 255 characters.')
  .refine((text) => !unkept.test(text), 'contains a control character.')
  .optional()

const query = z.strictObject({
  subject: wanted,
  session: wanted,
  type: wanted,
  network: wanted,
  before: cursor(z.tuple([z.number(), placeText(64)])).optional(),
})

const remedies: Remedies = {
  subject: 'Send the id of a subject.',
  session: 'Send the id of a session.',
  type: 'Send a type such as "signed-in".',
  network: 'Send a network such as "192.0.2.0/24".',
  before: cursorRemedy,
}

/** What happened, newest first. `GET /admin/events` */
export function eventRoutes(audit: Pick<AuditStore, 'list'>): Hono<AdminEnv> {
  return new Hono<AdminEnv>().get('/', async (c) => {
    const { before, ...wanted } = readQuery(c, query, remedies)
    const place = before === undefined ? null : { at: before[0], id: before[1] }
    const records = await audit.list({ filter: filterOf(wanted), before: place, limit: page + 1 })
    const last = records.length > page ? records[page - 1]! : null
    const answer: EventsAnswer = {
      events: records.slice(0, page).map(eventBody),
      next: last === null ? null : cursorOf([last.at, last.id]),
    }
    return c.json(answer)
  })
}

function filterOf(wanted: { readonly [By in (typeof filters)[number]]?: string | undefined }): AuditFilter {
  const [by, second] = filters.filter((name) => wanted[name] !== undefined)
  if (second !== undefined)
    throw badRequest([{ field: second, problem: 'comes with another filter.', remedy: 'Send one of them.' }])
  return by === undefined ? { by: 'everything' } : { by, is: wanted[by]! }
}

function eventBody({ at, ...record }: AuditRecord): EventBody {
  return { ...record, at: new Date(at).toISOString() }
}
