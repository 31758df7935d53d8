import type { Hallpass } from 'hallpass'
import { Hono } from 'hono'

/** `GET /healthz`: the process answers. `GET /readyz`: the store does too, and the keys are at hand. */
export function health(auth: Pick<Hallpass, 'status'>): Hono {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => c.json({ status: 'ok', ...(await auth.status()) }))
    .use('*', async (c, next) => {
      await next()
      c.header('cache-control', 'no-store')
    })
}
