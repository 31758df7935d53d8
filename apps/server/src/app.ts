import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import {
  type Hallpass,
  HallpassError,
  type HallpassOptions,
  hallpass,
  type Runtime,
  type Store,
  systemRuntime,
  trustworthy,
} from 'hallpass'
import type { LogFeedHandler } from 'hallpass/fetch'
import { hallpassHono } from 'hallpass/hono'
import { Hono } from 'hono'
import { operatorRoutes, type OperatorRoutesParts } from './admin/routes.js'
import { type Accounts, accounts } from './accounts/accounts.js'
import { type Passwords, argon2Passwords } from './accounts/passwords.js'
import { personEvents } from './accounts/person-events.js'
import { createRoles, type Roles } from './accounts/roles.js'
import { accountRoutes } from './accounts/routes.js'
import { createJournal } from './audit/journal.js'
import type { Config } from './config.js'
import { deviceName } from './device-name.js'
import { clientOf, type ServerEnv } from './env.js'
import { problemResponse } from './errors.js'
import { createFront, type Front } from './front.js'
import { createForwardAuth } from './gateway/check.js'
import { createGateway } from './gateway/gateway.js'
import { createOwnCookies } from './gateway/own-cookies.js'
import { createRoutes } from './gateway/routes.js'
import { logRoutes, serveLog } from './log-feed.js'
import { logEvents } from './observe/event-log.js'
import { health } from './observe/health.js'
import { type Logger, createLog } from './observe/log.js'
import { createMetrics } from './observe/metrics.js'
import { logRequests } from './observe/request-log.js'
import { createClients } from './oauth/clients.js'
import { oauthRoutes } from './oauth/routes.js'
import { pageNotFound, type PageFiles, readPages } from './pages/files.js'
import { privatePages, publicPages } from './pages/routes.js'
import { headersOfEveryAnswer, securityHeaders } from './pages/security-headers.js'
import { meetStore, type Started, storeHearing } from './start-up.js'
import { openStore } from './stores/open.js'
import type { OpenStore } from './stores/ports.js'
import { sweepExpired } from './sweep.js'
import { createArrive } from './transport/arrive.js'
import { createSelfTest, type SelfTest } from './transport/self-test.js'

export { run } from './run.js'

/** The server without a socket: what answers requests, and what an operator's code may call. */
export interface App {
  /** What the server answers itself: everything but the gateway and forward-auth. */
  fetch(request: Request, bindings?: object): Response | Promise<Response>
  /** For a server of node:http. */
  readonly front: Front
  readonly auth: Hallpass
  readonly accounts: Accounts
  /** Meets the store. Rejects with `configuration` where it must not be used; that it is away is only told. */
  start(): Promise<Started>
  /** What to ask once the socket is open; null where no proxies are named. */
  readonly selfTest: SelfTest | null
  /** Ends what would never end by itself: streams to remote verifiers and of backends. For before the socket is closed. */
  endStreams(): void
  /** Stops what runs in the background and closes the store. */
  close(): Promise<void>
}

/** What may be handed in: claims by an operator's code, the rest by tests instead of the real thing. */
export interface Parts {
  /** Claims of the application's own, for access tokens and tokens for backends: what a route's `claims` may ask for. */
  readonly claims?: NonNullable<HallpassOptions['claims']>
  readonly store?: Store
  readonly runtime?: Runtime
  readonly log?: Logger
  readonly passwords?: Passwords
  readonly pages?: PageFiles
}

const builtPages = fileURLToPath(new URL('console', import.meta.url))

