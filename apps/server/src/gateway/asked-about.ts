import type { IncomingMessage } from 'node:http'
import type { RequestView } from 'hallpass'
import { ServerError } from '../errors.js'
import { canonicalAddress } from '../transport/client-address.js'
import { readTarget, type RequestTarget } from '../transport/target.js'

/**
 * How a proxy says which request it asks about: `x-original` (nginx), `x-forwarded` (Caddy, Traefik, HAProxy), or `path`,
 * behind that of the check itself (Envoy). It also decides what the proxy can do with the answer.
 */
export type Convention = 'path' | 'x-original' | 'x-forwarded'

export interface AskedAbout {
  readonly convention: Convention
  /** Lower case, with its port unless that is the scheme's own. */
  readonly host: string
  /** Of the page that was asked about, by that host. */
  readonly origin: string
  /** The request as its client sent it. */
  readonly view: RequestView
}

/** Why it cannot be told which request is meant. */
export interface NotAskedAbout {
  readonly convention: Convention
  readonly error: ServerError
  /** For the operator; null where the error says it all. */
  readonly reason: string | null
}

/** What one convention says, as it came. */
interface Said {
  readonly convention: Convention
  readonly method: string | undefined
  readonly host: string | undefined
  readonly address: string
}

/**
 * Reads which request a proxy asks about. Clients can send the headers of another convention than the proxy's own, so
 * where several speak, all must say the same. Errors: `check-unclear` where they do not or where something is missing, and
 * those of `readTarget`. `below`: what follows the path of the check, query and all; empty where nothing does.
 */
export function readAskedAbout(req: IncomingMessage, below: string, isHttps: boolean): AskedAbout | NotAskedAbout {
  const all = saidBy(req, below)
  const convention = all[0]?.convention ?? 'x-forwarded'
  let first: Reading | null = null
  for (const said of all) {
    const reading = readSaid(said, isHttps)
    if ('error' in reading) return { convention, ...reading }
    first ??= reading
    if (!isSame(reading, first)) return { convention, ...unclear('the headers do not all name the same request') }
  }
  if (first === null) return { convention, ...unclear('neither X-Original-URI nor X-Forwarded-Uri came') }
  const { method, host, target } = first
  return { convention, host, origin: `${isHttps ? 'https' : 'http'}://${host}`, view: viewOf(req, method, target) }
}

function saidBy(req: IncomingMessage, below: string): Said[] {
  const { host } = req.headers
  const [original, forwarded] = [line(req, 'x-original-uri'), line(req, 'x-forwarded-uri')]
  const all: Said[] = []
  if (below !== '') all.push({ convention: 'path', method: req.method, host, address: below })
  if (original !== undefined) {
    const method = line(req, 'x-original-method')
    all.push({ convention: 'x-original', method, host: line(req, 'x-original-host') ?? host, address: original })
  }
  if (forwarded !== undefined) {
    const method = line(req, 'x-forwarded-method')
    all.push({ convention: 'x-forwarded', method, host: line(req, 'x-forwarded-host'), address: forwarded })
  }
  return all
}

type Trouble = Omit<NotAskedAbout, 'convention'>

interface Reading {
  readonly method: string
  readonly host: string
  readonly target: RequestTarget
}

const methodForm = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

function readSaid({ convention, method, host, address }: Said, isHttps: boolean): Reading | Trouble {
  const prefix = convention === 'x-forwarded' ? 'X-Forwarded' : 'X-Original'
  if (method === undefined || !methodForm.test(method)) return unclear(`${prefix}-Method names no method`)
  if (host === undefined) return unclear(`${prefix}-Host names no host`)
  const target = readTarget(address)
  if (target instanceof ServerError) return { error: target, reason: null }
  return { method, host: host.toLowerCase().replace(isHttps ? /:443$/ : /:80$/, ''), target }
}

function isSame(one: Reading, other: Reading): boolean {
  return (
    one.method === other.method &&
    one.host === other.host &&
    one.target.path === other.target.path &&
    one.target.query === other.target.query
  )
}

function unclear(reason: string): Trouble {
  return { error: new ServerError('check-unclear'), reason }
}

function viewOf(req: IncomingMessage, method: string, { path, query }: RequestTarget): RequestView {
  return {
    method,
    path,
    query,
    header: (name) => (name === 'upgrade' ? upgradeOf(req) : (line(req, name) ?? null)),
    address: clientOf(req),
    // a proxy keeps it for the backend
    body: () => ({ text: '' }),
  }
}

/** Proxies that keep `Upgrade` to themselves, as hop-by-hop, still pass on the key that every WebSocket begins with. */
function upgradeOf(req: IncomingMessage): string | null {
  return line(req, 'upgrade') ?? (line(req, 'sec-websocket-key') === undefined ? null : 'websocket')
}

/** What the proxy itself has seen is the last of the list; what stands before it, its client has said. */
function clientOf(req: IncomingMessage): string | null {
  const forwarded = line(req, 'x-forwarded-for') ?? line(req, 'x-real-ip')
  return canonicalAddress(forwarded?.split(',').at(-1)?.trim() ?? '')
}

/** Lines of one name are one list (RFC 9110, section 5.3). */
function line({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
