import {
  cookieMistakes,
  cookieNames,
  type CookieNames,
  type CookieOptions,
  cookiePolicy,
  type CookiePolicy,
} from './cookie-policy.js'
import type { Mistake } from './errors.js'
import { defaultTiming, type LeaseTiming } from './lease.js'
import { signingMistakes, type SigningOptions, type SigningPolicy, signingPolicy } from './signing-policy.js'

export type StrategyName = 'session' | 'hybrid' | 'jwt'

/** Seconds, all of them. */
export interface Lifetimes {
  /** A session nobody uses ends after this long. Default 1 day. */
  readonly idle: number
  /** A session ends after this long however busy it is. Default 7 days. */
  readonly absolute: number
  /** The same two for sessions begun with `remember`. Defaults 30 and 90 days. */
  readonly rememberedIdle: number
  readonly rememberedAbsolute: number
  /** Anonymous sessions, idle and absolute. Default 1 day. */
  readonly anonymous: number
  /** Access tokens. Default 5 minutes; 15 at most, unless `allowLongAccessTokens`. */
  readonly accessToken: number
  /** How long after a rotation the earlier refresh token is a harmless retry. Default 10; 0 is strict. */
  readonly overlap: number
}

/** The part of the options that is plain data. */
export interface PolicyOptions {
  /** The origin this application is reached under, such as `https://app.example`; `iss` of every token (RFC 9068). */
  readonly issuer: string
  /** Root secrets, at least 32 random characters each. The first one seals, all of them open. */
  readonly secret: string | readonly string[]
  /** How a session is carried. Default `session`. Changing it signs nobody out. */
  readonly strategy?: StrategyName
  /** `aud` of access tokens. Default: the issuer. */
  readonly audience?: string
  /** `client_id` of access tokens. Default: `name`. */
  readonly clientId?: string
  /** Names the cookies and the store's namespace: lower-case letters, digits and hyphens. Default `hallpass`. */
  readonly name?: string
  /** Where the endpoints live. Default `/auth`. */
  readonly basePath?: string
  /** Further origins whose pages may send unsafe requests, such as `https://admin.example`. */
  readonly origins?: readonly string[]
  /** Origins of native apps' web views that may be handed tokens at sign-in although they send browser headers. */
  readonly appOrigins?: readonly string[]
  /** Where a page without a session sends its visitor. Default: nowhere, it answers 401. */
  readonly signInPage?: string
  readonly lifetimes?: Partial<Lifetimes>
  /** `SameSite` of the session and access cookies (RFC 6265bis). Default `Lax`. */
  readonly sameSite?: 'Lax' | 'Strict'
  /** Cookies that were in use before the present ones. */
  readonly cookies?: CookieOptions
  /** Allows access tokens of more than 15 minutes. */
  readonly allowLongAccessTokens?: boolean
  /** The application's version of the shape of session data. Default 1. */
  readonly dataVersion?: number
  /**
   * How long an instance trusts its memory after the revocation log last told it everything, seconds: also how long a
   * revocation waits for an instance that does not answer. Default 2; `off` asks the store at every check, for
   * functions that live for one request.
   */
  readonly lease?: number | 'off'
  /**
   * How long beyond its lease an instance may still believe its memory while the store is away, on routes that ask for
   * it, seconds. Revocations wait so much longer for an instance that does not answer. Default 0.
   */
  readonly lastKnownGood?: number
  /** How access and service tokens are signed. Default: EdDSA, with a new key every 30 days. */
  readonly signing?: SigningOptions
  /** How many sessions an instance remembers under its lease; the oldest go first. Default 100,000. */
  readonly cachedSessions?: number
  /**
   * What happens when the store lost more of the log than any instance remembers: `end-sessions` signs everybody out
   * (the default), `keep-sessions` risks that one that was ended lives again.
   */
  readonly whenTheLogForgets?: 'end-sessions' | 'keep-sessions'
}

