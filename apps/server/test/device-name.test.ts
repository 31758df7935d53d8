import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceName } from '#src/device-name.js'

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'

test('devices have names that their owners recognise', () => {
  assert.equal(deviceName(chrome), 'Chrome on Linux')
  assert.equal(deviceName(iphone), 'Safari on iOS')
  assert.equal(
    deviceName('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'),
    'Firefox on Windows',
  )
})

test('what tells nothing has no name', () => {
  for (const text of ['', ' ', '\u0000', '/']) assert.equal(deviceName(text), null, JSON.stringify(text))
})

test('a name is short and plain, whatever is sent, and found soon', () => {
  const began = performance.now()
  for (const text of [
    '<script>alert(1)</script>/1.0',
    `${'a'.repeat(100_000)}/1`,
    '((((((((('.repeat(10_000),
    '\u202eevil/1',
    'x/1\r\nset-cookie: a=b',
  ]) {
    assert.match(deviceName(text) ?? '', /^[\p{L}\p{N} ._-]{0,100}$/u)
  }
  assert.ok(performance.now() - began < 500)
})
