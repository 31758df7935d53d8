import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOutgoing } from '#src/relay/outgoing.js'

const plain = { method: 'GET', url: 'http://localhost/', headers: [], body: null } as const

function mistakes(request: Partial<Parameters<typeof readOutgoing>[0]>): readonly string[] {
  const reading = readOutgoing({ ...plain, ...request })
  return reading.ok ? [] : reading.mistakes.map(({ field, problem }) => `${field} ${problem}`)
}

test('what browsers send may be sent, and what they may not write too', () => {
  const headers = [
    ['Cookie', 'a=b'],
    ['Origin', 'null'],
    ['Sec-Fetch-Site', 'same-origin'],
    ['X-Empty', ''],
    ['X-Latin', 'é\tö'],
    ['x-twice', '1'],
    ['X-Twice', '2'],
  ] as const
  for (const method of ['GET', 'post', 'PROPFIND', 'M-SEARCH', 'x'.repeat(32)])
    assert.deepEqual(mistakes({ method, headers }), [])
  const reading = readOutgoing({ ...plain, url: 'HTTP://LOCALHOST:80/a b?c#d', headers, body: 'é' })
  assert.ok(reading.ok)
  const { url, body } = reading.outgoing
  assert.deepEqual([url.href, reading.outgoing.headers, body?.length], ['http://localhost/a%20b?c', headers, 2])
})

test('methods', () => {
  for (const method of ['', 'GE T', 'GET\r\n', 'GET /', 'Ä', 'x'.repeat(33)])
    assert.deepEqual(mistakes({ method }), ['method is no method of HTTP.'], JSON.stringify(method))
  for (const method of ['CONNECT', 'trace']) assert.deepEqual(mistakes({ method }), ['method is not sent from here.'])
})

test('headers that would make two requests of one, or say whose it is', () => {
  const own = [
    'Host',
    'content-length',
    'Transfer-Encoding',
    'CONNECTION',
    'Keep-Alive',
    'Upgrade',
    'TE',
    'Trailer',
    'Expect',
    'Via',
    'Proxy-Connection',
  ]
  for (const name of own)
    assert.deepEqual(
      mistakes({
        headers: [
          ['A', 'b'],
          [name, 'x'],
        ],
      }),
      [`headers[1] (${name}) is written by whoever sends the request, from its address and body.`],
    )
  for (const name of ['', 'A B', 'A:', 'A\r\nB', 'Ä', 'A\0'])
    assert.deepEqual(
      mistakes({ headers: [[name, 'x']] }),
      ['headers[0] has a name that is none.'],
      JSON.stringify(name),
    )
  for (const value of ['a\r\nB: c', 'a\nb', 'a\rb', 'a\0', ' a', 'a ', '\u2028', '€', '\u007f'])
    assert.deepEqual(
      mistakes({ headers: [['A', value]] }),
      ['headers[0] (A) has a value that no header may have.'],
      JSON.stringify(value),
    )
})

test('addresses', () => {
  const cases = {
    '': 'url is no address.',
    '/auth/session': 'url is no address.',
    'http://[fe80::1%25eth0]/': 'url is no address.',
    'http://a b/': 'url is no address.',
    'file:///etc/passwd': 'url is neither http nor https.',
    'ws://localhost/': 'url is neither http nor https.',
    'javascript:1': 'url is neither http nor https.',
    'http://me@localhost/': 'url has credentials in it, which logs keep.',
    'http://:secret@localhost/': 'url has credentials in it, which logs keep.',
    'http://localhost:25/': 'url has a port that browsers block, since other protocols live there.',
    'https://localhost:22/': 'url has a port that browsers block, since other protocols live there.',
    'http://localhost:0/': 'url has a port that browsers block, since other protocols live there.',
    [`http://localhost/${'x'.repeat(8192)}`]: 'url is longer than 8,192 characters.',
  }
  for (const [url, expected] of Object.entries(cases)) assert.deepEqual(mistakes({ url }), [expected])
})

test('how much', () => {
  assert.deepEqual(mistakes({ body: 'x'.repeat(1_048_576) }), [])
  assert.deepEqual(mistakes({ body: `é${'x'.repeat(1_048_575)}` }), ['body is longer than 1 MiB.'])
  assert.deepEqual(mistakes({ url: `http://localhost/${'x'.repeat(8192 - 17)}` }), [])
  const lines = (length: number) => Array.from({ length }, () => ['X', 'x'] as const)
  assert.deepEqual(mistakes({ headers: lines(100) }), [])
  assert.deepEqual(mistakes({ headers: lines(101) }), ['headers are too many or too long.'])
  assert.deepEqual(mistakes({ headers: [['X', 'x'.repeat(16_383)]] }), [])
  assert.deepEqual(mistakes({ headers: [['X', 'x'.repeat(16_384)]] }), ['headers are too many or too long.'])
})

test('everything that is wrong is said at once', () => {
  assert.equal(mistakes({ method: '', url: '', headers: [['Host', 'a']], body: 'x'.repeat(2_000_000) }).length, 4)
})
