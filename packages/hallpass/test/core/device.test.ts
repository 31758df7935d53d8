import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceFrom, networkOf } from '#src/core/device.js'

for (const [address, network] of [
  ['203.0.113.9', '203.0.113.0/24'],
  ['::ffff:203.0.113.9', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:0DB8:0001::9', '2001:db8:1::/48'],
  ['2001:db8::9', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['fe80::', 'fe80:0:0::/48'],
  ['', null],
  ['localhost', null],
  ['203.0.113', null],
  ['203.0.113.9, 198.51.100.1', null],
  ['<script>', null],
  [null, null],
] as const) {
  test(`the network of ${address} is ${network}`, () => assert.equal(networkOf(address), network))
}

test('a user agent is kept as far as it is printable and not too long', () => {
  assert.equal(deviceFrom(`Fire\nfox\0/153 ${'x'.repeat(1000)}`, null, null).userAgent?.length, 256)
  assert.equal(deviceFrom('Fire\r\nfox\u0000', null, null).userAgent, 'Firefox')
  assert.equal(deviceFrom('\u0007', null, null).userAgent, null)
  assert.equal(deviceFrom('', null, null).userAgent, null)
  assert.deepEqual(deviceFrom(null, null, 'A phone'), { name: 'A phone', userAgent: null, network: null })
})
