import type { IncomingMessage } from 'node:http'
import type { HallpassEnv } from 'hallpass/hono'
import type { Context } from 'hono'
import { arrivalOf } from './transport/arrival.js'

/** What handlers of the server find in `c.var`. */
export type ServerEnv = HallpassEnv

/** The client's address, whatever stands before this server; null for a request that did not come through the front. */
export function clientOf(c: Context): string | null {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage }
  return incoming === undefined ? null : (arrivalOf(incoming)?.address ?? null)
}
