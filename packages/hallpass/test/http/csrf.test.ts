import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signInVerdict } from '#src/http/csrf.js'
import { policyOf, request } from './request.js'

const policy = policyOf({ origins: ['https://admin.example'], appOrigins: ['capacitor://localhost'] })
const verdict = (headers: { [name: string]: string }, method = 'POST'): string => {
  const answer = signInVerdict(request(headers, { method }), policy)
  return typeof answer === 'string' ? answer : answer.code
}

test('a page of ours, or of a listed origin, signs in as a browser', () => {
  assert.equal(verdict({ origin: 'https://app.example' }), 'browser')
  assert.equal(verdict({ origin: 'https://admin.example', 'sec-fetch-site': 'cross-site' }), 'browser')
  assert.equal(verdict({ 'sec-fetch-site': 'same-origin' }), 'browser')
})

test('script on a page that calls itself native is still a browser', () => {
  assert.equal(verdict({ origin: 'https://app.example', 'hallpass-client': 'native' }), 'browser')
})

test('without browser headers a client says that it is native, and sends no cookie', () => {
  assert.equal(verdict({ 'hallpass-client': 'native' }), 'native')
  assert.equal(verdict({ 'hallpass-client': 'native', origin: 'capacitor://localhost' }), 'native')
  assert.equal(verdict({}), 'client-required')
  assert.equal(verdict({ 'hallpass-client': 'browser' }), 'client-required')
  assert.equal(verdict({ 'hallpass-client': 'native', cookie: 'a=b' }), 'csrf-refused')
})

test('another site’s page signs nobody in, an app’s web view only as native', () => {
  assert.equal(verdict({ origin: 'https://evil.example' }), 'csrf-refused')
  assert.equal(verdict({ 'sec-fetch-site': 'same-site' }), 'csrf-refused')
  assert.equal(verdict({ origin: 'capacitor://localhost' }), 'csrf-refused')
  assert.equal(verdict({ 'sec-fetch-site': 'none' }), 'csrf-refused')
})

test('the way back from an identity provider is a navigation; images, HEAD and OPTIONS sign nobody in', () => {
  const back = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }
  assert.equal(verdict(back, 'GET'), 'browser')
  assert.equal(verdict({ referer: 'https://idp.example/' }, 'GET'), 'browser')
  for (const dest of ['image', 'iframe', 'empty'])
    assert.equal(verdict({ ...back, 'sec-fetch-dest': dest }, 'GET'), 'csrf-refused')
  for (const method of ['HEAD', 'OPTIONS']) assert.equal(verdict(back, method), 'csrf-refused')
})
