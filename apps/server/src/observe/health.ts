import type { Hallpass } from 'hallpass'
import { Hono } from 'hono'
import type { ReadyAnswer } from '../admin/contract.js'

const fresh = { 'cache-control': 'no-store' }

/**
 * `GET /healthz`: the process answers. `GET /readyz`: the store does too, and the keys are at hand. Without a lease an
 * instance is as ready as with one, only slower: it asks the store at every check. So the lease is told, and no reason
 * to be taken out of service; and anybody may ask, so nothing is told of how much there is to revoke.
 */
export function health(auth: Pick<Hallpass, 'status'>): Hono {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }, 200, fresh))
    .get('/readyz', async (c) => {
      const { engine, signingKey, lease } = await auth.status()
      const { valid, lag } = lease
      return c.json({ status: 'ok', engine, signingKey, lease: { valid, lag } } satisfies ReadyAnswer, 200, fresh)
    })
}
