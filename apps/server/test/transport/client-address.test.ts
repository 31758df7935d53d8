import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressBucket, canonicalAddress, clientAddress, readNetworks } from '#src/transport/client-address.js'

test('an address has one spelling, whichever it was sent in', () => {
  const spellings: readonly (readonly [sent: string, canonical: string | null])[] = [
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:0102:0304', '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
    ['[::ffff:1.2.3.4]:80', '1.2.3.4'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['[::1]:80', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:80', 'fe80::1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['1.2.3', null],
    ['01.2.3.4', null],
    ['1.2.3.4.5', null],
    ['1.2.3.4:', null],
    ['0x7f.0.0.1', null],
    ['2130706433', null],
    ['[1.2.3.4]', null],
    ['::1]:80', null],
    ['[::1', null],
    ['[::1]x', null],
    ['1::2::3', null],
    ['unknown', null],
    ['_hidden', null],
    ['for=1.2.3.4', null],
    ['"1.2.3.4"', null],
    ['localhost', null],
    ['', null],
  ]
  for (const [sent, canonical] of spellings) assert.equal(canonicalAddress(sent), canonical, sent)
})

test('property: every spelling of an IPv6 address comes out as one', () => {
  const group = fc.integer({ min: 0, max: 0xffff }).map((value) => (value % 3 === 0 ? 0 : value))
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const plain = groups.map((value) => value.toString(16)).join(':')
      const padded = groups.map((value) => value.toString(16).toUpperCase().padStart(4, '0')).join(':')
      const canonical = canonicalAddress(plain)
      assert.ok(canonical !== null)
      assert.equal(canonicalAddress(padded), canonical)
      assert.equal(canonicalAddress(canonical), canonical)
      assert.equal(canonicalAddress(`[${padded}%eth0]:65535`), canonical)
    }),
  )
})

test('limits count by an IPv4 address, or by the /64 of an IPv6 address', () => {
  assert.equal(addressBucket('203.0.113.9'), '203.0.113.9')
  assert.equal(addressBucket('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(addressBucket('2001:db8:1:2::'), '2001:db8:1:2::/64')
  assert.equal(addressBucket('2001:db8::6'), '2001:db8::/64')
  assert.equal(addressBucket('2001:db8:0:1::6'), '2001:db8:0:1::/64')
  assert.equal(addressBucket('::1'), '::/64')
})

const inside = readNetworks(['10.0.0.0/8', 'fd00::/8', '127.0.0.1'])
const proxies = (count: number) => ({ count, networks: inside })

test('networks: CIDR notation, single addresses, either family; anything else is refused', () => {
  for (const [address, expected] of [
    ['10.255.0.1', true],
    ['11.0.0.1', false],
    ['fd12::1', true],
    ['fe80::1', false],
    ['127.0.0.1', true],
    ['127.0.0.2', false],
  ] as const) {
    assert.equal(inside.has(address), expected, address)
  }
  for (const wrong of ['10.0.0.0/33', 'fd00::/129', '10.0.0', 'proxy', '10.0.0.0/', '', '10.0.0.0/-1'])
    assert.throws(() => readNetworks([wrong]), wrong)
})

test('the client is what the trusted proxies say, from the right, and never what stands further left', () => {
  const cases: readonly (readonly [
    peer: string,
    forwarded: string | undefined,
    count: number,
    client: string | null,
  ])[] = [
    ['203.0.113.9', undefined, 1, '203.0.113.9'],
    ['203.0.113.9', '198.51.100.7', 1, '203.0.113.9'],
    ['10.0.0.1', undefined, 1, '10.0.0.1'],
    ['10.0.0.1', '198.51.100.7', 1, '198.51.100.7'],
    ['10.0.0.1', '192.0.2.1, 198.51.100.7', 1, '198.51.100.7'],
    ['10.0.0.1', '192.0.2.1, 10.9.9.9', 1, '10.9.9.9'],
    ['10.0.0.1', '192.0.2.1, 198.51.100.7, 10.0.0.2', 2, '198.51.100.7'],
    ['10.0.0.1', '192.0.2.1, 198.51.100.7', 2, '198.51.100.7'],
    ['::ffff:10.0.0.1', '::FFFF:198.51.100.7', 1, '198.51.100.7'],
    ['10.0.0.1', '[2001:DB8::7]:443', 1, '2001:db8::7'],
    ['10.0.0.1', '198.51.100.7, unknown', 1, '10.0.0.1'],
    ['10.0.0.1', '', 1, '10.0.0.1'],
    ['10.0.0.1', ',', 1, '10.0.0.1'],
    ['10.0.0.1', '10.0.0.2', 5, '10.0.0.2'],
  ]
  for (const [peer, forwarded, count, client] of cases)
    assert.equal(clientAddress(peer, forwarded, proxies(count)), client, `${peer} ${forwarded} ${count}`)
  assert.equal(clientAddress('10.0.0.1', '198.51.100.7', null), '10.0.0.1', 'nobody is trusted')
  assert.equal(clientAddress(undefined, '198.51.100.7', proxies(1)), null, 'the socket is gone')
})

test('property: whatever a client writes on the left changes nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 10 }), (spoofed, count) => {
      assert.equal(clientAddress('10.0.0.1', `${spoofed},198.51.100.7`, proxies(count)), '198.51.100.7')
    }),
  )
})
