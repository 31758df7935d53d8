import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Hallpass, RequestView, Session } from 'hallpass'
import { sendPatch } from 'hallpass/node'
import { codeOf, problemAnswer, ServerError } from '../errors.js'
import type { Logger } from '../observe/log.js'
import { answerSocket } from '../transport/raw-answer.js'
import type { RequestTarget } from '../transport/target.js'
import { type AskedAbout, type NotAskedAbout, readAskedAbout } from './asked-about.js'
import { type CheckAnswer, goOn, refuse, type Told } from './check-answer.js'
import { keyKeeper } from './forward-auth-key.js'
import type { OwnCookies } from './own-cookies.js'
import type { Route } from './route.js'
import { createRoutes, type Routes } from './routes.js'
import { type Admitted, judgeFor } from './verdict.js'

/** `GET /auth/check`: judges a request for a proxy that then forwards it, by the gateway's own routes. */
export interface ForwardAuth {
  /** Answers where the caller presents the forward-auth key; false at once for anybody else. */
  request(req: IncomingMessage, res: ServerResponse, target: RequestTarget): boolean
  /** Proxies that judge the upgrade to a WebSocket pass its headers on. Answered like any other request. */
  upgrade(req: IncomingMessage, socket: Duplex, target: RequestTarget): boolean
}

export interface ForwardAuthParts {
  readonly auth: Pick<Hallpass, 'policy' | 'upstream' | 'authenticate'>
  /** The gateway's own, and those without an upstream. */
  readonly routes: readonly Route[]
  readonly cookies: OwnCookies
  /** What proxies present, any of them. */
  readonly keys: readonly string[]
  readonly log: Logger
}

interface Judging extends Omit<ForwardAuthParts, 'routes' | 'keys'> {
  readonly table: Routes
}

export function createForwardAuth({ auth, routes, cookies, keys, log }: ForwardAuthParts): ForwardAuth {
  const base = `${auth.policy.basePath}/check`
  const isProxy = keyKeeper(keys)
  // the files of our pages take no address from a backend here: the proxy decides what it sends where
  const judging: Judging = { auth, cookies, log, table: createRoutes(routes) }
  const isMeant = (req: IncomingMessage, { path }: RequestTarget): boolean =>
    (path === base || path.startsWith(`${base}/`)) && isProxy(req)
  return {
    request(req, res, target) {
      if (!isMeant(req, target)) return false
      void answerTo(judging, req, below(base, target)).then((answer) => sendPatch(res, answer))
      return true
    },
    upgrade(req, socket, target) {
      if (!isMeant(req, target)) return false
      void answerTo(judging, req, below(base, target)).then((answer) => answerSocket(socket, answer))
      return true
    },
  }
}

function below(base: string, { path, query }: RequestTarget): string {
  const rest = path.slice(base.length)
  return rest === '' || query === '' ? rest : `${rest}?${query}`
}

/** An answer, and what the log tells about it. */
interface Outcome {
  readonly answer: CheckAnswer
  readonly code?: string
  readonly reason?: string | null
  readonly session?: Session | null
}

/** Never rejects: what breaks is answered too, and by nothing that a proxy could take for a yes. */
async function answerTo(judging: Judging, req: IncomingMessage, rest: string): Promise<CheckAnswer> {
  const began = performance.now()
  const { issuer } = judging.auth.policy
  const asked = readAskedAbout(req, rest, issuer.startsWith('https:'))
  const outcome = 'error' in asked ? misunderstood(asked, issuer) : await judged(judging, asked)
  const { answer, code, reason = null, session = null } = outcome
  const ms = Math.round((performance.now() - began) * 10) / 10
  const line = {
    ...('error' in asked ? {} : about(asked)),
    ...{ status: answer.status, ms },
    ...(code === undefined ? {} : { code }),
    ...(reason === null ? {} : { reason }),
    ...(session === null ? {} : { session: session.id, subject: session.subject }),
  }
  if (answer.status >= 500) judging.log.error(line, 'check')
  else if ('error' in asked) judging.log.warn(line, 'check')
  else judging.log.info(line, 'check')
  return answer
}

function about({ view: { method, path, address } }: AskedAbout): object {
  return address === null ? { method, path } : { method, path, client: address }
}

function misunderstood({ convention, error, reason }: NotAskedAbout, issuer: string): Outcome {
  return { code: error.code, reason, answer: refuse(convention, problemAnswer(error), error.code, issuer) }
}

async function judged({ auth, table, cookies, log }: Judging, asked: AskedAbout): Promise<Outcome> {
  const { convention, host, origin, view } = asked
  const refused = (error: unknown): Outcome => {
    const code = codeOf(error)
    return { code, answer: refuse(convention, problemAnswer(error), code, origin) }
  }
  try {
    const route = table.find(host, view.path) ?? new ServerError('not-routed')
    if (route instanceof ServerError) return refused(route)
    const verdict = await judgeFor(auth, route, view)
    if (verdict.allowed) {
      const headers = told(route, view, verdict, cookies)
      return { session: verdict.caller?.session ?? null, answer: goOn(convention, headers, verdict.cookies) }
    }
    const { patch, code, reason, session } = verdict
    return { code, reason, session, answer: refuse(convention, patch, code, origin) }
  } catch (error) {
    log.error({ error }, 'check')
    return refused(error)
  }
}

function told({ identityHeaders }: Route, view: RequestView, { token, identity }: Admitted, cookies: OwnCookies): Told {
  const cookie = view.header('cookie')
  return new Map([
    ['authorization', token === null ? null : `Bearer ${token}`],
    ['cookie', cookie === null ? null : cookies.without(cookie)],
    ...Array.from(identityHeaders.keys(), (name) => [name, null] as const),
    ...identity,
  ])
}