/** The options with every default filled in, and in milliseconds. */
export interface Policy {
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
  readonly strategy: StrategyName
  readonly name: string
  readonly basePath: string
  /** The issuer's own origin first. */
  readonly origins: readonly string[]
  readonly appOrigins: readonly string[]
  readonly signInPage: string | null
  /** Milliseconds. */
  readonly lifetimes: Lifetimes
  readonly sameSite: 'Lax' | 'Strict'
  readonly secureCookies: boolean
  readonly cookieNames: CookieNames
  readonly cookies: CookiePolicy
  readonly dataVersion: number
  /** Null where this instance takes no leases. */
  readonly leases: LeaseTiming | null
  readonly signing: SigningPolicy
  readonly cachedSessions: number
  readonly whenTheLogForgets: 'end-sessions' | 'keep-sessions'
}

/** Bytes of session data, of an anonymous session's data, and of an access token. */
export const budgets = { data: 16_384, anonymousData: 4096, accessToken: 1024 } as const

const day = 86_400
/** Seconds: a day idle and a week in all; remembered, a month idle and ninety days; access tokens of five minutes. */
export const defaultLifetimes: Lifetimes = {
  idle: day,
  absolute: 7 * day,
  rememberedIdle: 30 * day,
  rememberedAbsolute: 90 * day,
  anonymous: day,
  accessToken: 300,
  overlap: 10,
}

const originForm = /^(https?):\/\/(\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([1-9][0-9]{0,4}))?$/
/** Web views of apps come from schemes of their own; `null` is everybody's and nobody's. */
const appOriginForm = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9][a-z0-9.-]*(?::[1-9][0-9]{0,4})?$/
const pathForm = /^(?:\/[A-Za-z0-9_-]+)+$/

export function readPolicy(options: PolicyOptions): { readonly policy: Policy; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [...secretMistakes(options.secret), ...unknownOptions(options)]
  const wrong = (field: string, problem: string, remedy: string): void => void mistakes.push({ field, problem, remedy })

  const { issuer, name = 'hallpass', basePath = '/auth', strategy = 'session', sameSite = 'Lax' } = options
  const issuerMistake = originMistake(issuer)
  if (issuerMistake !== null) wrong('issuer', issuerMistake, 'Give the origin alone, such as "https://app.example".')
  mistakes.push(...originsMistakes(options))
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
    wrong('name', 'is not a cookie name.', 'Use up to 32 lower-case letters, digits and hyphens.')
  if (!pathForm.test(basePath))
    wrong('basePath', 'is not a path.', 'Use something like "/auth", without a slash at the end.')
  if (!['session', 'hybrid', 'jwt'].includes(strategy))
    wrong('strategy', `"${strategy}" is unknown.`, 'Use "session", "hybrid" or "jwt".')
  const sameSiteMistake = sameSiteProblem(sameSite)
  if (sameSiteMistake !== null) wrong('sameSite', sameSiteMistake, sameSiteRemedy)
  if (options.signInPage !== undefined && !/^\/(?![/\\])[\x21-\x7e]*$/.test(options.signInPage)) {
    wrong('signInPage', 'is not a path of this origin.', 'Use something like "/sign-in".')
  }
  const lifetimes = { ...defaultLifetimes, ...options.lifetimes }
  const leases = leaseTiming(options)
  mistakes.push(...lifetimeMistakes(lifetimes, options.allowLongAccessTokens === true), ...leaseMistakes(options))
  mistakes.push(...signingMistakes(options, leases))

  const secureCookies = !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(issuer)
  const present = { issuer, basePath, cookieNames: cookieNames(name, secureCookies) }
  const cookieProblems = cookieMistakes(options.cookies, present)
  mistakes.push(...cookieProblems)
  const policy: Policy = {
    issuer,
    audience: options.audience ?? issuer,
    clientId: options.clientId ?? name,
    strategy,
    name,
    basePath,
    origins: [issuer, ...(options.origins ?? [])],
    appOrigins: options.appOrigins ?? [],
    signInPage: options.signInPage ?? null,
    lifetimes: inMilliseconds(lifetimes),
    sameSite,
    secureCookies,
    cookieNames: present.cookieNames,
    cookies: cookiePolicy(cookieProblems.length === 0 ? options.cookies : undefined, present),
    dataVersion: options.dataVersion ?? 1,
    leases,
    signing: signingPolicy(options.signing),
    cachedSessions: options.cachedSessions ?? 100_000,
    whenTheLogForgets: options.whenTheLogForgets ?? 'end-sessions',
  }
  return { policy, mistakes }
}

