import { fileURLToPath } from 'node:url'
import {
  type ClientStore,
  type Hallpass,
  HallpassError,
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
import type { ServerEnv } from './env.js'
import { problemResponse } from './errors.js'
import { logRoutes, serveLog } from './log-feed.js'
import { logEvents } from './observe/event-log.js'
import { health } from './observe/health.js'
import { type Logger, createLog } from './observe/log.js'
import { createMetrics, type Metrics } from './observe/metrics.js'
import { logRequests } from './observe/request-log.js'
import { createClients } from './oauth/clients.js'
import { oauthRoutes } from './oauth/routes.js'
import { pageNotFound, type PageFiles, readPages, serveIndex, servePages } from './pages/console.js'
import { securityHeaders } from './pages/security-headers.js'
import { meetStore, type Started, storeHearing } from './start-up.js'
import { openStore } from './stores/open.js'
import type { OpenStore } from './stores/ports.js'
import { sweepExpired } from './sweep.js'

export { run } from './run.js'

/** The server without a socket: what answers requests, and what an operator's code may call. */
export interface App {
  fetch(request: Request, bindings?: object): Response | Promise<Response>
  readonly auth: Hallpass
  readonly accounts: Accounts
  /** Meets the store. Rejects with `configuration` where it must not be used; that it is away is only told. */
  start(): Promise<Started>
  /** Ends what would never end by itself: what is streamed to remote verifiers. For before the socket is closed. */
  endStreams(): void
  /** Stops what runs in the background and closes the store. */
  close(): Promise<void>
}

/** What tests hand in instead of the real thing. */
export interface Parts {
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
  const auth = hallpass({
    ...config.policy,
    store,
    nameDevice: deviceName,
    ...(parts.runtime === undefined ? {} : { runtime: parts.runtime }),
  })
  logEvents(auth, log)
  const now = (): number => parts.runtime?.now() ?? Date.now()
  const { accounts: accountStore, clients } = trustworthy(store)
  const everybody = accounts({ store: accountStore, auth, passwords, now })
  const stopSweeping = sweepExpired(store.sessions, now, log)
  const { operatorKey } = config
  const feed = serveLog(auth, config.logKeys)
  const metrics = createMetrics(auth, feed)
  const pages = parts.pages ?? readPages(builtPages)
  const routes = router({
    auth,
    everybody,
    clients,
    now,
    runtime: parts.runtime,
    log,
    pages,
    operatorKey,
    metrics,
    feed,
  })
  return {
    fetch: (request, bindings) => routes.fetch(request, bindings),
    auth,
    accounts: everybody,
    async start() {
      const trouble = await meetStore(auth, store.attempted)
      return { trouble, warnings: hearing.warnings }
    },
    endStreams: () => feed?.close(),
    async close() {
      stopSweeping()
      feed?.close()
      await auth.close()
    },
  }
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
    .use(hallpassHono(auth))
    .route(auth.policy.basePath, accountRoutes(everybody, auth.policy))
    .get('/', sendVisitorsOn, index)
}

/** A visitor without a session goes elsewhere; a program that asks may have the page: nobody's data is in it. */
const sendVisitorsOn: MiddlewareHandler<ServerEnv> = async (c, next) => {
  const elsewhere = c.var.auth.guard()?.headers.find(([name]) => name === 'location')
  return elsewhere === undefined ? next() : c.redirect(elsewhere[1], 303)
}
