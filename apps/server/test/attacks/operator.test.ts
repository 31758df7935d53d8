import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from 'hallpass/memory'
import { manualClock } from 'hallpass/testing'
import type { EventsAnswer } from '#src/admin/contract.js'
import { readStoreAddress } from '#src/stores/address.js'
import { openStore } from '#src/stores/open.js'
import { at, type OperatorServer, operatorKey, operatorServer, told } from '../admin/operators.js'
import { rawRequest } from '../forward-auth/raw-request.js'
import { startPostgres } from '../stores/real-servers.js'
import type { TestClient } from '../test-client.js'
import { until } from '../until.js'

const slow = { timeout: 120_000 }
const evil = 'https://evil.example'
const sid = `aa${'b'.repeat(21)}A`

/** Everything below `/admin` that changes something: what an attacker wants an operator's browser to send. */
function unsafeRoutes(subject: string): readonly (readonly [method: string, path: string, body?: object])[] {
  return [
    ['PUT', at(subject, '/roles'), { roles: ['operator'] }],
    ['POST', at(subject, '/end')],
    ['POST', at(subject, '/disable')],
    ['POST', at(subject, '/enable')],
    ['POST', `/admin/sessions/${sid}/revoke`],
    ['POST', '/admin/revoke-everything', { confirm: 'everything' }],
    ['POST', '/admin/keys/rotate'],
    ['POST', '/admin/keys/some-key/revoke'],
    ['POST', `/admin/tokens/${'t'.repeat(22)}/revoke`],
    ['POST', '/admin/clients', { name: 'Evil', grants: ['client_credentials'], audiences: ['https://a.example'] }],
    ['PATCH', '/admin/clients/c_1', { disabled: false }],
    ['DELETE', '/admin/clients/c_1'],
    ['POST', '/admin/clients/c_1/secrets'],
    ['DELETE', '/admin/clients/c_1/secrets/s_1'],
    ['POST', '/admin/relay', { method: 'GET', url: 'http://localhost:1/', headers: [], body: null }],
  ]
}

/** What operators did, as it is kept, oldest first. */
async function acts(key: TestClient): Promise<readonly string[]> {
  const { events } = told<EventsAnswer>(await key.get('/admin/events?type=operator-acted'))
  return events.map(({ details }) => String(details['did'])).reverse()
}

test('O01 no other site and no form makes an operator’s browser do anything', slow, async (t) => {
  const server = await operatorServer(t)
  const page = await server.operator('ada@example.com')
  const before = JSON.stringify(await server.store.accounts.find(page.id))
  const { text } = await page.get('/auth/csrf')
  const { token } = JSON.parse(text) as { readonly token: string }
  const csrf = { 'hallpass-csrf': token }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const attempts: readonly { readonly [name: string]: string }[] = [
    { origin: evil, 'sec-fetch-site': 'cross-site', ...csrf },
    { origin: server.origin.replace('localhost', 'app.localhost'), 'sec-fetch-site': 'same-site', ...csrf },
    { origin: 'null', 'sec-fetch-site': 'cross-site', ...csrf },
    { origin: '', 'sec-fetch-site': '' },
    { ...form, 'sec-fetch-mode': 'navigate' },
    { 'content-type': 'text/plain' },
    { ...form, 'x-http-method-override': 'GET' },
  ]
  for (const headers of attempts) {
    for (const [method, path, body = {}] of unsafeRoutes(page.id)) {
      const answer = await page.request(method, path, { body: JSON.stringify(body), headers })
      assert.deepEqual([answer.status, answer.json.code], [403, 'csrf-refused'], `${method} ${path} ${answer.text}`)
    }
  }
  assert.equal(JSON.stringify(await server.store.accounts.find(page.id)), before)
  assert.equal((await page.get('/admin/operator')).status, 200)
})

test('O02 ten minutes on, no spelling of an act passes for looking', slow, async (t) => {
  const clock = manualClock(Date.now())
  const server = await operatorServer(t, { runtime: clock })
  const page = await server.operator('ada@example.com')
  const { text } = await page.get('/auth/csrf')
  const { token } = JSON.parse(text) as { readonly token: string }
  clock.advance(600_001)
  for (const [method, path, json = {}] of unsafeRoutes(page.id)) {
    const send = (how: string, where: string, more = {}) =>
      page.request(how, where, {
        ...(['GET', 'HEAD'].includes(how) ? {} : { json }),
        headers: { 'hallpass-csrf': token, ...more },
      })
    const plain = await send(method, path, { 'x-http-method-override': 'GET', 'x-method-override': 'HEAD' })
    assert.deepEqual([plain.status, plain.json.code], [401, 'step-up-required'], `${method} ${path}`)
    for (const how of ['GET', 'HEAD', 'OPTIONS']) {
      const status = (await send(how, `${path}?_method=${method}`)).status
      // of a client or a subject there is something to look at, by its own address
      assert.ok(status === 404 || (status === 200 && how !== 'OPTIONS'), `${how} ${path}: ${status}`)
    }
    for (const where of [`${path}/`, path.replace('/admin', '/Admin'), path.replace('/admin/', '/admin;a=b/')]) {
      const { status } = await send(method, where)
      assert.ok([401, 403, 404].includes(status), `${method} ${where}: ${status}`)
    }
    const encoded = await send(method, path.replace('/admin', '/%61dmin'))
    assert.equal(encoded.json.code, 'step-up-required', path)
  }
  assert.equal((await page.get('/admin/operator')).status, 200)
})