export function buildApp(config: Config, parts: Parts = {}): App {
  const { log = createLog(config.logLevel), passwords = argon2Passwords() } = parts
  const hearing = storeHearing(log)
  const store: Store & Partial<OpenStore> =
    parts.store ?? openStore(config.store, config.policy.name ?? 'hallpass', hearing)
  const { runtime = systemRuntime } = parts
  const now = (): number => runtime.now()
  const trusted = trustworthy(store)
  const auth = createAuth(config, store, { ...parts, runtime })
  logEvents(auth, log)
  const journal = createJournal({ auth, store: trusted.audit, runtime, log })
  const { tell } = journal
  const everybody = accounts({ store: trusted.accounts, auth, passwords, now, tell })
  const stopSweeping = sweepExpired(store, now, log)
  const feed = serveLog(auth, config.logKeys)
  const pages = parts.pages ?? readPages(builtPages)
  const { gateway, check } = forBackends(config, auth, pages, log)
  const metrics = createMetrics(auth, feed, gateway)
  const routes = router({
    ...{ auth, config, store: trusted, accounts: everybody, journal, metrics, feed, pages, log },
    ...{ now, runtime: parts.runtime, warnings: hearing.warnings },
  })
  const fetch: App['fetch'] = (request, bindings) => routes.fetch(request, bindings)
  const selfTest = createSelfTest(config.transport, log)
  const front = createFront({
    arrive: createArrive(config.transport),
    selfTest,
    check,
    gateway,
    own: getRequestListener((request, bindings) => answered(fetch, request, bindings)),
    headers: headersOfEveryAnswer({ https: config.transport.issuer.startsWith('https:') }),
    log,
  })
  const endStreams = (): void => {
    feed?.close()
    gateway?.endStreams()
  }
  return {
    fetch,
    front,
    auth,
    accounts: everybody,
    async start() {
      return { trouble: await meetStore(auth, store.attempted), warnings: hearing.warnings }
    },
    selfTest,
    endStreams,
    async close() {
      stopSweeping()
      endStreams()
      gateway?.close()
      await journal.close()
      await auth.close()
    },
  }
}

/** Tokens say which roles an account has; what the operator's own code says beside that, or of the same name, counts. */
function createAuth(
  { policy }: Config,
  store: Store,
  { runtime, claims }: Parts & { readonly runtime: Runtime },
): Hallpass {
  let roles: Roles | null = null
  const auth = hallpass({
    ...policy,
    store,
    nameDevice: deviceName,
    runtime,
    async claims(session) {
      const given = (await roles?.of(session.subject)) ?? []
      return { ...(given.length === 0 ? {} : { roles: given }), ...(await claims?.(session)) }
    },
  })
  roles = createRoles(trustworthy(store).accounts, auth, () => runtime.now())
  return auth
}

/** What answers for backends: the gateway, and what judges for proxies that stand before them. */
function forBackends({ routes, forwardAuthKeys: keys }: Config, auth: Hallpass, pages: PageFiles, log: Logger) {
  const table = createRoutes(routes, pages.keys())
  const cookies = createOwnCookies(auth.policy.cookies.names)
  const headers = headersOfEveryAnswer({ https: auth.policy.issuer.startsWith('https:') })
  return {
    gateway: routes.length === 0 ? null : createGateway({ auth, routes, table, cookies, log, headers }),
    check: keys === null ? null : createForwardAuth({ auth, routes, cookies, keys, log }),
  }
}

/** What follows a body that nobody read to its end cannot be told from the rest of it: that connection is over. */
async function answered(fetch: App['fetch'], request: Request, bindings: object): Promise<Response> {
  const response = await fetch(request, bindings)
  if (response.status === 413) response.headers.set('connection', 'close')
  return response
}

interface Routed extends Omit<OperatorRoutesParts, 'clients'> {
  readonly store: Store
  readonly runtime: Runtime | undefined
  readonly log: Logger
  readonly pages: PageFiles
  readonly feed: LogFeedHandler | null
}

function router(routed: Routed): Hono<ServerEnv> {
  const { auth, accounts, journal, store, now, runtime, log, pages, feed } = routed
  const { clients, audit } = store
  return new Hono<ServerEnv>()
    .onError((error) => problemResponse(error))
    .notFound((c) => pageNotFound(c, pages) ?? problemResponse(new HallpassError('not-found')))
    .route('/', logRoutes(feed, log))
    .use(logRequests(log))
    .use(securityHeaders({ https: auth.policy.issuer.startsWith('https:') }))
    .route('/', health(auth))
    .route('/', operatorRoutes({ ...routed, clients: createClients(clients, now) }))
    .route('/', oauthRoutes({ auth, clients, log, now, runtime }))
    .route('/', publicPages(pages))
    .use(hallpassHono(auth, { address: clientOf }))
    .route(auth.policy.basePath, accountRoutes({ accounts, policy: auth.policy, journal, events: personEvents(audit) }))
    .route('/', privatePages(pages))
}
