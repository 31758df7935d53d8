import type { AuditStore, Hallpass, Store, StoreWarning } from 'hallpass'
import { Hono } from 'hono'
import type { Accounts } from '../accounts/accounts.js'
import type { Journal } from '../audit/journal.js'
import type { Config } from '../config.js'
import { type Metrics, metricsPage } from '../observe/metrics.js'
import type { Clients } from '../oauth/clients.js'
import { relayRoutes } from '../relay/routes.js'
import { recordActs } from './acts.js'
import { chartRoutes } from './charts.js'
import { clientRoutes } from './clients.js'
import type { OperatorAnswer } from './contract.js'
import { eventRoutes } from './events.js'
import { everythingRoutes } from './everything.js'
import { healthRoutes } from './health.js'
import { keyRoutes } from './keys.js'
import { memberRoutes } from './members.js'
import { type AdminEnv, freshFor, operatorsOnly, signedIn } from './operator.js'
import { policyRoutes } from './policy.js'
import { sessionRoutes } from './sessions.js'
import { subjectRoutes } from './subjects.js'
import { tokenRoutes } from './tokens.js'

export interface OperatorRoutesParts {
  readonly auth: Hallpass
  readonly config: Config
  /** As the library trusts it. */
  readonly store: Pick<Store, 'engine' | 'check' | 'accounts'> & { readonly audit: AuditStore }
  readonly accounts: Accounts
  readonly clients: Clients
  readonly journal: Pick<Journal, 'tell'>
  readonly metrics: Metrics
  readonly warnings: readonly StoreWarning[]
  readonly now: () => number
}

/**
 * What only operators may ask. Metrics are for them too: they name nobody, but tell how much is going on. For before
 * `hallpassHono`, which would take the operator key for a token of ours.
 */
export function operatorRoutes(parts: OperatorRoutesParts): Hono<AdminEnv> {
  const { auth, config, store, accounts, clients, journal, metrics, warnings, now } = parts
  const people = { auth, accounts, accountStore: store.accounts }
  const enter = signedIn(auth)
  const guard = operatorsOnly({ accounts: store.accounts, operatorKey: config.operatorKey })
  const routes = new Hono<AdminEnv>()
    .use('/metrics', enter, guard)
    .use('/admin/*', enter, guard, recordActs(journal, now))
    .get('/metrics', metricsPage(metrics))
    .get('/admin/operator', (c) => c.json(operatorAnswer(c.var.operator, config.relay)))
    .route('/admin/subjects', subjectRoutes(people))
    .route('/admin/sessions', sessionRoutes(people))
    .route('/admin/revoke-everything', everythingRoutes(auth))
    .route('/admin/keys', keyRoutes(auth))
    .route('/admin/clients', clientRoutes(clients))
    .route('/admin/tokens', tokenRoutes(auth))
    .route('/admin/members', memberRoutes(auth))
    .route('/admin/events', eventRoutes(store.audit))
    .route('/admin/charts', chartRoutes(store.audit, now))
    .route('/admin/health', healthRoutes({ auth, store, warnings, startedAt: now() }))
    .route('/admin/policy', policyRoutes(auth.policy, config))
  return config.relay ? routes.route('/admin/relay', relayRoutes()) : routes
}

function operatorAnswer(operator: AdminEnv['Variables']['operator'], relay: boolean): OperatorAnswer {
  if (operator.by === 'key') return { by: 'key', email: null, freshUntil: null, relay }
  const { email, session } = operator
  const freshUntil = new Date(session.authenticatedAt + freshFor * 1000).toISOString()
  return { by: 'session', email, freshUntil, relay }
}
