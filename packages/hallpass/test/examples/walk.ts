import assert from 'node:assert/strict'
import { type Answer, cookieHeader, fromPage, native, send } from '#src/testing/adapter-client.js'

const json = { 'content-type': 'application/json' }
const email = 'ada@example.com'
const password = 'correct horse battery staple'

/** Where an example has its routes, and what a sign-in in a browser and a note are answered. */
export interface Routes {
  readonly signIn: string
  readonly me: string
  readonly notes: string
  readonly signedIn: number
  readonly noted: number
}

export const plainRoutes: Routes = { signIn: '/sign-in', me: '/me', notes: '/notes', signedIn: 204, noted: 201 }

/** Signs in, as a browser and as a native client, is refused what must be, refreshes where that is due, and signs out. */
export async function walk(url: string, routes: Routes = plainRoutes): Promise<void> {
  const page = fromPage(url)
  const signIn = (fields: object, headers: { [name: string]: string } = page): Promise<Answer> =>
    send(url, 'POST', routes.signIn, { headers: { ...headers, ...json }, body: JSON.stringify(fields) })
  const me = async (headers: { [name: string]: string }): Promise<string> =>
    /"id":"([^"]*)"/.exec((await send(url, 'GET', routes.me, { headers })).text)?.[1] ?? 'nobody'

  assert.equal((await send(url, 'GET', routes.me)).status, 401)
  assert.equal((await signIn({ email, password: 'wrong' })).status, 401)
  assert.equal((await signIn({ email: 'nobody@example.com', password })).status, 401)
  assert.equal((await signIn({ email: [email], password: {} })).status, 400)
  assert.equal((await signIn({ email, password }, {})).status, 403, 'no headers of a browser')

  const signedIn = await signIn({ email, password })
  assert.equal(signedIn.status, routes.signedIn, signedIn.text)
  const headers = { cookie: cookieHeader(signedIn.cookies) }
  assert.equal(await me(headers), 'u_1')
  assert.match((await send(url, 'GET', '/auth/sessions', { headers })).text, /"current":true/)

  const note = async (from: { [name: string]: string }): Promise<number> =>
    (await send(url, 'POST', routes.notes, { headers: { ...headers, ...from, ...json }, body: '{}' })).status
  assert.equal(await note({}), 403, 'no headers of a browser')
  assert.equal(await note({ origin: 'https://evil.example' }), 403)
  assert.equal(await note(page), routes.noted)

  const app = await signIn({ email, password }, native)
  const token = /"(?:access|session)Token":"([^"]*)"/.exec(app.text)?.[1]
  assert.equal(await me({ authorization: `Bearer ${token}` }), 'u_1')

  if (headers.cookie.includes('-refresh=')) {
    const refreshed = await send(url, 'POST', '/auth/refresh', { headers: { ...headers, ...page } })
    assert.equal(refreshed.status, 200, refreshed.text)
    headers.cookie = cookieHeader(refreshed.cookies)
    assert.equal(await me(headers), 'u_1')
  }

  assert.equal((await send(url, 'POST', '/auth/sign-out', { headers: { ...headers, ...page } })).status, 200)
  assert.equal((await send(url, 'GET', routes.me, { headers })).status, 401)
}
