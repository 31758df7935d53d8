import { type Hallpass, HallpassError, receiptBody } from 'hallpass'
import { Hono } from 'hono'
import type { KeysAnswer, ReceiptAnswer, RehearsalAnswer } from './contract.js'

/** The signing keys, below `/admin/keys`. */
export function keyRoutes({ keys }: Pick<Hallpass, 'keys'>): Hono {
  return new Hono()
    .get('/', async (c) => c.json((await keys.rehearse()).now satisfies KeysAnswer))
    .get('/rehearsal', async (c) => c.json((await keys.rehearse()) satisfies RehearsalAnswer))
    .post('/rotate', async (c) => c.json((await keys.rotate()) satisfies KeysAnswer))
    .post('/:kid{[A-Za-z0-9_-]{1,64}}/revoke', async (c) => {
      const kid = c.req.param('kid')
      // the library revokes what it does not know as well; whoever mistyped must not read that it has ended
      if (!(await keys.list()).some((key) => key.kid === kid))
        throw new HallpassError('not-found', { reason: 'no such key' })
      const receipt = await keys.revoke(kid)
      return c.json({ receipt: receiptBody(receipt) } satisfies ReceiptAnswer)
    })
}
