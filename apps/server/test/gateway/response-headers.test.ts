import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOwnCookies } from '#src/gateway/own-cookies.js'
import { createResponseHeaders } from '#src/gateway/response-headers.js'

const cookies = createOwnCookies(['__Host-Http-hallpass', '__Host-Http-hallpass-access', 'old-sid'])
const about = { varies: true, somebody: true, cookies: [], location: (location: string) => location }
const https = createResponseHeaders(cookies, 'max-age=31536000')
const plain = createResponseHeaders(cookies, null)

test('what concerns the connection to the backend ends there', () => {
  const sent = https.forBrowser(
    {
      connection: 'close, x-hop',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      trailer: 'x-user',
      upgrade: 'h2c',
      'proxy-authenticate': 'Basic',
      authorization: 'Bearer x',
      'alt-svc': 'h3=":443"',
      'clear-site-data': '"*"',
      'strict-transport-security': 'max-age=0',
      'hallpass-anything': '1',
      'content-type': 'text/plain',
      etag: '"1"',
    },
    about,
  )
  assert.deepEqual(sent, {
    'content-type': 'text/plain',
    etag: '"1"',
    'strict-transport-security': 'max-age=31536000',
    vary: 'Cookie',
    'cache-control': 'no-store',
  })
  assert.equal(plain.forBrowser({}, about)['strict-transport-security'], undefined)
})

test('cookies of backends pass, ours do not, and those to expire come along', () => {
  const ours = [
    '__Host-Http-hallpass=x; Path=/; Secure; HttpOnly',
    '__HOST-HTTP-HALLPASS=x',
    ' __Host-Http-hallpass = x',
    '=__Host-Http-hallpass=x',
    ' = __Host-Http-hallpass-access=x; Path=/',
    '__Host-Http-hallpass',
    '\t__Host-Http-hallpass-access=; Max-Age=0',
    'old-sid=1; Domain=example.com',
  ]
  const theirs = [
    'theme=dark; Path=/',
    'sid=1',
    'hallpass=1',
    '__Host-Http-hallpass-accessory=1',
    'x=__Host-Http-hallpass=1',
  ]
  const expiry = '__Host-Http-hallpass=; Path=/; Max-Age=0'
  const sent = https.forBrowser({ 'set-cookie': [...ours, ...theirs] }, { ...about, cookies: [['set-cookie', expiry]] })
  assert.deepEqual(sent['set-cookie'], [...theirs, expiry])
  assert.equal(https.forBrowser({ 'set-cookie': ours }, about)['set-cookie'], undefined)
})

test('Vary names the cookie once', () => {
  const vary = (value?: string) => https.forBrowser(value === undefined ? {} : { vary: value }, about)['vary']
  assert.equal(vary(), 'Cookie')
  assert.equal(vary('Accept-Encoding'), 'Accept-Encoding, Cookie')
  assert.equal(vary('accept, COOKIE'), 'accept, COOKIE')
  assert.equal(vary('*'), '*')
  assert.equal(https.forBrowser({}, { ...about, varies: false, somebody: false })['vary'], undefined)
})
