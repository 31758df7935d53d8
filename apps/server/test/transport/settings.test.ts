import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mistake } from 'hallpass'
import { type Environment, readConfig } from '#src/config.js'
import type { Transport } from '#src/transport/transport.js'

const secret = 'q7Rw2kZp9XvLm4TbYc8NdHs3FgJu6AeKx1Vo5WiB'

function read(issuer: string, file: object): { transport: Transport } | { mistakes: readonly Mistake[] } {
  const env: Environment = { HALLPASS_STORE: 'memory:', HALLPASS_ISSUER: issuer, HALLPASS_SECRET: secret }
  const reading = readConfig(env, { config: () => JSON.stringify(file), secret: () => assert.fail('none is drawn') })
  return reading.ok ? { transport: reading.config.transport } : { mistakes: reading.mistakes }
}

/** What it does not start with: field, problem and what to do instead. */
function refusals(issuer: string, file: object): readonly string[] {
  const reading = read(issuer, file)
  if (!('mistakes' in reading)) return []
  return reading.mistakes.map(({ field, problem, remedy }) => {
    assert.ok(problem.endsWith('.') && remedy.endsWith('.') && remedy.length > 10, `${field} ${problem} ${remedy}`)
    return `${field.replace('hallpass.config.json: ', '')} ${problem}`
  })
}

const https = 'https://app.example.com'

test('without a word about proxies nobody is trusted, and the issuer is the only host', () => {
  assert.deepEqual(read('http://localhost:7100', {}), {
    transport: { issuer: 'http://localhost:7100', hosts: ['localhost:7100'], internalHosts: [], proxies: null },
  })
})

test('"proxies": {} is one proxy on this machine or in a private network', () => {
  const reading = read(https, { proxies: {}, origins: ['https://admin.example.com'], internalHosts: ['hallpass:7100'] })
  assert.deepEqual(reading, {
    transport: {
      issuer: https,
      hosts: ['app.example.com', 'admin.example.com'],
      internalHosts: ['hallpass:7100'],
      proxies: {
        count: 1,
        networks: ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
      },
    },
  })
})

test('M18, promise 10: https with nothing before it that ends TLS does not start', () => {
  const [refusal, ...more] = refusals(https, {})
  assert.match(refusal ?? '', /^proxies is missing: this server speaks plain HTTP/)
  assert.deepEqual(more, [])
})

test('M18, promise 10: plain http for anybody but localhost does not start, by address neither', () => {
  for (const issuer of ['http://app.example.com', 'http://192.0.2.7:7100', 'http://[2001:db8::7]'])
    assert.match(refusals(issuer, { proxies: {} }).join(), /HALLPASS_ISSUER is plain http/, issuer)
  for (const issuer of ['http://localhost', 'http://127.0.0.1:7100', 'http://[::1]:7100'])
    assert.deepEqual(refusals(issuer, {}), [], issuer)
})

test('M18, promise 10: two sites that are not same-site do not start', () => {
  const refused = (issuer: string, origin: string): boolean =>
    refusals(issuer, { proxies: {}, origins: [origin] }).some((refusal) =>
      refusal.startsWith(`origins "${origin}": is not same-site`),
    )
  for (const [issuer, origin] of [
    ['https://app.example.com', 'https://app.example.org'],
    ['https://app.example.com', 'https://example.com.evil.org'],
    ['https://shop.co.uk', 'https://other.co.uk'],
    ['https://anna.github.io', 'https://ben.github.io'],
    ['https://app.example.com', 'http://localhost:5173'],
    ['http://localhost:7100', 'http://127.0.0.1:5173'],
    ['http://localhost:7100', 'https://localhost:5173'],
    ['https://192.0.2.7', 'https://192.0.2.8'],
  ] as const) {
    assert.ok(refused(issuer, origin), `${issuer} ${origin}`)
  }
  for (const [issuer, origin] of [
    ['https://app.example.com', 'https://admin.example.com'],
    ['https://app.example.com', 'https://example.com'],
    ['https://app.example.com', 'https://app.example.com:8443'],
    ['https://a.shop.co.uk', 'https://b.shop.co.uk'],
    ['http://localhost:7100', 'http://localhost:5173'],
  ] as const) {
    assert.deepEqual(refusals(issuer, { proxies: {}, origins: [origin] }), [], `${issuer} ${origin}`)
  }
  assert.deepEqual(refusals(https, { proxies: {}, appOrigins: ['capacitor://localhost'] }), [], 'apps hold tokens')
})

test('M18, promise 10: a cookie domain on a public suffix does not start', () => {
  const previously = (domain: string): object => ({ proxies: {}, cookies: { previously: [{ name: 'sid', domain }] } })
  assert.deepEqual(refusals('https://shop.co.uk', previously('co.uk')), [
    'cookies.previously[0].domain is a public suffix: no browser ever took a cookie for "co.uk".',
  ])
  assert.deepEqual(refusals('https://anna.github.io', previously('github.io')), [
    'cookies.previously[0].domain is a public suffix: no browser ever took a cookie for "github.io".',
  ])
  assert.deepEqual(refusals('https://a.shop.co.uk', previously('shop.co.uk')), [])
})

test('M18, promise 10: SameSite=None and cookies without Secure cannot be written down at all', () => {
  assert.match(
    refusals(https, { proxies: {}, sameSite: 'None' }).join(),
    /^sameSite is "None": [^,]+third-party cookies/,
  )
  for (const unknown of ['secure', 'cookieDomain', 'partitioned', 'trustProxy'])
    assert.deepEqual(refusals(https, { proxies: {}, [unknown]: true }), [`${unknown} is unknown.`])
})

test('whatever is wrong with proxies and hosts is told, all at once', () => {
  assert.deepEqual(refusals(https, { proxies: { count: 0, networks: ['10.0.0.0/33', 'proxy', '::1'], hops: 1 } }), [
    'proxies.count is less than 1.',
    'proxies.networks[0] is no network.',
    'proxies.networks[1] is no network.',
    'proxies.hops is unknown.',
  ])
  assert.deepEqual(refusals(https, { proxies: { count: 11, networks: [] } }), [
    'proxies.count is more than 10.',
    'proxies.networks is empty.',
  ])
  assert.deepEqual(refusals(https, { proxies: { count: 1.5 } }), ['proxies.count is not a whole number.'])
  assert.deepEqual(refusals(https, { proxies: 1 }), ['proxies is not an object.'])
  assert.deepEqual(refusals(https, { proxies: {}, internalHosts: ['Hallpass', 'http://hallpass', 'a/b', 'a:0'] }), [
    'internalHosts[0] is no host in lower case.',
    'internalHosts[1] is no host in lower case.',
    'internalHosts[2] is no host in lower case.',
    'internalHosts[3] is no host in lower case.',
  ])
  assert.deepEqual(
    refusals(https, {
      origins: ['https://elsewhere.example.org'],
      internalHosts: ['app.example.com'],
      cookies: {
        previously: [
          { name: 'sid', domain: 'com' },
          { name: 'sid', domain: 'co.uk' },
        ],
      },
    }).map((refusal) => refusal.split(' ')[0]),
    [
      'cookies.previously[0].domain',
      'cookies.previously[1].domain',
      'proxies',
      'origins',
      'internalHosts',
      'cookies.previously[1].domain',
    ],
  )
})
