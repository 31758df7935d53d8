import { withSetCookie } from '../http/cookies.js'
import type { ResponsePatch } from '../http/response-patch.js'

/** The patch as an answer of its own, after whatever else is to be put on the response. */
export function answer(patch: ResponsePatch, others: readonly ResponsePatch[] = []): Response {
  return patched(new Response(patch.body, { status: patch.status ?? 200 }), [...others, patch])
}

/** The response with the headers of the patches; the very same one where they have none. */
export function patched(response: Response, patches: readonly ResponsePatch[]): Response {
  const headers = patches.flatMap((patch) => patch.headers)
  if (headers.length === 0) return response
  // Those of Response.redirect and of fetch itself cannot be changed.
  const copy = new Response(response.body, response)
  for (const [name, value] of headers) {
    if (name === 'set-cookie') replaceCookies(copy.headers, withSetCookie(copy.headers.getSetCookie(), value))
    else copy.headers.set(name, value)
  }
  return copy
}

function replaceCookies(headers: Headers, lines: readonly string[]): void {
  headers.delete('set-cookie')
  for (const line of lines) headers.append('set-cookie', line)
}
