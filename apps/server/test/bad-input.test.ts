import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { type Answer, type TestClient, browser, client } from './test-client.js'
import { quickPasswords, testServer } from './test-server.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }

/** Counts what would change something. */
function watched(store: Store): { store: Store; writes: () => number } {
  let writes = 0
  const count = <Port extends object>(port: Port, names: readonly string[]): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        if (names.includes(String(name))) writes += 1
        return Reflect.get(target, name, receiver) as unknown
      },
    })
  return {
    store: {
      ...store,
      sessions: count(store.sessions, ['insert', 'replace', 'raise', 'remove']),
      accounts: count(store.accounts, ['insert', 'replace']),
    },
    writes: () => writes,
  }
}

/** Another value for one field, and the fields that the answer has to name. */
const wrongFields: readonly (readonly [attack: string, wrong: object, fields: readonly string[]])[] = [
  ['P10: an operator object as email', { email: { $gt: '' } }, ['email']],
  ['P10: a list as email', { email: ['anna@example.com'] }, ['email']],
  ['P10: a number as email', { email: 7 }, ['email']],
  ['null as email', { email: null }, ['email']],
  ['no email', { email: undefined }, ['email']],
  ['an email that is none', { email: 'anna' }, ['email']],
  ['a control character in the email', { email: 'anna\u0000@example.com' }, ['email']],
  ['a line break behind the email', { email: 'anna@example.com\r\nBcc: x@example.com' }, ['email']],
  ['an email of 10 kB', { email: `${'a'.repeat(10_000)}@example.com` }, ['email']],
  ['P10: an operator object as password', { password: { $ne: null } }, ['password']],
  ['P10: a list as password', { password: ['violet tram under seven'] }, ['password']],
  ['P10: a number as password', { password: 12_345_678 }, ['password']],
  ['P10: true as password', { password: true }, ['password']],
  ['no password', { password: undefined }, ['password']],
  ['an empty password', { password: '' }, ['password']],
  ['a password of 2 kB', { password: 'x'.repeat(2000) }, ['password']],
  ['P02: a NUL in the password', { password: 'violet tram\u0000under seven' }, ['password']],
  ['half a surrogate pair in the password', { password: 'violet tram \ud800 seven' }, ['password']],
  ['P09: a field that would choose the account', { userId: 'u_1' }, ['userId']],
  ['P09: a field that would choose a role', { role: 'admin', passwordHash: 'x' }, ['role', 'passwordHash']],
  ['text for a boolean', { remember: 'yes' }, ['remember']],
  ['everything at once', { email: 1, password: 2, remember: 3, id: 4 }, ['email', 'id', 'password', 'remember']],
]

for (const path of ['/auth/sign-up', '/auth/sign-in']) {
  test(`${path}: a wrong field is named, and nothing changes`, async (t) => {
    const { store, writes } = watched(memory())
    const { origin } = await testServer(t, { store, passwords: quickPasswords })
    const before = writes()
    for (const [attack, wrong, fields] of wrongFields) {
      const one = browser(origin)
      namesFields(await one.post(path, { ...anna, ...wrong }), fields, attack)
      assert.equal(one.cookies.size, 0)
    }
    assert.equal(writes(), before)
  })

  test(`${path}: a body that is no JSON object, or says something twice, is refused, and nothing changes`, async (t) => {
    const { store, writes } = watched(memory())
    const { origin } = await testServer(t, { store, passwords: quickPasswords })
    const before = writes()
    const bodies: readonly (readonly [body: string | Uint8Array<ArrayBuffer>, field: string])[] = [
      ['', 'body'],
      ['{', 'body'],
      ['null', 'body'],
      ['[]', 'body'],
      ['"anna"', 'body'],
      [`{"email":"anna@example.com","email":"eve@example.com","password":"${anna.password}"}`, 'email'],
      [`{"email":"anna@example.com","password":"${anna.password}","\\u0070assword":"x"}`, 'password'],
      [`{"email":"anna@example.com","password":"${anna.password}","__proto__":{"remember":true}}`, '__proto__'],
      [`{"email":"anna@example.com","password":"${anna.password}","constructor":{}}`, 'constructor'],
      [new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'body'],
    ]
    for (const [body, field] of bodies) {
      const answer = await browser(origin).request('POST', path, {
        body,
        headers: { 'content-type': 'application/json' },
      })
      namesFields(answer, [field], String(body))
    }
    assert.equal(writes(), before)
  })

  test(`${path}: another content type is refused`, async (t) => {
    const { origin } = await testServer(t, { passwords: quickPasswords })
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'text/json',
    ]) {
      const answer = await browser(origin).request('POST', path, {
        body: JSON.stringify(anna),
        headers: { 'content-type': type },
      })
      isProblem(answer, 415, 'unsupported-media-type')
    }
  })

  test(`P02: ${path}: a body of 1 MB is refused, with its length told and without, and the server goes on`, async (t) => {
    const { origin } = await testServer(t, { passwords: quickPasswords })
    const body = JSON.stringify({ ...anna, password: 'x'.repeat(1_000_000) })
    isProblem(
      await browser(origin).request('POST', path, { body, headers: { 'content-type': 'application/json' } }),
      413,
      'too-large',
    )
    const chunks = new Response(body).body
    assert.ok(chunks)
    const response = await fetch(origin + path, {
      method: 'POST',
      body: chunks,
      duplex: 'half',
      headers: { 'content-type': 'application/json', origin },
    } as RequestInit)
    assert.equal(response.status, 413)
    await response.arrayBuffer()
    assert.equal((await browser(origin).get('/healthz')).status, 200)
  })

  test(`X: ${path}: neither from another site nor from who knows what, and nothing changes`, async (t) => {
    const { store, writes } = watched(memory())
    const { origin } = await testServer(t, { store, passwords: quickPasswords })
    const before = writes()
    const foreign = client(origin, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })
    isProblem(await foreign.post(path, anna), 403, 'csrf-refused')
    isProblem(await client(origin, {}).post(path, anna), 403, 'client-required')
    assert.equal(writes(), before)
  })

  test(`${path}: only POST`, async (t) => {
    const { origin } = await testServer(t)
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      assert.ok([404, 405].includes((await browser(origin).request(method, path)).status))
    }
  })
}

