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
  const current = async (): Promise<string | null> => {
    const asked = (token ??= load())
    const value = await asked
    if (value === null && token === asked) drop()
    return value
  }

  return {
    drop,
    async send(request) {
      const { pathname } = new URL(request.url)
      // signing in begins a session: there is none yet that a token could be bound to
      const begins = pathname === `${base}/sign-in` || pathname === `${base}/sign-up`
      const value = safe.has(request.method) || begins ? null : await current()
      if (value !== null) request.headers.set('Hallpass-CSRF', value)
      const answer = await runtime.fetch(request)
      const changed = answer.ok && !safe.has(request.method) && pathname.startsWith(`${base}/`)
      if (changed || (answer.status === 403 && (await problemIn(answer))?.code === 'csrf-refused')) drop()
      return answer
    },
  }
}
