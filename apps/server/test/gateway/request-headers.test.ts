import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import { type HeaderRule, headerRules, mayCarryIdentity } from '#src/gateway/header-rules.js'
import { createOwnCookies } from '#src/gateway/own-cookies.js'
import { createRequestHeaders } from '#src/gateway/request-headers.js'
import type { Admitted } from '#src/gateway/verdict.js'

const cookies = createOwnCookies(['hallpass', 'hallpass-access', 'hallpass-refresh', 'old-sid'])
const arrival = { address: '203.0.113.9', secure: true, host: 'app.example', path: '/api', query: '' }
const nobody: Admitted = { allowed: true, caller: null, token: null, identity: [], cookies: [] }

/** What clients have been seen to send in order to be taken for somebody else. Independent of the table on purpose. */
const forged = [
  ...['authorization', 'proxy-authorization', 'forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'],
  ...['x-forwarded-port', 'x-forwarded-prefix', 'x-forwarded-user', 'x-forwarded-email', 'x-forwarded-groups'],
  ...['x-forwarded-client-cert', 'x-forwarded-tls-client-cert', 'x-real-ip', 'x-client-ip', 'true-client-ip'],
  ...['cf-connecting-ip', 'fastly-client-ip', 'x-original-url', 'x-rewrite-url', 'x-original-uri', 'x-original-method'],
  ...['x-user', 'x-user-id', 'x-username', 'x-user-email', 'x-auth-user', 'x-auth-request-user', 'x-auth-token'],
  ...[
    'x-authenticated-user',
    'x-authenticated-userid',
    'x-remote-user',
    'remote-user',
    'remote-groups',
    'remote-email',
  ],
  ...['x-webauth-user', 'x-access-token', 'x-id-token', 'x-groups', 'x-email', 'x-roles', 'x-consumer-username'],
  ...['x-pomerium-claim-email', 'x-vouch-user', 'x-jwt-assertion', 'ssl-client-cert', 'ssl-client-verify'],
  ...['x-ssl-client-dn', 'x-client-cert', 'x-client-verify', 'client-cert', 'x-amzn-oidc-data', 'x-amzn-oidc-identity'],
  ...[
    'x-goog-authenticated-user-email',
    'x-goog-iap-jwt-assertion',
    'x-ms-client-principal',
    'x-ms-client-principal-id',
  ],
  ...['x-ms-token-aad-id-token', 'cf-access-jwt-assertion', 'cf-access-authenticated-user-email'],
  ...['tailscale-user-login', 'x-middleware-subrequest', 'x-http-method-override', 'x-method-override'],
  ...['x-http-method', 'hallpass-csrf', 'hallpass-client', 'connection', 'keep-alive', 'te', 'trailer', 'upgrade'],
  ...['proxy-connection', 'expect', 'http2-settings', 'host'],
]

function toBackend(headers: IncomingHttpHeaders, admitted = nobody, rules?: readonly HeaderRule[]) {
  return createRequestHeaders(['x-orders-caller'], cookies, rules).forBackend(headers, 'orders:3000', arrival, admitted)
}

/** Which of the forged headers a backend would see with other values than ours. */
function leaked(rules?: readonly HeaderRule[]): string[] {
  return forged.filter((name) => Object.values(toBackend({ [name]: 'forged' }, nobody, rules)).includes('forged'))
}

test('nothing that says who is calling, from where or for what comes from the client', () => {
  assert.deepEqual(leaked(), [])
  assert.equal(toBackend({ 'x-orders-caller': 'forged' })['x-orders-caller'], undefined)
})

test('saboteur: a table without any one of its rules lets something through', () => {
  for (const rule of headerRules) {
    assert.notDeepEqual(leaked(headerRules.filter((other) => other !== rule)), [], rule.because)
  }
})

test('every name of the table is stripped, and every name that begins as it says', () => {
  for (const { names = [], prefixes = [], because } of headerRules) {
    for (const name of [...names, ...prefixes.map((prefix) => `${prefix}anything`)])
      assert.ok(!Object.values(toBackend({ [name]: 'forged' })).includes('forged'), `${name}: ${because}`)
  }
})

test('other spellings of a name are no way around', () => {
  for (const name of [
    'x_user',
    'x_forwarded_for',
    'x.user',
    'remote_user',
    'x-user_id',
    '__proto__',
    'x~user',
    'x!user',
  ])
    assert.ok(!Object.values(toBackend({ [name]: 'forged' })).includes('forged'), name)
})

test('what a message needs comes through as it was', () => {
  const message = {
    accept: 'text/html',
    'accept-encoding': 'br',
    'content-type': 'application/json',
    'content-length': '2',
    'if-none-match': '"x"',
    range: 'bytes=0-1',
    origin: 'https://app.example',
    referer: 'https://app.example/',
    'sec-fetch-site': 'same-origin',
    'user-agent': 'ExampleApp/1.0',
    'x-requested-with': 'XMLHttpRequest',
    'x-request-id': '7',
  }
  const ours = {
    host: 'orders:3000',
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-host': 'app.example',
    'x-forwarded-proto': 'https',
  }
  assert.deepEqual({ ...toBackend(message) }, { ...message, ...ours })
})

test('the token and the identity are ours, and the only ones', () => {
  const sent = toBackend(
    { authorization: 'Bearer theirs', 'x-user': 'theirs' },
    { ...nobody, token: 'ours', identity: [['x-user', 'ada']] },
  )
  assert.equal(sent['authorization'], 'Bearer ours')
  assert.equal(sent['x-user'], 'ada')
})

test('Connection takes nothing away that a backend relies on', () => {
  for (const named of ['X-User', 'Cookie', 'Authorization', 'X-Forwarded-For', 'Host', 'Content-Length', 'X_User'])
    for (const connection of [named, `close, ${named}`, `keep-alive,${named.toLowerCase()}`])
      assert.throws(() => toBackend({ connection }), { code: 'bad-request' }, connection)
  const sent = toBackend({ connection: 'Keep-Alive, TE, X-Hop', 'x-hop': '1', 'x-other': '2' })
  assert.equal(sent['x-hop'], undefined)
  assert.equal(sent['x-other'], '2')
})

test('a trace goes on where it is one', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const whole = toBackend({ traceparent, tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7' })
  assert.equal(whole['traceparent'], traceparent)
  assert.equal(whole['tracestate'], 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7')
  const untold = toBackend({ traceparent: 'x', tracestate: 'congo=1' })
  assert.equal(untold['traceparent'], undefined)
  assert.equal(untold['tracestate'], undefined)
  assert.equal(toBackend({ traceparent, tracestate: 'Congo' })['tracestate'], undefined)
})

test('a route may tell by headers of its own who is calling, and by none that make the message', () => {
  for (const name of ['x-user', 'remote-user', 'x-auth-request-email', 'x-orders-caller', 'x-groups'])
    assert.ok(mayCarryIdentity(name), name)
  const refused = ['authorization', 'cookie', 'host', 'content-length', 'content-type', 'connection', 'x-forwarded-for']
  for (const name of [
    ...refused,
    'transfer-encoding',
    'sec-fetch-site',
    'hallpass-csrf',
    'x_user',
    'X-User',
    '',
    'a b',
  ])
    assert.ok(!mayCarryIdentity(name), name)
})
