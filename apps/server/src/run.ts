import { HallpassError, type Mistake } from 'hallpass'
import { type Config, readConfig } from './config.js'
import { carriedAsTokens, routesShown } from './gateway/greeting.js'
import { type Served, type Serving, serve } from './serve.js'
import type { Started } from './start-up.js'
import type { StoreAddress } from './stores/address.js'
import type { SelfTest, SelfTestReport } from './transport/self-test.js'
import { within } from './within.js'

/** Exit codes of `sysexits.h`: something unexpected, an address that cannot be had, a configuration. */
const exit = { stopped: 0, software: 70, unavailable: 69, configuration: 78 } as const

/** Requests under way get so long to finish, and closing the store as long again. Milliseconds. */
const patience = 5000

/** The process, as far as it is needed here. */
export interface Host {
  readonly env: { readonly [name: string]: string | undefined }
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  once(signal: 'SIGTERM' | 'SIGINT', stop: () => void): unknown
}

interface Runnable extends Served {
  start(): Promise<Started>
  readonly selfTest: SelfTest | null
  endStreams(): void
  close(): Promise<void>
}

/** Reads the configuration, serves until a signal comes, and stops. Answers the exit code. */
export async function run(host: Host, build: (config: Config) => Runnable): Promise<number> {
  const reading = readConfig(host.env)
  if (!reading.ok) {
    host.stderr.write(complaint(reading.mistakes))
    return exit.configuration
  }
  const { config } = reading
  // asked for before anything is started, so that no signal is missed
  const stopping = new Promise<void>((stop) => {
    host.once('SIGTERM', stop)
    host.once('SIGINT', stop)
  })
  let app: Runnable | null = null
  let started: Started
  try {
    app = build(config)
    started = await app.start()
  } catch (error) {
    await app?.close()
    return refuseToStart(host, error)
  }
  let serving: Serving
  try {
    serving = await serve(app, config)
  } catch (error) {
    host.stderr.write(cannotListen(config, error))
    await app.close()
    return exit.unavailable
  }
  host.stdout.write(greeting(config, started))
  // takes its time, and is no condition
  void app.selfTest?.run().then((report) => host.stdout.write(told(report)))
  await stopping
  host.stdout.write('Hallpass is stopping.\n')
  app.endStreams()
  const finished = await serving.stop(patience)
  const closed = await within(patience + handedDownFor(config), app.close())
  return finished && closed ? exit.stopped : exit.software
}

/** Closing waits for the leases of those below, milliseconds: none is longer than the own one. */
function handedDownFor({ logKeys, policy: { lease, lastKnownGood = 0 } }: Config): number {
  return logKeys === null || lease === 'off' ? 0 : ((lease ?? 2) + lastKnownGood) * 1000
}

function complaint(mistakes: readonly Mistake[]): string {
  const lines = mistakes.map(({ field, problem, remedy }) => `  ${field} ${problem}\n    ${remedy}\n`)
  const count = mistakes.length === 1 ? 'one thing has' : `${mistakes.length} things have`
  return `Hallpass did not start: ${count} to be mended first.\n\n${lines.join('\n')}`
}

function refuseToStart(host: Host, error: unknown): number {
  if (error instanceof HallpassError && error.code === 'configuration') {
    host.stderr.write(complaint(error.mistakes.map((mistake) => ({ ...mistake, field: 'HALLPASS_STORE' }))))
    return exit.configuration
  }
  host.stderr.write(`Hallpass could not start: ${messageOf(error)}\n`)
  return exit.software
}

function greeting({ store, policy, secretFile, routes }: Config, { warnings, trouble }: Started): string {
  const lines = [
    `Hallpass is at ${policy.issuer}`,
    `  data      ${placeOf(store)}`,
    ...(secretFile === null ? [] : [`  secret    ${secretFile}`]),
    `  strategy  ${policy.strategy ?? 'session'}`,
    ...(routes.length === 0 ? [] : [`  gateway   ${routesShown(routes)}`]),
    ...[...warnings, ...carriedAsTokens(routes, policy.strategy ?? 'session')].flatMap(warned),
    ...(trouble === null
      ? []
      : [`  trouble   ${trouble}`, '            Until the store can be used, requests are answered with 503.']),
  ]
  return `${lines.join('\n')}\n`
}

function told({ message, warnings }: SelfTestReport): string {
  return `${[message, ...warnings.flatMap(warned)].join('\n')}\n`
}

function warned({ message, remedy }: { readonly message: string; readonly remedy: string }): readonly string[] {
  return [`  warning   ${message}`, `            ${remedy}`]
}

/** Where the data is, without what opens it. */
function placeOf(store: StoreAddress): string {
  if (store.engine === 'memory') return 'in memory: gone when this stops'
  return store.engine === 'sqlite' ? store.path : store.shown
}

function cannotListen({ port, host }: Config, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use by another program. Stop it, or choose another: PORT=${port + 1}\n`
  if (code === 'EACCES') return `Port ${port} may not be used by this user. Choose one above 1023: PORT=7100\n`
  return `Hallpass cannot listen on ${host ?? 'this machine'}, port ${port}: ${messageOf(error)}\n`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
