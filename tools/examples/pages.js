import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { openBrowser } from './browser.js'

const account = { email: 'ada@example.com', password: 'correct horse battery staple' }

/**
 * Walks through an example with pages, carried by `hybrid`: sent to sign in, signed in, shown who they are, back over
 * `resume` when the access token has expired, signed out. No page sets a cookie. `routes`: {page, signIn, signOut}, and
 * `wrong`, what a wrong password is answered. The access token is good for `seconds`.
 */
export async function walkPages(origin, routes, seconds) {
  const { visit, submit, names } = openBrowser(origin)
  const resume = `/auth/resume?to=${encodeURIComponent(routes.page)}`

  const stranger = await visit(routes.page)
  assert.deepEqual([stranger.status, stranger.location, stranger.set], [303, resume, []])
  assert.equal((await visit(resume)).status, 200)
  const nobody = await submit('/auth/refresh', { to: routes.page })
  assert.deepEqual([nobody.status, nobody.location], [303, `/sign-in?to=${encodeURIComponent(routes.page)}`])
  assert.equal((await visit('/sign-in')).status, 200)

  const refused = await submit(routes.signIn, { ...account, password: 'wrong' })
  assert.deepEqual([refused.status, refused.set], [routes.wrong, []])
  const signedIn = await submit(routes.signIn, account)
  assert.deepEqual([signedIn.status, signedIn.location], [303, routes.page], signedIn.text)
  assert.deepEqual(names(), ['hallpass-access', 'hallpass-refresh'])

  const shown = await visit(routes.page)
  assert.equal(shown.status, 200)
  assert.match(shown.text, /<b>u_1<\/b>/)
  assert.deepEqual(shown.set, [], 'a page sets no cookie')

  await wait(seconds * 1000 + 1000)
  const expired = await visit(routes.page)
  assert.ok([303, 307].includes(expired.status), String(expired.status))
  assert.deepEqual([expired.location, expired.set], [resume, []], 'a page refreshes nothing')
  const back = await submit('/auth/refresh', { to: routes.page })
  assert.deepEqual([back.status, back.location, back.set.length > 0], [303, routes.page, true])
  const again = await visit(routes.page)
  assert.match(again.text, /<b>u_1<\/b>/)
  assert.deepEqual(again.set, [])

  const out = await submit(routes.signOut, {})
  assert.deepEqual([out.status, out.location, names()], [303, '/sign-in', []])
  assert.equal((await visit(routes.page)).location, resume)
}
