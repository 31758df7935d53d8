import type { Mistake } from 'hallpass'
import { getDomain, getPublicSuffix } from 'tldts'
import { z } from 'zod'
import { needs, type Remedies } from '../validation.js'
import { readNetworks } from './client-address.js'
import type { Transport, TrustedProxies } from './transport.js'

/** Loopback, and the networks that are nobody's in particular (RFC 1918, RFC 4193). */
const privateNetworks = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']

/** The part of `hallpass.config.json` under `proxies`: what stands before this server. */
export const proxiesShape = z.strictObject(
  {
    count: z.int({ error: 'is not a whole number.' }).min(1, 'is less than 1.').max(10, 'is more than 10.').default(1),
    networks: z
      .array(z.string(needs('a string')).refine(isNetwork, 'is no network.'), needs('a list'))
      .min(1, 'is empty.')
      .default(privateNetworks),
  },
  needs('an object'),
)

/** The part under `internalHosts`. */
export const internalHostsShape = z.array(
  z
    .string(needs('a string'))
    .regex(/^(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::[1-9][0-9]{0,4})?$/, 'is no host in lower case.'),
  needs('a list'),
)

export const transportRemedies: Remedies = {
  proxies:
    'Say how many stand one behind the other, and from where they connect: {"count": 1, "networks": ["10.0.0.0/8"]}.',
  'proxies.count': 'Give how many proxies stand one behind the other, from 1 to 10.',
  'proxies.networks': 'Give where the proxies connect from in CIDR notation, such as "10.0.0.0/8".',
  internalHosts: 'List hosts as services send them, such as "hallpass:7100".',
}

/** What the settings say about how people and machines reach this server. */
export interface Reach {
  readonly issuer: string
  readonly origins?: readonly string[] | undefined
  /** Hosts of the gateway's routes. */
  readonly routeHosts: readonly string[]
  readonly internalHosts?: readonly string[] | undefined
  readonly proxies?: TrustedProxies | undefined
}

export interface TransportReading {
  readonly transport: Transport
  readonly mistakes: readonly Mistake[]
}

/** What stands before this server, and every topology that browsers or anybody on the way would break. */
export function readTransport(reach: Reach): TransportReading {
  const { issuer, origins = [], routeHosts, internalHosts = [], proxies = null } = reach
  const own = originOf(issuer)
  const others = origins.map(originOf).filter((origin) => origin !== null)
  const hosts = [...new Set([...(own === null ? [] : [own.host]), ...others.map(({ host }) => host), ...routeHosts])]
  const mistakes: Mistake[] = []
  if (own?.protocol === 'https:' && proxies === null) mistakes.push(proxiesMissing)
  for (const origin of others) {
    if (own !== null && !routeHosts.includes(origin.host) && !isSameSite(own, origin))
      mistakes.push(crossSite(origin.origin))
  }
  for (const host of internalHosts) if (hosts.includes(host)) mistakes.push(notInternal(host))
  return { transport: { issuer, hosts, internalHosts, proxies }, mistakes }
}

/** Domains that whole registries share, so that no browser ever took a cookie for them. One label alone, the library refuses. */
export function domainMistakes(cookies: readonly { readonly domain?: string | undefined }[]): Mistake[] {
  return cookies.flatMap(({ domain }, index) =>
    domain?.includes('.') !== true || getPublicSuffix(domain, { allowPrivateDomains: true }) !== domain
      ? []
      : [
          {
            field: `cookies.previously[${index}].domain`,
            problem: `is a public suffix: no browser ever took a cookie for "${domain}".`,
            remedy: 'Name the domain the cookie was set for, or leave the cookie out.',
          },
        ],
  )
}

const proxiesMissing: Mistake = {
  field: 'proxies',
  problem: 'is missing: this server speaks plain HTTP, so that before an https issuer something else must end TLS.',
  remedy: 'Name what does: {} for one proxy on this machine or in a private network, else "count" and "networks".',
}

function crossSite(origin: string): Mistake {
  return {
    field: 'origins',
    problem: `"${origin}": is not same-site with the issuer, so that browsers send no cookie of ours from there.`,
    remedy: 'Put both under one domain and one scheme, or let pages elsewhere use bearer tokens.',
  }
}

function notInternal(host: string): Mistake {
  return {
    field: 'internalHosts',
    problem: `"${host}": is a host that browsers use, by https.`,
    remedy: 'List hosts that nothing but services uses, such as "hallpass:7100".',
  }
}

/** Null for what is no origin at all: the library says so. */
function originOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}

/** Schemeful same-site, as browsers have it: one scheme and one registrable domain (HTML, "obtain a site"). */
function isSameSite(one: URL, other: URL): boolean {
  return one.protocol === other.protocol && siteOf(one) === siteOf(other)
}

function siteOf({ hostname }: URL): string {
  return getDomain(hostname, { allowPrivateDomains: true }) ?? hostname
}

function isNetwork(text: string): boolean {
  try {
    readNetworks([text])
    return true
  } catch {
    return false
  }
}
