import { problemIn } from './answers.js'
import { csrfToken } from './csrf-token.js'
import type { BrowserRuntime } from './runtime.js'
import { refreshOnce } from './refresh-once.js'

/** What a refresh may mend: the access token, or its absence, is the trouble and perhaps not the session. */
const mendable: ReadonlySet<string> = new Set(['expired', 'stale', 'session-required', 'ambiguous', 'invalid'])
/** What is final once a refresh could not mend it. Every other answer says nothing about the session. */
const final: ReadonlySet<string> = new Set(['ended', 'reused', 'invalid', 'rolled-back', 'session-required'])

const refreshTimeout = 10_000

type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>

/** A `fetch` that mends what can be mended, each remedy once, and tells when nobody is signed in any more. */
export function fetchMended(base: string, runtime: BrowserRuntime, signedOut: (because: string) => void): Fetch {
  const csrf = csrfToken(base, runtime)
  const refreshed = refreshOnce(`hallpass ${base}`, runtime, refresh)

  async function refresh(): Promise<Response | null> {
    const signal = AbortSignal.timeout(refreshTimeout)
    const answer = await runtime.fetch(requestTo(`${base}/refresh`, { method: 'POST', signal }))
    return answer.ok ? null : answer
  }

  function requestTo(input: RequestInfo | URL, init: RequestInit): Request {
    return new Request(input instanceof Request ? input : new URL(input, runtime.address()), init)
  }

  async function judged(answer: Response): Promise<Response> {
    const because = await finalCode(answer)
    if (because !== null) {
      csrf.drop()
      signedOut(because)
    }
    return answer
  }

  return async (input, init = {}) => {
    const request = requestTo(input, init)
    if (new URL(request.url).origin !== new URL(runtime.address()).origin) return runtime.fetch(request)
    const repeatable = !(init.body instanceof ReadableStream)
    const tried = new Set<'refresh' | 'csrf'>()
    for (;;) {
      const sentAt = runtime.now()
      const answer = await csrf.send(repeatable ? request.clone() : request)
      const remedy = remedyFor(await refusalCode(answer))
      if (remedy === null || tried.has(remedy)) return judged(answer)
      tried.add(remedy)
      if (remedy === 'refresh') {
        const failed = await refreshed(sentAt)
        if (failed !== null) return judged(failed.clone())
      }
      if (!repeatable) return answer
    }
  }
}

/** The code of an answer that says for good that nobody is signed in; null for every other answer. */
export async function finalCode(answer: Response): Promise<string | null> {
  const code = answer.status === 401 ? await refusalCode(answer) : null
  return code !== null && final.has(code) ? code : null
}

/** `csrf-token` has dropped the token that was refused: sending again takes a new one. */
function remedyFor(code: string | null): 'refresh' | 'csrf' | null {
  if (code === 'csrf-refused') return 'csrf'
  return code !== null && mendable.has(code) ? 'refresh' : null
}

async function refusalCode(answer: Response): Promise<string | null> {
  if (answer.status !== 401 && answer.status !== 403) return null
  return (await problemIn(answer))?.code ?? null
}
