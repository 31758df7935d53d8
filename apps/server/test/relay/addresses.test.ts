import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeAddress } from '#src/relay/addresses.js'
import { destinationOf, type Lookup } from '#src/relay/destination.js'

type Judge = (address: string) => string

const judge: Judge = (address) => judgeAddress(address).kind

const loopback = [
  '127.0.0.1',
  '127.255.255.255',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::7f00:1',
]
const elsewhere = [
  ...[
    '1.1.1.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.253.255.255',
    '169.255.0.0',
    '223.255.255.255',
  ],
  ...['2606:4700::1111', 'fd00::1', 'fc00::1', 'fec0::1', '::ffff:1.1.1.1', '64:ff9b::101:101'],
]
const refused = [
  ...['169.254.169.254', '169.254.0.0', '169.254.255.255', 'fe80::1', 'febf::1', 'fe80::1%eth0', 'FE80::A'],
  ...['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '0:0:0:0:0:ffff:169.254.169.254', '64:ff9b::a9fe:a9fe'],
  ...['64:ff9b::a83f:8110', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16', '192.0.0.192'],
  ...['0.0.0.0', '0.1.2.3', '::', '0::0', '::ffff:0.0.0.0', '64:ff9b::'],
  ...['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1', '::ffff:224.0.0.1'],
  ...['255.255.255.255', '240.0.0.1', '::ffff:255.255.255.255'],
  ...['::7f00:1', '::169.254.169.254', '::ffff:0:7f00:1', '64:ff9b:1::a9fe:a9fe', '2002:a9fe:a9fe::1', '2001:0:1::1'],
  ...['', 'localhost', '127.1', '0x7f.0.0.1', '2130706433', '127.0.0.1:80', '[::1]:80', 'example.com', '1.2.3.4.5'],
]

/** What the judge gets wrong. */
function wrong(judge: Judge): readonly string[] {
  return [
    ...loopback.filter((address) => judge(address) !== 'loopback'),
    ...elsewhere.filter((address) => judge(address) !== 'elsewhere'),
    ...refused.filter((address) => judge(address) !== 'refused'),
  ]
}

test('every address is loopback, elsewhere or refused, in each of its spellings', () => {
  assert.deepEqual(wrong(judge), [])
})

/** Judges as they are written by those who think of one spelling only. */
const brokenTwins: { readonly [name: string]: Judge } = {
  'knows 169.254 by its first characters': (address) =>
    judge(address) === 'refused' && !address.startsWith('169.254.') && /254|a9fe/.test(address)
      ? 'elsewhere'
      : judge(address),
  'forgets IPv4 within IPv6': (address) => (/^::ffff:/i.test(address) ? 'elsewhere' : judge(address)),
  'forgets NAT64': (address) => (address.startsWith('64:ff9b::') ? 'elsewhere' : judge(address)),
  'forgets the rest of fe80::/10': (address) => (address.startsWith('feb') ? 'elsewhere' : judge(address)),
  'takes 127.0.0.1 alone for loopback': (address) => (address.startsWith('127.255') ? 'elsewhere' : judge(address)),
  'takes 0.0.0.0 for this machine': (address) =>
    address === '0.0.0.0' || address === '::' ? 'loopback' : judge(address),
  'trusts every private network': (address) => (/^(?:10|192\.168)\./.test(address) ? 'loopback' : judge(address)),
  'lets pass what is no address': (address) =>
    /[a-z]/.test(address) && !address.includes(':') ? 'elsewhere' : judge(address),
  'forgets 6to4': (address) => (address.startsWith('2002:') ? 'elsewhere' : judge(address)),
  'forgets the metadata services elsewhere': (address) =>
    /^(?:fd00:ec2|100\.100|168\.63)/.test(address) ? 'elsewhere' : judge(address),
}

for (const [name, twin] of Object.entries(brokenTwins))
  test(`a judge that ${name} is found out`, () => assert.notDeepEqual(wrong(twin), []))

const nobody: Lookup = () => assert.fail('nothing is to be looked up')

async function kindOf(address: string, find: Lookup = nobody): Promise<string> {
  const destination = await destinationOf(new URL(address), find)
  if (!destination.ok) return 'refused'
  return `${destination.isLoopback ? 'loopback' : 'elsewhere'} ${destination.addresses.join(' ')}`
}

test('literal addresses in URLs, decimal, hexadecimal, octal and shortened, are what they are', async () => {
  const cases = {
    'http://127.0.0.1/': 'loopback 127.0.0.1',
    'http://127.1/': 'loopback 127.0.0.1',
    'http://2130706433/': 'loopback 127.0.0.1',
    'http://0x7f000001/': 'loopback 127.0.0.1',
    'http://0177.0.0.1/': 'loopback 127.0.0.1',
    'http://127.0.0.1./': 'loopback 127.0.0.1',
    'http://①②⑦.0.0.1/': 'loopback 127.0.0.1',
    'http://[::1]/': 'loopback ::1',
    'http://[::ffff:127.0.0.1]/': 'loopback ::ffff:7f00:1',
    'http://2852039166/': 'refused',
    'http://0xa9fea9fe/': 'refused',
    'http://0251.0376.0251.0376/': 'refused',
    'http://169.254.43518/': 'refused',
    'http://[::ffff:a9fe:a9fe]/': 'refused',
    'http://[fe80::1]/': 'refused',
    'http://0/': 'refused',
    'http://[::]/': 'refused',
    'http://10.0.0.1/': 'elsewhere 10.0.0.1',
  }
  for (const [address, expected] of Object.entries(cases)) assert.equal(await kindOf(address), expected, address)
})

test('of a name every address is judged, and only "localhost" is at home', async () => {
  const has =
    (...addresses: readonly string[]): Lookup =>
    async () =>
      addresses
  assert.equal(await kindOf('http://localhost/', has('::1', '127.0.0.1')), 'loopback ::1 127.0.0.1')
  assert.equal(await kindOf('http://app.localhost./', has('127.0.0.1')), 'loopback 127.0.0.1')
  assert.equal(await kindOf('http://localhost/', has('127.0.0.1', '1.1.1.1')), 'elsewhere 127.0.0.1 1.1.1.1')
  assert.equal(await kindOf('http://app.example/', has('127.0.0.1')), 'elsewhere 127.0.0.1')
  assert.equal(await kindOf('http://localhost.example/', has('127.0.0.1')), 'elsewhere 127.0.0.1')
  assert.equal(await kindOf('http://app.example/', has('1.1.1.1', '169.254.169.254')), 'refused')
  assert.equal(await kindOf('http://app.example/', has('1.1.1.1', '::ffff:a9fe:a9fe')), 'refused')
  assert.equal(await kindOf('http://app.example/', has()), 'refused')
})

test('which address is refused is told, beside the name that has it', async () => {
  const problemOf = async (address: string, ...found: readonly string[]): Promise<string> => {
    const destination = await destinationOf(new URL(address), async () => found)
    return destination.ok ? assert.fail() : destination.problem
  }
  assert.match(await problemOf('http://app.example/', '1.1.1.1', 'fe80::1'), /^app\.example is fe80::1: a link-local/)
  assert.match(await problemOf('http://2852039166/'), /^169\.254\.169\.254: a link-local/)
  assert.equal(await problemOf('http://app.example/'), 'app.example has no address.')
})
