import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HallpassEvent, HallpassOptions } from 'hallpass'
import { type Handler, requireSession, withAuth } from 'hallpass/fetch'
import { signedIn } from 'hallpass/testing'
import { cookieIdentity } from '#src/http/cookies.js'
import { jarBrowser, type JarBrowser } from '../jar-browser.js'
import { codeOf, openAuth } from '../open-auth.js'

const secure = 'https://app.shop.example'
const local = 'http://localhost:3000'

const who: Handler = (_request, { session }) => Response.json({ subject: session?.subject ?? null })
const account = requireSession(who)
/** As many a sign-in page does: whoever is signed in already is sent on. */
const signInPage: Handler = (request, { session }) => {
  const to = new URL(request.url).searchParams.get('to') ?? '/'
  return session === null ? new Response('sign in') : new Response(null, { status: 303, headers: { location: to } })
}
const signIn: Handler = async (_request, auth) => {
  await auth.signIn('u_1')
  return new Response('signed in')
}

const routes: { readonly [route: string]: Handler } = {
  'GET /': who,
  'GET /account': account,
  'GET /account/orders': account,
  'GET /sign-in': signInPage,
  'POST /sign-in': signIn,
}

interface Scene {
  readonly browser: JarBrowser
  readonly names: { readonly session: string; readonly access: string; readonly refresh: string }
  /** The events `cookies-ambiguous` so far. */
  ambiguities(): readonly HallpassEvent[]
}

function scene(options: Partial<HallpassOptions> = {}, { old = false } = {}): Scene {
  const { auth, events } = openAuth({ issuer: secure, signInPage: '/sign-in', ...options })
  const serve = withAuth(auth, (request, caller) => {
    const route = routes[`${request.method} ${new URL(request.url).pathname}`]
    return route === undefined ? new Response(null, { status: 404 }) : route(request, caller)
  })
  return {
    browser: jarBrowser(auth.policy.issuer, serve, { old }),
    names: auth.policy.cookieNames,
    ambiguities: () => events.filter(({ type }) => type === 'cookies-ambiguous'),
  }
}

async function subjectAt(browser: JarBrowser, path = '/'): Promise<string | null> {
  return ((await (await browser.ask('GET', path)).json()) as { subject: string | null }).subject
}

function linesOf(answer: Response): readonly string[] {
  return answer.headers.getSetCookie()
}

test('C11 the cookies of what was there before are expired beside a session that counts, and authenticate nobody', async () => {
  const previously = [
    { name: 'connect.sid' },
    { name: 'connect.sid', domain: 'shop.example' },
    { name: 'connect.sid', path: '/account' },
    { name: '__Host-Http-shop' },
  ]
  const { browser, names } = scene({ cookies: { previously } })
  await browser.ask('POST', '/sign-in')
  const good = browser.kept()
  const plant = (): void => {
    browser.plant('connect.sid=s%3Aold; Path=/; HttpOnly')
    browser.plant('connect.sid=s%3Aolder; Domain=shop.example; Path=/')
    browser.plant('connect.sid=s%3Adeep; Path=/account')
    browser.plant('__Host-Http-shop=hp_s.x; Path=/; Secure; HttpOnly')
  }
  plant()
  assert.equal(browser.kept().length, 5)
  const answer = await browser.ask('GET', '/account/orders')
  assert.deepEqual(await answer.json(), { subject: 'u_1' }, 'the session counts')
  assert.equal(linesOf(answer).length, 4, 'each name, domain and path once')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.deepEqual(browser.kept(), good)
  assert.deepEqual(linesOf(await browser.ask('GET', '/account')), [], 'nothing more to say')

  browser.jar.removeAllCookiesSync()
  plant()
  browser.plant(`connect.sid=${good[0]!.split(/[= ]/)[1]}; Path=/; HttpOnly`)
  assert.equal(await subjectAt(browser), null, 'a token of ours under an old name is none')
  assert.equal(names.session, '__Host-Http-hallpass')
})