/** How far `lastSeenAt` may lag behind: a hundredth of the idle lifetime, between a second and a minute. */
export function touchEvery(idle: number): number {
  return Math.min(60_000, Math.max(1000, idle / 100))
}

function inMilliseconds(lifetimes: Lifetimes): Lifetimes {
  return Object.fromEntries(
    Object.entries(lifetimes).map(([key, seconds]) => [key, (seconds as number) * 1000]),
  ) as unknown as Lifetimes
}

const sameSiteRemedy =
  'Use "Lax" or "Strict", and put the pages on the same site as the issuer; clients elsewhere use bearer tokens.'

function sameSiteProblem(sameSite: unknown): string | null {
  if (sameSite === 'Lax' || sameSite === 'Strict') return null
  return sameSite === 'None'
    ? 'is "None": on other sites\' pages these would be third-party cookies, which browsers block.'
    : 'is neither "Lax" nor "Strict".'
}

function originMistake(origin: unknown): string | null {
  if (typeof origin !== 'string') return 'is not a string.'
  const parts = originForm.exec(origin)
  if (parts === null) return 'is not an origin in its one spelling (lower case, no path, no slash at the end).'
  const [, scheme, host, port] = parts
  if ((scheme === 'https' && port === '443') || (scheme === 'http' && port === '80'))
    return 'names the default port, which browsers leave out.'
  const local = host === 'localhost' || host === '127.0.0.1' || host === '[::1]'
  return scheme === 'http' && !local ? 'is plain http, which anybody on the way can read and change.' : null
}

function originsMistakes({ origins = [], appOrigins = [] }: PolicyOptions): Mistake[] {
  const mistakes: Mistake[] = []
  for (const origin of origins) {
    const mistake = originMistake(origin)
    const remedy = 'Write each as scheme, host and port, without a path.'
    if (mistake !== null) mistakes.push({ field: 'origins', problem: `"${origin}": ${mistake}`, remedy })
  }
  for (const origin of appOrigins) {
    const remedy = 'Write each as the app sends it, such as "capacitor://localhost".'
    if (!appOriginForm.test(origin))
      mistakes.push({ field: 'appOrigins', problem: `"${origin}" is not an origin.`, remedy })
  }
  return mistakes
}

/** The words of `wallarm`-style lists and of documentation; a secret that holds one was typed, not drawn. */
const placeholder = /secret|password|passw0rd|change.?me|example|your[-_ ]|hallpass|qwerty|12345678|abcdefgh/i

/** What is wrong with a secret, or with a list of them. */
export function secretMistakes(secret: unknown, field = 'secret'): Mistake[] {
  const remedy = 'Draw one: openssl rand -base64 48'
  const secrets = Array.isArray(secret) ? secret : [secret]
  if (secrets.length === 0) return [{ field, problem: 'is an empty list.', remedy }]
  return secrets.flatMap((one: unknown, index) => {
    const problem = secretProblem(one)
    return problem === null ? [] : [{ field: secrets.length === 1 ? field : `${field}[${index}]`, problem, remedy }]
  })
}

function secretProblem(secret: unknown): string | null {
  if (typeof secret !== 'string' || secret === '') return 'is missing.'
  if (secret.length < 32) return `has ${secret.length} characters; 32 is the least.`
  if (placeholder.test(secret)) return 'looks like a placeholder.'
  return estimatedBits(secret) < 100 ? 'repeats itself too much to be random.' : null
}

/**
 * Shannon entropy of the characters' frequencies, times the length without what repeats itself (triples of characters
 * seen before). Crude: it knows patterns, but no words.
 */
function estimatedBits(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let perCharacter = 0
  for (const count of counts.values()) perCharacter -= (count / text.length) * Math.log2(count / text.length)
  const triples = new Set(Array.from({ length: text.length - 2 }, (_, index) => text.slice(index, index + 3)))
  return perCharacter * (triples.size + 2)
}

