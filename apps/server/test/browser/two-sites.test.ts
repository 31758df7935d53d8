import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { newProfile, startChromium } from './chromium.js'
import { RunningServer } from './running-server.js'
import { until } from '../until.js'
import { siteFlags, Sites } from './sites.js'
import { somebody } from './visitor.js'

/** Counts what it is asked to change; the gateway stands before it. */
const changes: string[] = []
const backend = createServer((req, res) => {
  req.resume()
  if (req.method !== 'GET') changes.push(`${req.method} ${req.url}`)
  res.setHeader('content-type', req.url === '/app/page' ? 'text/html' : 'application/json')
  res.end(req.url === '/app/page' ? '<!doctype html><title>app</title><h1>The app</h1>' : '{"secret":"of the person"}')
}).listen(0, '127.0.0.1')
await once(backend, 'listening')

const sites = await Sites.start()
const app = sites.origin('app.example')
const evil = sites.origin('evil.example')
/** Another host of the same site: browsers send our cookies along with what comes from there. */
const sibling = sites.origin('blog.app.example')
const server = await RunningServer.start({
  issuer: app,
  env: { HALLPASS_SECRET: 'n3Vq8ZpTfYw2Lr6KxHd1Bc9MgUe5JaSo7QiWt0Rb' },
  config: {
    proxies: { count: 1, networks: ['127.0.0.1/32'] },
    gateway: {
      routes: [
        { path: '/app', upstream: `http://127.0.0.1:${(backend.address() as AddressInfo).port}`, audience: 'app' },
      ],
    },
  },
})
sites.forwardTo(server.origin)
const browser = await startChromium(siteFlags)
after(async () => {
  await browser.close()
  await server.stop()
  await sites.stop()
  backend.closeAllConnections()
  backend.close()
})

/** What an attacker's page holds; served at `/`, and framed at `/frame`. */
let attack = ''
for (const host of ['evil.example', 'blog.app.example']) {
  sites.serve(host, (req, res) => {
    res.setHeader('content-type', 'text/html')
    res.end(req.url?.startsWith('/landed') === true ? 'landed' : `<!doctype html><title>lure</title>${attack}`)
  })
}

const form = (action: string, rest = '', type = 'application/x-www-form-urlencoded'): string =>
  `<form method="post" action="${app}${action}" enctype="${type}">${rest}</form><script>document.forms[0].submit()</script>`
const framed = (page: string): string =>
  `<iframe sandbox="allow-scripts allow-forms" srcdoc="${page.replaceAll('"', '&quot;')}"></iframe>`
/** Runs in the page, and says in its title how it went. */
const script = (code: string): string =>
  `<script type="module">document.title = await (async () => { ${code} })().catch((error) => 'failed: ' + error.name)</script>`

interface Lure {
  readonly page: string
  /** How the page itself finds out that it failed. */
  readonly title?: RegExp
  /** What reached the server, and what it answered: without our cookies, from another site, and with them. */
  readonly reaches?: readonly [path: string, without: number, withThem: number]
}

/** From another site the browser leaves our cookies out (SameSite); from a sibling it sends them, and the verdict is ours. */
const lures: { readonly [attack: string]: Lure } = {
  'X02 a form posts to the backend': { page: form('/app/orders'), reaches: ['/app/orders', 401, 403] },
  'X12 a form posts JSON as text': {
    page: form('/app/orders', '<input name=\'{"a":"\' value=\'"}\'>', 'text/plain'),
    reaches: ['/app/orders', 401, 403],
  },
  // what has no origin is another site's to the browser: it leaves our cookies out
  'X06 a sandboxed frame posts with Origin null': {
    page: framed(form('/app/orders')),
    reaches: ['/app/orders', 401, 401],
  },
  'X09 a form signs the visitor in as somebody else': {
    page: form(
      '/auth/sign-in',
      '<input name=\'{"email":"eve@example.com","password":"eve&#32;has words of her own","x":"\' value=\'"}\'>',
      'text/plain',
    ),
  },
  'X10 a form signs the visitor out': { page: form('/auth/sign-out'), reaches: ['/auth/sign-out', 403, 403] },
  'X10 an image signs the visitor out': { page: `<img src="${app}/auth/sign-out">` },
  'X10 a form ends every session': {
    page: form('/auth/sessions/revoke-all'),
    reaches: ['/auth/sessions/revoke-all', 400, 400],
  },
  'X02 script posts with credentials': {
    page: script(
      `await fetch('${app}/app/orders', { method: 'POST', credentials: 'include', mode: 'no-cors' }); return 'sent'`,
    ),
    // not even that it was refused is told: the answer is for this origin only (CORP)
    title: /^failed: TypeError$/,
    reaches: ['/app/orders', 401, 403],
  },
  'X13 script deletes with credentials': {
    page: script(`await fetch('${app}/app/orders', { method: 'DELETE', credentials: 'include' }); return 'sent'`),
    title: /^failed: TypeError$/,
  },
  'X22 script reads with credentials': {
    page: script(`return (await fetch('${app}/auth/session', { credentials: 'include' })).text()`),
    title: /^failed: TypeError$/,
  },
  'X24 a script tag reads JSON': {
    page: `<script src="${app}/app/me" onerror="document.title='failed'" onload="document.title='loaded'"></script>`,
    title: /^failed$/,
  },
  'X24 an event stream is read': {
    page: script(
      `return new Promise((done) => { const stream = new EventSource('${app}/app/events', { withCredentials: true }); stream.onerror = () => done('failed'); stream.onmessage = () => done('read') })`,
    ),
    title: /^failed$/,
  },
  'X23 a WebSocket is opened': {
    page: script(
      `return new Promise((done) => { const socket = new WebSocket('${app.replace('https', 'wss')}/app/socket'); socket.onopen = () => done('opened'); socket.onerror = () => done('failed') })`,
    ),
    title: /^failed$/,
  },
  'C01 cookies of our names are planted': {
    page: script(
      `for (const name of ['__Host-Http-hallpass', '__Secure-hallpass-refresh', '__Host-Http-hallpass-access', 'hallpass']) document.cookie = name + '=hp_s.evil.evil; Secure; Path=/; Domain=app.example'; return 'planted'`,
    ),
    title: /^planted$/,
  },
}

