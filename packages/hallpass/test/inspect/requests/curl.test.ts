import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromCurl, type PlainRequest, toCurl } from 'hallpass/inspect'

function read(text: string): PlainRequest {
  const reading = fromCurl(text)
  assert.ok(reading.ok, reading.ok ? '' : reading.problem)
  return reading.request
}

function problem(text: string): string {
  const reading = fromCurl(text)
  assert.ok(!reading.ok, `was read: ${text}`)
  return `${reading.place.line}:${reading.place.column} ${reading.problem}`
}

/** Text that could stand anywhere, with what shells and curl care about more often. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...["'", '"', '\\', '$', '`', '!', '@', '{', '}', '[', ']', '\n', '\r\n', ' ', '\t', '#', ';', '&', '%', '^'],
      ),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('é', '😀', '\u0301', '\u007f', '\u0001', '$HOME', '$(id)', "$'\\x41'", '\\u0041'),
    ),
  )
  .map((parts) => parts.join('').replaceAll('\0', ''))

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/)
const value = text.map((one) => one.replace(/[\p{Cc}]/gu, ' ').trim())

const request: fc.Arbitrary<PlainRequest> = fc.record(
  {
    method: fc.oneof(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'get'), token),
    url: fc
      .tuple(fc.constantFrom('http://', 'https://'), fc.stringMatching(/^[a-z0-9.-]{1,20}(:[0-9]{1,4})?$/), text)
      .map(([scheme, host, rest]) => `${scheme}${host}/${rest.replace(/\s/g, '')}`),
    headers: fc.array(
      fc.oneof(
        fc.tuple(token, value),
        fc.tuple(fc.constantFrom('Content-Type', 'content-type', 'Cookie', 'Authorization', 'Accept-Encoding'), value),
      ),
      { maxLength: 6 },
    ),
    body: fc.option(text),
  },
  { noNullPrototype: true },
)

test('what is written as a command is read as the same request, whatever is in it', () => {
  fc.assert(
    fc.property(request, (one) => {
      const command = toCurl(one)
      assert.ok(command !== null)
      assert.deepEqual(read(command), one)
    }),
    { numRuns: 2000 },
  )
})

test('a real shell splits the commands as they are meant', () => {
  const sample = fc.sample(request, 60)
  for (const one of sample) {
    const command = toCurl(one) ?? ''
    const script = command.replace(/^curl/, `node -e 'console.log(JSON.stringify(process.argv.slice(1)))' --`)
    const args = JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' })) as readonly string[]
    assert.ok(args.includes(one.url), command)
    if (one.body !== null) assert.equal(args[args.indexOf('--data-raw') + 1], one.body)
    for (const [name, content] of one.headers)
      assert.ok(args.includes(content === '' ? `${name};` : `${name}: ${content}`), command)
  }
})

test('no shell hands over a NUL', () => {
  assert.equal(toCurl({ method: 'POST', url: 'http://a/', headers: [], body: 'a\0b' }), null)
})

test('the options of curl, each as curl takes it', () => {
  const cases: readonly (readonly [command: string, expected: Partial<PlainRequest>])[] = [
    ['curl localhost:3000', { method: 'GET', url: 'http://localhost:3000', headers: [], body: null }],
    ['/usr/bin/curl --url https://a/', { url: 'https://a/' }],
    ['curl -XPOST http://a', { method: 'POST', body: null }],
    ['curl -IsSL http://a', { method: 'HEAD' }],
    ['curl -d a=1 --data b=2 http://a', { method: 'POST', body: 'a=1&b=2' }],
    ["curl http://a -d ''", { method: 'POST', body: '' }],
    [
      'curl -X PATCH -d x http://a',
      { method: 'PATCH', headers: [['Content-Type', 'application/x-www-form-urlencoded']] },
    ],
    ['curl http://a --data-raw @x', { body: '@x' }],
    [
      "curl http://a --data-urlencode 'q=a b&c' --data-urlencode '=d e' --data-urlencode f!",
      { body: 'q=a%20b%26c&d%20e&f%21' },
    ],
    [
      "curl http://a --json '{}'",
      {
        method: 'POST',
        headers: [
          ['Content-Type', 'application/json'],
          ['Accept', 'application/json'],
        ],
      },
    ],
    ["curl http://a --json '{}' -H 'content-type: x' -H 'accept:'", { headers: [['content-type', 'x']] }],
    ['curl http://a -u me:p:w', { headers: [['Authorization', 'Basic bWU6cDp3']] }],
    ['curl http://a -b a=b -b c=d', { headers: [['Cookie', 'a=b; c=d']] }],
    [
      "curl http://a -A 'x y' -e http://b",
      {
        headers: [
          ['User-Agent', 'x y'],
          ['Referer', 'http://b'],
        ],
      },
    ],
    ['curl http://a --compressed', { headers: [['Accept-Encoding', 'deflate, gzip, br']] }],
    ["curl http://a --compressed -H 'accept-encoding: br'", { headers: [['accept-encoding', 'br']] }],
    ['curl -G http://a/?x#y -d q=1 -d r=2', { method: 'GET', url: 'http://a/?x&q=1&r=2#y', headers: [], body: null }],
    [
      "curl http://a -H 'A;' -H 'B:  c  ' -H 'D:'",
      {
        headers: [
          ['A', ''],
          ['B', 'c'],
        ],
      },
    ],
    ['curl -g http://[::1]:80/{a}', { url: 'http://[::1]:80/{a}' }],
    ['curl http://[::1]:80/a', { url: 'http://[::1]:80/a' }],
    ['curl -- http://a', { url: 'http://a' }],
    ['$ curl http://a ;\n', { url: 'http://a' }],
    ['# a comment\ncurl http://a # another', { url: 'http://a' }],
  ]
  for (const [command, expected] of cases) {
    const found = read(command)
    for (const [member, content] of Object.entries(expected))
      assert.deepEqual(found[member as keyof PlainRequest], content, command)
  }
})

test('every way of quoting', () => {
  const cases: readonly (readonly [written: string, means: string])[] = [
    [`'a b'`, 'a b'],
    [`a\\ b`, 'a b'],
    [`"a \\"b\\" \\$c \\d"`, 'a "b" $c \\d'],
    [`'it'\\''s'`, "it's"],
    [`a'b'"c"d`, 'abcd'],
    [`"a\\\nb"`, 'ab'],
    [`$'a\\tb\\n\\x41\\101\\u00e9\\U0001F600\\'\\\\'`, "a\tb\nAA\u00e9\u{1f600}'\\"],
    [`$'\\xc3\\xa9'`, '\u00e9'],
    [`$'\\ud83d\\ude00'`, '\u{1f600}'],
    [`$'\\q\\ca'`, '\\q\u0001'],
    ['100$', '100$'],
    ['😀\\😀', '😀😀'],
  ]
  for (const [written, means] of cases)
    assert.equal(read(`curl \\\r\n http://a --data-raw ${written}`).body, means, written)
})

test('what is not understood is said with its place, and nothing is read or run', () => {
  const file = 'This names a file, and no file is read. Put in what it holds.'
  const replaced = 'The shell would put something else here. Write it out, or put it into single quotes.'
  const cases: readonly (readonly [command: string, problem: string])[] = [
    ['', '1:1 There is no command here.'],
    ['wget http://a', '1:1 The command is not curl.'],
    ['curl -H', '1:6 "-H" has no value.'],
    ['curl', '1:1 The command names no address.'],
    ['curl http://a http://b', '1:15 This is a second address. One request is read.'],
    ['curl http://a -F a=b', '1:15 "-F" is not understood.'],
    ['curl http://a -sxp', '1:17 "-x" is not understood.'],
    ['curl http://a \\\n  --proxy http://b', '2:3 "--proxy" is not understood.'],
    ['curl http://a -d @/etc/passwd', `1:18 ${file}`],
    ['curl http://a --data-binary @-', `1:29 ${file}`],
    ['curl http://a --data-urlencode a@b', `1:32 ${file}`],
    ['curl http://a --json @b', `1:22 ${file}`],
    ['curl http://a -H @b', `1:18 ${file}`],
    ['curl http://a -b jar', '1:18 This is the name of a file with cookies, and no file is read.'],
    ['curl http://a -u me', '1:18 curl would ask for the password. Write "name:password".'],
    ['curl http://$HOST', `1:13 ${replaced}`],
    ['curl "http://a/`id`"', `1:16 ${replaced}`],
    ['curl "http://a/$(id)"', `1:16 ${replaced}`],
    ["curl 'http://a", '1:6 This quotation mark is never closed.'],
    ['curl "http://a', '1:6 This quotation mark is never closed.'],
    ["curl $'http://a", '1:6 This quotation mark is never closed.'],
    ["curl http://a -d $'\\xff'", '1:18 These bytes are no text.'],
    ["curl http://a -d $'a\\0'", '1:21 "\\0" is nothing that can be sent.'],
    ["curl http://a -d $'\\ud800'", '1:20 "\\ud800" is nothing that can be sent.'],
    ['curl http://a | sh', '1:15 At "|" the shell would begin something else.'],
    ['curl http://a > b', '1:15 At ">" the shell would begin something else.'],
    ['curl http://a\nrm b', '1:14 Here a second command begins.'],
    ['curl ^"http://a^"', '1:6 This is written for the Windows command line. Copy it for bash instead.'],
    [
      'curl http://a/[1-3]',
      '1:6 curl would take the brackets for a pattern of many addresses. Add --globoff to mean them.',
    ],
    ['curl -I http://a -d b', '1:6 curl sends either a body or asks for headers alone.'],
  ]
  for (const [command, expected] of cases) assert.equal(problem(command), expected, command)
})

test('whatever is pasted is read or refused, and never breaks anything', () => {
  fc.assert(
    fc.property(text, (one) => {
      for (const command of [one, `curl ${one}`, `curl 'http://a' ${one}`]) {
        const reading = fromCurl(command)
        if (!reading.ok) assert.ok(reading.place.line >= 1 && reading.place.column >= 1 && reading.problem !== '')
      }
    }),
    { numRuns: 2000 },
  )
})

test('what curl would do beside the request is told', () => {
  const reading = fromCurl('curl -k -L http://a -o out -H broken')
  assert.ok(reading.ok)
  assert.deepEqual(
    reading.notes.map(({ option, said }) => `${option} ${said}`),
    [
      '-k Certificates are checked all the same.',
      '-L A redirect is shown, and not followed.',
      '-o No file is written.',
      '-H It has no colon, so curl leaves it out.',
    ],
  )
})
