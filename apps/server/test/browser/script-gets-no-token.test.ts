import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newProfile, startChromium } from './chromium.js'
import { RunningServer } from './running-server.js'
import { signUp, somebody } from './visitor.js'

const strategies = ['session', 'hybrid', 'jwt'] as const
const server = await RunningServer.start()
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

/** Runs in the page: every route, every way to ask, and everything that script can read afterwards. */
async function askForEverything(password: string): Promise<string[]> {
  const json = { 'content-type': 'application/json' }
  const ways = [{}, { 'hallpass-client': 'native' }, { 'hallpass-client': 'native', authorization: 'Bearer x' }]
  const got: string[] = []
  const ask = async (path: string, init: RequestInit): Promise<void> => {
    const answer = await fetch(path, init)
    got.push(path, [...answer.headers].flat().join('\n'), await answer.text(), answer.url)
  }
  const post = (path: string, body: object, way: object, credentials: RequestCredentials = 'same-origin') =>
    ask(path, { method: 'POST', credentials, headers: { ...json, ...way }, body: JSON.stringify(body) })
  const gets = ['/', '/sign-in', '/auth/session', '/auth/sessions', '/auth/csrf', '/auth/resume?to=/', '/auth/refresh']
  const publicGets = ['/.well-known/jwks.json', '/healthz', '/readyz', '/metrics', '/auth/check', '/auth/nowhere']
  const own = { email: `mallory-${Math.random().toString(36).slice(2)}@example.com`, password }
  for (const way of ways) {
    for (const path of [...gets, ...publicGets]) await ask(path, { headers: way })
    await post('/auth/refresh', {}, way)
    await post('/auth/refresh', { refreshToken: 'x' }, way)
    await ask('/auth/refresh', {
      method: 'POST',
      headers: { ...way },
      body: new URLSearchParams({ to: '/auth/session' }),
    })
    await post('/auth/step-up', { password }, way)
    await post('/auth/password', { currentPassword: password, newPassword: password }, way)
    await post('/auth/sessions/revoke-all', { keepCurrent: true }, way)
    await post('/auth/sign-in', own, way)
    await post('/auth/sign-in', own, way, 'omit')
    await post('/auth/sign-up', own, way)
    await ask('/auth/session', { headers: way })
  }
  for (const storage of [localStorage, sessionStorage]) got.push(JSON.stringify(storage))
  got.push(document.cookie, JSON.stringify(await indexedDB.databases()), JSON.stringify(await caches.keys()))
  got.push(JSON.stringify(performance.getEntries()), document.documentElement.outerHTML, JSON.stringify(history.state))
  return got
}

for (const strategy of strategies) {
  test(`${strategy}: script on a page that calls every route gets no token out of any`, async (t) => {
    await server.restart({ strategy })
    const { context, page } = await newProfile(t, browser, { expected: /status of 40[45]/ })
    const secrets = new Set<string>()
    const remember = async (): Promise<void> => {
      for (const { value } of await context.cookies()) secrets.add(value)
    }
    const person = somebody()
    const cookies: Promise<void>[] = []
    context.on('response', (response) => {
      const read = response.headerValues('set-cookie').then((lines) => {
        for (const line of lines) secrets.add(/^[^=]*=([^;]*)/.exec(line)?.[1] ?? '')
      })
      cookies.push(read.catch(() => undefined))
    })
    await signUp(page, server.origin, person)
    await remember()
    const got = (await page.evaluate(askForEverything, person.password)).join('\n')
    await Promise.all(cookies)
    await remember()
    secrets.delete('')
    assert.ok(secrets.size >= 2, 'there were tokens to be had')
    for (const secret of secrets) assert.ok(!got.includes(secret), `script read ${secret.slice(0, 8)}…`)
    assert.doesNotMatch(got, /hp_[sr]\.[0-9a-f]{2}|eyJ[\w-]+\.[\w-]+\.[\w-]+/)
    assert.match(got, /"session":\{"id"/, 'script was signed in all the while')
  })
}
