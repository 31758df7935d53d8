import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { HallpassError, type Mistake } from 'hallpass'
import type { Arrival } from '../transport/arrival.js'
import { clientHeaderFilter, type HeaderRule, headerRules, remembering } from './header-rules.js'
import type { OwnCookies } from './own-cookies.js'
import { isTraceParent, isTraceState } from './trace-context.js'
import type { Admitted } from './verdict.js'

/** Makes what a backend is told out of what a client said. */
export interface RequestHeaders {
  /**
   * The client's headers without those that are not its to say, then ours. Throws `bad-request` where
   * `Connection` would take a header away that a backend relies on.
   */
  forBackend(headers: IncomingHttpHeaders, host: string, arrival: Arrival, admitted: Admitted): OutgoingHttpHeaders
}

/** What `Connection` may name; it then stays on this connection like everything that it names. */
const connectionOptions: ReadonlySet<string> = new Set([
  ...['keep-alive', 'close', 'upgrade', 'te', 'trailer', 'proxy-connection', 'http2-settings'],
])
/** End-to-end headers that a sender must not call hop-by-hop: without them the message is another one. */
const neverHopByHop: ReadonlySet<string> = new Set([
  ...[
    'host',
    'cookie',
    'content-length',
    'content-type',
    'content-encoding',
    'content-range',
    'cache-control',
    'origin',
  ],
  ...['referer', 'traceparent', 'tracestate', 'range', 'sec-websocket-key', 'sec-websocket-version'],
])
/** Dealt with by themselves, since it depends on what they say. */
const judgedAlone: ReadonlySet<string> = new Set(['cookie', 'traceparent', 'tracestate'])

/** `identityHeaders`: of all routes. What one backend is told by the gateway, a client may tell to none. */
export function createRequestHeaders(
  identityHeaders: Iterable<string>,
  cookies: OwnCookies,
  rules: readonly HeaderRule[] = headerRules,
): RequestHeaders {
  const passes = remembering(clientHeaderFilter([...identityHeaders, ...judgedAlone], rules))
  const maySay = (name: string): boolean => passes(name) && !neverHopByHop.has(name)
  return {
    forBackend(headers, host, arrival, admitted) {
      const onThisHop = namedByConnection(headers.connection, maySay)
      const sent: OutgoingHttpHeaders = {}
      for (const name in headers) {
        if (passes(name) && onThisHop?.has(name) !== true) sent[name] = headers[name]
      }
      const otherCookies = headers.cookie === undefined ? null : cookies.without(headers.cookie)
      if (otherCookies !== null) sent['cookie'] = otherCookies
      // the front has refused every other coding
      if (headers['transfer-encoding'] !== undefined) sent['transfer-encoding'] = 'chunked'
      passTraceOn(headers, sent)
      sent['host'] = host
      if (arrival.address !== null) sent['x-forwarded-for'] = arrival.address
      sent['x-forwarded-host'] = arrival.host
      sent['x-forwarded-proto'] = arrival.secure ? 'https' : 'http'
      for (const [name, value] of admitted.identity) sent[name] = value
      if (admitted.token !== null) sent['authorization'] = `Bearer ${admitted.token}`
      return sent
    },
  }
}

const notHopByHop: Mistake = {
  field: 'connection',
  problem: 'names a header that is not hop-by-hop.',
  remedy: 'Name only what is for this connection.',
}

/** The headers that `Connection` says are for this hop; null where it names none, as nearly always. */
function namedByConnection(connection: string | undefined, maySay: (name: string) => boolean): Set<string> | null {
  if (connection === undefined || connectionOptions.has(connection)) return null
  const named = new Set<string>()
  for (const part of connection.split(',')) {
    const name = part.trim().toLowerCase()
    if (name === '' || connectionOptions.has(name)) continue
    if (!maySay(name)) {
      throw new HallpassError('bad-request', { mistakes: [notHopByHop] })
    }
    named.add(name)
  }
  return named
}

function passTraceOn({ traceparent, tracestate }: IncomingHttpHeaders, sent: OutgoingHttpHeaders): void {
  if (typeof traceparent !== 'string' || !isTraceParent(traceparent)) return
  sent['traceparent'] = traceparent
  if (typeof tracestate === 'string' && isTraceState(tracestate)) sent['tracestate'] = tracestate
}
