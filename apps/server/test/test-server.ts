import { once } from 'node:events'
import { createServer } from 'node:net'
import type { TestContext } from 'node:test'
import type { Runtime, Store, StrategyName } from 'hallpass'
import { memory } from 'hallpass/memory'
import { type App, buildApp } from '#src/app.js'
import type { Passwords } from '#src/accounts/passwords.js'
import type { Config } from '#src/config.js'
import { type Logger, createLog } from '#src/observe/log.js'
import type { PageFiles } from '#src/pages/console.js'
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
  readonly store?: Store
  readonly runtime?: Runtime
  readonly passwords?: Passwords
  readonly pages?: PageFiles
  readonly operatorKey?: string
  readonly logKeys?: readonly string[]
}

/** The whole server behind a socket of its own, with its log kept for looking at. */
export async function testServer(t: TestContext, setting: Setting = {}): Promise<TestServer> {
  const { strategy = 'session', store = memory(), operatorKey = null, logKeys = null, ...parts } = setting
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const logged: string[] = []
  const config: Config = {
    store: { engine: 'memory' },
    policy: { issuer: origin, secret: rootSecret, strategy, signInPage: '/sign-in' },
    port,
    host: 'localhost',
    logLevel: 'trace',
    secretFile: null,
    operatorKey,
    logKeys,
  }
  record({ root: rootSecret })
  for (const key of [operatorKey ?? [], logKeys ?? []].flat()) record({ root: key })
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

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, 'localhost')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Hashing without the cost, where a test is not about hashing. */
export const quickPasswords: Passwords = {
  hash: async (password) => `quick:${Buffer.from(password).toString('hex').split('').reverse().join('')}`,
  verify: async (hash, password) => hash === (await quickPasswords.hash(password)),
}
