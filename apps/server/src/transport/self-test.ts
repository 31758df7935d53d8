import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '../observe/log.js'
import { cameEncrypted } from './arrive.js'
import { canonicalAddress, clientAddress, type Trusted, trustedProxies } from './client-address.js'
import type { RequestTarget } from './target.js'
import type { Transport } from './transport.js'

/** Asks this server by its public address, to see what the proxies before it make of a request. */
export interface SelfTest {
  /** Answers the own question, which carries a nonce; false at once for anybody else. */
  request(req: IncomingMessage, res: ServerResponse, target: RequestTarget): boolean
  /** Never rejects, and takes no longer than the patience. Resolves with what is to be told; the log is told too. */
  run(): Promise<SelfTestReport>
}

export interface SelfTestReport {
  /** One sentence: what was seen, or why nothing was. */
  readonly message: string
  readonly warnings: readonly SelfTestWarning[]
}

export interface SelfTestWarning {
  readonly message: string
  readonly remedy: string
}

/** A request of its own as it arrived. */
export interface Sighting {
  /** Who connected. */
  readonly peer: string | null
  /** Whether that is in the networks. */
  readonly trusted: boolean
  /** `X-Forwarded-For`, entry by entry. */
  readonly forwarded: readonly string[]
  /** Who is taken for the client. */
  readonly client: string | null
  readonly encrypted: boolean
  /** As it was received. */
  readonly host: string
}

/** What asks: fetch, or what a test has instead. */
export type Ask = (
  url: string,
  init: { readonly headers: Record<string, string>; readonly redirect: 'manual'; readonly signal: AbortSignal },
) => Promise<Pick<Response, 'status' | 'body'>>

const path = '/.well-known/hallpass/self-test'
const nonceHeader = 'hallpass-self-test'
/** Nobody's (RFC 5737): an address that a client makes up. */
export const spoofed = '192.0.2.1'

/** Null where no proxies are named: there is nothing to look at. */
export function createSelfTest(
  { issuer, proxies }: Pick<Transport, 'issuer' | 'proxies'>,
  log: Pick<Logger, 'info' | 'warn'>,
  { ask = fetch, patience = 5000 }: { readonly ask?: Ask; readonly patience?: number } = {},
): SelfTest | null {
  if (proxies === null) return null
  const trusted = trustedProxies(proxies)
  const nonce = randomBytes(32).toString('base64url')
  let sighting: Sighting | null = null
  let isAsking = false
  return {
    request(req, res, target) {
      if (!isAsking || target.path !== path || !isEqual(req.headers[nonceHeader], nonce)) return false
      sighting = sightingOf(req, trusted)
      res.writeHead(204, { 'cache-control': 'no-store' }).end()
      return true
    },
    async run() {
      isAsking = true
      const headers = { [nonceHeader]: nonce, 'x-forwarded-for': spoofed }
      const asked = { headers, redirect: 'manual', signal: AbortSignal.timeout(patience) } as const
      const answer = await ask(issuer + path, asked).then(answeredWith, reasonOf)
      isAsking = false
      const report = sighting === null ? unseen(issuer, answer) : judgeSighting(sighting, issuer, proxies.count)
      log.info({ ...sighting }, report.message)
      for (const warning of report.warnings) log.warn(warning, 'proxy warning')
      return report
    },
  }
}

async function answeredWith({ status, body }: Pick<Response, 'status' | 'body'>): Promise<string> {
  await body?.cancel().catch(() => undefined)
  return `it answered ${status}`
}

function isEqual(given: string | string[] | undefined, expected: string): boolean {
  return given?.length === expected.length && timingSafeEqual(Buffer.from(String(given)), Buffer.from(expected))
}

function sightingOf(req: IncomingMessage, trusted: Trusted): Sighting {
  const { headers, socket } = req
  const peer = canonicalAddress(socket.remoteAddress ?? '')
  const forwardedFor = String(headers['x-forwarded-for'] ?? '')
  return {
    peer,
    trusted: peer !== null && trusted.networks.has(peer),
    forwarded: forwardedFor === '' ? [] : forwardedFor.split(',').map((entry) => entry.trim()),
    client: clientAddress(socket.remoteAddress, forwardedFor, trusted),
    encrypted: cameEncrypted(req, trusted),
    host: headers.host?.toLowerCase() ?? '',
  }
}

