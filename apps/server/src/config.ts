import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { hallpass, HallpassError, type Mistake, type PolicyOptions } from 'hallpass'
import { memory } from 'hallpass/memory'
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { readJson } from './json.js'
import { type LogLevel, logLevels } from './observe/log.js'
import { type RootSecret, rootSecretBeside } from './root-secret.js'
import { type Remedies, mistakesOf, needs } from './validation.js'

export type StoreAddress = { readonly engine: 'memory' } | { readonly engine: 'sqlite'; readonly path: string }

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
}

export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

export type Environment = { readonly [name: string]: string | undefined }

/** What of the disk a configuration may be made from. */
export interface Files {
  /** The text of `hallpass.config.json`; null where there is none. */
  config(): string | null
  /** The root secret beside a database. */
  secret(database: string, file: string): RootSecret
}

const configFile = 'hallpass.config.json'

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

const environmentShape = z.strictObject({
  HALLPASS_STORE: z
    .string()
    .regex(/^(?:memory:|sqlite:.+)$/s, 'is no store that this server knows.')
    .default('sqlite:./data/hallpass.db'),
  HALLPASS_ISSUER: z.string().optional(),
  HALLPASS_SECRET: z.string().optional(),
  HALLPASS_STRATEGY: z.enum(['session', 'hybrid', 'jwt'], { error: 'is no strategy.' }).default('session'),
  HALLPASS_HOST: z
    .string()
    .regex(/^[0-9A-Za-z.:-]+$/, 'is no address.')
    .optional(),
  PORT: z
    .string()
    .regex(/^[1-9][0-9]{0,4}$/, 'is no port.')
    .transform(Number)
    .refine((port) => port < 65_536, 'is no port.')
    .default(7100),
})

const environmentRemedies: Remedies = {
  HALLPASS_STORE: 'Use "sqlite:" and a path, such as "sqlite:./data/hallpass.db", or "memory:".',
  HALLPASS_ISSUER: 'Give the origin alone, such as "https://app.example".',
  HALLPASS_SECRET: 'Draw one: openssl rand -base64 48',
  HALLPASS_STRATEGY: 'Use "session", "hybrid" or "jwt".',
  HALLPASS_HOST: 'Give an address of this machine, such as "127.0.0.1" or "0.0.0.0".',
  PORT: 'Give a whole number from 1 to 65535.',
}

const seconds = z.number(needs('a number')).optional()
const text = z.string(needs('a string')).optional()
const texts = z.array(z.string(needs('a string')), needs('a list')).optional()

const fileShape = z.strictObject(
  {
    name: text,
    audience: text,
    clientId: text,
    origins: texts,
    appOrigins: texts,
    sameSite: z.enum(['Lax', 'Strict'], { error: 'is neither "Lax" nor "Strict".' }).optional(),
    allowLongAccessTokens: z.boolean(needs('true or false')).optional(),
    lifetimes: z
      .strictObject(
        {
          idle: seconds,
          absolute: seconds,
          rememberedIdle: seconds,
          rememberedAbsolute: seconds,
          anonymous: seconds,
          accessToken: seconds,
          overlap: seconds,
        },
        needs('an object'),
      )
      .optional(),
    logLevel: z.enum(logLevels, { error: 'is no level.' }).optional(),
  },
  needs('an object'),
)

const fileRemedies: Remedies = {
  '': 'Write one JSON object, or remove the file.',
  name: 'Use up to 32 lower-case letters, digits and hyphens.',
  audience: 'Give the "aud" of access tokens as a string.',
  clientId: 'Give the "client_id" of access tokens as a string.',
  origins: 'List origins such as "https://admin.example".',
  appOrigins: 'List origins such as "capacitor://localhost".',
  sameSite: 'Use "Lax" or "Strict".',
  allowLongAccessTokens: 'Use true or false.',
  lifetimes: 'Give seconds: idle, absolute, rememberedIdle, rememberedAbsolute, anonymous, accessToken, overlap.',
  logLevel: `Use one of ${logLevels.join(', ')}.`,
}

type FileSettings = z.output<typeof fileShape>

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

  const { HALLPASS_STORE, HALLPASS_SECRET, HALLPASS_STRATEGY, PORT } = environment.data
  const issuer = environment.data.HALLPASS_ISSUER ?? `http://localhost:${PORT}`
  const development = /^http:\/\/localhost(?::|$)/.test(issuer)
  const store = storeAddress(HALLPASS_STORE)
  const { logLevel = 'info', ...settings } = file.settings
  const policy = { ...plain(settings), issuer, strategy: HALLPASS_STRATEGY, signInPage: '/sign-in' }
  const found = policyMistakes({ ...policy, secret: HALLPASS_SECRET === undefined ? drawn() : listed(HALLPASS_SECRET) })
  if (HALLPASS_SECRET === undefined && !development) found.push(secretMissing)
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
    mistakes: mistakes.map((one) => ({
      ...one,
      field: one.field === 'body' ? configFile : `${configFile}: ${one.field}`,
    })),
  }
}

function storeAddress(text: string): StoreAddress {
  return text === 'memory:' ? { engine: 'memory' } : { engine: 'sqlite', path: resolve(text.slice('sqlite:'.length)) }
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

type Secrets =
  | { readonly ok: true; readonly list: readonly string[]; readonly file: string | null }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

function rootSecret(given: string | undefined, store: StoreAddress, files: Files): Secrets {
  if (given !== undefined) return { ok: true, list: listed(given), file: null }
  // sessions in memory end with the process, so the secret may too
  if (store.engine === 'memory') return { ok: true, list: [drawn()], file: null }
  const file = store.path.replace(/(?:\.db)?$/, '.secret')
  const secret = files.secret(store.path, file)
  if (!secret.ok) return { ok: false, mistakes: [secret.mistake] }
  const list = listed(secret.text)
  const weak = policyMistakes({ issuer: 'http://localhost', secret: list })
  const mistakes = weak.map((mistake) => ({ ...mistake, field: file }))
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
function plain(settings: Omit<FileSettings, 'logLevel'>): Partial<PolicyOptions> {
  const { lifetimes, ...rest } = settings
  return { ...defined(rest), ...(lifetimes === undefined ? {} : { lifetimes: defined(lifetimes) }) }
}

function defined<Values extends object>(values: Values): { [Name in keyof Values]: Exclude<Values[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof defined<Values>
  >
}
