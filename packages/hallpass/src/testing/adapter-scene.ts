import assert from 'node:assert/strict'
import type { Hallpass, HallpassOptions, TokensBody } from '../api.js'
import { hallpass } from '../hallpass.js'
import { memory } from '../stores/memory/memory.js'
import { type Answer, cookieHeader, fromPage, send, type Sent } from './adapter-client.js'
import { type ManualClock, manualClock } from './manual-clock.js'

/**
 * The application under test, on the adapter, listening on a free port. With `parseBodies` the framework's own JSON
 * and form parsers run before Hallpass. `auth` stands for what the adapter hands a request:
 *
 * - `POST /sign-in`: sets the cookie `app=1; Path=/` of its own, calls `auth.signIn('u_1')`, answers `{"tokens"}`
 * - `GET /who`: `{"subject"}` of `auth.session`, or null
 * - `GET /me`: the same behind the adapter's guard
 * - `GET /recent`: the same behind the guard with `maxAge: 60`
 * - `GET /thrown`: the same of `auth.require()`, without a guard
 * - `POST /echo`: the JSON body it was sent
 * - `POST /auth/own`: 200, under the base path and yet the application's
 */
export type ServeApplication = (
  auth: Hallpass,
  options: { readonly parseBodies: boolean },
) => Promise<{ readonly url: string; close(): Promise<void> }>

/** One running application, asked over the network. */
export interface Scene {
  readonly parseBodies: boolean
  readonly auth: Hallpass
  readonly clock: ManualClock
  send(method: string, path: string, sent?: Sent): Promise<Answer>
  /** Signs in from a page; answers the `Cookie` header of the browser from then on. */
  signIn(): Promise<string>
}

export type Check = (open: (options?: Partial<HallpassOptions>) => Promise<Scene>) => Promise<void>

const issuer = 'https://app.example'
export const page = fromPage(issuer)
export const json = { 'content-type': 'application/json' }
export const form = { 'content-type': 'application/x-www-form-urlencoded' }

export async function withScenes(serve: ServeApplication, parseBodies: boolean, check: Check): Promise<void> {
  const closing: (() => Promise<void>)[] = []
  try {
    await check(async (options = {}) => {
      const clock = manualClock()
      const auth = hallpass({
        issuer,
        secret: 'tG5vQ0z8yYx2Wm7LrKc4Nf1HbJ6aUdS9eP3iE-oXqRk',
        store: memory(),
        runtime: clock,
        ...options,
      })
      const { url, close } = await serve(auth, { parseBodies })
      closing.push(close, () => auth.close())
      const sendTo: Scene['send'] = (method, path, sent) => send(url, method, path, sent)
      const signIn = async (): Promise<string> =>
        cookieHeader((await sendTo('POST', '/sign-in', { headers: page })).cookies)
      return { auth, clock, parseBodies, send: sendTo, signIn }
    })
  } finally {
    for (const close of closing) await close()
  }
}

export function assertProblem(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.headers['content-type']], [status, 'application/problem+json'], answer.text)
  assert.equal((JSON.parse(answer.text) as { code: string }).code, code)
}

export function tokensIn(answer: Answer): TokensBody {
  return (JSON.parse(answer.text) as { tokens: TokensBody }).tokens
}

export function subjectIn(answer: Answer): string {
  return (JSON.parse(answer.text) as { session: { subject: string } }).session.subject
}