test('O03 nothing but an Authorization of its own form carries the operator key, and no token takes its place', async (t) => {
  const server = await operatorServer(t, { strategy: 'hybrid' })
  const page = await server.operator('ada@example.com')
  const { port, host } = new URL(server.origin)
  const cookies = [...page.cookies]
  const ours = cookies.map(([, value]) => `Authorization: Bearer ${value}`)
  const forms: readonly (readonly string[])[] = [
    [`Cookie: operator-key=${operatorKey}`],
    [`Cookie: ${cookies.map(([name]) => `${name}=${operatorKey}`).join('; ')}`],
    [`Authorization: Basic ${Buffer.from(`operator:${operatorKey}`).toString('base64')}`],
    [`Authorization: ${operatorKey}`],
    [`Authorization: Bearer`],
    [`Authorization: Bearer ${operatorKey}, Bearer ${operatorKey}`],
    [`Authorization: Bearer ${operatorKey} ${operatorKey}`],
    [`Authorization: Bearer ${operatorKey}x`],
    [`Authorization: Bearer ${operatorKey.slice(0, -1)}`],
    [`Authorization: Bearer ${operatorKey.toLowerCase()}`],
    [`Proxy-Authorization: Bearer ${operatorKey}`],
    [`X-Operator-Key: ${operatorKey}`],
    ...ours.map((line) => [line]),
  ]
  assert.ok(ours.length >= 2)
  for (const lines of forms) {
    for (const target of ['/admin/operator', '/metrics', `/admin/keys?access_token=${operatorKey}`]) {
      const head = [`GET ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...lines]
      const { status, text } = await rawRequest(Number(port), head, '')
      // two of that header are no request at all
      assert.ok([400, 401].includes(status), `${lines.join()} ${status}`)
      assert.ok(!text.includes('"by"'), text)
    }
  }
})

test(
  'O04 nobody stops the audit trail by what they ask for, and no cursor passes for a store that is away',
  slow,
  async (t) => {
    const { address } = await startPostgres(t)
    const there = readStoreAddress(address)
    assert.ok(there !== null)
    const hearing = { warned: () => undefined, disconnected: () => undefined }
    const server: OperatorServer = await operatorServer(t, { store: openStore(there, 'hallpass', hearing) })
    const tilde = (id: string): string => `/admin/subjects/~${Buffer.from(id).toString('base64url')}/end`
    for (const id of ['x\0', '\0', 'x\u0085', 'x'.repeat(256), 'ü'.repeat(3000)]) {
      const answer = await server.key.post(tilde(id))
      assert.deepEqual([answer.status, answer.json.code], [400, 'bad-request'], JSON.stringify(id.slice(0, 9)))
    }
    assert.equal((await server.key.post(tilde('ü'.repeat(255)))).status, 200)
    await until(async () => (await acts(server.key)).length === 6)
    const cursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url')
    for (const query of [
      `subjects?after=${cursor(['emails', '\0'])}`,
      `subjects?after=${cursor(['ids', '\ud800'])}`,
      `events?before=${cursor([1, '\0'])}`,
      `events?subject=%00`,
      `subjects?search=%00`,
    ])
      assert.equal((await server.key.get(`/admin/${query}`)).status, 400, query)
  },
)

test('O05 ids that objects and stores know by themselves are nobody’s', async (t) => {
  const server = await operatorServer(t, { store: memory() })
  const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
  for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '*', 'sub:x', 'null', '-1']) {
    assert.equal((await server.key.get(at(id))).status, 404, id)
    const path = encodeURIComponent(id)
    for (const [method, where] of [
      ['GET', `/admin/clients/${path}`],
      ['PATCH', `/admin/clients/${path}`],
      ['POST', `/admin/clients/${path}/secrets`],
      ['DELETE', `/admin/clients/${path}/secrets/${path}`],
      ['GET', `/admin/sessions/${path}`],
      ['PUT', at(id, '/roles')],
      ['POST', at(id, '/disable')],
    ] as const) {
      const json = where.endsWith('roles')
        ? { roles: ['operator'] }
        : where.includes('clients')
          ? { disabled: true }
          : {}
      const answer = await server.key.request(method, where, method === 'GET' ? {} : { json })
      assert.equal(answer.status, 404, `${method} ${where}: ${answer.text}`)
    }
  }
  for (const body of ['{"__proto__":{"roles":["operator"]}}', '{"roles":["operator"],"__proto__":{}}']) {
    const headers = { 'content-type': 'application/json' }
    const answer = await server.key.request('PUT', at('u_x', '/roles'), { body, headers })
    assert.equal(answer.json.code, 'bad-request', answer.text)
  }
  assert.equal(JSON.stringify(Object.getOwnPropertyNames(Object.prototype)), before)
})
