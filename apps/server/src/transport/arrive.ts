import type { IncomingMessage } from 'node:http'
import { ServerError } from '../errors.js'
import type { Arrival } from './arrival.js'
import { canonicalAddress, clientAddress, type Trusted, trustedProxies } from './client-address.js'
import type { RequestTarget } from './target.js'
import type { Transport } from './transport.js'

/** Where a visitor who came by plain HTTP is sent. */
export interface Elsewhere {
  readonly location: string
}

export type Arrive = (req: IncomingMessage, target: RequestTarget) => Arrival | Elsewhere | ServerError

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * What is known of a request, or why it is refused whoever sent it: `ambiguous-address` without one plain `Host`
 * (RFC 9112, section 3.2), `misdirected`, `https-required`. Somebody who typed an address is sent to https instead.
 */
export function createArrive(transport: Transport): Arrive {
  const { issuer, proxies } = transport
  const trusted = proxies === null ? null : trustedProxies(proxies)
  const hosts = new Set(transport.hosts)
  const internal = new Set(transport.internalHosts)
  const isHttps = issuer.startsWith('https:')
  const isLocal = loopback.has(new URL(issuer).hostname)
  return (req, { path, query }) => {
    const encrypted = cameEncrypted(req, trusted)
    const authority = readHost(req, encrypted)
    if (authority === null) return new ServerError('ambiguous-address')
    const { name, host } = authority
    if (!hosts.has(host)) {
      if (!internal.has(host) && !(isLocal && loopback.has(name))) return new ServerError('misdirected')
    } else if (isHttps && !encrypted) {
      return wantsPage(req)
        ? { location: `https://${host}${path}${query === '' ? '' : `?${query}`}` }
        : new ServerError('https-required')
    }
    const address = clientAddress(req.socket.remoteAddress, listed(req.headers['x-forwarded-for']), trusted)
    return { address, secure: encrypted, host, path, query }
  }
}

/** Whether the nearest proxy, if it is trusted, says that the client's connection was encrypted. */
export function cameEncrypted(req: IncomingMessage, trusted: Trusted | null): boolean {
  const peer = canonicalAddress(req.socket.remoteAddress ?? '')
  if (trusted === null || peer === null || !trusted.networks.has(peer)) return false
  const said = listed(req.headers['x-forwarded-proto'])?.split(',').at(-1)
  return said?.trim().toLowerCase() === 'https'
}

const authorityForm = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/

/** The one `Host` in its one spelling; null where there is none, more than one, or something else. */
function readHost(
  { headers, rawHeaders }: IncomingMessage,
  encrypted: boolean,
): { readonly name: string; readonly host: string } | null {
  const lines = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  const [, name, port] = authorityForm.exec((headers.host ?? '').toLowerCase()) ?? []
  if (lines.length !== 1 || name === undefined) return null
  const usual = port === undefined || Number(port) === (encrypted ? 443 : 80)
  return { name, host: usual ? name : `${name}:${Number(port)}` }
}

/** Browsers tell the mode of a request only to origins that can be trusted, so not where it matters here. */
function wantsPage({ method, headers }: IncomingMessage): boolean {
  const mode = headers['sec-fetch-mode'] ?? 'navigate'
  return method === 'GET' && mode === 'navigate' && headers.accept?.includes('text/html') === true
}

/** Lines of one name are one list (RFC 9110, section 5.3). */
function listed(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value
}
