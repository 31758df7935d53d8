import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { manualClock } from 'hallpass/testing'
import { type App, buildApp } from '#src/app.js'
import { type PageFiles, readPages } from '#src/pages/files.js'
import { createLog } from '#src/observe/log.js'
import { record } from '../record.js'
import { type TestClient, browser } from '../test-client.js'
import { quickPasswords, rootSecret, testServer } from '../test-server.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }
const file = (type: string, text: string): { type: string; bytes: Uint8Array<ArrayBuffer> } => ({
  type,
  bytes: new TextEncoder().encode(text),
})
const pages: PageFiles = new Map([
  ['/index.html', file('text/html; charset=utf-8', '<!doctype html><title>Hallpass</title>')],
  ['/console.html', file('text/html; charset=utf-8', '<!doctype html><title>Console')],
  ...['index', 'decoder', 'json', 'requests', 'advisor', 'comparison'].map(
    (name) => [`/tools/${name}.html`, file('text/html; charset=utf-8', `<!doctype html><title>${name}`)] as const,
  ),
  ['/assets/index-B1x.js', file('text/javascript; charset=utf-8', 'export {}')],
  ['/icon.svg', file('image/svg+xml', '<svg/>')],
])
/** A typed address. Without the socket: Node's own fetch says itself what mode it is in. */
async function typed(app: App, one: TestClient, path: string): Promise<Response> {
  const cookie = [...one.cookies].map((pair) => pair.join('=')).join('; ')
  const headers = {
    cookie,
    accept: 'text/html',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'sec-fetch-site': 'none',
  }
  const response = await app.fetch(new Request(app.auth.policy.issuer + path, { headers }))
  const body = await response.clone().text()
  record({ answered: { path, status: response.status, headers: [...response.headers], body } })
  return response
}

test('the pages come with a policy that lets in nothing from elsewhere and nothing inline', async (t) => {
  const { origin } = await testServer(t, { pages })
  for (const path of ['/sign-in', '/sign-up', '/index.html']) {
    const { status, headers, text } = await browser(origin).get(path)
    assert.equal(status, 200)
    assert.match(text, /<title>Hallpass/)
    const policy = headers.get('content-security-policy') ?? ''
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "require-trusted-types-for 'script'",
    ]) {
      assert.ok(policy.split('; ').includes(part), part)
    }
    assert.doesNotMatch(policy, /unsafe|\*|https?:/)
    assert.equal(headers.get('cache-control'), 'no-cache')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(headers.get('strict-transport-security'), null, 'not on plain http')
  }
})

test('what people paste tokens and JSON into may connect to nobody, at whichever address it is asked for', async (t) => {
  const { origin } = await testServer(t, { pages })
  const policyAt = async (path: string): Promise<string> => {
    const { status, headers } = await browser(origin).get(path)
    assert.equal(status, 200, path)
    return headers.get('content-security-policy') ?? ''
  }
  for (const [address, name] of [
    ['/tools', 'index'],
    ...['decoder', 'json', 'advisor', 'comparison'].map((tool) => [`/tools/${tool}`, tool] as const),
  ] as const) {
    for (const path of [address, `/tools/${name}.html`]) {
      const policy = await policyAt(path)
      assert.match(policy, /(?:^|; )connect-src 'none'(?:;|$)/, path)
      assert.match(policy, /(?:^|; )form-action 'none'(?:;|$)/, path)
      assert.match(policy, name === 'json' ? /; trusted-types hallpass-worker$/ : /; trusted-types 'none'$/, path)
      assert.equal(policy.includes('worker-src'), name === 'json', path)
    }
  }
  assert.match(await policyAt('/tools/requests'), /(?:^|; )connect-src 'self'(?:;|$)/)
  for (const path of ['/tools/', '/tools/nothing', '/tools/decoder/x']) {
    assert.equal((await browser(origin).get(path)).status, 404, path)
  }
})

