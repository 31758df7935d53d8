import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { hallpass, HallpassError, type Mistake, type PolicyOptions } from 'hallpass'
import { memory } from 'hallpass/memory'
import { randomBytes } from 'node:crypto'
import { readJson } from './json.js'
import { readRoutes } from './gateway/read-routes.js'
import type { Route } from './gateway/route.js'
import type { LogLevel } from './observe/log.js'
import { type RootSecret, rootSecretBeside } from './root-secret.js'
import { environmentRemedies, environmentShape, fileRemedies, type FileSettings, fileShape } from './settings.js'
import type { StoreAddress } from './stores/address.js'
import { domainMistakes, readTransport } from './transport/settings.js'
import type { Transport } from './transport/transport.js'
import { mistakesOf } from './validation.js'

export type { StoreAddress } from './stores/address.js'

export interface Config {
  readonly store: StoreAddress
  /** What the library is told. */
  readonly policy: PolicyOptions
  readonly port: number
  /** The address to listen on; null for every one of the machine. */
  readonly host: string | null
  readonly logLevel: LogLevel
  /** The file that holds the root secret; null where the environment does. */
  readonly secretFile: string | null
  /** What opens `/admin` and `/metrics` to programs; null where only operators who are signed in may come. */
  readonly operatorKey: string | null
  /** What remote verifiers present, any of them; null where the revocation log is not served. */
  readonly logKeys: readonly string[] | null
  /** What stands before this server, and under which hosts it is reached. */
  readonly transport: Transport
  /** What is handed on to backends, or judged for a proxy that does so. */
  readonly routes: readonly Route[]
  /** What proxies present at `GET /auth/check`, any of them; null where it does not exist. */
  readonly forwardAuthKeys: readonly string[] | null
  /** Whether operators may send requests from this server, with the API tester. */
  readonly relay: boolean
}

export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

export type Environment = { readonly [name: string]: string | undefined }

/** What of the disk a configuration may be made from. */
export interface Files {
  /** The text of `hallpass.config.json`; null where there is none. */
  config(): string | null
  /** The root secret in a file; beside a database where that is a file too. */
  secret(database: string | null, file: string): RootSecret
}

const configFile = 'hallpass.config.json'

/** Where the root secret is for development, when the data is in a server elsewhere: where it is by default. */
const secretElsewhere = './data/hallpass.secret'

/** Of the folder that the process was started in. */
export const diskFiles: Files = {
  config() {
    try {
      return readFileSync(configFile, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  },
  secret: rootSecretBeside,
}

/**
 * The whole configuration, from the environment and `hallpass.config.json`, or everything that is wrong with it at
 * once. Only where nothing is wrong is a root secret drawn, and only for development on localhost.
 */
export function readConfig(env: Environment, files: Files = diskFiles): ConfigReading {
  const environment = environmentShape.safeParse(ours(env))
  const file = readFile(files.config())
  const mistakes = [
    ...(environment.success ? [] : mistakesOf(environment.error, environmentRemedies)),
    ...(file.ok ? [] : file.mistakes),
  ]
  if (!environment.success || !file.ok) return { ok: false, mistakes }

  const { HALLPASS_STORE: store, HALLPASS_SECRET, HALLPASS_STRATEGY, HALLPASS_OPERATOR_KEY, PORT } = environment.data
  const { HALLPASS_LOG_KEY: logKeys = null, HALLPASS_FORWARD_AUTH_KEY: forwardAuthKeys = null } = environment.data
  const issuer = environment.data.HALLPASS_ISSUER ?? `http://localhost:${PORT}`
  const development = /^http:\/\/localhost(?::|$)/.test(issuer)
  const { logLevel = 'info', proxies, internalHosts, gateway, relay = development, ...settings } = file.settings
  const policy = { ...plain(settings), issuer, strategy: HALLPASS_STRATEGY, signInPage: '/sign-in' }
  const rootSecrets = listed(HALLPASS_SECRET ?? '')
  const found = policyMistakes({ ...policy, secret: HALLPASS_SECRET === undefined ? drawn() : rootSecrets })
  if (HALLPASS_SECRET === undefined && !development) found.push(secretMissing)
  found.push(...keyMistakes(environment.data, rootSecrets))
  if (logKeys !== null && settings.lease === 'off') found.push(logWithoutLease)
  const { origins = [], audience = issuer, lastKnownGood = 0 } = settings
  const routing = readRoutes(gateway?.routes ?? [], { issuer, origins, audience, port: PORT, lastKnownGood })
  const routeHosts = routing.routes.map(({ host }) => host)
  const reach = readTransport({ issuer, origins: settings.origins, routeHosts, internalHosts, proxies })
  const cookieDomains = domainMistakes(settings.cookies?.previously ?? [])
  found.push(...[...reach.mistakes, ...cookieDomains, ...routing.mistakes].map(inFile))
  if (found.length > 0) return { ok: false, mistakes: found }

  const secret = rootSecret(HALLPASS_SECRET, store, files)
  if (!secret.ok) return { ok: false, mistakes: secret.mistakes }
  const host = environment.data.HALLPASS_HOST ?? (development ? '127.0.0.1' : null)
  const config = {
    store,
    policy: { ...policy, secret: secret.list },
    port: PORT,
    host,
    logLevel,
    secretFile: secret.file,
    operatorKey: HALLPASS_OPERATOR_KEY ?? null,
    logKeys,
    transport: reach.transport,
    routes: routing.routes,
    forwardAuthKeys,
    relay,
  }
  return { ok: true, config }
}

/** The variables that mean this server; one that is set to nothing counts as not set. */
function ours(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => (name === 'PORT' || name.startsWith('HALLPASS_')) && value !== ''),
  )
}

