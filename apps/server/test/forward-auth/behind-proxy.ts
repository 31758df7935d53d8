import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from 'hallpass/memory'
import { manualClock } from 'hallpass/testing'
import { createClient } from 'hallpass/browser'
import { browser, type TestClient } from '../test-client.js'
import { until } from '../until.js'
import { attackCases, type AttackCase, isOpen, type Shown } from './attack-cases.js'
import { awayStore } from './away-store.js'
import type { ProxyProgram } from './proxies.js'
import { isWhole, rawRequest } from './raw-request.js'
import { cookieOf, openScene, type Scene, signUp, visit } from './scene.js'

/** What holds for a proxy of whichever make that asks Hallpass before it forwards. */
export function holdsBehind(proxy: ProxyProgram): void {
  const { name } = proxy

  test(`${name}: signed out: a page is sent to sign in, a program is told why`, async (t) => {
    const scene = await openScene(t, proxy)
    const visitor = browser(scene.origin)
    const sent = await visit(scene, visitor, '/notes?page=2')
    const to = `/sign-in?to=${encodeURIComponent('/notes?page=2')}`
    assert.deepEqual([sent.status, sent.location, sent.headers['cache-control']], [303, to, 'no-store'])
    const told = await visitor.get('/notes')
    assert.deepEqual([told.status, told.json.code, told.json.status], [401, 'session-required', 401])
    assert.match(told.headers.get('content-type') ?? '', /^application\/problem\+json/)
    assert.match(told.headers.get('www-authenticate') ?? '', /^Bearer realm="hallpass"/)
    assert.equal(told.headers.get('cache-control'), 'no-store')
    assert.equal(scene.backend.received.length, 0)
    const open = await visitor.get('/public/a')
    assert.deepEqual([open.status, scene.backend.received.at(-1)?.subject], [200, null])
  })

  test(`${name}: signed in: the backend sees whose session it is, until it ends`, async (t) => {
    const scene = await openScene(t, proxy)
    const { one, subject } = await signUp(scene)
    for (const path of ['/', '/notes?page=2', '/public/a', '/caf%C3%A9/%E2%82%AC?q=a%2Fb']) {
      assert.equal((await one.get(path, { cookie: `${cookieOf(one)}; theme=dark` })).status, 200, path)
      const { url, headers, subject: seen } = scene.backend.received.at(-1)!
      assert.deepEqual([url, seen, headers['x-user'], headers.cookie], [path, subject, subject, 'theme=dark'])
    }
    assert.equal((await one.post('/auth/sign-out')).status, 200)
    const before = scene.backend.received.length
    assert.equal((await one.get('/notes')).status, 401)
    assert.equal(scene.backend.received.length, before)
  })

  test(`${name}: hybrid: a page whose token expired recovers through resume, with one rotation`, async (t) => {
    const clock = manualClock()
    const scene = await openScene(t, proxy, { strategy: 'hybrid', runtime: clock })
    const { one, subject } = await signUp(scene)
    let rotations = 0
    scene.server.app.auth.on('refresh-rotated', () => (rotations += 1))
    assert.equal((await visit(scene, one, '/notes')).status, 200)
    clock.advance(301_000)
    const before = scene.backend.received.length

    const expired = await one.get('/notes')
    assert.deepEqual([expired.status, expired.json.code], [401, 'expired'])
    const sent = await visit(scene, one, '/notes')
    assert.deepEqual([sent.status, sent.location], [303, '/auth/resume?to=%2Fnotes'])
    const { 'set-cookie': cookies } = sent.headers
    assert.deepEqual([cookies, rotations, scene.backend.received.length], [undefined, 0, before])

    const resumed = await visit(scene, one, '/auth/resume?to=%2Fnotes')
    assert.match(resumed.text, /<form method="post" action="\/auth\/refresh"/)
    const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
    const refreshed = await one.request('POST', '/auth/refresh', { headers: form, body: 'to=%2Fnotes' })
    assert.deepEqual([refreshed.status, refreshed.headers.get('location'), rotations], [303, '/notes', 1])
    assert.equal((await visit(scene, one, '/notes')).status, 200)
    assert.deepEqual([scene.backend.received.at(-1)?.subject, rotations], [subject, 1])
  })

  test(`${name}: hybrid: the client for browsers mends what is expired by itself`, async (t) => {
    const clock = manualClock()
    const scene = await openScene(t, proxy, { strategy: 'hybrid', runtime: clock })
    const { one, subject } = await signUp(scene)
    let rotations = 0
    scene.server.app.auth.on('refresh-rotated', () => (rotations += 1))
    clock.advance(301_000)
    const client = createClient({
      runtime: {
        fetch: (request) => sentBy(one, request),
        address: () => `${scene.origin}/`,
        locks: null,
        join: null,
      },
    })
    const answer = await client.fetch('/notes', { method: 'POST', body: 'hello' })
    assert.deepEqual([answer.status, rotations], [200, 1])
    assert.deepEqual([scene.backend.received.at(-1)?.subject, scene.backend.received.length], [subject, 1])
  })

  test(`G27: ${name}: while the store is away nobody is let through, and nobody is signed out`, async (t) => {
    const { store, leave, comeBack } = awayStore(memory())
    const scene = await openScene(t, proxy, { store })
    const { one } = await signUp(scene)
    assert.equal((await one.get('/notes')).status, 200)
    leave()
    // what is remembered may be believed as long as the lease lasts
    await until(async () => (await one.get('/notes')).status === 503)
    const before = scene.backend.received.length
    const asked = await one.get('/notes')
    assert.deepEqual([asked.status, asked.json.code], [503, 'store-unavailable'])
    const page = await visit(scene, one, '/notes')
    assert.deepEqual([page.status, page.location], [503, undefined])
    assert.equal((await one.post('/notes')).status, 503)
    assert.equal(scene.backend.received.length, before)
    comeBack()
    await until(async () => (await one.get('/notes')).status === 200)
  })

  test(`G27: ${name}: while Hallpass itself is away nobody is let through`, async (t) => {
    const scene = await openScene(t, proxy)
    const { one } = await signUp(scene)
    await scene.server.stop()
    for (const path of ['/notes', '/public/a']) {
      const answer = await visit(scene, one, path)
      assert.ok(answer.status === 502 || answer.status === 503, `${path} ${answer.status}`)
    }
    assert.equal(scene.backend.received.length, 0)
  })

  test(`${name}: uploads, event streams and WebSockets flow through`, async (t) => {
    const scene = await openScene(t, proxy)
    const { one, subject } = await signUp(scene)
    const bytes = 24 * 1024 * 1024
    const uploaded = await one.request('POST', '/uploads', { body: new Uint8Array(bytes) })
    assert.deepEqual([uploaded.status, JSON.parse(uploaded.text)], [200, { bytes }])

    const streaming = new AbortController()
    const headers = { cookie: cookieOf(one) }
    const events = await fetch(`${scene.origin}/events`, { headers, signal: streaming.signal })
    const first = await events.body!.getReader().read()
    assert.equal(Buffer.from(first.value!).toString(), 'data: 1\n\n', 'it came although there is no end')
    streaming.abort()

    const lines = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13', `Origin: ${scene.origin}`]
    const key = 'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw=='
    const head = [
      `GET /echo HTTP/1.1`,
      `Host: ${new URL(scene.origin).host}`,
      `Cookie: ${cookieOf(one)}`,
      ...lines,
      key,
    ]
    const socket = await rawRequest(scene.port, head, '', (text) => text.endsWith('hello'))
    assert.match(socket.text, /^HTTP\/1\.1 101 [^]*hello$/)
    assert.deepEqual(
      [scene.backend.received.at(-1)?.isUpgrade, scene.backend.received.at(-1)?.subject],
      [true, subject],
    )
  })

  test(`${name}: black-box attacks over raw sockets`, async (t) => {
    const scene = await openScene(t, proxy)
    const { one, subject } = await signUp(scene)
    const shown = { origin: scene.origin, subject, cookie: cookieOf(one) }
    for (const attack of attackCases) {
      await t.test(`${name}: ${attack.name}`, () => withstands(name, scene, attack, shown))
    }
    assert.ok(
      scene.server.logged.every((line) => !line.includes('Bearer ')),
      'no credential in the log',
    )
  })
}

