import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { TestContext } from 'node:test'
import type { PolicyOptions, Runtime, Store, StrategyName } from 'hallpass'
import { memory } from 'hallpass/memory'
import { type App, buildApp, type Parts } from '#src/app.js'
import type { Passwords } from '#src/accounts/passwords.js'
import type { Config } from '#src/config.js'
import type { Route } from '#src/gateway/route.js'
import type { Transport } from '#src/transport/transport.js'
import { type Logger, createLog } from '#src/observe/log.js'
import type { PageFiles } from '#src/pages/files.js'
import { serve } from '#src/serve.js'
import { record, recorded } from './record.js'

export const rootSecret = 'q7Rw2kZp9XvLm4TbYc8NdHs3FgJu6AeKx1Vo5WiB'

export interface TestServer {
  readonly origin: string
  readonly app: App
  readonly store: Store
  /** Every line that was logged. */
  readonly logged: string[]
  stop(): Promise<void>
}

export interface Setting {
  readonly strategy?: StrategyName
  /** Where a proxy stands before the server: the origin that browsers see. */
  readonly issuer?: string
  readonly store?: Store
  readonly runtime?: Runtime
  readonly passwords?: Passwords
  readonly pages?: PageFiles
  readonly claims?: NonNullable<Parts['claims']>
  readonly operatorKey?: string
  readonly logKeys?: readonly string[]
  readonly transport?: Partial<Transport>
  /** A function of the origin where routes are on the server's own host. */
  readonly routes?: readonly Route[] | ((origin: string) => readonly Route[])
  /** Of the library's options, besides those that are always the same. */
  readonly policy?: Partial<PolicyOptions>
  readonly forwardAuthKeys?: readonly string[]
  /** Default: as on localhost, where it is. */
  readonly relay?: boolean
}

/** The whole server behind a socket of its own, with its log kept for looking at. */
export async function testServer(t: TestContext, setting: Setting = {}): Promise<TestServer> {
  const {
    strategy = 'session',
    store = memory(),
    operatorKey = null,
    logKeys = null,
    forwardAuthKeys = null,
    relay = true,
    ...rest
  } = setting
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const { transport = {}, routes = [], issuer = origin, policy = {}, ...parts } = rest
  const logged: string[] = []
  const config: Config = {
    store: { engine: 'memory' },
    policy: { issuer, secret: rootSecret, strategy, signInPage: '/sign-in', ...policy },
    port,
    host: 'localhost',
    logLevel: 'trace',
    secretFile: null,
    operatorKey,
    logKeys,
    transport: { issuer, hosts: [new URL(issuer).host], internalHosts: [], proxies: null, ...transport },
    routes: typeof routes === 'function' ? routes(origin) : routes,
    forwardAuthKeys,
    relay,
  }
  record({ root: rootSecret })
  for (const key of [operatorKey ?? [], logKeys ?? [], forwardAuthKeys ?? []].flat()) record({ root: key })
  const app = buildApp(config, { ...parts, store: recorded(store), log: keptLog(logged) })
  const serving = await serve(app, config)
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => {
    app.endStreams()
    return (stopped ??= serving.stop(1000).then(() => app.close()))
  }
  t.after(stop)
  return { origin, app, store, logged, stop }
}

export function keptLog(lines: string[]): Logger {
  return createLog('trace', {
    write(line) {
      lines.push(line)
      record({ logged: line })
    },
  })
}

/** A port that nobody listens on, below those that the system hands out by itself: none of them takes it meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000)
    const probe = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, 'localhost', () => resolve(true))
    })
    if (!isFree) continue
    probe.close()
    await once(probe, 'close')
    return port
  }
}

/** Hashing without the cost, where a test is not about hashing. */
export const quickPasswords: Passwords = {
  hash: async (password) => `quick:${Buffer.from(password).toString('hex').split('').reverse().join('')}`,
  verify: async (hash, password) => hash === (await quickPasswords.hash(password)),
}
