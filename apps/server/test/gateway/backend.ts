import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Route } from '#src/gateway/route.js'
import { record } from '../record.js'
import { createVerifier, type KeySet, type VerifiedClaims } from 'hallpass/verify'

/** What a backend got of one request, as it says itself. */
export interface Echo {
  readonly method: string
  readonly url: string
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined }
  /** Names as they came, one for each line. */
  readonly names: readonly string[]
  readonly body: string
  readonly trailers: object
}

export interface Backend {
  readonly server: Server
  readonly upstream: URL
  /** `aud` of the tokens that it accepts. */
  readonly audience: string
  /** Requests so far. */
  readonly seen: Echo[]
}

type Answer = (req: IncomingMessage, res: ServerResponse) => unknown

/** A real server on a port of its own; it echoes what it gets, unless it is told how to answer. */
export async function backend(
  t: TestContext,
  answer: Answer = echo,
  audience = 'https://orders.example',
): Promise<Backend> {
  const seen: Echo[] = []
  const server = createServer((req, res) => void answer(req, res))
  server.on('request', (req) => void seen.push(seenOf(req)))
  for (const event of ['request', 'upgrade'])
    server.on(event, ({ headers }: IncomingMessage) => {
      const [, upstreamToken] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? []
      if (upstreamToken !== undefined) record({ upstreamToken })
    })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const upstream = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return { server, upstream, audience, seen }
}

/** Answers with what came, body and trailers too, and in place of the token with a name for it. */
export async function echo(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const seen = seenOf(req)
  const headers = { ...seen.headers, authorization: nameFor(seen.headers['authorization']) }
  const whole: Echo = { ...seen, headers, body: Buffer.concat(chunks).toString(), trailers: req.trailers }
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify(whole))
}

const tokens: string[] = []

/** Answers go to browsers, where no token is to be seen. */
function nameFor(authorization: Echo['headers'][string]): string | undefined {
  const [, token] = /^Bearer (.+)$/.exec(String(authorization)) ?? []
  return token === undefined ? undefined : `Bearer token-${tokens.push(token) - 1}`
}

/** The token that a backend was handed; empty without one. */
export function tokenIn({ headers }: Pick<Echo, 'headers'>): string {
  const [, text = ''] = /^Bearer (.+)$/.exec(String(headers['authorization'])) ?? []
  const [, name] = /^token-(\d+)$/.exec(text) ?? []
  return name === undefined ? text : (tokens[Number(name)] ?? '')
}

export function seenOf({ method = '', url = '', headers, rawHeaders }: IncomingMessage): Echo {
  return { method, url, headers, names: rawHeaders.filter((_, index) => index % 2 === 0), body: '', trailers: {} }
}

/** A route for people who are signed in, unless told otherwise. */
export function routeTo(
  { upstream, audience }: Pick<Backend, 'upstream' | 'audience'>,
  route: Partial<Route> = {},
): Route {
  return {
    host: 'localhost',
    path: '/api',
    upstream,
    audience,
    access: { kind: 'signed-in', maxAge: null, sensitive: false, claims: new Map() },
    whenStoreAway: 'refuse',
    stripPath: false,
    identityHeaders: new Map(),
    timeout: 30_000,
    ...route,
  }
}

/** Routes on the server's own host. */
export function routesTo(...routes: readonly (readonly [Pick<Backend, 'upstream' | 'audience'>, Partial<Route>?])[]) {
  return (origin: string): readonly Route[] =>
    routes.map(([to, route]) => routeTo(to, { host: new URL(origin).host, ...route }))
}

/** What the backend's own verifier makes of the token that it was handed; null where it refuses it. */
export async function verified(
  origin: string,
  audience: string,
  { headers }: Echo,
  jwks: KeySet | string = `${origin}/.well-known/jwks.json`,
): Promise<VerifiedClaims | null> {
  const verifier = createVerifier({ issuer: origin, audience, jwks })
  const verdict = await verifier.verify(tokenIn({ headers }))
  await verifier.close()
  return verdict.ok ? verdict.claims : null
}