function leaseTiming({ lease = 2, lastKnownGood = 0 }: PolicyOptions): LeaseTiming | null {
  return lease === 'off' ? null : { ...defaultTiming, lease: lease * 1000, lastKnownGood: lastKnownGood * 1000 }
}

function leaseMistakes({ lease = 2, lastKnownGood = 0, cachedSessions = 1, ...rest }: PolicyOptions): Mistake[] {
  const mistakes: Mistake[] = []
  const wrong = (field: string, problem: string, remedy: string): void => void mistakes.push({ field, problem, remedy })
  if (lease !== 'off' && !(lease >= 0.5 && lease <= 60))
    wrong('lease', `is ${String(lease)}.`, 'Give seconds from 0.5 to 60, or "off".')
  if (!(lastKnownGood >= 0 && lastKnownGood <= 3600))
    wrong('lastKnownGood', `is ${String(lastKnownGood)}.`, 'Give seconds, an hour at most; 0 is the default.')
  if (lease === 'off' && lastKnownGood > 0)
    wrong('lastKnownGood', 'needs a lease: without one nothing is remembered.', 'Leave "lease" at its default.')
  if (!(Number.isInteger(cachedSessions) && cachedSessions >= 1))
    wrong('cachedSessions', `is ${String(cachedSessions)}.`, 'Give how many sessions an instance may remember.')
  const { whenTheLogForgets = 'end-sessions' } = rest
  if (whenTheLogForgets !== 'end-sessions' && whenTheLogForgets !== 'keep-sessions')
    wrong('whenTheLogForgets', `is ${String(whenTheLogForgets)}.`, 'Use "end-sessions" or "keep-sessions".')
  return mistakes
}

function lifetimeMistakes(lifetimes: Lifetimes, allowLong: boolean): Mistake[] {
  const mistakes: Mistake[] = []
  const wrong = (field: string, problem: string, remedy: string): void =>
    void mistakes.push({ field: `lifetimes.${field}`, problem, remedy })
  for (const [field, seconds] of Object.entries(lifetimes)) {
    if (!(field in defaultLifetimes)) wrong(field, 'is unknown.', `Known: ${Object.keys(defaultLifetimes).join(', ')}.`)
    else if (!Number.isFinite(seconds) || seconds < 0 || (seconds === 0 && field !== 'overlap'))
      wrong(field, `is ${String(seconds)}.`, 'Give seconds, more than 0.')
  }
  if (lifetimes.accessToken > 900 && !allowLong)
    wrong('accessToken', 'is more than 15 minutes.', 'Shorten it, or set allowLongAccessTokens and say why.')
  if (lifetimes.overlap > 60)
    wrong('overlap', 'is more than a minute, which a thief could use.', 'Give 60 at most; 10 is the default.')
  if (lifetimes.idle > lifetimes.absolute) wrong('idle', 'is longer than the absolute lifetime.', 'Make it shorter.')
  if (lifetimes.rememberedIdle > lifetimes.rememberedAbsolute)
    wrong('rememberedIdle', 'is longer than rememberedAbsolute.', 'Make it shorter.')
  if (lifetimes.rememberedAbsolute > 400 * day)
    wrong('rememberedAbsolute', 'is longer than browsers keep a cookie (400 days).', 'Make it shorter.')
  return mistakes
}

const known: ReadonlySet<string> = new Set([
  ...[
    'issuer',
    'secret',
    'strategy',
    'audience',
    'clientId',
    'name',
    'basePath',
    'origins',
    'appOrigins',
    'signInPage',
    'lifetimes',
  ],
  ...[
    'sameSite',
    'cookies',
    'allowLongAccessTokens',
    'dataVersion',
    'store',
    'claims',
    'nameDevice',
    'runtime',
    'crypto',
  ],
  ...['lease', 'lastKnownGood', 'cachedSessions', 'whenTheLogForgets', 'signing'],
])

function unknownOptions(options: object): Mistake[] {
  return Object.keys(options)
    .filter((option) => !known.has(option))
    .map((option) => ({ field: option, problem: 'is unknown.', remedy: `Known: ${[...known].join(', ')}.` }))
}