const isHeld = (): boolean => true
const isNotHeld = (): boolean => false

/** Lines of an example's configuration, each with the attack that gets through without it. */
export function needsEachOf(proxy: ProxyProgram, needed: { readonly [line: string]: string }): void {
  for (const [line, attack] of Object.entries(needed)) {
    test(`caught: ${proxy.name} without the line "${line}"`, async (t) => {
      const cases = attackCases.filter(({ name }) => name.startsWith(attack))
      assert.ok(cases.length > 0, attack)
      const scene = await openScene(t, proxy, { left: line })
      const { one, subject } = await signUp(scene)
      const shown = { origin: scene.origin, subject, cookie: cookieOf(one) }
      let held = true
      for (const each of cases) held &&= await withstands(proxy.name, scene, each, shown).then(isHeld, isNotHeld)
      assert.equal(held, false, 'it gets through')
    })
  }
}

async function withstands(name: ProxyProgram['name'], scene: Scene, attack: AttackCase, shown: Shown): Promise<void> {
  const { as, method = 'GET', target, headers, body = '', host = new URL(scene.origin).host, reaches, status } = attack
  scene.backend.received.length = 0
  const sent = headers?.(shown) ?? []
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(host === null ? [] : [`Host: ${host}`]),
    ...(as === 'anna' ? [`Cookie: ${shown.cookie}; theme=dark`] : []),
    ...(sent.some((line) => line.startsWith('Connection:')) ? [] : ['Connection: close']),
    ...sent,
  ]
  const goesOn = sent.some((line) => line.startsWith('Connection: Upgrade'))
  const answer = await rawRequest(scene.port, lines, body, goesOn ? isWhole : undefined)
  const { received } = scene.backend
  const expected = typeof status === 'object' ? status[name] : status
  if (expected !== undefined) assert.equal(answer.status, expected, answer.text)
  if (reaches === 'only public') return received.forEach(isOpen)
  if (reaches === null) return assert.deepEqual(received, [])
  assert.equal(received.length, 1, answer.text)
  reaches(received[0]!, shown)
}

/** As a browser with these cookies would send it. */
async function sentBy(one: TestClient, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const body = request.method === 'GET' ? {} : { body: await request.text() }
  const headers = Object.fromEntries(request.headers)
  const { status, text, headers: answered } = await one.request(request.method, pathname + search, { headers, ...body })
  return new Response(status === 204 ? null : text, { status, headers: answered })
}
