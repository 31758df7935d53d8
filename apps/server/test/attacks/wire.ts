import type { TestContext } from 'node:test'
import { rawRequest } from '../forward-auth/raw-request.js'
import { type TestClient, browser } from '../test-client.js'
import { quickPasswords, type Setting, type TestServer, testServer } from '../test-server.js'

export type HeaderLine = readonly [name: string, value: string]

/** An answer as it came over the wire; `code` is that of a problem document. */
export interface WireAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  readonly code: string | null
}

/** Somebody who is signed in, and what speaks to the server in whatever words it likes. */
export interface Victim {
  readonly server: TestServer
  readonly person: TestClient
  readonly sessionId: string
  /** `name=value` of every cookie that the browser keeps. */
  readonly cookie: string
  send(method: string, target: string, headers?: readonly HeaderLine[], body?: string): Promise<WireAnswer>
  /** The subject's sessions that are alive; empty where the victim has been signed out. */
  sessions(): Promise<readonly string[]>
}

export const anna = { email: 'anna@example.com', password: 'violet tram under seven' }

export async function victimOf(t: TestContext, setting: Setting = {}): Promise<Victim> {
  const server = await testServer(t, { passwords: quickPasswords, ...setting })
  const person = browser(server.origin)
  const { json } = await person.post('/auth/sign-up', anna)
  const { port, host } = new URL(server.origin)
  return {
    server,
    person,
    sessionId: json.session.id,
    cookie: [...person.cookies].map((pair) => pair.join('=')).join('; '),
    async send(method, target, headers = [], body = '') {
      const length: readonly HeaderLine[] = body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))]]
      const hosted: readonly HeaderLine[] = headers.some(([name]) => name === 'Host') ? [] : [['Host', host]]
      const lines = [...hosted, ['Connection', 'close'] as const, ...headers, ...length]
      const head = [`${method} ${target} HTTP/1.1`, ...lines.map((line) => line.join(': '))]
      return wireAnswer(await rawRequest(Number(port), head, body))
    },
    async sessions() {
      const answer = await person.get('/auth/sessions')
      return answer.status === 200 ? answer.json.sessions.map(({ id }) => id) : []
    },
  }
}

function wireAnswer({ status, text }: { readonly status: number; readonly text: string }): WireAnswer {
  const [head = ''] = text.split('\r\n\r\n', 1)
  const headers = new Map(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json') === true
  return { status, headers, text, code: isProblem ? (/"code":"([a-z-]+)"/.exec(text)?.[1] ?? null) : null }
}
