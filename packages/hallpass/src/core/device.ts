import type { Device } from './session.js'

/** Longest part of a `User-Agent` that is kept. */
const longestUserAgent = 256

/** A device as sessions keep it: a printable `User-Agent` of at most 256 characters, and the network of the address. */
export function deviceFrom(userAgent: string | null, address: string | null, name: string | null): Device {
  const printable = userAgent?.replace(/[^\x20-\x7e]/g, '').slice(0, longestUserAgent)
  return {
    name,
    userAgent: printable === undefined || printable === '' ? null : printable,
    network: networkOf(address),
  }
}

/** The network of an address: enough to recognise a place by, not enough to find a person with. */
export function networkOf(address: string | null): string | null {
  if (address === null) return null
  const v4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address)
  if (v4 !== null) return `${v4[1]}.0/24`
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(':')) return null
  return `${firstGroups(address.toLowerCase(), 3).join(':')}::/48`
}

function firstGroups(address: string, count: number): string[] {
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros: string[] =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right].slice(0, count).map((group) => group.replace(/^0+(?=.)/, ''))
}
