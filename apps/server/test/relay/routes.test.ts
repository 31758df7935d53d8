import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { test } from 'node:test'
import { Hono } from 'hono'
import type { RelayAnswer, RelayBody } from '#src/admin/contract.js'
import { problemResponse } from '#src/errors.js'
import { relayRoutes } from '#src/relay/routes.js'
import { type Answer, browser, client } from '../test-client.js'
import { quickPasswords, testServer } from '../test-server.js'
import { listen } from './real-servers.js'

const operatorKey = 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe'
const plain = { method: 'GET', headers: [], body: null } as const
const asOperator = (origin: string) => client(origin, { authorization: `Bearer ${operatorKey}` })

function relayed(answer: Answer): RelayAnswer {
  assert.equal(answer.status, 200, answer.text)
  return JSON.parse(answer.text) as RelayAnswer
}

async function relayThrough(origin: string, body: object): Promise<RelayAnswer> {
  return relayed(await asOperator(origin).post('/admin/relay', { ...plain, ...body }))
}

test('where it is not switched on there is nothing there, and nobody but operators finds it', async (t) => {
  const off = await testServer(t, { operatorKey, relay: false })
  const request = { ...plain, url: `${off.origin}/healthz` }
  assert.equal((await asOperator(off.origin).post('/admin/relay', request)).status, 404)
  const on = await testServer(t, { operatorKey, passwords: quickPasswords })
  const page = browser(on.origin)
  await page.post('/auth/sign-up', { email: 'anna@example.com', password: 'violet tram under seven' })
  for (const caller of [page, client(on.origin, {}), client(on.origin, { authorization: 'Bearer wrong' })])
    assert.ok([401, 403].includes((await caller.post('/admin/relay', request)).status))
  assert.equal((await asOperator(on.origin).get('/admin/relay')).status, 404)
})

test('the server asks itself, with cookies and an origin that no page could send', async (t) => {
  const { origin, logged } = await testServer(t, { operatorKey, passwords: quickPasswords })
  const person = { email: 'berta@example.com', password: 'orange kettle over nine' }
  await browser(origin).post('/auth/sign-up', person)
  const json = [
    ['Content-Type', 'application/json'],
    ['Origin', origin],
    ['Sec-Fetch-Site', 'same-origin'],
  ]
  const signedIn = await relayThrough(origin, {
    ...{ method: 'POST', url: `${origin}/auth/sign-in`, headers: json, body: JSON.stringify(person) },
  })
  assert.ok(signedIn.outcome === 'answered' && signedIn.response.status === 200)
  const lines = signedIn.response.headers.filter(([name]) => name.toLowerCase() === 'set-cookie')
  const cookie = lines.map(([, line]) => line.split(';')[0]).join('; ')
  const session = await relayThrough(origin, { url: `${origin}/auth/session`, headers: [['Cookie', cookie]] })
  assert.ok(session.outcome === 'answered' && session.response.status === 200)
  const log = logged.join('\n')
  for (const secret of [person.password, cookie.split('=')[1] ?? '', person.email]) assert.ok(!log.includes(secret))
})

test('a request does not come back to the relay', async (t) => {
  const { origin } = await testServer(t, { operatorKey })
  const inner: RelayBody = { ...plain, url: `${origin}/healthz` }
  const headers = [
    ['Authorization', `Bearer ${operatorKey}`],
    ['Content-Type', 'application/json'],
  ]
  const outer = { method: 'POST', url: `${origin}/admin/relay`, headers, body: JSON.stringify(inner) }
  const answer = await relayThrough(origin, outer)
  assert.ok(answer.outcome === 'answered')
  assert.equal(answer.response.status, 508)
  assert.match(Buffer.from(answer.response.body, 'base64').toString(), /"code":"relay-loop"/)
  const hidden = await asOperator(origin).post('/admin/relay', { ...outer, headers: [...headers, ['Via', 'x']] })
  assert.deepEqual([hidden.status, hidden.json.errors?.[0]?.field], [400, 'headers[2]'])
})

test('another host is asked about first, and then sent to where that was', async (t) => {
  const { origin } = await testServer(t, { operatorKey })
  const hosts: unknown[] = []
  const port = await listen(
    t,
    (req, res) => {
      hosts.push(req.headers.host)
      res.end('hello')
    },
    hostname(),
  )
  const url = `http://${hostname()}:${port}/`
  const first = await relayThrough(origin, { url })
  assert.ok(first.outcome === 'unconfirmed')
  assert.deepEqual([first.host, hosts], [`${hostname().toLowerCase()}:${port}`, []])
  const { host, address } = first
  for (const confirmed of [
    { host, address: '127.0.0.9' },
    { host: `other.example:${port}`, address },
  ])
    assert.deepEqual(await relayThrough(origin, { url, confirmed }), first)
  assert.deepEqual(hosts, [])
  const second = await relayThrough(origin, { url, confirmed: { host, address } })
  assert.ok(second.outcome === 'answered')
  assert.deepEqual([second.response.address, hosts], [address, [host]])
})

