import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import {
  type ClientStore,
  type Hallpass,
  HallpassError,
  type HallpassOptions,
  hallpass,
  type Runtime,
  type Store,
  trustworthy,
} from 'hallpass'
import type { LogFeedHandler } from 'hallpass/fetch'
import { hallpassHono } from 'hallpass/hono'
import { Hono, type MiddlewareHandler } from 'hono'
import { operatorRoutes } from './admin/routes.js'
import { type Accounts, accounts } from './accounts/accounts.js'
import { type Passwords, argon2Passwords } from './accounts/passwords.js'
import { accountRoutes } from './accounts/routes.js'
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
import { createMetrics, type Metrics } from './observe/metrics.js'
import { logRequests } from './observe/request-log.js'
import { createClients } from './oauth/clients.js'
import { oauthRoutes } from './oauth/routes.js'
import { pageNotFound, type PageFiles, readPages, serveIndex, servePages } from './pages/console.js'
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
  const auth = createAuth(config, store, parts)
  logEvents(auth, log)
  const now = (): number => parts.runtime?.now() ?? Date.now()
  const { accounts: accountStore, clients } = trustworthy(store)
  const everybody = accounts({ store: accountStore, auth, passwords, now })
  const stopSweeping = sweepExpired(store.sessions, now, log)
  const feed = serveLog(auth, config.logKeys)
  const pages = parts.pages ?? readPages(builtPages)
  const { gateway, check } = forBackends(config, auth, pages, log)
  const metrics = createMetrics(auth, feed, gateway)
  const routes = router({
    auth,
    everybody,
    clients,
    now,
    runtime: parts.runtime,
    log,
    pages,
    operatorKey: config.operatorKey,
    metrics,
    feed,
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
      await auth.close()
    },
  }
}

function createAuth({ policy }: Config, store: Store, { runtime, claims }: Parts): Hallpass {
  return hallpass({
    ...policy,
    store,
    nameDevice: deviceName,
    ...(runtime === undefined ? {} : { runtime }),
    ...(claims === undefined ? {} : { claims }),
  })
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

interface Routed {
  readonly auth: Hallpass
  readonly everybody: Accounts
  readonly clients: ClientStore
  readonly now: () => number
  readonly runtime: Runtime | undefined
  readonly log: Logger
  readonly pages: PageFiles
  readonly operatorKey: string | null
  readonly metrics: Metrics
  readonly feed: LogFeedHandler | null
}

function router(routed: Routed): Hono<ServerEnv> {
  const { auth, everybody, clients, now, runtime, log, pages, operatorKey, metrics, feed } = routed
  const index = serveIndex(pages)
  return new Hono<ServerEnv>()
    .onError((error) => problemResponse(error))
    .notFound((c) => pageNotFound(c, pages) ?? problemResponse(new HallpassError('not-found')))
    .route('/', logRoutes(feed, log))
    .use(logRequests(log))
    .use(securityHeaders({ https: auth.policy.issuer.startsWith('https:') }))
    .route('/', health(auth))
    .route('/', operatorRoutes(auth, createClients(clients, now), metrics, operatorKey))
    .route('/', oauthRoutes({ auth, clients, log, now, runtime }))
    .use(servePages(pages))
    .get('/sign-in', index)
    .get('/sign-up', index)
    .use(hallpassHono(auth, { address: clientOf }))
    .route(auth.policy.basePath, accountRoutes(everybody, auth.policy))
    .get('/', sendVisitorsOn, index)
    .get('/account', sendVisitorsOn, index)
}

/** A visitor without a session goes elsewhere; a program that asks may have the page: nobody's data is in it. */
const sendVisitorsOn: MiddlewareHandler<ServerEnv> = async (c, next) => {
  c.header('vary', 'Cookie, Authorization, Accept, Sec-Fetch-Mode, Sec-Fetch-Dest')
  const elsewhere = c.var.auth.guard()?.headers.find(([name]) => name === 'location')
  return elsewhere === undefined ? next() : c.redirect(elsewhere[1], 303)
}
