import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type Answer, browser, client, type TestClient } from '../test-client.js'
import { quickPasswords, type Setting, testServer, type TestServer } from '../test-server.js'

export const operatorKey = 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe'
export const password = 'violet tram under seven'

export interface Person extends TestClient {
  readonly id: string
  readonly email: string
  /** With the CSRF token of the session. */
  change(method: string, path: string, json?: unknown): Promise<Answer>
}

export interface OperatorServer extends TestServer {
  /** Whoever holds the operator key. */
  readonly key: TestClient
  /** Signs somebody up, in a browser of theirs. */
  person(email: string): Promise<Person>
  /** The same, with the role. */
  operator(email: string): Promise<Person>
}

export async function operatorServer(t: TestContext, setting: Setting = {}): Promise<OperatorServer> {
  const server = await testServer(t, { passwords: quickPasswords, operatorKey, ...setting })
  async function person(email: string): Promise<Person> {
    const page = browser(server.origin)
    const { json } = await page.post('/auth/sign-up', { email, password })
    return {
      ...page,
      id: json.session.subject,
      email,
      async change(method, path, body = {}) {
        const { text } = await page.get('/auth/csrf')
        const { token } = JSON.parse(text) as { readonly token: string }
        assert.ok(token.length > 20, text)
        return page.request(method, path, { json: body, headers: { 'hallpass-csrf': token } })
      },
    }
  }
  return {
    ...server,
    key: client(server.origin, { authorization: `Bearer ${operatorKey}` }),
    person,
    async operator(email) {
      const somebody = await person(email)
      await server.app.accounts.setRoles(somebody.id, ['operator'])
      // under some strategies the role made a token stale
      await somebody.post('/auth/refresh')
      return somebody
    },
  }
}

/** What was answered, under the names that the test expects. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- each caller names the shape of the contract
export function told<Body>(answer: Answer): Body {
  return answer.json as unknown as Body
}

/** Where a subject is, for those whose id needs no other form. */
export function at(id: string, rest = ''): string {
  return `/admin/subjects/${encodeURIComponent(id)}${rest}`
}
