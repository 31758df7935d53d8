import type { ServerResponse } from 'node:http'
import { withSetCookie } from '../http/cookies.js'
import type { ResponsePatch } from '../http/response-patch.js'

/** Puts a patch onto a response of node:http; one with a status is the whole answer. */
export function applyToNode(res: ServerResponse, patch: ResponsePatch): void {
  setHeaders(res, patch)
  if (patch.status === null) return
  res.statusCode = patch.status
  res.end(patch.body ?? '')
}

/** Its headers alone, where the framework sends the answer. */
export function setHeaders(res: ServerResponse, { headers }: ResponsePatch): void {
  for (const [name, value] of headers)
    res.setHeader(name, name === 'set-cookie' ? withSetCookie(linesOf(res.getHeader(name)), value) : value)
}

/** The lines of a header that may have several. */
export function linesOf(header: number | string | readonly string[] | undefined): readonly string[] {
  if (header === undefined) return []
  return typeof header === 'object' ? header : [String(header)]
}
