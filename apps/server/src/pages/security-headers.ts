import type { ResponsePatch } from 'hallpass'
import type { MiddlewareHandler } from 'hono'
import { dataPolicy } from './policies.js'

/**
 * What every answer carries, whoever gives it. The referrer stays within the origin, rather than nowhere: without one,
 * browsers send `Origin: null` with a form, which the CSRF verdict refuses.
 */
export function headersOfEveryAnswer(options: { readonly https: boolean }): ResponsePatch['headers'] {
  return [
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'same-origin'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ...(options.https ? ([['strict-transport-security', 'max-age=31536000']] as const) : []),
  ]
}

/** Sets them, the policy of what is no page, and that nobody keeps it, unless the answer says it itself. */
export function securityHeaders(options: { readonly https: boolean }): MiddlewareHandler {
  const headers = [
    ...headersOfEveryAnswer(options),
    ['content-security-policy', dataPolicy],
    ['cache-control', 'no-store'],
  ] as const
  return async (c, next) => {
    await next()
    for (const [name, value] of headers) {
      if (!c.res.headers.has(name)) c.header(name, value)
    }
  }
}
