import { HallpassError } from 'hallpass'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import type { RelayAnswer, RelayBody } from '../admin/contract.js'
import { readBody } from '../body.js'
import { badRequest, ServerError } from '../errors.js'
import { needs, type Remedies } from '../validation.js'
import { type Lookup, systemLookup } from './destination.js'
import { readOutgoing } from './outgoing.js'
import { relay } from './relay.js'

/** The requests that are under way at once: each may hold two megabytes for a quarter of a minute. */
const mostAtOnce = 4

/** Bytes: a body of 1 MiB with every quotation mark escaped, and its headers. */
const longestBody = 2_359_296

/** What every relayed request says of its way (RFC 9110, section 7.6.3), so that it is not relayed once more. */
const via = '1.1 hallpass-relay'

const text = z.string(needs('a string'))

const relayBody = z.strictObject({
  method: text,
  url: text,
  headers: z.array(z.tuple([text, text], needs('a pair of strings')), needs('a list')),
  body: z.union([z.string(), z.null()], { error: 'is neither a string nor null.' }),
  confirmed: z.strictObject({ host: text, address: text }, needs('an object')).optional(),
})

const relayRemedies: Remedies = {
  '': 'Send one JSON object with method, url, headers and body.',
  method: 'Give one such as "GET".',
  url: 'Give the whole address as a string.',
  headers: 'List pairs such as ["Accept", "application/json"].',
  body: 'Give a string, or null for none.',
  confirmed: 'Give the host and the address that an "unconfirmed" answer named.',
}

/**
 * `POST /admin/relay`, to be mounted where only operators come. It goes to loopback at once, elsewhere only to an
 * address that somebody has seen and confirmed, and to some addresses never. Nothing of a request or of its answer is
 * logged.
 */
export function relayRoutes(lookup: Lookup = systemLookup): Hono {
  let underWay = 0
  return new Hono().post('/', refuseLoops, limitBody, async (c) => {
    const asked = await readBody(c, relayBody, relayRemedies)
    const reading = readOutgoing(asked)
    if (!reading.ok) throw badRequest(reading.mistakes)
    if (underWay >= mostAtOnce) throw new ServerError('relay-busy')
    underWay += 1
    try {
      const answer = await relay(reading.outgoing, mayGoTo(asked.confirmed, reading.outgoing.url.host), {
        lookup,
        more: [['Via', via]],
      })
      if (answer.outcome !== 'refused') return c.json(answer satisfies RelayAnswer)
      const remedy = 'Send it to another address.'
      throw badRequest([{ field: 'url', problem: `leads nowhere that is allowed. ${answer.problem}`, remedy }])
    } finally {
      underWay -= 1
    }
  })
}

/** An address that was confirmed counts as long as the name still has it: else somebody has changed where it leads. */
function mayGoTo(
  confirmed: RelayBody['confirmed'] | undefined,
  host: string,
): (destination: { readonly addresses: readonly string[]; readonly isLoopback: boolean }) => readonly string[] {
  return ({ addresses, isLoopback }) => {
    if (isLoopback) return addresses
    return confirmed?.host === host ? addresses.filter((address) => address === confirmed.address) : []
  }
}

const refuseLoops: MiddlewareHandler = async (c, next) => {
  if (c.req.header('via')?.includes('hallpass-relay') === true) throw new ServerError('relay-loop')
  return next()
}

const limitBody: MiddlewareHandler = bodyLimit({
  maxSize: longestBody,
  onError: () => {
    throw new HallpassError('too-large')
  },
})
