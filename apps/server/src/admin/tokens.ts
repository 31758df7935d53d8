import { type Hallpass, receiptBody } from 'hallpass'
import { Hono } from 'hono'
import type { ReceiptAnswer } from './contract.js'

/** Access and service tokens, one by one, by their `jti`: the log names that of every token of OAuth. Below `/admin/tokens`. */
export function tokenRoutes({ tokens }: Pick<Hallpass, 'tokens'>): Hono {
  return new Hono().post('/:id{[A-Za-z0-9_-]{22}}/revoke', async (c) => {
    const receipt = await tokens.revoke(c.req.param('id'))
    return c.json({ receipt: receiptBody(receipt) } satisfies ReceiptAnswer)
  })
}