for (const [from, origin] of Object.entries({ 'another site': evil, 'a sibling': sibling })) {
  for (const [name, lure] of Object.entries(lures)) {
    test(`${name}, from ${from}: nothing changes, and the person stays signed in`, async (t) => {
      const { page, session } = await signedIn(t)
      attack = lure.page
      const before = changes.length
      const [path = '', without, withThem] = lure.reaches ?? []
      const earlier = server.lines(`"path":"${path}"`).length
      await page.goto(`${origin}/`)
      if (lure.title !== undefined)
        await page.waitForFunction((text) => new RegExp(text).test(document.title), lure.title.source)
      else await page.waitForLoadState('networkidle')
      if (lure.reaches !== undefined) {
        await until(async () => server.lines(`"path":"${path}"`).length > earlier)
        const [line = '{}'] = server.lines(`"path":"${path}"`).slice(earlier)
        assert.equal((JSON.parse(line) as { status: number }).status, from === 'a sibling' ? withThem : without)
      }
      assert.deepEqual(changes.slice(before), [])
      assert.equal(await sessionOf(page), session)
    })
  }
}

test('X02 the same form on a page of our own is let through: the cases above fail for the right reason', async (t) => {
  const { page } = await signedIn(t)
  const before = changes.length
  const status = await page.evaluate(async () => (await fetch('/app/orders', { method: 'POST' })).status)
  assert.equal(status, 200)
  assert.deepEqual(changes.slice(before), ['POST /app/orders'])
})

test('X15 a link from another site shows the page to who is signed in, and changes nothing', async (t) => {
  const { page, session } = await signedIn(t)
  attack = `<a href="${app}/app/page">look</a>`
  const before = changes.length
  await page.goto(`${evil}/`)
  await page.getByRole('link').click()
  await page.getByRole('heading', { name: 'The app' }).waitFor()
  assert.deepEqual(changes.slice(before), [])
  assert.equal(await sessionOf(page), session)
})

test('clickjacking: our own pages are not shown in a frame of another site', async (t) => {
  const { page } = await signedIn(t, /frame|ancestor/i)
  attack = `<iframe src="${app}/account"></iframe>`
  await page.goto(`${evil}/`)
  await page.waitForLoadState('networkidle')
  const texts = await Promise.all(
    page.frames().map((frame) =>
      frame
        .locator('body')
        .innerText()
        .catch(() => ''),
    ),
  )
  assert.ok(!texts.some((text) => text.includes('Your devices')), texts.join('\n'))
})

test('C02 duplicates that a sibling planted beside ours are expired where they can be, and never believed', async (t) => {
  const { context, page } = await signedIn(t)
  const [ours] = (await context.cookies(app)).filter(({ name }) => name === '__Host-Http-hallpass')
  assert.ok(
    ours !== undefined && ours.httpOnly && ours.secure && ours.sameSite === 'Lax' && !ours.domain.startsWith('.'),
  )
  attack = script(`document.cookie = '__Host-Http-hallpass=x; Secure; Path=/app; Domain=app.example'; return 'planted'`)
  await page.goto(`${sibling}/`)
  await page.waitForFunction(() => document.title === 'planted')
  const names = (await context.cookies(`${app}/app/page`)).map(({ name }) => name)
  assert.deepEqual(names.filter((name) => name === '__Host-Http-hallpass').length, 1, 'the prefix keeps it out')
})

async function signedIn(t: TestContext, expected: RegExp = /./) {
  const profile = await newProfile(t, browser, { ignoreHTTPSErrors: true, expected })
  const { page } = profile
  const person = somebody()
  await page.goto(`${app}/sign-up?to=${encodeURIComponent('/app/page')}`)
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The app' }).waitFor()
  const session = await sessionOf(page)
  assert.ok(session !== null)
  return { ...profile, session }
}

/** Asked from a page of the app itself: what its cookie is worth now. */
async function sessionOf(page: Page): Promise<string | null> {
  await page.goto(`${app}/app/page`)
  return page.evaluate(async () => {
    const answer = await fetch('/auth/session')
    return answer.ok ? ((await answer.json()) as { session: { id: string } }).session.id : null
  })
}