test('a name that leads elsewhere by the time it is confirmed is asked about again, and nothing is sent', async (t) => {
  let asked = 0
  const port = await listen(t, (_req, res) => {
    asked += 1
    res.end()
  })
  const answers = [['192.0.2.1'], ['127.0.0.1'], ['127.0.0.1'], ['169.254.169.254']]
  const lookup = async (): Promise<readonly string[]> => answers.shift() ?? []
  const app = new Hono().onError((error) => problemResponse(error)).route('/', relayRoutes(lookup))
  const host = `rebinding.example:${port}`
  const send = async (confirmed?: RelayBody['confirmed']) => {
    const body = JSON.stringify({ ...plain, url: `http://${host}/`, confirmed })
    return app.request('/', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  }
  assert.deepEqual(await (await send()).json(), { outcome: 'unconfirmed', host, address: '192.0.2.1' })
  const rebound = await send({ host, address: '192.0.2.1' })
  assert.deepEqual(await rebound.json(), { outcome: 'unconfirmed', host, address: '127.0.0.1' })
  assert.equal(asked, 0)
  const confirmed = (await (await send({ host, address: '127.0.0.1' })).json()) as RelayAnswer
  assert.deepEqual([confirmed.outcome, asked], ['answered', 1])
  const forbidden = await send({ host, address: '127.0.0.1' })
  assert.equal(forbidden.status, 400)
  assert.match(await forbidden.text(), /169\.254\.169\.254: a link-local address/)
  assert.equal(asked, 1)
})

test('forbidden addresses and requests that cannot be sent are refused by field, confirmed or not', async (t) => {
  const { origin } = await testServer(t, { operatorKey })
  const post = (body: object) => asOperator(origin).post('/admin/relay', { ...plain, ...body })
  const spellings = [
    '169.254.169.254',
    '2852039166',
    '0xa9.0xfe.0xa9.0xfe',
    '0251.0376.0251.0376',
    '[::ffff:a9fe:a9fe]',
    '[fe80::1]',
    '0',
    '[::]',
  ]
  for (const host of spellings) {
    const confirmed = { host: new URL(`http://${host}/`).host, address: '169.254.169.254' }
    const answer = await post({ url: `http://${host}/`, confirmed })
    assert.deepEqual(
      [answer.status, answer.json.code, answer.json.errors?.[0]?.field],
      [400, 'bad-request', 'url'],
      host,
    )
  }
  const bad = await post({
    method: 'G T',
    url: 'ftp://x',
    headers: [
      ['Host', 'a'],
      ['B', 'c\r\nd'],
    ],
  })
  assert.deepEqual(
    bad.json.errors?.map(({ field }) => field),
    ['method', 'url', 'headers[0]', 'headers[1]'],
  )
  const shapes = [
    {},
    { url: 1 },
    { url: origin, headers: [['a']] },
    { url: origin, body: 1 },
    { url: origin, timeout: 1 },
  ]
  for (const shape of shapes) assert.equal((await post(shape)).status, 400, JSON.stringify(shape))
  assert.equal((await asOperator(origin).request('POST', '/admin/relay', { body: '{}' })).status, 415)
})

test('a mebibyte goes out, and no more', async (t) => {
  const { origin } = await testServer(t, { operatorKey })
  let received = 0
  const port = await listen(t, (req, res) => {
    req.on('data', (chunk: Buffer) => (received += chunk.length))
    req.on('end', () => res.end())
  })
  const url = `http://127.0.0.1:${port}/`
  const whole = await relayThrough(origin, { method: 'POST', url, body: '"'.repeat(1_048_576) })
  assert.deepEqual([whole.outcome, received], ['answered', 1_048_576])
  const more = await asOperator(origin).post('/admin/relay', {
    ...plain,
    method: 'POST',
    url,
    body: 'x'.repeat(1_048_577),
  })
  assert.deepEqual([more.status, more.json.errors?.[0]?.field], [400, 'body'])
  const tooMuch = await asOperator(origin).post('/admin/relay', { ...plain, url, body: 'x'.repeat(3_000_000) })
  assert.equal(tooMuch.status, 413)
})

test('four at a time, and room again when one is answered', async (t) => {
  const { origin } = await testServer(t, { operatorKey })
  const waiting: (() => void)[] = []
  let arrived = (): void => {}
  const four = new Promise<void>((resolve) => (arrived = resolve))
  const port = await listen(t, (_req, res) => {
    waiting.push(() => res.end())
    if (waiting.length === 4) arrived()
  })
  const url = `http://127.0.0.1:${port}/`
  const underWay = Array.from({ length: 4 }, () => relayThrough(origin, { url }))
  await four
  const fifth = await asOperator(origin).post('/admin/relay', { ...plain, url })
  assert.deepEqual([fifth.status, fifth.json.code], [429, 'relay-busy'])
  for (const answer of waiting) answer()
  for (const one of await Promise.all(underWay)) assert.equal(one.outcome, 'answered')
  const again = relayThrough(origin, { url: `${origin}/healthz` })
  assert.equal((await again).outcome, 'answered')
})