test("another's email in another spelling is the same account", async (t) => {
  const { origin } = await testServer(t, { passwords: quickPasswords })
  await browser(origin).post('/auth/sign-up', { ...anna, email: 'j\u00fcrgen@b\u00fccher.example' })
  for (const email of [
    'J\u00dcRGEN@B\u00dcCHER.EXAMPLE',
    'ju\u0308rgen@xn--bcher-kva.example',
    'j\u00fcrgen@bu\u0308cher\u3002example',
  ]) {
    const answer = await browser(origin).post('/auth/sign-up', { ...anna, email })
    isProblem(answer, 409, 'email-taken')
    assert.equal(answer.json.errors?.[0]?.field, 'email')
    assert.equal((await browser(origin).post('/auth/sign-in', { ...anna, email })).status, 200)
  }
})

test('a weak password is refused with the field and what to do', async (t) => {
  const { origin } = await testServer(t, { passwords: quickPasswords })
  const one = browser(origin)
  namesFields(await one.post('/auth/sign-up', { ...anna, password: 'password1' }), ['password'], 'sign-up')
  await one.post('/auth/sign-up', anna)
  const change = { currentPassword: anna.password, newPassword: 'anna@example.com' }
  namesFields(await one.post('/auth/password', change), ['newPassword'], 'change')
})

const signedInRoutes: readonly (readonly [path: string, body: { readonly [field: string]: unknown }])[] = [
  ['/auth/password', { currentPassword: anna.password, newPassword: 'correct horse battery staple' }],
  ['/auth/step-up', { password: anna.password }],
]

for (const [path, body] of signedInRoutes) {
  test(`${path}: wrong types, unknown fields and wrong passwords change nothing`, async (t) => {
    const { store, writes } = watched(memory())
    const { origin } = await testServer(t, { store, passwords: quickPasswords })
    const one = browser(origin)
    await one.post('/auth/sign-up', anna)
    const before = writes()
    for (const field of Object.keys(body)) {
      for (const value of [{ $ne: '' }, ['x'], 1, true, null, undefined, '', 'x'.repeat(1025), 'a\u0007b']) {
        namesFields(await one.post(path, { ...body, [field]: value }), [field], `${field} ${JSON.stringify(value)}`)
      }
    }
    namesFields(await one.post(path, { ...body, subject: 'u_other' }), ['subject'], 'subject')
    const [first = ''] = Object.keys(body)
    isProblem(await one.post(path, { ...body, [first]: 'a guess and no more than that' }), 401, 'wrong-credentials')
    assert.equal(writes(), before)
    assert.equal((await one.get('/auth/session')).status, 200)
  })

  test(`${path}: nobody but who is signed in, and not from another site`, async (t) => {
    const { origin } = await testServer(t, { passwords: quickPasswords })
    const one = browser(origin)
    await one.post('/auth/sign-up', anna)
    isProblem(await browser(origin).post(path, body), 401, 'session-required')
    const foreign = client(origin, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })
    for (const [name, value] of one.cookies) foreign.cookies.set(name, value)
    isProblem(await foreign.post(path, body), 403, 'csrf-refused')
    assert.equal((await browser(origin).post('/auth/sign-in', anna)).status, 200)
  })
}

test('what does not exist is a problem document too', async (t) => {
  const { origin } = await testServer(t)
  const one: TestClient = browser(origin)
  isProblem(await one.get('/auth/nothing'), 404, 'not-found')
  isProblem(await one.get('/nothing/../../etc/passwd'), 404, 'not-found')
  isProblem(await one.get('/%2e%2e/package.json'), 404, 'not-found')
  isProblem(await one.get('/%ff'), 400, 'ambiguous-address')
})

function isProblem(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.json?.code], [status, code], answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
  assert.deepEqual([answer.json.status, answer.json.type], [status, `urn:hallpass:error:${code}`])
  assert.ok(answer.json.title.length > 0 && answer.json.detail.length > 0)
}

function namesFields(answer: Answer, fields: readonly string[], attack: string): void {
  isProblem(answer, 400, 'bad-request')
  const named = (answer.json.errors ?? []).map(({ field }) => field)
  assert.deepEqual([...new Set(named)].sort(), [...fields].sort(), `${attack}: ${answer.text}`)
  for (const { problem, remedy } of answer.json.errors ?? []) assert.ok(problem.endsWith('.') && remedy.length > 0)
}
