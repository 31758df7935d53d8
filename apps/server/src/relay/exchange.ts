import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { RelayAnswer, RelayTiming } from '../admin/contract.js'
import { readBody } from './answer-body.js'
import type { Outgoing } from './outgoing.js'
import { sentenceFor } from './problems.js'

/** How long to wait, in milliseconds. */
export interface Patience {
  readonly firstByte: number
  readonly total: number
}

export const usualPatience: Patience = { firstByte: 10_000, total: 15_000 }

/** The steps of one request as they happen, in milliseconds since the first. */
export class Stopwatch {
  readonly #began = performance.now()
  readonly #steps: { -readonly [Step in keyof RelayTiming]: RelayTiming[Step] } = {
    lookup: null,
    connect: null,
    tls: null,
    firstByte: null,
    total: 0,
  }

  passed(step: keyof RelayTiming): void {
    this.#steps[step] = this.#elapsed()
  }

  /** How much is left of so many milliseconds. */
  left(of: number): number {
    return Math.max(0, of - this.#elapsed())
  }

  timing(): RelayTiming {
    return { ...this.#steps, total: this.#elapsed() }
  }

  #elapsed(): number {
    return Math.round((performance.now() - this.#began) * 10) / 10
  }
}

export type Exchanged = Exclude<RelayAnswer, { outcome: 'unconfirmed' }>

/**
 * Sends one request to one address and reads its answer, whatever it is; redirects are answers. The name of the host is
 * in `Host` and in TLS, and is not looked up again. `more`: headers of the sender's own. Never rejects.
 */
export function exchange(
  outgoing: Outgoing,
  address: string,
  watch: Stopwatch,
  { patience = usualPatience, more = [] }: { readonly patience?: Patience; readonly more?: Outgoing['headers'] } = {},
): Promise<Exchanged> {
  return new Promise((resolve) => {
    const request = opened(outgoing, address, more)
    const failed = (problem: string): void => {
      clearTimeout(timer)
      request.destroy()
      resolve({ outcome: 'failed', problem, timing: watch.timing() })
    }
    const wait = Math.min(patience.firstByte, watch.left(patience.total))
    const timer = setTimeout(() => failed(`Nothing was answered within ${seconds(patience.firstByte)}.`), wait)
    request.on('error', (error) => failed(sentenceFor(error)))
    request.on('upgrade', (_message, socket) => {
      socket.destroy()
      failed('The answer was a change of protocol that nobody had asked for.')
    })
    request.on('socket', (socket) => {
      socket.once('connect', () => watch.passed('connect'))
      socket.once('secureConnect', () => watch.passed('tls'))
    })
    request.on('response', (message) => {
      clearTimeout(timer)
      watch.passed('firstByte')
      void answered(message, address, watch, patience).then(resolve)
    })
    request.end(outgoing.body ?? undefined)
  })
}

function opened({ method, url, headers, body }: Outgoing, address: string, more: Outgoing['headers']): ClientRequest {
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const family = isIP(address)
  const hasBody = body !== null || !/^(?:get|head|options|delete)$/i.test(method)
  return (url.protocol === 'https:' ? httpsRequest : httpRequest)({
    method,
    hostname,
    port: url.port,
    path: `${url.pathname}${url.search}`,
    // as a list they keep their order and their spelling, and nothing is added to them
    headers: [
      ['Host', url.host],
      ...headers,
      ...more,
      ...(hasBody ? [['Content-Length', String(body?.length ?? 0)]] : []),
      ['Connection', 'close'],
    ].flat(),
    agent: false,
    // whoever resolved the name before has judged this address, and this one alone
    lookup: (_host, { all }, done) => (all === true ? done(null, [{ address, family }]) : done(null, address, family)),
    // a name in TLS is never an address (RFC 6066, section 3)
    ...(isIP(hostname) === 0 ? { servername: hostname } : { servername: '' }),
  })
}

async function answered(
  message: IncomingMessage,
  address: string,
  watch: Stopwatch,
  patience: Patience,
): Promise<Exchanged> {
  const { bytes, cut, decoded } = await readBody(message, watch.left(patience.total))
  const { statusCode: status = 0, statusMessage: statusText = '', httpVersion, rawHeaders } = message
  return {
    outcome: 'answered',
    response: {
      status,
      statusText,
      httpVersion,
      headers: pairs(rawHeaders),
      body: bytes.toString('base64'),
      decoded,
      cut,
      address,
      timing: watch.timing(),
    },
  }
}

function pairs(flat: readonly string[]): (readonly [string, string])[] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as const] : []))
}

function seconds(milliseconds: number): string {
  return milliseconds === 1000 ? '1 second' : `${milliseconds / 1000} seconds`
}
