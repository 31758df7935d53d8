import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ServerError } from '#src/errors.js'
import { loosestReading, readTarget } from '#src/transport/target.js'

/** The path in its one spelling, or the code of the refusal. */
function read(url: string): string {
  const target = readTarget(url)
  return target instanceof ServerError ? target.code : target.path
}

test('one spelling: what need not be encoded is decoded, what must be is encoded, digits in upper case', () => {
  const spellings: readonly (readonly [sent: string, read: string])[] = [
    ['/', '/'],
    ['/admin', '/admin'],
    ['/admin/', '/admin/'],
    ['/%61dmin', '/admin'],
    ['/%7euser/%2Dx%5f', '/~user/-x_'],
    ['/a%2eb', '/a.b'],
    ['/.well-known/jwks.json', '/.well-known/jwks.json'],
    ['/a..b/...', '/a..b/...'],
    ['/caf%c3%a9', '/caf%C3%A9'],
    ['/a%3ab:c%40@', '/a%3Ab:c%40@'],
    ['/a%20b', '/a%20b'],
    ['/a|b{c}"<>^`', '/a%7Cb%7Bc%7D%22%3C%3E%5E%60'],
    ["/!$&'()*+,=", "/!$&'()*+,="],
    ['/100%25', '/100%25'],
    ['/100%25x', '/100%25x'],
    ['/a;b=c/d;e', '/a;b=c/d;e'],
    ['/Admin', '/Admin'],
  ]
  for (const [sent, expected] of spellings) assert.equal(read(sent), expected, sent)
})

test('the query is what follows the first "?", as sent', () => {
  assert.deepEqual(readTarget('/a?x=%2e%2e/../%00&y=%zz?z\\'), { path: '/a', query: 'x=%2e%2e/../%00&y=%zz?z\\' })
  assert.deepEqual(readTarget('/a?'), { path: '/a', query: '' })
  for (const query of ['a#b', 'a\tb', 'a b', 'a\u0000', 'caf\u00e9', 'a\u007f'])
    assert.equal(read(`/a?${query}`), 'ambiguous-address', JSON.stringify(query))
})

test('longer than 8 KiB is refused by length alone', () => {
  assert.equal(read(`/${'a'.repeat(8191)}`), `/${'a'.repeat(8191)}`)
  assert.equal(read(`/${'a'.repeat(8192)}`), 'address-too-long')
  assert.equal(read(`/?${'a'.repeat(8191)}`), 'address-too-long')
})

test('the loosest reading: how the most lenient reader further on could take a path', () => {
  const readings: readonly (readonly [path: string, reading: string])[] = [
    ['/', '/'],
    ['/admin', '/admin'],
    ['/Admin', '/admin'],
    ['/ADMIN/', '/admin'],
    ['/admin;x', '/admin'],
    ['/admin;x=1/users;y', '/admin/users'],
    ['/admin%3Bx', '/admin'],
    ['/%EF%BC%A1dmin', '/admin'],
    ['/%EF%BD%81dm%C4%B1n', '/adm\u0131n'],
    ['/%E2%84%82', '/c'],
    ['/a%2562', '/ab'],
    ['/a%252562', '/ab'],
    ['/a%EF%BC%8562', '/ab'],
    ['/a//b\\c/', '/a/b/c'],
    ['/a%2Fb', '/a/b'],
    ['/a%ff', '/a%ff'],
    ['/100%25', '/100%'],
  ]
  for (const [path, reading] of readings) assert.equal(loosestReading(path), reading, path)
})

/** Targets that are close to what is refused: made of what attacks are made of. */
const target = fc
  .array(
    fc.oneof(
      fc.constantFrom('/', '.', '..', ';', '%', '%2', '%2e', '%2E', '%25', '%61', '%c3%a9', '%C0%AE', '%00', '\\', 'a'),
      fc.constantFrom('%3b', '%EF%BC%8F', '%e2%80%a5', '|', '"', '^', '~', '+', ':', '@', '%7c', '?', 'A', '%20', '\t'),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => `/${parts.join('')}`)

test('properties: reading is idempotent, and the parser of URLs leaves the one spelling alone', () => {
  let accepted = 0
  fc.assert(
    fc.property(target, (url) => {
      const once = readTarget(url)
      if (once instanceof ServerError) return
      accepted++
      assert.deepEqual(readTarget(once.path), { path: once.path, query: '' })
      assert.equal(new URL(`http://localhost${once.path}`).pathname, once.path)
      const loosest = loosestReading(once.path)
      assert.equal(loosestReading(loosest), loosest)
      assert.doesNotMatch(loosest, /\/\/|\/\.\.?(?:\/|$)|[\\\p{Cc}]/u)
    }),
    { numRuns: 20_000 },
  )
  assert.ok(accepted > 2000, `${accepted} were accepted`)
})
