import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindOfBody, maskRequest, maskSecrets, textIn } from 'hallpass/inspect'

test('headers are shown without what could be presented', () => {
  const secret = 'kR7vQ2xN9mB4'
  const headers = [
    ['Authorization', `Bearer ${secret}`],
    ['authorization', secret],
    ['Proxy-Authorization', `Basic ${secret}`],
    ['Cookie', `a=${secret}; b="${secret}";c; ${secret}`],
    ['Set-Cookie', `__Host-a=${secret}; Path=/; HttpOnly`],
    ['set-cookie', `${secret}; Path=/`],
    ['X-Api-Key', secret],
    ['Hallpass-CSRF', secret],
    ['X-Auth-Token', secret],
    ['Client_Secret', secret],
    ['X-Session', `${secret} of two words`],
  ] as const
  const masked = maskSecrets(headers)
  assert.doesNotMatch(JSON.stringify(masked), new RegExp(secret))
  assert.deepEqual(masked.slice(0, 5), [
    ['Authorization', 'Bearer •••'],
    ['authorization', '•••'],
    ['Proxy-Authorization', 'Basic •••'],
    ['Cookie', 'a=•••; b=•••;•••;•••'],
    ['Set-Cookie', '__Host-a=•••; Path=/; HttpOnly'],
  ])
})

test('other headers, and empty ones, are shown as they are', () => {
  const headers = [
    ['Accept', 'application/json'],
    ['Cache-Control', 'no-store'],
    ['Authorization', ''],
    ['Monkey', 'x'],
    ['Keyboard', 'x'],
    ['Cookie', 'a=; b='],
  ] as const
  assert.deepEqual(maskSecrets(headers), headers)
})

test('what a body is', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  const cases: readonly (readonly [type: string | null, body: Uint8Array, kind: string])[] = [
    ['application/json', bytes('{}'), 'json'],
    ['application/problem+json; charset=utf-8', bytes('{'), 'json'],
    ['text/plain', bytes(' {"a": 1}'), 'json'],
    [null, bytes('[1]'), 'json'],
    [null, bytes('[1'), 'text'],
    ['application/x-www-form-urlencoded', bytes('a=b'), 'form'],
    ['text/html; charset=utf-8', bytes('hello'), 'html'],
    [null, bytes('<!DOCTYPE html>'), 'html'],
    ['text/css', bytes('{}'), 'text'],
    ['application/json', Uint8Array.of(0xff, 0xfe), 'binary'],
    ['text/plain', bytes('a\0b'), 'binary'],
    ['application/json', new Uint8Array(), 'empty'],
  ]
  for (const [type, body, kind] of cases) assert.equal(kindOfBody(type, body), kind, `${type}`)
  assert.equal(textIn(bytes('é').subarray(0, 1)), '', 'a character that was cut off')
})

test('a request is kept without what could be presented, and otherwise as it was', () => {
  const secret = 'kR7vQ2xN9mB4'
  const masked = (url: string, body: string | null): readonly [string, string | null] => {
    const request = maskRequest({ method: 'POST', url, headers: [['Authorization', `Bearer ${secret}`]], body })
    assert.ok(!JSON.stringify(request).includes(secret))
    return [request.url, request.body]
  }
  const cases: readonly (readonly [body: string | null, masked: string | null])[] = [
    [
      `{"email": "a",\n "password": "${secret}\\"${secret}", "n": 12345678901234567890}`,
      '{"email": "a",\n "password": "•••", "n": 12345678901234567890}',
    ],
    [
      `{"tokens":["${secret}","${secret}"],"a":{"accessToken":"${secret}"}}`,
      '{"tokens":"•••","a":{"accessToken":"•••"}}',
    ],
    [`grant_type=x&client_secret=${secret}&a=b`, 'grant_type=x&client_secret=•••&a=b'],
    [`the password is ${secret}`, '•••'],
    ['{"password":""}', '{"password":""}'],
    ['hello', 'hello'],
    [null, null],
  ]
  for (const [body, expected] of cases) assert.deepEqual(masked('http://a/', body), ['http://a/', expected])
  assert.deepEqual(masked(`http://a/?token=${secret}&b=c#d`, null), ['http://a/?token=•••&b=c#d', null])
})
