import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browser } from '../test-client.js'
import { backend, routesTo, tokenIn, verified } from './backend.js'
import { raw, statusOf } from './raw.js'
import { echoOf, signedIn } from './signed-in.js'

test('a cookie comes in, a token for that one backend goes out', async (t) => {
  const orders = await backend(t)
  const reports = await backend(t, undefined, 'https://reports.example')
  const identityHeaders = new Map([
    ['x-user', 'sub'],
    ['x-auth-time', 'auth_time'],
    ['x-auth-methods', 'amr'],
    ['x-user-nickname', 'nickname'],
  ])
  const routes = routesTo([orders, { identityHeaders }], [reports, { path: '/reports', stripPath: true }])
  const { origin, ada } = await signedIn(t, { routes })

  const answer = await ada.get('/api/orders?of=today')
  assert.equal(answer.status, 200)
  const echo = echoOf(answer)
  assert.equal(echo.url, '/api/orders?of=today')
  assert.equal(echo.headers['host'], orders.upstream.host)
  assert.equal(echo.headers['cookie'], undefined)
  assert.equal(echo.headers['x-forwarded-host'], new URL(origin).host)
  assert.equal(echo.headers['x-forwarded-proto'], 'http')
  assert.match(String(echo.headers['x-forwarded-for']), /^(?:127\.0\.0\.1|::1)$/)

  const claims = await verified(origin, orders.audience, echo)
  const { session } = (await ada.get('/auth/session')).json
  assert.equal(claims?.['sid'], session.id)
  assert.equal(echo.headers['x-user'], claims?.['sub'])
  assert.equal(echo.headers['x-auth-time'], `${Number(claims?.['auth_time'])}`)
  assert.equal(echo.headers['x-auth-methods'], 'pwd')
  assert.equal(echo.headers['x-user-nickname'], undefined)
  assert.equal(await verified(origin, reports.audience, echo), null)

  const other = echoOf(await ada.get('/reports/monthly'))
  assert.equal(other.url, '/monthly')
  assert.equal(other.headers['x-user'], undefined)
  assert.equal((await verified(origin, reports.audience, other))?.['sid'], session.id)
  assert.equal(await verified(origin, orders.audience, other), null)
  assert.equal(echoOf(await ada.get('/reports')).url, '/')
  assert.equal(echoOf(await ada.get('/reports?x=1')).url, '/?x=1')
})

test('a role that is taken away closes the routes that ask for it with the next request, and the backend hears of no other', async (t) => {
  const orders = await backend(t)
  const roles = new Set(['clerk', 'manager'])
  const claims = new Map([['roles', 'manager']])
  const access = { kind: 'signed-in', maxAge: null, sensitive: false, claims } as const
  const routes = routesTo([orders, { access, identityHeaders: new Map([['x-roles', 'roles']]) }])
  const { ada, app } = await signedIn(t, { routes, claims: async () => ({ roles: [...roles] }) })
  assert.equal(echoOf(await ada.get('/api')).headers['x-roles'], 'clerk,manager')
  const { subject } = (await ada.get('/auth/session')).json.session

  roles.delete('manager')
  await app.auth.subjects.changed(subject)
  const answer = await ada.get('/api')
  assert.deepEqual([answer.status, answer.json.code], [403, 'claim-required'])

  roles.add('manager').delete('clerk')
  await app.auth.subjects.changed(subject)
  assert.equal(echoOf(await ada.get('/api')).headers['x-roles'], 'manager')
})

test('an answer about somebody is kept by nobody, unless its backend says so', async (t) => {
  const plain = await backend(t, (_, res) => res.end('mine'))
  const cached = await backend(
    t,
    (_, res) => res.setHeader('cache-control', 'max-age=60').setHeader('vary', 'Accept').end('mine'),
    'https://cached.example',
  )
  const routes = routesTo([plain, { access: { kind: 'public' } }], [cached, { path: '/cached' }])
  const { origin, ada } = await signedIn(t, { routes })
  const mine = await ada.get('/api')
  assert.equal(mine.headers.get('cache-control'), 'no-store')
  assert.equal(mine.headers.get('vary'), 'Cookie')
  const everybodys = await browser(origin).get('/api')
  assert.equal(everybodys.headers.get('cache-control'), null)
  assert.equal(everybodys.headers.get('vary'), 'Cookie')
  const kept = await ada.get('/cached')
  assert.equal(kept.headers.get('cache-control'), 'max-age=60')
  assert.equal(kept.headers.get('vary'), 'Accept, Cookie')
})

