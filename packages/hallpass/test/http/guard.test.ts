import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ErrorCode, Session, Standing } from 'hallpass'
import { guard, type Requirement } from '#src/http/guard.js'
import { policyOf, request } from './request.js'

const session: Session = {
  ...{
    id: 'id',
    subject: 'u_1',
    createdAt: 0,
    authenticatedAt: 1000,
    lastSeenAt: 0,
    expiresAt: 9e9,
    amr: [],
    remember: false,
  },
  ...{ device: { name: null, userAgent: null, network: null }, data: {}, actor: null },
}
const live: Standing = {
  session,
  visitor: null,
  refusal: null,
  carriedBy: 'cookie',
  csrfToken: 'absent',
  lastKnown: null,
}
const refused = (refusal: ErrorCode): Standing => ({ ...live, session: null, refusal })
const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }

type Strategy = 'session' | 'hybrid' | 'jwt'
interface Asked {
  strategy?: Strategy
  signInPage?: string
  path?: string
  headers?: { [name: string]: string }
  requirement?: Requirement
  method?: string
}

function ask(
  standing: Standing,
  { strategy = 'session', signInPage, path = '/me?a=1', headers = navigation, requirement, method = 'GET' }: Asked = {},
): string {
  const policy = policyOf({ strategy, ...(signInPage === undefined ? {} : { signInPage }) })
  const answer = guard(standing, request(headers, { method, path }), policy, 61_001, requirement)
  if (answer === null) return 'goes on'
  const header = (name: string): string | undefined => answer.headers.find(([one]) => one === name)?.[1]
  return (
    header('location') ??
    `${answer.status} ${(JSON.parse(answer.body!) as { code: string }).code} ${header('www-authenticate') ?? ''}`.trim()
  )
}

const resume = '/auth/resume?to=%2Fme%3Fa%3D1'
const challenge = 'Bearer realm="hallpass"'

test('a session goes on', () => {
  assert.equal(ask(live), 'goes on')
  assert.equal(ask(live, { requirement: { sensitive: true } }), 'goes on', 'GET changes nothing')
})

test('under hybrid any page without a session may be resumed', () => {
  for (const code of ['session-required', 'expired', 'stale'] as const)
    assert.equal(ask(refused(code), { strategy: 'hybrid' }), resume)
})

test('elsewhere only a leftover token tells that a refresh may help', () => {
  for (const strategy of ['session', 'jwt'] as const) {
    for (const code of ['expired', 'stale'] as const) assert.equal(ask(refused(code), { strategy }), resume)
    assert.equal(ask(refused('session-required'), { strategy }), `401 session-required ${challenge}`)
    assert.equal(ask(refused('session-required'), { strategy, signInPage: '/in?x=1' }), '/in?x=1&to=%2Fme%3Fa%3D1')
  }
})

test('what no refresh mends goes to the sign-in page, if there is one', () => {
  for (const code of ['ended', 'invalid', 'ambiguous'] as const) {
    assert.equal(ask(refused(code), { strategy: 'hybrid', signInPage: '/in' }), '/in?to=%2Fme%3Fa%3D1')
    assert.equal(ask(refused(code), { strategy: 'hybrid' }), `401 ${code} ${challenge}, error="invalid_token"`)
  }
})

test('a guarded sign-in page is not sent to itself', () => {
  assert.equal(
    ask(refused('ended'), { signInPage: '/in', path: '/in?to=%2F' }),
    `401 ended ${challenge}, error="invalid_token"`,
  )
})

test('an address that could lead elsewhere is not handed on', () => {
  assert.equal(ask(refused('expired'), { path: '//evil.example/' }), '/auth/resume')
})

test('whatever is no page of its own is told by a problem document', () => {
  const told = `401 expired ${challenge}, error="invalid_token"`
  const frames = [
    { ...navigation, 'sec-fetch-dest': 'iframe' },
    { ...navigation, 'sec-fetch-mode': 'cors' },
  ]
  for (const headers of [
    ...frames,
    { accept: 'application/json' },
    { accept: '*/*' },
    { accept: 'application/json, text/html;q=0.9' },
    {},
  ]) {
    assert.equal(ask(refused('expired'), { headers, strategy: 'hybrid' }), told)
  }
  for (const method of ['POST', 'HEAD']) assert.equal(ask(refused('expired'), { method, strategy: 'hybrid' }), told)
})

test('browsers without fetch metadata show a page where they accept HTML first', () => {
  for (const accept of [
    'text/html',
    'application/json, text/html',
    'text/html,application/xhtml+xml,application/json;q=0.5,*/*;q=0.8',
  ]) {
    assert.equal(ask(refused('expired'), { headers: { accept } }), resume)
  }
})

test('a sign-in longer ago than the route allows is told so (RFC 9470), to the second', () => {
  assert.equal(ask(live, { requirement: { maxAge: 60.001 } }), 'goes on')
  const told = `401 step-up-required ${challenge}, error="insufficient_user_authentication", max_age="60"`
  assert.equal(ask(live, { requirement: { maxAge: 60 } }), told)
})

test('a sensitive route needs the double-submit token even from our own page, a bearer token needs none', () => {
  const own = { headers: { origin: 'https://app.example' }, method: 'POST', requirement: { sensitive: true } }
  assert.equal(ask(live, own), '403 csrf-refused')
  assert.equal(ask({ ...live, csrfToken: 'invalid' }, own), '403 csrf-refused')
  assert.equal(ask({ ...live, csrfToken: 'valid' }, own), 'goes on')
  assert.equal(ask({ ...live, carriedBy: 'authorization' }, own), 'goes on')
})

test('a forged request is refused, and no page is sent anywhere for it', () => {
  assert.equal(ask(refused('csrf-refused'), { strategy: 'hybrid', signInPage: '/in' }), '403 csrf-refused')
})
