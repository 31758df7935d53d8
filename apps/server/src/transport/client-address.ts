import { BlockList, isIPv4, isIPv6 } from 'node:net'
import type { TrustedProxies } from './transport.js'

/** Where trusted proxies connect from. */
export interface Networks {
  has(address: string): boolean
}

/** Proxies as they are asked about: how many hops may be believed, and whose. */
export interface Trusted {
  readonly count: number
  readonly networks: Networks
}

/**
 * An IP address in its one spelling, null where the text is none: IPv4 inside IPv6 as IPv4 (RFC 4291, section 2.5.5.2),
 * IPv6 as RFC 5952 has it; without brackets, a port or a zone.
 */
export function canonicalAddress(text: string): string | null {
  if (isIPv4(text)) return text
  const [, inner, bare = inner] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([^[\]]*))$/.exec(text) ?? []
  const [, ipv4 = ''] = /^([\d.]+):\d{1,5}$/.exec(text) ?? []
  if (isIPv4(ipv4)) return ipv4
  if (bare === undefined || !isIPv6(bare)) return null
  // the parser of URLs writes IPv6 as RFC 5952 has it, but for IPv4 inside
  const written = new URL(`http://[${bare.replace(/%.*$/, '')}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(written) ?? []
  return high === undefined || low === undefined ? written : [...twoBytes(high), ...twoBytes(low)].join('.')
}

function twoBytes(group: string): readonly [number, number] {
  const value = Number.parseInt(group, 16)
  return [value >> 8, value & 0xff]
}

/** What limits count by: an IPv4 address, or the /64 of an IPv6 address, within which anybody may choose. */
export function addressBucket(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after]
  return `${canonicalAddress(`${groups.slice(0, 4).join(':')}::`)}/64`
}

/** Throws where a network is not in CIDR notation (RFC 4632, RFC 4291): `10.0.0.0/8`, `fd00::/8`, or one address. */
export function readNetworks(networks: readonly string[]): Networks {
  const list = new BlockList()
  for (const network of networks) {
    const [, address = '', prefix] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(network) ?? []
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return { has: (address) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6') }
}

export function trustedProxies({ count, networks }: TrustedProxies): Trusted {
  return { count, networks: readNetworks(networks) }
}

/**
 * The client's address, from the right: the peer's, and as long as that is a trusted proxy's, the one that it appended
 * to `X-Forwarded-For`; so many as there are proxies, since what stands further left is the client's own invention.
 * What is no address ends the walk at what is known.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  proxies: Trusted | null,
): string | null {
  let address = canonicalAddress(peer ?? '')
  if (proxies === null || address === null || forwardedFor === undefined) return address
  const hops = forwardedFor.split(',')
  for (let left = proxies.count; left > 0 && proxies.networks.has(address); left--) {
    const hop = canonicalAddress(hops.pop()?.trim() ?? '')
    if (hop === null) break
    address = hop
  }
  return address
}