function readFile(
  content: string | null,
):
  | { readonly ok: true; readonly settings: FileSettings }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] } {
  if (content === null) return { ok: true, settings: {} }
  const reading = readJson(content)
  if (!reading.ok) {
    const where = reading.field === 'body' ? configFile : `${configFile}: ${reading.field}`
    return { ok: false, mistakes: [{ field: where, problem: reading.problem, remedy: fileRemedies[''] ?? '' }] }
  }
  const result = fileShape.safeParse(reading.value)
  if (result.success) return { ok: true, settings: result.data }
  const mistakes = mistakesOf(result.error, fileRemedies)
  return {
    ok: false,
    mistakes: mistakes.map((one) => (one.field === 'body' ? { ...one, field: configFile } : inFile(one))),
  }
}

/** What the library would say, in the names of this server's configuration. */
function policyMistakes(policy: PolicyOptions): Mistake[] {
  try {
    hallpass({ ...policy, store: memory() })
    return []
  } catch (error) {
    if (!(error instanceof HallpassError)) throw error
    return error.mistakes.map((mistake) => ({ ...mistake, field: settingOf(mistake.field) }))
  }
}

function settingOf(field: string): string {
  const [, option = field, rest = ''] = /^(\w+)(.*)$/.exec(field) ?? []
  const variable = `HALLPASS_${option.toUpperCase()}`
  return variable in environmentRemedies ? `${variable}${rest}` : `${configFile}: ${field}`
}

function inFile(mistake: Mistake): Mistake {
  return { ...mistake, field: `${configFile}: ${mistake.field}` }
}

/** The library's own rule for secrets. */
function secretMistakes(secret: string | readonly string[], field: string): Mistake[] {
  return policyMistakes({ issuer: 'http://localhost', secret }).map((mistake) => ({ ...mistake, field }))
}

/** Variables with keys, and what each is called where another has the same. */
const doors = [
  ['HALLPASS_OPERATOR_KEY', 'the operator key'],
  ['HALLPASS_LOG_KEY', 'a log key'],
  ['HALLPASS_FORWARD_AUTH_KEY', 'a forward-auth key'],
] as const

/** Keys travel with requests, which root secrets never may; and what opens one door must not open another. */
function keyMistakes(
  environment: { readonly [Field in (typeof doors)[number][0]]?: string | readonly string[] | undefined },
  rootSecrets: readonly string[],
): Mistake[] {
  const taken = new Map(rootSecrets.map((secret) => [secret, 'a root secret']))
  const mistakes: Mistake[] = []
  for (const [field, name] of doors) {
    const keys = [environment[field] ?? []].flat()
    const owner = keys.map((key) => taken.get(key)).find((other) => other !== undefined)
    const remedy = environmentRemedies[field] ?? ''
    if (owner === undefined) mistakes.push(...keys.flatMap((key) => secretMistakes(key, field)))
    else mistakes.push({ field, problem: `is also ${owner}.`, remedy })
    for (const key of keys) taken.set(key, name)
  }
  return mistakes
}

const logWithoutLease: Mistake = {
  field: 'HALLPASS_LOG_KEY',
  problem: 'would serve a log without leases, which no verifier can trust.',
  remedy: `Leave "lease" in ${configFile} at its default, or take the key away.`,
}

type Secrets =
  | { readonly ok: true; readonly list: readonly string[]; readonly file: string | null }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

function rootSecret(given: string | undefined, store: StoreAddress, files: Files): Secrets {
  if (given !== undefined) return { ok: true, list: listed(given), file: null }
  // sessions in memory end with the process, so the secret may too
  if (store.engine === 'memory') return { ok: true, list: [drawn()], file: null }
  const database = store.engine === 'sqlite' ? store.path : null
  const file = database === null ? resolve(secretElsewhere) : database.replace(/(?:\.db)?$/, '.secret')
  const secret = files.secret(database, file)
  if (!secret.ok) return { ok: false, mistakes: [secret.mistake] }
  const list = listed(secret.text)
  const mistakes = secretMistakes(list, file)
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, list, file }
}

function listed(secrets: string): readonly string[] {
  return secrets
    .split(/[,\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

function drawn(): string {
  return randomBytes(48).toString('base64')
}

const secretMissing: Mistake = {
  field: 'HALLPASS_SECRET',
  problem: 'is missing, and is only made up for you on http://localhost.',
  remedy: 'Draw one: openssl rand -base64 48',
}

/** Without what was left out: an option that is undefined is no option. */
function plain(
  settings: Omit<FileSettings, 'logLevel' | 'proxies' | 'internalHosts' | 'gateway' | 'relay'>,
): Partial<PolicyOptions> {
  const { lifetimes, signing, cookies, ...rest } = settings
  const previously = cookies?.previously?.map(defined)
  return {
    ...defined(rest),
    ...(previously === undefined ? {} : { cookies: { previously } }),
    ...(lifetimes === undefined ? {} : { lifetimes: defined(lifetimes) }),
    ...(signing === undefined ? {} : { signing: defined(signing) }),
  }
}

function defined<Values extends object>(values: Values): { [Name in keyof Values]: Exclude<Values[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof defined<Values>
  >
}
