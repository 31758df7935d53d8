import type { Page } from 'playwright-core'
import { drawnOperatorKey, grantOperator } from './operator-account.js'
import type { RunningServer } from './running-server.js'
import { type Person, sessionId, signUp, somebody } from './visitor.js'

const operatorKey = drawnOperatorKey()

/** What a server needs so that tests can make operators of its people. */
export const withOperators = { env: { HALLPASS_OPERATOR_KEY: operatorKey } } as const

/** Asks the operator API as a program does. */
export async function asKey(server: RunningServer, method: string, path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  return fetch(server.origin + path, { method, headers, ...sent })
}

/** The subject of whoever is signed in to this page. */
export async function subjectOf(server: RunningServer, page: Page): Promise<string> {
  const answer = await asKey(server, 'GET', `/admin/sessions/${await sessionId(page)}`)
  return ((await answer.json()) as { session: { subject: string } }).session.subject
}

/** Somebody new with an account, whom the operator key has made an operator, at the overview. */
export async function signUpOperator(page: Page, server: RunningServer): Promise<Person> {
  const person = somebody()
  await signUp(page, server.origin, person)
  await grantOperator(server.origin, operatorKey, person)
  await page.goto(`${server.origin}/console`)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  return person
}
