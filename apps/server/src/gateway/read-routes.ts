import { isAudience, type Mistake } from 'hallpass'
import { loosestReading, readTarget } from '../transport/target.js'
import { mayCarryIdentity } from './header-rules.js'
import { isOwnAddress } from './own-addresses.js'
import type { Access, Route } from './route.js'
import { routeRemedies, type RouteSetting } from './settings.js'

/** What the rest of the configuration says that routes have to agree with. */
export interface Surroundings {
  readonly issuer: string
  readonly origins: readonly string[]
  /** Of our own access tokens. */
  readonly audience: string
  /** Where this server listens. */
  readonly port: number
  /** Seconds. */
  readonly lastKnownGood: number
}

export interface RoutesReading {
  readonly routes: readonly Route[]
  readonly mistakes: readonly Mistake[]
}

type Wrong = (field: keyof RouteSetting, problem: string) => void

/** The routes, and everything that is wrong with them at once. */
export function readRoutes(settings: readonly RouteSetting[], around: Surroundings): RoutesReading {
  const mistakes: Mistake[] = []
  const routes: Route[] = []
  for (const [index, setting] of settings.entries()) {
    const wrong: Wrong = (field, problem) =>
      void mistakes.push({ field: `gateway.routes[${index}].${field}`, problem, remedy: routeRemedies[field] ?? '' })
    const route = readRoute(setting, around, wrong)
    judgeAccess(setting, around, wrong)
    compare(route, routes, wrong)
    routes.push(route)
  }
  return { routes, mistakes }
}

function readRoute(setting: RouteSetting, around: Surroundings, wrong: Wrong): Route {
  const { audience = null, whenStoreAway, stripPath, timeout } = setting
  if (!isOneSpelling(setting.path)) wrong('path', 'is not a path in its one spelling.')
  else if (isOwnAddress(loosestReading(setting.path))) wrong('path', 'is an address of this server itself.')
  const hosts = hostsOf([around.issuer, ...around.origins])
  const host = setting.host?.toLowerCase() ?? hosts[0] ?? ''
  if (!hosts.includes(host)) wrong('host', 'is neither the host of the issuer nor of one of "origins".')
  if (audience !== null) judgeAudience(audience, around, wrong)
  return {
    host,
    path: setting.path,
    upstream: setting.upstream === undefined ? null : readUpstream(setting.upstream, around, wrong),
    audience,
    access: accessOf(setting),
    whenStoreAway,
    stripPath,
    identityHeaders: readIdentityHeaders(setting, wrong),
    timeout: timeout * 1000,
  }
}

function isOneSpelling(path: string): boolean {
  const target = readTarget(path)
  return 'path' in target && target.path === path && (path === '/' || !path.endsWith('/'))
}

function hostsOf(origins: readonly string[]): readonly string[] {
  return origins.filter((origin) => URL.canParse(origin)).map((origin) => new URL(origin).host)
}

function judgeAudience(audience: string, around: Surroundings, wrong: Wrong): void {
  if (!isAudience(audience)) wrong('audience', 'is no name for a backend.')
  else if (audience === around.audience || audience === around.issuer)
    wrong('audience', 'is that of the tokens that open this server.')
}

function readUpstream(text: string, { issuer, origins, port }: Surroundings, wrong: Wrong): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:\/\//i.test(text)) {
    wrong('upstream', 'is no http or https address.')
    return null
  }
  if (url.username !== '' || url.password !== '') wrong('upstream', 'has a user or a password in it.')
  else if (/[?#]/.test(text)) wrong('upstream', 'has a query or a fragment.')
  else if ('code' in readTarget(url.pathname)) wrong('upstream', 'has a path that can be read in more than one way.')
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\])$/.test(url.hostname)
  if ([issuer, ...origins].includes(url.origin) || (isLocal && url.port === String(port)))
    wrong('upstream', 'is this server itself.')
  return url
}

function readIdentityHeaders({ identityHeaders = {} }: RouteSetting, wrong: Wrong): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const [spelled, claim] of Object.entries(identityHeaders)) {
    const name = spelled.toLowerCase()
    if (!mayCarryIdentity(name)) wrong('identityHeaders', `has "${spelled}", which is no header for that.`)
    if (headers.has(name)) wrong('identityHeaders', `has "${spelled}" twice.`)
    if (claim === '') wrong('identityHeaders', `has no claim for "${spelled}".`)
    headers.set(name, claim)
  }
  return headers
}

function accessOf(setting: RouteSetting): Access {
  const { access, maxAge = null, sensitive = false, claims = {} } = setting
  if (access === 'public') return { kind: 'public' }
  return { kind: 'signed-in', maxAge, sensitive, claims: new Map(Object.entries(claims)) }
}

/** What of one route does not go together. */
function judgeAccess(setting: RouteSetting, { lastKnownGood }: Surroundings, wrong: Wrong): void {
  const { access, audience, whenStoreAway, identityHeaders } = setting
  if (access === 'public') {
    for (const field of ['maxAge', 'sensitive', 'claims'] as const)
      if (setting[field] !== undefined) wrong(field, 'asks for somebody who is signed in, on a public route.')
  } else {
    if (audience === undefined) wrong('audience', 'is missing: the backend could not tell who is calling.')
    if (whenStoreAway === 'anonymous') wrong('whenStoreAway', 'would let nobody in where somebody is asked for.')
  }
  if (whenStoreAway === 'last-known-good' && lastKnownGood <= 0)
    wrong('whenStoreAway', 'needs the setting "lastKnownGood": without it nothing is remembered for so long.')
  if (access === 'public' && identityHeaders !== undefined && audience === undefined)
    wrong('identityHeaders', 'needs an audience: what headers carry are claims of the token.')
}

/** What does not go together with the routes before. */
function compare(route: Route, before: readonly Route[], wrong: Wrong): void {
  const path = loosestReading(route.path)
  if (before.some((other) => other.host === route.host && loosestReading(other.path) === path))
    wrong('path', 'is that of another route of the same host, or reads the same.')
  const { audience, upstream } = route
  if (audience === null || upstream === null) return
  const shared = before.some((other) => other.audience === audience && isElsewhere(other.upstream, upstream))
  if (shared) wrong('audience', 'is that of another backend, which could use the tokens here (OWASP ASVS 9.2.4).')
}

function isElsewhere(one: URL | null, other: URL): boolean {
  return one !== null && one.origin !== other.origin
}
