import type { ResponsePatch } from 'hallpass'
import type { MiddlewareHandler } from 'hono'

/** The pages: everything from this origin, no inline anything, nobody may frame them, no string becomes markup. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** Everything else is data. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

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

/** Sets them, a policy of what the content may do, and that nobody keeps it, unless the answer says it itself. */
export function securityHeaders(options: { readonly https: boolean }): MiddlewareHandler {
  const always = headersOfEveryAnswer(options)
  return async (c, next) => {
    await next()
    const html = c.res.headers.get('content-type')?.startsWith('text/html') === true
    const policy = ['content-security-policy', html ? pagePolicy : dataPolicy] as const
    for (const [name, value] of [...always, policy, ['cache-control', 'no-store'] as const]) {
      if (!c.res.headers.has(name)) c.header(name, value)
    }
  }
}
