import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sqlite } from 'hallpass/sqlite'
import { recordDatabase } from './record.js'
import { type Answer, type TestClient, browser, client, nativeApp } from './test-client.js'
import { rootSecret, testServer } from './test-server.js'

const passwords = [
  'violet tram under seven',
  'correct horse battery staple',
  'wrong but remarkable guess',
  'password1 and a bit',
]

for (const strategy of ['session', 'hybrid', 'jwt'] as const) {
  test(`promise 4, ${strategy}: neither database nor log nor any answer to somebody else holds a secret`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'hallpass-secrets-'))
    t.after(() => {
      recordDatabase(join(folder, 'hallpass.db'))
      rmSync(folder, { recursive: true, force: true })
    })
    const { origin, logged } = await testServer(t, { strategy, store: sqlite(join(folder, 'hallpass.db')) })
    const secrets = new Set([...passwords, rootSecret])
    const answers: string[] = []
    const recorded = (one: TestClient): TestClient => recording(one, answers)
    const [page, app, other] = [
      recorded(browser(origin, secrets)),
      recorded(nativeApp(origin, secrets)),
      recorded(browser(origin, secrets)),
    ]
    const [first = '', second = '', guess = ''] = passwords

    const anna = { email: 'anna@example.com', password: first }
    await page.post('/auth/sign-up', anna)
    await app.post('/auth/sign-in', anna)
    await other.post('/auth/sign-in', { ...anna, remember: true })
    await page.post('/auth/sign-in', { ...anna, password: guess })
    await page.post('/auth/sign-up', { email: 'ben@example.com', password: 'password1' })
    await page.post('/auth/sign-up', { email: 'ben@example.com', password: [first] })
    await page.post('/auth/refresh')
    await app.post('/auth/refresh', { refreshToken: app.tokens?.['refreshToken'] })
    await page.post('/auth/step-up', { password: first })
    await app.get('/auth/sessions')
    await page.get('/auth/session')
    const { text } = await page.get('/auth/csrf')
    const csrf = /"([^"]{20,})"\}?$/.exec(text)?.[1]
    if (csrf !== undefined) secrets.add(csrf)
    await page.post('/auth/password', { currentPassword: guess, newPassword: second })
    await page.post('/auth/password', { currentPassword: first, newPassword: second })
    await recorded(client(origin, { cookie: [...other.cookies].map((pair) => pair.join('=')).join('; ') })).get(
      '/auth/session',
    )
    await recorded(client(origin, { authorization: `Bearer ${[...secrets].at(-1)}x` })).get(
      `/auth/session?token=${first}`,
    )
    await page.get('/.well-known/jwks.json')
    await page.get('/readyz')
    await page.post('/auth/sign-out')

    assert.ok(secrets.size > 8, `${secrets.size} secrets`)
    const places = { log: logged.join(''), answers: answers.join('\n'), ...filesOf(folder) }
    assert.ok(logged.length > 20 && answers.length > 15)
    for (const [place, content] of Object.entries(places)) {
      for (const secret of secrets) {
        for (const form of [secret, encodeURIComponent(secret), ...halves(secret)]) {
          assert.ok(!content.includes(form), `${place} holds ${form.slice(0, 12)}…`)
        }
      }
    }
  })
}

/** The secret part of a token, which would do as well as the whole. */
function halves(secret: string): readonly string[] {
  return secret.startsWith('hp_') ? [secret.slice(secret.lastIndexOf('.') + 1)] : []
}

/** Keeps every answer, less what it hands to the very client that asked. */
function recording(one: TestClient, answers: string[]): TestClient {
  const keep = (answer: Answer): Answer => {
    const { tokens: _, ...rest } = answer.json ?? {}
    const isOwnToken = /"(?:csrf)?[tT]oken"/.test(answer.text) && answer.json?.tokens === undefined
    if (!isOwnToken) answers.push(JSON.stringify(rest))
    for (const [name, value] of answer.headers) if (name !== 'set-cookie') answers.push(`${name}: ${value}`)
    return answer
  }
  const request: TestClient['request'] = async (...what) => keep(await one.request(...what))
  return {
    cookies: one.cookies,
    get tokens() {
      return one.tokens
    },
    request,
    post: (path, json = {}) => request('POST', path, { json }),
    get: (path) => request('GET', path),
  }
}

function filesOf(folder: string): { readonly [name: string]: string } {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]))
}
