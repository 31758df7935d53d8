import { problemIn } from './answers.js'
import type { BrowserRuntime } from './runtime.js'

/** The double-submit token of the session, kept in memory only. By itself it authenticates nobody. */
export interface CsrfToken {
  /** Sends a request to this origin; one with an unsafe method carries the token. */
  send(request: Request): Promise<Response>
  drop(): void
}

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

export function csrfToken(base: string, runtime: BrowserRuntime): CsrfToken {
  let token: Promise<string | null> | null = null

  const drop = (): void => {
    token = null
  }
  /** Null where there is no session or no answer: then the request goes without, and the server judges it by its origin. */
  const load = async (): Promise<string | null> => {
    try {
      const answer = await runtime.fetch(new Request(new URL(`${base}/csrf`, runtime.address())))
      const body = answer.ok ? ((await answer.json()) as { readonly token?: unknown }) : {}
      return typeof body.token === 'string' ? body.token : null
    } catch {
      return null
    }
  }
  /** Not one that has been fetched since: of many requests with one old token, only the first refused gives it up. */
  const giveUp = (used: Promise<string | null> | null): void => {
    if (token === used) drop()
  }

  return {
    drop,
    async send(request) {
      const { pathname } = new URL(request.url)
      // signing in begins a session: there is none yet that a token could be bound to
      const begins = pathname === `${base}/sign-in` || pathname === `${base}/sign-up`
      const used = safe.has(request.method) || begins ? null : (token ??= load())
      const value = await used
      if (value !== null) request.headers.set('Hallpass-CSRF', value)
      else giveUp(used)
      const answer = await runtime.fetch(request)
      const changed = answer.ok && !safe.has(request.method) && pathname.startsWith(`${base}/`)
      if (changed) drop()
      else if (answer.status === 403 && (await problemIn(answer))?.code === 'csrf-refused') giveUp(used)
      return answer
    },
  }
}
