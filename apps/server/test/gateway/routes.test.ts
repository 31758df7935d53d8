import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServerError } from '#src/errors.js'
import { ownAddresses } from '#src/gateway/own-addresses.js'
import { createRoutes } from '#src/gateway/routes.js'
import { loosestReading } from '#src/transport/target.js'
import { routeTo } from './backend.js'

const backend = { upstream: new URL('http://backend:3000'), audience: 'x' }
const at = (path: string, host = 'app.example') => routeTo(backend, { host, path })
const table = createRoutes(
  [
    at('/'),
    at('/api'),
    at('/api/orders'),
    at('/public'),
    at('/Reports'),
    at('/', 'admin.example'),
    at('/x', 'x.example'),
  ],
  ['/index.html', '/assets/index-B1x.js'],
)

function where(path: string, host = 'app.example'): string | null {
  const found = table.find(host, path)
  if (found instanceof ServerError) return found.code
  return found === null ? null : `${found.host}${found.path}`
}

test('the longest path on whole segments wins, on that host alone', () => {
  const cases: readonly (readonly [path: string, route: string | null])[] = [
    ['/', 'app.example/'],
    ['/api', 'app.example/api'],
    ['/api/', 'app.example/api'],
    ['/api/x/y/z', 'app.example/api'],
    ['/apis', 'app.example/'],
    ['/api/orders', 'app.example/api/orders'],
    ['/api/orders/1', 'app.example/api/orders'],
    ['/api/orders2', 'app.example/api'],
    ['/Reports/1', 'app.example/Reports'],
    ['/authors', 'app.example/'],
    ['/administration', 'app.example/'],
  ]
  for (const [path, route] of cases) assert.equal(where(path), route, path)
  assert.equal(where('/api', 'admin.example'), 'admin.example/')
  assert.equal(where('/api', 'x.example'), null)
  assert.equal(where('/x/y', 'x.example'), 'x.example/x')
  assert.equal(where('/', 'evil.example'), null)
})

test("this server's own addresses are nobody else's, on every host", () => {
  for (const address of ownAddresses)
    for (const path of [address, `${address}/`, `${address}/below`])
      for (const host of ['app.example', 'admin.example']) assert.equal(where(path, host), null, path)
  for (const file of ['/index.html', '/assets/index-B1x.js']) assert.equal(where(file), null, file)
  assert.equal(where('/assets/other.js'), 'app.example/')
})

test('a path that a lenient reader takes for an address with other rules is refused', () => {
  const refused = [
    '/Admin',
    '/ADMIN/x',
    '/admin;x',
    '/auth;x/session',
    '/%EF%BD%81%EF%BD%84%EF%BD%8D%EF%BD%89%EF%BD%8E',
  ]
  for (const path of [
    ...refused,
    '/API',
    '/Api/x',
    '/api/Orders',
    '/api/orders;v=1',
    '/api;x/orders',
    '/Index.html',
    '/reports/Y',
  ])
    assert.equal(where(path), 'ambiguous-address', `${path} reads as ${loosestReading(path)}`)
  const fine = ['/Users', '/api/Users', '/api/x;v=1', '/api/%C3%A4', '/api/orders/Open', '/Reports/Y;z']
  for (const path of fine) assert.notEqual(where(path), 'ambiguous-address', path)
})

test('a long address costs no more than its route is deep', () => {
  const began = performance.now()
  for (let times = 0; times < 100; times++) assert.equal(where(`/api${'/a'.repeat(4000)}`), 'app.example/api')
  assert.ok(performance.now() - began < 5000)
})
