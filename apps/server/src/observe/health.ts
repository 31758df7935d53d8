import type { Hallpass } from 'hallpass'
import { Hono } from 'hono'

const fresh = { 'cache-control': 'no-store' }

/** `GET /healthz`: the process answers. `GET /readyz`: the store does too, and the keys are at hand. */
export function health(auth: Pick<Hallpass, 'status'>): Hono {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }, 200, fresh))
    .get('/readyz', async (c) => c.json({ status: 'ok', ...(await auth.status()) }, 200, fresh))
}
