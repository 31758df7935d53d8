import type { Session } from 'hallpass'
import type { Logger } from '../observe/log.js'
import { logAnswer } from '../observe/request-log.js'
import type { Arrival } from '../transport/arrival.js'
import type { Route } from './route.js'

/** How what came through the gateway went. */
export const outcomes = [
  /** By the backend, whatever it said. */
  'answered',
  /** By the gateway: nobody is signed in, another site asked, trouble. */
  'refused',
  'unreachable',
  'timeout',
  /** The backend broke its answer off. */
  'broken-off',
  /** The client went away before the end. */
  'abandoned',
  /** The session was over. */
  'cut',
] as const

export type Outcome = (typeof outcomes)[number]

export type Kind = 'request' | 'event-stream' | 'websocket'

/** One request on its way through the gateway, or one WebSocket. */
export interface Passage {
  readonly began: number
  readonly method: string
  readonly arrival: Arrival
  readonly route: Route
  kind: Kind
  outcome: Outcome
  session: Session | null
  code: string | null
  reason: string | null
}

export interface TrafficFigures {
  readonly open: ReadonlyMap<Kind, number>
  readonly ended: ReadonlyMap<Outcome, number>
}

/** Counts what comes through, and logs one line for each when it is over. */
export class Traffic {
  readonly #log: Logger
  readonly #open = new Map<Kind, number>([
    ['request', 0],
    ['event-stream', 0],
    ['websocket', 0],
  ])
  readonly #ended = new Map<Outcome, number>(outcomes.map((outcome) => [outcome, 0]))

  constructor(log: Logger) {
    this.#log = log
  }

  begin(kind: Kind, method: string, arrival: Arrival, route: Route): Passage {
    this.#count(kind, 1)
    const began = performance.now()
    return {
      began,
      method,
      arrival,
      route,
      kind,
      outcome: 'answered',
      session: null,
      code: null,
      reason: null,
    }
  }

  /** A request has turned out to be answered without an end. */
  becomes(passage: Passage, kind: Kind): void {
    this.#count(passage.kind, -1)
    passage.kind = kind
    this.#count(kind, 1)
  }

  /** `status`: null where nothing was answered. */
  end(passage: Passage, status: number | null): void {
    const { kind, method, arrival, route, began, outcome, session, code, reason } = passage
    this.#count(kind, -1)
    this.#ended.set(outcome, (this.#ended.get(outcome) ?? 0) + 1)
    logAnswer(this.#log, {
      method,
      path: arrival.path,
      client: arrival.address,
      status,
      began,
      code,
      reason,
      session,
      more: { route: route.path, outcome },
    })
  }

  figures(): TrafficFigures {
    return { open: this.#open, ended: this.#ended }
  }

  #count(kind: Kind, by: number): void {
    this.#open.set(kind, (this.#open.get(kind) ?? 0) + by)
  }
}
