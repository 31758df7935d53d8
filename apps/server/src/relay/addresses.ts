import { isIP } from 'node:net'
import { canonicalAddress, readNetworks } from '../transport/client-address.js'

/** What an address means for a request that is to go there. */
export type AddressKind =
  | { readonly kind: 'loopback' | 'elsewhere' }
  | { readonly kind: 'refused'; readonly as: string }

const loopback = readNetworks(['127.0.0.0/8', '::1'])

/** Where no request of anybody's may go: what answers there trusts whoever can reach it, or it is no one machine. */
const refused = (
  [
    ['a link-local address, where clouds keep the credentials of machines', ['169.254.0.0/16', 'fe80::/10']],
    ["a cloud's metadata service", ['fd00:ec2::254', '100.100.100.200', '168.63.129.16', '192.0.0.192']],
    ['an unspecified address', ['0.0.0.0/8', '::']],
    ['a multicast address', ['224.0.0.0/4', 'ff00::/8']],
    ['a broadcast or reserved address', ['240.0.0.0/4']],
    // RFC 4291 (2.5.5.1), RFC 6145, RFC 8215, RFC 4380, RFC 3056: another address stands inside
    ['an address for a transition to IPv6', ['::/96', '::ffff:0:0:0/96', '64:ff9b:1::/48', '2001::/32', '2002::/16']],
  ] as const
).map(([as, networks]) => ({ as, networks: readNetworks(networks) }))

/** Judges an IP address in any of its spellings; what is none is refused. */
export function judgeAddress(text: string): AddressKind {
  const address = isIP(text) === 0 ? null : canonicalAddress(text)
  if (address === null) return { kind: 'refused', as: 'no IP address' }
  if (loopback.has(address)) return { kind: 'loopback' }
  const inside = withinNat64(address)
  if (inside !== null) return judgeAddress(inside)
  const found = refused.find(({ networks }) => networks.has(address))
  return found === undefined ? { kind: 'elsewhere' } : { kind: 'refused', as: found.as }
}

/** The IPv4 address that a NAT64 gateway would go to (RFC 6052, section 2.1); null for any other. */
function withinNat64(address: string): string | null {
  const [, groups] = /^64:ff9b::((?:[0-9a-f]{1,4}:)?(?:[0-9a-f]{1,4})?)$/.exec(address) ?? []
  if (groups === undefined) return null
  const [low = '', high = '0'] = groups.split(':').reverse()
  return canonicalAddress(`::ffff:${high}:${low === '' ? '0' : low}`)
}
