import { type Hallpass, receiptBody } from 'hallpass'
import { Hono } from 'hono'
import { z } from 'zod'
import { limitBody, readBody } from '../body.js'
import { needs } from '../validation.js'
import type { ReceiptAnswer } from './contract.js'
import type { AdminEnv } from './operator.js'

const confirmation = z.strictObject(
  { confirm: z.literal('everything', { error: 'is not "everything".' }) },
  needs('a JSON object'),
)

const remedies = { '': 'Send one JSON object.', confirm: 'Send "everything": every session there is ends.' }

/** `POST /admin/revoke-everything` */
export function everythingRoutes(auth: Pick<Hallpass, 'revokeEverything'>): Hono<AdminEnv> {
  return new Hono<AdminEnv>().post('/', limitBody, async (c) => {
    await readBody(c, confirmation, remedies)
    return c.json({ receipt: receiptBody(await auth.revokeEverything()) } satisfies ReceiptAnswer)
  })
}
