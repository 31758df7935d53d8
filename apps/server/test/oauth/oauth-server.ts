import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ClientBody } from '#src/admin/contract.js'
import { record } from '../record.js'
import { type Answer, client, nativeApp, type TestClient } from '../test-client.js'
import { quickPasswords, type Setting, testServer, type TestServer } from '../test-server.js'

export const operatorKey = 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe'
export const orders = 'https://orders.example'
export const invoices = 'https://invoices.example'
export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const anna = { email: 'anna@example.com', password: 'violet tram under seven' }

export type Parameters = { readonly [name: string]: string }

export interface OAuthServer extends TestServer {
  readonly operator: TestClient
  /** Sends a form, as `application/x-www-form-urlencoded`. */
  form(path: string, form: Parameters | string, authorization?: string): Promise<Answer>
}

export interface MadeClient {
  readonly id: string
  readonly secret: string
  /** `Authorization` of `client_secret_basic`. */
  readonly basic: string
}

export async function oauthServer(t: TestContext, setting: Setting = {}): Promise<OAuthServer> {
  const server = await testServer(t, { passwords: quickPasswords, operatorKey, strategy: 'hybrid', ...setting })
  const anybody = client(server.origin, {})
  return {
    ...server,
    operator: client(server.origin, { authorization: `Bearer ${operatorKey}` }),
    form: (path, form, authorization) =>
      anybody.request('POST', path, {
        body: typeof form === 'string' ? form : String(new URLSearchParams(form)),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(authorization === undefined ? {} : { authorization }),
        },
      }),
  }
}

export const everything = {
  name: 'Gateway',
  grants: ['client_credentials', 'token-exchange', 'introspect'],
  audiences: [orders],
}

export async function makeClient({ operator }: OAuthServer, settings: object = {}): Promise<MadeClient> {
  const answer = await operator.post('/admin/clients', { ...everything, ...settings })
  assert.equal(answer.status, 201, answer.text)
  const { client: made, secret } = body(answer)
  if (secret !== null) record({ root: secret })
  return { id: made.id, secret: secret ?? '', basic: basic(made.id, secret ?? '') }
}

export function basic(id: string, secret: string): string {
  const encoded = [id, secret].map((part) => encodeURIComponent(part)).join(':')
  return `Basic ${Buffer.from(encoded).toString('base64')}`
}

/** A native app, signed in. */
export async function signedInApp({ origin }: OAuthServer): Promise<TestClient> {
  const app = nativeApp(origin)
  const answer = await app.post('/auth/sign-up', anna)
  if (answer.status !== 200) await app.post('/auth/sign-in', anna)
  assert.ok(app.tokens !== null)
  return app
}

export function tokenOf(app: TestClient, kind: 'accessToken' | 'refreshToken' | 'sessionToken'): string {
  const token = app.tokens?.[kind]
  assert.ok(typeof token === 'string', kind)
  return token
}

/** What the answer holds, under the names that the test expects. */
export function body(answer: Answer): OAuthBody {
  return answer.json as unknown as OAuthBody
}

/** Whatever was answered; tests assert on what they expect. */
export interface OAuthBody {
  readonly access_token: string
  readonly expires_in: number
  readonly scope?: string
  readonly refresh_token?: string
  readonly error: string
  readonly error_description: string
  readonly client: ClientBody
  readonly clients: readonly ClientBody[]
  readonly secret: string | null
  readonly [name: string]: unknown
}

/** All that a caller sees of an answer, but for the time of day. */
export function seen({ status, headers, text }: Answer): object {
  return {
    status,
    text,
    headers: [...headers].filter(([name]) => name !== 'date').sort(([one], [other]) => (one < other ? -1 : 1)),
  }
}

export function claimsOf(token: string): { readonly [name: string]: unknown } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { [name: string]: unknown }
}

/** An error of OAuth, as RFC 6749, section 5.2 wants it. */
export function isError(answer: Answer, status: number, error: string, what = ''): void {
  const told = body(answer)
  assert.deepEqual([answer.status, told?.error], [status, error], `${what} ${answer.text}`)
  assert.deepEqual(Object.keys(told), ['error', 'error_description'])
  assert.match(told.error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.equal(answer.headers.get('content-type'), 'application/json')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.equal(answer.headers.get('www-authenticate'), status === 401 ? 'Basic realm="hallpass"' : null)
  assert.deepEqual([answer.headers.getSetCookie(), answer.headers.get('access-control-allow-origin')], [[], null])
}