test('who is not signed in gets a problem document, or the sign-in page where a page was asked for', async (t) => {
  const orders = await backend(t)
  const { origin, host } = await signedIn(t, { routes: routesTo([orders]) })
  const visitor = browser(origin)
  const asked = await visitor.get('/api/orders?x=1')
  assert.equal(asked.status, 401)
  assert.equal(asked.json.code, 'session-required')
  const lines = [`host: ${host}`, 'sec-fetch-mode: navigate', 'sec-fetch-dest: document', 'connection: close']
  const page = await (await raw(origin, ['GET /api/orders?x=1 HTTP/1.1', ...lines])).ended()
  assert.equal(statusOf(page), 303)
  assert.match(page, /^location: \/sign-in\?to=%2Fapi%2Forders%3Fx%3D1\r$/m)
  assert.equal(orders.seen.length, 0)
})

test('a route asks for a recent sign-in, for the CSRF token, and for what the token says', async (t) => {
  const orders = await backend(t)
  const asks = { kind: 'signed-in', maxAge: null, sensitive: false, claims: new Map() } as const
  const routes = routesTo(
    [orders, { path: '/recent', access: { ...asks, maxAge: 3600 } }],
    [orders, { path: '/just-now', access: { ...asks, maxAge: 0 } }],
    [orders, { path: '/sensitive', access: { ...asks, sensitive: true } }],
    [orders, { path: '/by-password', access: { ...asks, claims: new Map([['amr', 'pwd']]) } }],
    [orders, { path: '/admins', access: { ...asks, claims: new Map([['role', 'admin']]) } }],
  )
  const { ada, logged } = await signedIn(t, { routes })
  assert.equal((await ada.get('/recent')).status, 200)
  const stale = await ada.get('/just-now')
  assert.equal(stale.json.code, 'step-up-required')
  assert.equal((await ada.post('/sensitive')).json.code, 'csrf-refused')
  const token = ((await ada.get('/auth/csrf')).json as unknown as { token: string }).token
  assert.equal((await ada.post('/sensitive', {}, { 'hallpass-csrf': token })).status, 200)
  assert.equal((await ada.get('/by-password')).status, 200)
  const refused = await ada.get('/admins')
  assert.deepEqual([refused.status, refused.json.code], [403, 'claim-required'])
  assert.doesNotMatch(refused.text, /role/)
  assert.ok(logged.some((line) => line.includes('"claim-required"') && line.includes('the token lacks \\"role\\"')))
  assert.ok(logged.some((line) => line.includes('"step-up-required"')))
})

test('one line is logged for each request, and no credential is in it', async (t) => {
  const orders = await backend(t)
  const { ada, cookie, logged } = await signedIn(t, { routes: routesTo([orders]) })
  const { session } = (await ada.get('/auth/session')).json
  const echo = echoOf(await ada.get('/api/orders?secret=1'))
  await new Promise((soon) => void setImmediate(soon))
  const lines = logged
    .map((line) => JSON.parse(line) as { [name: string]: unknown })
    .filter(({ route }) => route === '/api')
  assert.equal(lines.length, 1)
  const [line] = lines
  assert.deepEqual(
    [line?.['method'], line?.['path'], line?.['status'], line?.['outcome'], line?.['session']],
    ['GET', '/api/orders', 200, 'answered', session.id],
  )
  const everything = logged.join('\n')
  for (const secret of [tokenIn(echo), cookie().split('=')[1]!, 'secret=1']) assert.ok(!everything.includes(secret))
})

test('where a route has "/", the account page is at /account, and sign-in stays ours', async (t) => {
  const shop = await backend(t, (_, res) => res.end('the shop'), 'https://shop.example')
  const page = { type: 'text/html; charset=utf-8', bytes: new TextEncoder().encode('<title>Account</title>') }
  const pages = new Map([
    ['/index.html', page],
    ['/assets/index-B1x.js', page],
  ])
  const { ada, origin } = await signedIn(t, {
    pages,
    routes: routesTo([shop, { path: '/', access: { kind: 'public' } }]),
  })
  for (const path of ['/', '/anything', '/assets/other.js']) assert.equal((await ada.get(path)).text, 'the shop', path)
  for (const path of ['/account', '/sign-in', '/sign-up', '/index.html', '/assets/index-B1x.js'])
    assert.match((await ada.get(path)).text, /<title>Account/, path)
  const visitor = await browser(origin).get('/account')
  assert.doesNotMatch(visitor.text, /the shop/)
})

test('what is on its way and how it ended are figures for operators', async (t) => {
  const orders = await backend(t)
  const operatorKey = 'Vb8dKq2xRw6ZtYm4NcLh9sGj3FpAe7Ku'
  const { ada, origin } = await signedIn(t, { operatorKey, routes: routesTo([orders]) })
  await ada.get('/api')
  await browser(origin).get('/api')
  const { text } = await browser(origin).get('/metrics', { authorization: `Bearer ${operatorKey}` })
  assert.match(text, /^hallpass_gateway_open\{kind="websocket"\} 0$/m)
  assert.match(text, /^hallpass_gateway_ended_total\{outcome="answered"\} 1$/m)
  assert.match(text, /^hallpass_gateway_ended_total\{outcome="refused"\} 1$/m)
})
