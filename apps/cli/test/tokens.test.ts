import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const vectors = JSON.parse(
  readFileSync(new URL('../../../docs/vectors/verification.json', import.meta.url), 'utf8'),
) as {
  readonly issuer: string
  readonly audience: string
  readonly now: number
  readonly jwks: object
  readonly cases: readonly { readonly name: string; readonly token: string; readonly verdict: string }[]
}
const folder = mkdtempSync(join(tmpdir(), 'hallpass-cli-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const keys = join(folder, 'jwks.json')
writeFileSync(keys, JSON.stringify(vectors.jwks))

function hallpass(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    input,
    timeout: 30_000,
    maxBuffer: 2 ** 27,
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
  })
  return { status, stdout, stderr }
}

function tokenOf(name: string): string {
  return vectors.cases.find((one) => one.name === name)!.token
}

const right = tokenOf('signed with EdDSA')
const set = [
  '--key',
  keys,
  '--issuer',
  vectors.issuer,
  '--audience',
  vectors.audience,
  '--now',
  `${vectors.now / 1000}`,
]

describe('hallpass explain', () => {
  test('0 where a verifier would accept it, with every rule', () => {
    const { status, stdout } = hallpass(['explain', right, ...set])
    assert.equal(status, 0)
    assert.match(stdout, /^Expires in 5 minutes\. A verifier would accept it, unless it was revoked\.\n/)
    assert.match(stdout, /exp: 1800000300\n {6}Jan 15, 2027, 08:05:00 UTC; in 5 minutes\. It has not expired\.\n/)
    assert.equal(stdout.match(/^ {2}ok {6}/gm)?.length, 31)
  })

  test('1 where it would refuse it, with the reason first and the remedy', () => {
    const { status, stdout } = hallpass(['explain', tokenOf('J50 aud that does not name the verifier'), ...set])
    assert.equal(status, 1)
    assert.match(stdout, /^Expires in 5 minutes\. A verifier would refuse it: aud does not name the audience\.\n/)
    assert.match(stdout, /FAILED {2}aud names the expected audience\. It fails: .* Ask the issuer for a token/)
  })

  test('1 where not everything could be checked: nobody takes that for accepted', () => {
    const { status, stdout } = hallpass(['explain', right, '--now', `${vectors.now / 1000}`])
    assert.equal(status, 1)
    assert.match(stdout, /not all was checked: no key was given; no issuer was given; no audience was given\./)
  })

  test('65 where there is nothing that a verifier could read', () => {
    for (const input of ['', 'not a token', '{"a":1}'])
      assert.equal(hallpass(['explain', '-', ...set], input).status, 65)
  })

  test('--json', () => {
    const { status, stdout } = hallpass(['explain', right, ...set, '--json'])
    const { verdict, rules, told, explained, decoded } = JSON.parse(stdout)
    assert.equal(status, 0)
    assert.equal(verdict.outcome, 'accepted')
    assert.equal(rules.length, told.length)
    assert.equal(explained.payload[0].name, 'iss')
    assert.equal(decoded.kind, 'jws')
  })

  test('the key from the standard input, other types, another lifetime', () => {
    const terms = ['explain', right, '--key', '-', ...set.slice(2)]
    assert.equal(hallpass(terms, JSON.stringify(vectors.jwks)).status, 0)
    assert.equal(hallpass([...terms, '--max-lifetime', '299'], JSON.stringify(vectors.jwks)).status, 1)
    assert.equal(hallpass([...terms, '--type', 'JWT'], JSON.stringify(vectors.jwks)).status, 1)
    assert.equal(hallpass([...terms, '--type', 'JWT', '--type', 'AT+JWT'], JSON.stringify(vectors.jwks)).status, 0)
  })

  test('misuse is told with its code, and nothing is judged', () => {
    for (const [args, message] of [
      [[right, right], /give one token/],
      [[right, '--now', 'tomorrow'], /--now takes/],
      [[right, '--max-lifetime', 'long'], /--max-lifetime takes a number/],
      [[right, '--time-zone', 'Atlantis'], /--time-zone takes/],
      [['-', '--key', '-'], /cannot be both/],
      [[right, '--loud'], /Try: hallpass explain --help/],
    ] as const) {
      const { status, stdout, stderr } = hallpass(['explain', ...args])
      assert.deepEqual([status, stdout], [64, ''])
      assert.match(stderr, message)
    }
    assert.equal(hallpass(['explain', right, '--key', join(folder, 'none')]).status, 65)
  })
})

describe('hallpass decode', () => {
  test('from the standard input, with what stands around it', () => {
    const { status, stdout } = hallpass(['decode'], `Authorization: Bearer ${right}\n`)
    assert.equal(status, 0)
    assert.match(stdout, /Taken off: white space around it; the header name Authorization; .*the scheme Bearer\./)
    assert.match(stdout, /Header\n {2}\{"alg":"EdDSA","typ":"at\+jwt"/)
  })

  test('secrets of opaque tokens are in no answer', () => {
    const secret = 'S'.repeat(42) + 'A'
    for (const args of [['decode'], ['decode', '--json'], ['explain'], ['explain', '--json']]) {
      const { stdout } = hallpass(args, `hp_s.ab${'A'.repeat(22)}.${secret}`)
      assert.match(stdout, /\*{8}/)
      assert.doesNotMatch(stdout, /SSSSS/)
    }
  })

  test('what would steer a terminal is written as an escape', () => {
    const payload = Buffer.from(JSON.stringify({ x: '\u009b31m\u202e' })).toString('base64url')
    const { stdout } = hallpass(['decode'], `${right.split('.')[0]}.${payload}.AA`)
    assert.match(stdout, /\\u\{9b\}31m\\u\{202e\}/)
    assert.doesNotMatch(stdout, /[\u009b\u202e]/)
  })

  test('10 MB: the beginning, and that it is too long', () => {
    const { status, stdout } = hallpass(['decode'], `${right}${'A'.repeat(1e7)}`)
    assert.equal(status, 0)
    assert.match(stdout, /characters are too long for a token\. Only its beginning was looked at\./)
    assert.ok(stdout.length < 100_000)
  })

  test('65 where there is nothing to read in it', () => {
    for (const input of ['', 'opaque']) assert.equal(hallpass(['decode'], input).status, 65)
  })

  test('--json', () => {
    const { kind, findings } = JSON.parse(hallpass(['decode', '--json', `${right}=`]).stdout)
    assert.equal(kind, 'jws')
    assert.match(findings[0].sentence, /^Signature, character 87: Padding/)
  })
})
