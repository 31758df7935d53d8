import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { type Hallpass, HallpassError, type OverBecause, type ResponsePatch } from 'hallpass'
import { codeOf, problemAnswer, ServerError } from '../errors.js'
import type { Arrival } from '../transport/arrival.js'
import { ArrivalView } from './arrival-view.js'
import type { Destination } from './destination.js'
import type { RequestHeaders } from './request-headers.js'
import type { About } from './response-headers.js'
import type { Passage } from './traffic.js'
import { type Admitted, judgeFor } from './verdict.js'

/** What every request through the gateway needs, whether it becomes a WebSocket or not. */
export interface Handover {
  /** Judges a request; what its backend is to be told, or what to answer instead. Never rejects. */
  decide(req: IncomingMessage, arrival: Arrival, destination: Destination, passage: Passage): Promise<Decision>
  /** The answer to what is wrong with a request, noted for the log. */
  turnAway(passage: Passage, error: unknown): ResponsePatch
  /** The answer where the backend gave none, noted for the log. Who reads it learns nothing about the backend. */
  leaveUnanswered(passage: Passage, going: Going, timedOut: boolean, error: Error): ResponsePatch
}

export type Decision = { readonly going: Going } | { readonly instead: ResponsePatch }

export interface Going {
  readonly headers: OutgoingHttpHeaders
  readonly url: string
  readonly about: About
  /** Calls back once, when what the request was let in with is no longer good. */
  readonly whenOver: (heard: (because: OverBecause) => void) => () => void
}

export type OwnAnswer = (answer: ResponsePatch) => ResponsePatch

/** Adds the headers of every answer of this server, where an answer does not say otherwise. */
export function carrying(headers: ResponsePatch['headers']): OwnAnswer {
  return (answer) => {
    const named = new Set(answer.headers.map(([name]) => name))
    return { ...answer, headers: [...answer.headers, ...headers.filter(([name]) => !named.has(name))] }
  }
}

type Asked = Pick<Hallpass, 'policy' | 'upstream' | 'authenticate'>

/** `own`: makes an answer one of this server's. */
export function createHandover(auth: Asked, requestHeaders: RequestHeaders, own: OwnAnswer): Handover {
  const turnAway: Handover['turnAway'] = (passage, error) => own(turnedAway(passage, error))
  return {
    turnAway,
    leaveUnanswered: (passage, { about }, timedOut, error) => {
      const answer = leftUnanswered(passage, timedOut, error)
      return own({ ...answer, headers: [...answer.headers, ...about.cookies] })
    },
    async decide(req, arrival, destination, passage) {
      const { route } = destination
      try {
        if (req.method === 'TRACE') return { instead: turnAway(passage, new HallpassError('method-not-allowed')) }
        const verdict = await judgeFor(auth, route, new ArrivalView(req, arrival))
        if (!verdict.allowed) {
          const { patch, code, reason, session } = verdict
          Object.assign(passage, { outcome: 'refused', code, reason, session })
          return { instead: own(patch) }
        }
        passage.session = verdict.caller?.session ?? verdict.caller?.lastKnown ?? null
        const headers = requestHeaders.forBackend(req.headers, destination.host, arrival, verdict)
        const url = destination.pathFor(arrival.path, arrival.query)
        return { going: goingTo(destination, url, headers, verdict) }
      } catch (error) {
        return { instead: turnAway(passage, error) }
      }
    },
  }
}

function turnedAway(passage: Passage, error: unknown): ResponsePatch {
  Object.assign(passage, { outcome: 'refused', code: codeOf(error), reason: reasonOf(error) })
  const answer = problemAnswer(error)
  return answer.status === 405 ? { ...answer, headers: [...answer.headers, ['allow', allowed]] } : answer
}

function leftUnanswered(passage: Passage, timedOut: boolean, error: Error): ResponsePatch {
  const code = timedOut ? 'upstream-timeout' : 'upstream-unreachable'
  Object.assign(passage, { outcome: timedOut ? 'timeout' : 'unreachable', code, reason: error.message })
  return problemAnswer(new ServerError(code))
}

/** RFC 9110, section 15.5.6: a 405 names the methods that would do; whether a backend takes them is its affair. */
const allowed = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

function reasonOf(error: unknown): string | null {
  if (error instanceof HallpassError) return error.reason
  if (error instanceof ServerError) return null
  return error instanceof Error ? error.message : String(error)
}

function goingTo(destination: Destination, url: string, headers: OutgoingHttpHeaders, verdict: Admitted): Going {
  const { caller, token, cookies } = verdict
  return {
    headers,
    url,
    about: {
      varies: destination.route.audience !== null,
      somebody: token !== null,
      cookies,
      location: destination.location,
    },
    whenOver: (heard) => (caller !== null && 'whenOver' in caller ? caller.whenOver(heard) : doNothing),
  }
}

const doNothing = (): void => undefined
