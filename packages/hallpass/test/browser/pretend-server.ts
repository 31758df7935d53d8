import type { BrowserRuntime } from '#src/browser/index.js'

export const page = 'https://app.example/notes'

export function problem(status: number, code: string): Response {
  const body = JSON.stringify({ type: `urn:hallpass:error:${code}`, title: code, status, code, detail: '' })
  return new Response(body, { status, headers: { 'content-type': 'application/problem+json' } })
}

/** A server of whose answers the test decides; requests are kept as "METHOD /path". */
export class PretendServer {
  readonly requests: string[] = []
  readonly csrfTokens: (string | null)[] = []
  /** How often the credentials were renewed; a request sent before the latest renewal is told `expired`. */
  renewals = 0
  answers = new Map<string, (request: Request) => Response | Promise<Response>>()
  time = 1000

  constructor() {
    this.answer('POST /auth/refresh', () => {
      this.renewals += 1
      return Response.json({})
    })
    this.answer('GET /auth/csrf', () => Response.json({ token: `token-${this.csrfTokens.length + 1}` }))
  }

  answer(what: string, how: (request: Request) => Response | Promise<Response>): void {
    this.answers.set(what, how)
  }

  count(what: string): number {
    return this.requests.filter((request) => request === what).length
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    this.time += 1
    const what = `${request.method} ${new URL(request.url).pathname}`
    this.requests.push(what)
    if (!['GET', 'HEAD'].includes(request.method)) this.csrfTokens.push(request.headers.get('hallpass-csrf'))
    // a network takes its time: nothing may rely on an answer at once
    await new Promise(setImmediate)
    const answer = await (this.answers.get(what) ?? (() => Response.json({})))(request)
    this.time += 1
    return answer
  }

  /** What one tab sees of the browser: no locks and no other tab unless the test hands them in. */
  tab(parts: Partial<BrowserRuntime> = {}): Partial<BrowserRuntime> {
    return {
      fetch: this.fetch,
      locks: null,
      join: null,
      address: () => page,
      now: () => this.time,
      pause: () => new Promise(() => undefined),
      ...parts,
    }
  }

  /** `GET /notes` as an access token that only a renewal mends makes it. */
  expireNotes(code = 'expired'): void {
    this.answer('GET /notes', () => (this.renewals === 0 ? problem(401, code) : Response.json({ notes: [] })))
  }
}
