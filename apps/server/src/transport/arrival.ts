import type { IncomingMessage } from 'node:http'

/** What is known of a request before anybody asks who is calling: by whom, to which host, for what. */
export interface Arrival {
  /** The client's address in its one spelling, as far as trusted proxies tell; null where there is no socket any more. */
  readonly address: string | null
  /** Whether the client's connection is encrypted, as far as a trusted proxy tells. Where it must be, it is. */
  readonly secure: boolean
  /** One of the hosts that this server answers for: lower case, with its port unless that is the scheme's own. */
  readonly host: string
  /** In its one spelling: what is decided on is what is forwarded. */
  readonly path: string
  /** What follows the first "?"; empty where there is none. */
  readonly query: string
}

/** On the request itself: beside it, in a WeakMap, whole requests would live until the next collection of all memory. */
const known = Symbol('arrival')
type Known = IncomingMessage & { [known]?: Arrival }

/** Keeps what is known of a request with it, for whoever answers it further on. */
export function arrived(req: Known, arrival: Arrival): void {
  req[known] = arrival
}

/** Null for a request that did not come through the front. */
export function arrivalOf(req: Known): Arrival | null {
  return req[known] ?? null
}
