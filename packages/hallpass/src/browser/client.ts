import { memberOf, type Receipt, refusalOf, type SessionInfo } from './answers.js'
import { fetchMended, finalCode } from './fetch-mended.js'
import { browserRuntime, type BrowserRuntime } from './runtime.js'

/** What the client tells the page. */
export interface ClientEvents {
  /** Nobody is signed in here any more: the code of the refusal, or `signed-out` where this page asked for it. */
  readonly 'signed-out': { readonly because: string }
}

export interface ClientOptions {
  /** Where the endpoints live. Default `/auth`. */
  readonly basePath?: string
  /** Parts of the browser to replace, for tests. */
  readonly runtime?: Partial<BrowserRuntime>
}

/** The session of this browser, from a page's point of view. Nothing here ever holds or stores a token. */
export interface Client {
  /**
   * `fetch` for this origin: adds the CSRF token to unsafe methods, and on a 401 that a refresh can mend refreshes once
   * for all tabs and sends the request again, once. A body that is a `ReadableStream` is sent once only. Requests to
   * other origins pass through untouched. Rejects like `fetch`; refusals are answers, that of the refresh included.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
  /** Who is signed in here; null where nobody is. Errors: `Refusal` (trouble), or what `fetch` throws. */
  session(): Promise<SessionInfo | null>
  /** The live sessions of whoever is signed in. Errors: `Refusal`. */
  sessions(): Promise<readonly SessionInfo[]>
  /** Ends the session of this browser. Errors: `Refusal`, and then nobody was signed out. */
  signOut(): Promise<void>
  /** Ends one session, by its id. Errors: `Refusal`. */
  endSession(id: string): Promise<Receipt>
  /** Ends all sessions, or all but this one. Errors: `Refusal`. */
  endSessions(options: { readonly keepCurrent: boolean }): Promise<Receipt>
  /** Calls the listener for each event of a type; answers how to stop. */
  on<Type extends keyof ClientEvents>(type: Type, listener: (event: ClientEvents[Type]) => void): () => void
}

/**
 * @example
 * const client = createClient()
 * client.on('signed-out', () => location.assign('/sign-in'))
 * const answer = await client.fetch('/api/notes', { method: 'POST', body: 'hello' })
 */
export function createClient(options: ClientOptions = {}): Client {
  const runtime: BrowserRuntime = { ...browserRuntime(), ...options.runtime }
  const base = options.basePath ?? '/auth'
  const listeners = new Set<(event: ClientEvents['signed-out']) => void>()
  const signedOut = (because: string): void => {
    for (const listener of listeners) listener({ because })
  }
  const mendedFetch = fetchMended(base, runtime, signedOut)
  const send = (path: string, init?: RequestInit): Promise<Response> => mendedFetch(base + path, init)

  return {
    fetch: mendedFetch,
    on(_type, listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async session() {
      const answer = await send('/session')
      return (await finalCode(answer)) !== null ? null : memberOf<SessionInfo>(answer, 'session')
    },
    async sessions() {
      return memberOf<readonly SessionInfo[]>(await send('/sessions'), 'sessions')
    },
    async signOut() {
      const answer = await send('/sign-out', { method: 'POST' })
      if (!answer.ok) throw await refusalOf(answer)
      signedOut('signed-out')
    },
    async endSession(id) {
      const answer = await send(`/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' })
      return memberOf<Receipt>(answer, 'receipt')
    },
    async endSessions({ keepCurrent }) {
      const body = JSON.stringify({ keepCurrent })
      const headers = { 'content-type': 'application/json' }
      const answer = await send('/sessions/revoke-all', { method: 'POST', headers, body })
      const receipt = await memberOf<Receipt>(answer, 'receipt')
      if (!keepCurrent) signedOut('signed-out')
      return receipt
    },
  }
}
