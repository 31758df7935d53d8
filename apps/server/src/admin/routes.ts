import type { Hallpass } from 'hallpass'
import { Hono } from 'hono'
import { type Metrics, metricsPage } from '../observe/metrics.js'
import type { Clients } from '../oauth/clients.js'
import { clientRoutes } from './clients.js'
import type { MembersAnswer } from './contract.js'
import { keyRoutes } from './keys.js'
import { operatorsOnly } from './operator.js'
import { tokenRoutes } from './tokens.js'

/**
 * What only operators may ask; where no key is configured, nothing is there. Metrics are for them too: they name
 * nobody, but tell how much is going on.
 */
export function operatorRoutes(
  auth: Pick<Hallpass, 'members' | 'figures' | 'keys' | 'tokens'>,
  clients: Clients,
  metrics: Metrics,
  operatorKey: string | null,
): Hono {
  const routes = new Hono()
  if (operatorKey === null) return routes
  const guard = operatorsOnly(operatorKey)
  return routes
    .use('/metrics', guard)
    .use('/admin/*', guard)
    .get('/metrics', metricsPage(metrics))
    .get('/admin/members', async (c) => c.json(await membersAnswer(auth)))
    .route('/admin/keys', keyRoutes(auth))
    .route('/admin/clients', clientRoutes(clients))
    .route('/admin/tokens', tokenRoutes(auth))
}

async function membersAnswer(auth: Pick<Hallpass, 'members' | 'figures'>): Promise<MembersAnswer> {
  const members = await auth.members()
  const { valid, sequence: applied, lag } = auth.figures().lease
  const sequence = Math.max(applied ?? 0, ...members.map(({ acknowledged }) => acknowledged))
  return {
    members: members.map(({ incarnation, self, acknowledged, lease, lastKnownGood }) => ({
      incarnation,
      self,
      acknowledged,
      behind: sequence - acknowledged,
      lease,
      lastKnownGood,
    })),
    log: { sequence, applied, lease: { valid, lag } },
  }
}
