/** Where a session is used from, as its owner sees it. */
export interface DeviceInfo {
  /** Such as "Firefox on Linux"; null where nobody derived one. */
  readonly name: string | null
  readonly userAgent: string | null
  /** The network it was seen from, cut to /24 (IPv4) or /48 (IPv6). */
  readonly network: string | null
}

/** A session as the server tells of it. Times are ISO 8601 in UTC. */
export interface SessionInfo {
  readonly id: string
  readonly subject: string
  readonly createdAt: string
  readonly authenticatedAt: string
  readonly lastSeenAt: string
  /** When it ends if nothing happens. */
  readonly expiresAt: string
  readonly device: DeviceInfo
  /** How the subject proved who they are (RFC 8176). */
  readonly amr: readonly string[]
  /** Whether it is the session of this browser. */
  readonly current: boolean
}

/** What a revocation brought about. Once it is here, it has happened. */
export interface Receipt {
  readonly ended: 'session' | 'subject' | 'everything' | 'token' | 'key'
  readonly target: string | null
  readonly kept: string | null
  /** When it was in force on every instance, ISO 8601 in UTC. */
  readonly at: string
  /** Instances that said they know. */
  readonly acknowledged: readonly string[]
  /** Instances whose lease was waited out. */
  readonly waitedOut: readonly string[]
  readonly tookMilliseconds: number
  readonly complete: boolean
  /** When it will be complete, ISO 8601 in UTC; null where it is. */
  readonly completeAt: string | null
}

/** One thing wrong with what was sent. */
export interface Mistake {
  readonly field: string
  readonly problem: string
  readonly remedy: string
}

/** An RFC 9457 problem document with a stable `code`. */
export interface Problem {
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors?: readonly Mistake[]
}

/** An answer other than success. Narrow on `code`; an answer that is no problem document has the code `unexpected`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  /** The HTTP status. */
  readonly status: number
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.title} ${problem.detail}`.trim())
    this.code = problem.code
    this.status = problem.status
    this.problem = problem
  }
}

/** The problem document of an answer, which stays readable; null where it holds none. */
export async function problemIn(answer: Response): Promise<Problem | null> {
  if (!/^application\/problem\+json\b/i.test(answer.headers.get('content-type') ?? '')) return null
  try {
    const body: unknown = await answer.clone().json()
    return isProblem(body) ? body : null
  } catch {
    return null
  }
}

/** The member `name` of a successful JSON answer. Errors: `Refusal`. */
export async function memberOf<Value>(answer: Response, name: string): Promise<Value> {
  if (!answer.ok) throw await refusalOf(answer)
  const body = (await answer.json()) as { readonly [member: string]: Value }
  const value = body[name]
  if (value === undefined) throw unexpected(answer.status, `The answer has no member "${name}".`)
  return value
}

/** What an answer that is not `ok` says, as an error to throw. */
export async function refusalOf(answer: Response): Promise<Refusal> {
  const problem = await problemIn(answer)
  return problem === null ? unexpected(answer.status, '') : new Refusal(problem)
}

function unexpected(status: number, detail: string): Refusal {
  return new Refusal({ title: 'The server gave an unexpected answer.', status, code: 'unexpected', detail })
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
}
