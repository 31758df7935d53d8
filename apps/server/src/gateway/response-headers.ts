import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { OwnCookies } from './own-cookies.js'
import type { HeaderLine } from './identity-headers.js'

/** Makes what a browser is told out of what a backend said. */
export interface ResponseHeaders {
  forBrowser(headers: IncomingHttpHeaders, about: About): OutgoingHttpHeaders
}

export interface About {
  /** Whether the backend is told who is calling, so that its answers differ. */
  readonly varies: boolean
  /** Whether this answer is about somebody: a token went along. */
  readonly somebody: boolean
  /** Cookies of ours to expire beside whatever the backend sets. */
  readonly cookies: readonly HeaderLine[]
  /** Where a redirect of the backend leads on our side. */
  readonly location: (location: string) => string
}

/** What of a backend's answer goes no further, and why. */
const dropped: ReadonlySet<string> = new Set([
  // for one connection, and this one ends here (RFC 9110, section 7.6.1)
  ...['connection', 'proxy-connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['proxy-authenticate', 'proxy-authentication-info', 'http2-settings'],
  // credentials go to backends and never come back
  ...['authorization', 'authentication-info'],
  // for the whole origin, which is not one backend's: where it is, how it is reached, what browsers keep of it
  ...['strict-transport-security', 'alt-svc', 'clear-site-data'],
  // judged by itself
  'set-cookie',
])
const ours = 'hallpass-'

/** `hsts`: our own `Strict-Transport-Security`; null without https. */
export function createResponseHeaders(cookies: OwnCookies, hsts: string | null): ResponseHeaders {
  return {
    forBrowser(headers, { varies, somebody, cookies: expired, location }) {
      const onThisHop = namedByConnection(headers.connection)
      const sent: OutgoingHttpHeaders = {}
      for (const name in headers) {
        if (dropped.has(name) || name.startsWith(ours) || onThisHop?.has(name) === true) continue
        sent[name] = headers[name]
      }
      const lines = [
        ...(headers['set-cookie'] ?? []).filter((line) => !cookies.isWritten(line)),
        ...expired.map(([, line]) => line),
      ]
      if (lines.length > 0) sent['set-cookie'] = lines
      if (headers.location !== undefined) sent['location'] = location(headers.location)
      if (hsts !== null) sent['strict-transport-security'] = hsts
      if (varies) sent['vary'] = withCookie(headers.vary)
      // a backend that says how its answers may be kept is believed
      const saysNothing = headers['cache-control'] === undefined && headers.expires === undefined
      if (somebody && saysNothing) sent['cache-control'] = 'no-store'
      return sent
    },
  }
}

function namedByConnection(connection: string | undefined): Set<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
}

function withCookie(vary: string | undefined): string {
  if (vary === undefined || vary.trim() === '') return 'Cookie'
  const names = vary.split(',').map((name) => name.trim().toLowerCase())
  return names.includes('*') || names.includes('cookie') ? vary : `${vary}, Cookie`
}