test('C11 signing in, refreshing and signing out leave nothing behind that an earlier configuration set', async () => {
  const previously = [
    { name: 'sid', path: '/old' },
    { name: '__Secure-hallpass-refresh', domain: 'shop.example' },
  ]
  const { browser } = scene({ strategy: 'hybrid', cookies: { previously } })
  const plant = (): void => {
    browser.plant('sid=x; Path=/old')
    browser.plant('__Secure-hallpass-refresh=x; Domain=shop.example; Path=/; Secure')
  }
  for (const [method, path] of [
    ['POST', '/sign-in'],
    ['POST', '/auth/refresh'],
    ['POST', '/auth/sign-out'],
  ] as const) {
    plant()
    const answer = await browser.ask(method, path)
    assert.equal(answer.status, 200, path)
    const identities = linesOf(answer).map(cookieIdentity)
    assert.equal(new Set(identities).size, identities.length, path)
    assert.deepEqual(
      browser.kept().filter((cookie) => cookie.startsWith('sid') || cookie.includes('=x ')),
      [],
      path,
    )
  }
  assert.deepEqual(browser.kept(), [])
})

test('C01 an old Domain cookie of a present name beside the new one: the refresh heals, and goes on', async () => {
  const previously = [
    { name: '__Secure-hallpass-refresh', domain: 'shop.example', path: '/auth/refresh' },
    { name: '__Secure-hallpass-refresh', domain: 'shop.example' },
  ]
  const { browser, ambiguities } = scene({ strategy: 'hybrid', cookies: { previously } })
  await browser.ask('POST', '/sign-in')
  const good = browser.kept()
  browser.plant('__Secure-hallpass-refresh=hp_r.evil; Domain=shop.example; Path=/auth/refresh; Secure')
  const refreshed = await browser.ask('POST', '/auth/refresh')
  assert.equal(refreshed.status, 200, 'the access cookie says which one is ours')
  assert.equal(ambiguities().length, 1)
  assert.equal(browser.kept().length, good.length)
  assert.ok(!browser.kept().some((cookie) => cookie.includes('evil')))

  browser.plant('__Secure-hallpass-refresh=hp_r.evil; Domain=shop.example; Path=/; Secure')
  assert.equal(await subjectAt(browser), 'u_1')
  assert.ok(!browser.kept().some((cookie) => cookie.includes('evil')), 'ours is never sent to this path')
  assert.equal((await browser.ask('POST', '/auth/refresh')).status, 200)
  assert.equal(ambiguities().length, 1)
})

test('C01 several refresh cookies that nothing tells apart: all of them go, and the next sign-in works', async () => {
  const previously = [{ name: '__Secure-hallpass-refresh', domain: 'shop.example', path: '/auth/refresh' }]
  const { browser, names, ambiguities } = scene({ strategy: 'hybrid', cookies: { previously } })
  await browser.ask('POST', '/sign-in')
  browser.plant('__Secure-hallpass-refresh=hp_r.evil; Domain=shop.example; Path=/auth/refresh; Secure')
  browser.plant(`${names.access}=; Path=/; Secure; HttpOnly; Max-Age=0`)
  const { way } = await browser.open('/account')
  assert.deepEqual(way, ['/account', '/auth/resume?to=%2Faccount'])
  const form = { origin: secure, 'content-type': 'application/x-www-form-urlencoded' }
  const refused = await browser.ask('POST', '/auth/refresh', form, 'to=/account')
  assert.deepEqual([refused.status, refused.headers.get('location')], [303, '/sign-in?to=%2Faccount'])
  assert.deepEqual(browser.kept(), [])
  assert.equal(ambiguities().length, 1)
  await browser.ask('POST', '/sign-in')
  assert.deepEqual((await browser.open('/account')).way, ['/account'])
  assert.equal((await browser.ask('POST', '/auth/refresh')).status, 200)
})

