import { lookup } from 'node:dns/promises'
import { judgeAddress } from './addresses.js'

/** The addresses of a name, as the system has them. Rejects like `dns.lookup`. */
export type Lookup = (host: string) => Promise<readonly string[]>

export const systemLookup: Lookup = async (host) => (await lookup(host, { all: true })).map(({ address }) => address)

export type Destination =
  | {
      readonly ok: true
      /** Any of them may be connected to. */
      readonly addresses: readonly [string, ...string[]]
      /** Whether the request stays on this machine, and whoever reads its address sees that. */
      readonly isLoopback: boolean
    }
  | { readonly ok: false; readonly problem: string }

/**
 * Where a request would go: every address of its host is judged, since any of them could be the one. A name counts as
 * loopback only where it says so itself (RFC 6761, section 6.3). Rejects like `lookup`.
 */
export async function destinationOf({ hostname }: URL, find: Lookup): Promise<Destination> {
  const literal = /^\[(.*)\]$/.exec(hostname)?.[1] ?? (/^[\d.]+$/.test(hostname) ? hostname : null)
  const [first, ...others] = literal === null ? await find(hostname) : [literal]
  if (first === undefined) return { ok: false, problem: `${hostname} has no address.` }
  const judged = [first, ...others].map((address) => ({ address, ...judgeAddress(address) }))
  for (const one of judged) {
    if (one.kind !== 'refused') continue
    const which = literal === null ? `${hostname} is ${one.address}` : one.address
    return { ok: false, problem: `${which}: ${one.as}. No request is sent there.` }
  }
  const isNamedLocal = literal !== null || /^(?:.+\.)?localhost\.?$/.test(hostname)
  const isLoopback = isNamedLocal && judged.every(({ kind }) => kind === 'loopback')
  return { ok: true, addresses: [first, ...others], isLoopback }
}