function unseen(issuer: string, reason: string): SelfTestReport {
  const remedy =
    'Where this machine cannot reach that address, or another instance answered: look at "client" in the log of requests.'
  return {
    message: `Could not look at itself through ${issuer}: ${reason}.`,
    warnings: [{ message: 'nothing is known of what the proxies make of requests', remedy }],
  }
}

/** What was seen, and what is wrong with it. */
export function judgeSighting(seen: Sighting, issuer: string, count: number): SelfTestReport {
  const { peer, client, encrypted, host } = seen
  const appended = appendedTo(seen)
  const message =
    `Asked itself through ${issuer}: ${peer} connected, ${appended} ${appended === 1 ? 'hop' : 'hops'} in X-Forwarded-For, ` +
    `the client came out as ${client}, ${encrypted ? 'by https' : 'not by https'}, for host ${host === '' ? 'none' : host}.`
  const url = new URL(issuer)
  const warnings = [addressWarning(seen, count), schemeWarning(seen, url), hostWarning(seen, url)]
  return { message, warnings: warnings.filter((warning) => warning !== null) }
}

/** How many proxies told of who connected to them, beside what was made up. */
function appendedTo({ forwarded }: Sighting): number {
  return forwarded.length - (forwarded[0] === spoofed ? 1 : 0)
}

function addressWarning(seen: Sighting, count: number): SelfTestWarning | null {
  const { peer, trusted, forwarded, client } = seen
  const appended = appendedTo(seen)
  if (!trusted) {
    const remedy = 'Add it to "proxies.networks", if it is a proxy of yours.'
    return { message: `${peer} is in none of the networks, so that nothing it tells of clients counts`, remedy }
  }
  if (appended === 0) {
    const remedy = 'Let the proxy append to it (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for).'
    return client === spoofed
      ? { message: 'anybody can choose their address: the proxy leaves X-Forwarded-For as it is', remedy }
      : { message: 'all clients share the address of the proxy: X-Forwarded-For is missing', remedy }
  }
  if (appended === count) return null
  const told = `"proxies.count" is ${count}, but there are ${appended} in X-Forwarded-For`
  if (appended > count) {
    const remedy = `Set "proxies.count" to ${appended}, and name the networks of all of them.`
    return { message: `clients share the address of a proxy: ${told}`, remedy }
  }
  const remedy = `Set "proxies.count" to ${appended}; or, where a proxy replaces X-Forwarded-For, let it append.`
  if (client === spoofed) return { message: `anybody can choose their address: ${told}`, remedy }
  const isReplaced = forwarded[0] !== spoofed
  return { message: isReplaced ? told : `who is inside the networks can choose their address: ${told}`, remedy }
}

function schemeWarning({ trusted, encrypted }: Sighting, { protocol }: URL): SelfTestWarning | null {
  if (!trusted || encrypted || protocol !== 'https:') return null
  return {
    message: 'requests by https look like plain ones, and are refused: X-Forwarded-Proto is missing or wrong',
    remedy:
      'Let the proxy that ends TLS set it to "https", and those behind it pass it on (nginx: proxy_set_header X-Forwarded-Proto $scheme).',
  }
}

function hostWarning({ host }: Sighting, url: URL): SelfTestWarning | null {
  const usual = `${url.hostname}:${url.protocol === 'https:' ? 443 : 80}`
  if (host === url.host || host === usual) return null
  return {
    message: `requests for ${url.host} arrive for "${host}", and are refused unless that is listed`,
    remedy: 'Let the proxies pass on the Host of the client (nginx: proxy_set_header Host $host).',
  }
}

/** Of fetch the cause says more than the error. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error
  if (name === 'TimeoutError' || name === 'AbortError') return 'no answer in time'
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