test('the console is for whoever is signed in, at every address of it, and never for a frame', async (t) => {
  const { app } = await testServer(t, { pages, passwords: quickPasswords })
  const one = browser(app.auth.policy.issuer)
  for (const path of ['/console', '/console/subjects/u_1']) {
    const sent = await typed(app, one, path)
    assert.deepEqual([sent.status, sent.headers.get('location')], [303, `/sign-in?to=${encodeURIComponent(path)}`])
    const page = await app.fetch(new Request(app.auth.policy.issuer + path))
    assert.match(await page.text(), /<title>Console/)
    assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  }
})

test('hashed files are kept for ever, others are asked for again', async (t) => {
  const { origin } = await testServer(t, { pages })
  const script = await browser(origin).get('/assets/index-B1x.js')
  assert.equal(script.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8')
  assert.equal((await browser(origin).get('/icon.svg')).headers.get('cache-control'), 'no-cache')
  assert.equal((await browser(origin).get('/assets/other.js')).status, 404)
})

test('every answer carries the headers that keep it from being framed, sniffed or embedded', async (t) => {
  const { origin } = await testServer(t, { pages })
  const one = browser(origin)
  await one.post('/auth/sign-up', anna)
  for (const path of [
    '/auth/session',
    '/auth/sessions',
    '/healthz',
    '/readyz',
    '/auth/nothing',
    '/.well-known/jwks.json',
    '/icon.svg',
  ]) {
    const { headers } = await one.get(path)
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
    assert.equal(headers.get('referrer-policy'), 'same-origin', path)
  }
})

test('what may not be kept says so: everything but the pages, the keys and the metadata', async (t) => {
  const { origin } = await testServer(t, { pages, passwords: quickPasswords })
  const one = browser(origin)
  const kept = async (method: string, path: string): Promise<string | null> =>
    (await one.request(method, path, { json: method === 'GET' ? undefined : anna })).headers.get('cache-control')
  for (const path of ['/auth/sign-up', '/auth/sign-in', '/auth/refresh', '/oauth/token', '/auth/sign-out', '/nowhere'])
    assert.equal(await kept('POST', path), 'no-store', path)
  for (const path of [
    '/auth/session',
    '/auth/sessions',
    '/auth/account',
    '/auth/csrf',
    '/auth/session/x.css',
    '/healthz',
  ])
    assert.equal(await kept('GET', path), 'no-store', path)
  for (const path of ['/', '/sign-in', '/index.html']) assert.equal(await kept('GET', path), 'no-cache', path)
  assert.match((await kept('GET', '/.well-known/jwks.json')) ?? '', /^public, max-age=\d+$/)
})

test('pages that depend on who asks, and how, say so to caches', async (t) => {
  const { app } = await testServer(t, { pages })
  const one = browser('')
  const sent = await typed(app, one, '/')
  assert.equal(sent.status, 303)
  assert.match(sent.headers.get('vary') ?? '', /Cookie/)
  assert.equal(sent.headers.get('cache-control'), 'no-store')
  assert.equal((await typed(app, one, '/nowhere')).headers.get('vary'), 'Sec-Fetch-Mode')
})

test('the page that resumes a session keeps its own policy', async (t) => {
  const { origin } = await testServer(t, { pages, strategy: 'hybrid' })
  const { headers } = await browser(origin).get('/auth/resume?to=/')
  assert.match(headers.get('content-security-policy') ?? '', /script-src 'sha256-/)
})

test('a visitor of the account page who is not signed in is sent to sign in; a program gets the page, without anybody’s data', async (t) => {
  const { origin, app } = await testServer(t, { pages })
  const one = browser(origin)
  const sent = await typed(app, one, '/')
  assert.deepEqual([sent.status, sent.headers.get('location')], [303, '/sign-in?to=%2F'])
  assert.match(await (await fetch(origin)).text(), /<title>Hallpass/)
  await one.post('/auth/sign-up', anna)
  const page = await typed(app, one, '/')
  assert.equal(page.status, 200)
  assert.match(await page.text(), /<title>Hallpass/)
})

test('a mistyped address shows a person the page, as 404; whatever else asks gets a problem document', async (t) => {
  const { origin, app } = await testServer(t, { pages })
  const one = browser(origin)
  for (const path of ['/nowhere', '/sign-in/x', '/auth/nowhere']) {
    const page = await typed(app, one, path)
    assert.equal(page.status, 404, path)
    assert.match(await page.text(), /<title>Hallpass/)
    assert.equal(page.headers.get('cache-control'), 'no-cache')
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self'/)
    const asked = await one.get(path)
    assert.deepEqual([asked.status, asked.json.code], [404, 'not-found'], path)
    const posted = await one.post(path)
    assert.deepEqual([posted.status, posted.json.code], [404, 'not-found'], path)
  }
})

test('hybrid: a typed address after the access token expired is sent to resume', async (t) => {
  const clock = manualClock()
  const { origin, app } = await testServer(t, { pages, strategy: 'hybrid', passwords: quickPasswords, runtime: clock })
  const one = browser(origin)
  await one.post('/auth/sign-up', anna)
  assert.equal((await typed(app, one, '/')).status, 200)
  clock.advance(301_000)
  const sent = await typed(app, one, '/')
  assert.deepEqual([sent.status, sent.headers.get('location')], [303, '/auth/resume?to=%2F'])
  assert.equal((await one.post('/auth/refresh')).status, 200)
  assert.equal((await typed(app, one, '/')).status, 200)
})

test('M17: over https every answer asks for https from then on', async () => {
  const policy = { issuer: 'https://app.example', secret: rootSecret }
  const config = {
    store: { engine: 'memory' },
    policy,
    port: 7100,
    host: null,
    logLevel: 'silent',
    secretFile: null,
    operatorKey: null,
    logKeys: null,
    transport: { issuer: 'https://app.example', hosts: ['app.example'], internalHosts: [], proxies: null },
    routes: [],
    forwardAuthKeys: null,
    relay: false,
  } as const
  const app = buildApp(config, { pages, passwords: quickPasswords, log: createLog('silent') })
  for (const path of ['/', '/sign-in', '/healthz', '/nothing']) {
    const response = await app.fetch(new Request(`https://app.example${path}`))
    assert.match(response.headers.get('strict-transport-security') ?? '', /^max-age=31536000/)
  }
  await app.close()
})

test('the built pages are read as they are, by their paths', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-pages-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<title>x</title>')
  writeFileSync(join(folder, 'assets', 'index-B1x.css'), 'a{}')
  const read = readPages(folder)
  assert.deepEqual([...read.keys()].sort(), ['/assets/index-B1x.css', '/index.html'])
  assert.equal(read.get('/assets/index-B1x.css')?.type, 'text/css; charset=utf-8')
  assert.equal(readPages(join(folder, 'nothing')).size, 0)
})

test('files are for looking: HEAD has their headers, and no other method is a page, nor anything before the first build', async (t) => {
  const [built, bare] = [await testServer(t, { pages }), await testServer(t, { pages: new Map() })]
  const head = await browser(built.origin).request('HEAD', '/icon.svg')
  assert.deepEqual([head.status, head.headers.get('content-type'), head.text], [200, 'image/svg+xml', ''])
  const navigated = (app: App, method: string) =>
    app.fetch(
      new Request(`${app.auth.policy.issuer}/nowhere`, {
        method,
        headers: { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none', accept: 'text/html' },
      }),
    )
  assert.match((await navigated(built.app, 'GET')).headers.get('content-type') ?? '', /^text\/html/)
  for (const answer of [await navigated(built.app, 'POST'), await navigated(bare.app, 'GET')]) {
    assert.equal(answer.status, 404)
    assert.match(answer.headers.get('content-type') ?? '', /json/)
  }
  assert.equal((await browser(built.origin).request('POST', '/icon.svg', { json: {} })).status, 404)
})
