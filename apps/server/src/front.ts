import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ResponsePatch } from 'hallpass'
import { sendPatch } from 'hallpass/node'
import type { ForwardAuth } from './gateway/check.js'
import type { Gateway } from './gateway/gateway.js'
import { problemAnswer, ServerError } from './errors.js'
import type { Logger } from './observe/log.js'
import { logRefusal } from './observe/request-log.js'
import { arrived } from './transport/arrival.js'
import type { Arrive } from './transport/arrive.js'
import { type BodyBounds, boundBody, usualBounds } from './transport/body-bounds.js'
import { hasBody, messageTrouble } from './transport/message.js'
import { answerSocket } from './transport/raw-answer.js'
import type { SelfTest } from './transport/self-test.js'
import { readTarget, type RequestTarget } from './transport/target.js'

/** Where every connection comes in: what a request may be at all, and who answers it. */
export interface Front {
  request(req: IncomingMessage, res: ServerResponse): void
  /** What wants the socket for itself: upgrades, and CONNECT, which no address here is meant for. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
}

export interface Behind {
  readonly arrive: Arrive
  /** Null where no proxies are named. */
  readonly selfTest: SelfTest | null
  /** Null where no forward-auth key is configured. */
  readonly check: ForwardAuth | null
  /** Null without routes. */
  readonly gateway: Gateway | null
  /** What this server answers itself. */
  readonly own: (req: IncomingMessage, res: ServerResponse) => unknown
  /** What the front's own answers carry. */
  readonly headers: ResponsePatch['headers']
  readonly log: Logger
}

/** For whoever asks whether this process is alive, by whichever address. */
const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

export function createFront(behind: Behind, bounds: BodyBounds = usualBounds): Front {
  const { arrive, selfTest, check, gateway, own, log } = behind
  const { quiet } = bounds

  /** Connections that are over as soon as their last answer is out. */
  const over = new WeakSet<Duplex>()

  const carried = (patch: ResponsePatch): ResponsePatch => ({
    ...patch,
    headers: [...patch.headers, ...behind.headers],
  })

  /** The answer to a request that goes no further, which is logged. */
  function refusal(req: IncomingMessage, error: ServerError): ResponsePatch {
    logRefusal(log, req, error)
    return carried(problemAnswer(error))
  }

  /**
   * Answers instead of whoever is behind. A body that is refused with its request is not waited for: what follows on that
   * connection may be the rest of it, so that none of it is a request any more.
   */
  function answer(req: IncomingMessage, res: ServerResponse, patch: ResponsePatch): void {
    if (hasBody(req)) {
      over.add(req.socket)
      res.setHeader('connection', 'close')
    }
    sendPatch(res, patch)
  }

  function bound(req: IncomingMessage, res: ServerResponse, limits: Partial<BodyBounds> & { quiet: number }): void {
    boundBody(req, res, limits, () => refusal(req, new ServerError('too-slow')))
  }

  return {
    request(req, res) {
      if (over.has(req.socket)) return
      const target = readRequest(req)
      if (target instanceof ServerError) return answer(req, res, refusal(req, target))
      if (selfTest?.request(req, res, target) === true) return
      if (check?.request(req, res, target) === true) return bound(req, res, { quiet })
      if (!probes.has(target.path)) {
        const arrival = arrive(req, target)
        if (arrival instanceof ServerError) return answer(req, res, refusal(req, arrival))
        if ('location' in arrival) return answer(req, res, carried(redirect(arrival.location)))
        arrived(req, arrival)
        if (gateway?.request(req, res, arrival) === true) return bound(req, res, { quiet })
      }
      bound(req, res, bounds)
      if (req.headers.expect !== undefined) res.writeContinue()
      own(req, res)
    },
    upgrade(req, socket, head) {
      if (over.has(socket)) return void socket.destroy()
      const refuse = (error: ServerError): void => answerSocket(socket, refusal(req, error))
      const target = readRequest(req)
      if (target instanceof ServerError) return refuse(target)
      if (check?.upgrade(req, socket, target) === true) return
      // RFC 6455, section 4.1; and what would follow is no body to whoever takes the socket
      if (req.method !== 'GET' || hasBody(req)) return refuse(new ServerError('upgrade-refused'))
      const arrival = arrive(req, target)
      if (arrival instanceof ServerError) return refuse(arrival)
      if ('location' in arrival) return refuse(new ServerError('https-required'))
      if (gateway?.upgrade(req, socket, head, arrival) === true) return
      refuse(new ServerError('upgrade-refused'))
    },
  }
}

/** What is asked for; from here on the request says it in that one spelling, whoever reads it. */
function readRequest(req: IncomingMessage): RequestTarget | ServerError {
  const target = messageTrouble(req) ?? readTarget(req.url ?? '')
  if (target instanceof ServerError) return target
  req.url = target.query === '' ? target.path : `${target.path}?${target.query}`
  return target
}

/** Permanent, so that browsers ask by https themselves from then on; and with the same method (RFC 9110, section 15.4.9). */
function redirect(location: string): ResponsePatch {
  return { status: 308, headers: [['location', location]], body: null }
}