test('C02 a refresh that finds the right one among several leaves no other behind, on whichever path of ours', async () => {
  const { browser, ambiguities } = scene({ strategy: 'hybrid' })
  await browser.ask('POST', '/sign-in')
  const good = browser.kept().length
  browser.plant('__Secure-hallpass-refresh=hp_r.evil; Path=/; Secure')
  assert.equal((await browser.ask('POST', '/auth/refresh')).status, 200)
  assert.equal(ambiguities().length, 1)
  assert.ok(!browser.kept().some((cookie) => cookie.includes('evil')))
  assert.equal(browser.kept().length, good)
})

test('C01 where the right refresh cookie may be among those left aside, the answer is no other; what is over is over', async () => {
  const { auth } = openAuth({ issuer: secure, strategy: 'hybrid' })
  const { client, session } = await signedIn(auth, 'u_1')
  const { access, refresh } = auth.policy.cookieNames
  const codeWith = async (accessToken: string): Promise<string> => {
    const headers = { cookie: `${access}=${accessToken}; ${refresh}=hp_r.one; ${refresh}=hp_r.two` }
    return auth.refresh(client.view('POST', '/auth/refresh', { headers })).then(() => 'refreshed', codeOf)
  }
  assert.equal(await codeWith('a.b.c'), 'ambiguous')
  await auth.sessions.revoke(session.id)
  assert.equal(await codeWith(client.cookies.get(access)!.value), 'ended')
})

test('C02 a cookie for another path that the configuration knows: one answer heals, and the next sign-in works', async () => {
  const cookies = { previously: [{ name: 'hallpass', path: '/account' }] }
  const { browser, ambiguities } = scene({ issuer: local, cookies })
  await browser.ask('POST', '/sign-in')
  browser.plant('hallpass=hp_s.evil; Path=/account')
  const { way, answer } = await browser.open('/account')
  assert.deepEqual(way, ['/account', '/sign-in?to=%2Faccount'])
  assert.equal(await answer.text(), 'sign in')
  assert.equal(ambiguities().length, 1)
  assert.deepEqual(browser.kept(), [])
  await browser.ask('POST', '/sign-in')
  assert.deepEqual((await browser.open('/account')).way, ['/account'])
  assert.equal(ambiguities().length, 1)
})

for (const [setting, options, planted] of [
  ['on localhost', { issuer: local }, 'hallpass=hp_s.evil; Path=/account'],
  ['in a browser without prefixes', {}, '__Host-Http-hallpass=evil; Domain=shop.example; Path=/account; Secure'],
  ['under hybrid', { strategy: 'hybrid' }, '__Host-Http-hallpass-access=a.b.c; Domain=shop.example; Path=/; Secure'],
] as const) {
  test(`C01 C02 a cookie that nothing can expire, ${setting}: nobody is signed in, nothing loops, and the operator is told`, async () => {
    const { browser, ambiguities } = scene(options, { old: true })
    for (let round = 1; round <= 3; round++) {
      browser.plant(planted)
      await browser.ask('POST', '/sign-in')
      const before = ambiguities().length
      const { way, answer } = await browser.open('/account')
      assert.deepEqual(way, ['/account', '/sign-in?to=%2Faccount'])
      assert.equal(await answer.text(), 'sign in', 'ours went with it, so that this page sends nobody back')
      assert.ok(ambiguities().length > before)
      assert.ok(browser.kept().some((cookie) => cookie.includes('evil') || cookie.includes('a.b.c')))
    }
  })
}

test('C01 a page of another site cannot make cookies that stand in each other’s way go', async () => {
  const { browser } = scene({ strategy: 'hybrid' }, { old: true })
  await browser.ask('POST', '/sign-in')
  const good = browser.kept()
  browser.plant('__Secure-hallpass-refresh=hp_r.evil; Domain=shop.example; Path=/auth; Secure')
  browser.plant('__Host-Http-hallpass-access=a.b.c; Domain=shop.example; Path=/auth; Secure')
  const foreign = { origin: 'https://evil.shop.example', 'sec-fetch-site': 'same-site' }
  const answer = await browser.ask('POST', '/auth/refresh', foreign)
  assert.equal(answer.status, 403)
  assert.deepEqual(linesOf(answer), [])
  for (const cookie of good) assert.ok(browser.kept().includes(cookie))
})
