import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJson, excerptAt, type JsonFault, readJson } from 'hallpass/inspect'

function faultOf(text: string): JsonFault {
  const reading = readJson(text)
  assert.ok(!reading.ok, text)
  return reading.fault
}

/** Text, kind, line and column, path, and part of the sentence. */
const cases: readonly (readonly [string, string, string, string, RegExp])[] = [
  ['', 'empty', '1:1', '$', /nothing here/],
  [' \n ', 'empty', '2:2', '$', /one value/],
  ['[1,2,]', 'trailing-comma', '1:5', '$[2]', /comma stands before the closing "]".*Remove the comma/],
  ['{"a":1,\n "b":2,\n}', 'trailing-comma', '2:7', '$', /another member/],
  ["{'a':1}", 'single-quote', '1:2', '$', /double ones/],
  ['{"a":\'x\'}', 'single-quote', '1:6', '$.a', /Write "…"/],
  ['{“a”:1}', 'typographic-quote', '1:2', '$', /word processors/],
  ['{"a":1 // one\n}', 'comment', '1:8', '$', /JSON has none/],
  ['/* a */ 1', 'comment', '1:1', '$', /Remove it/],
  ['{a:1}', 'unquoted-name', '1:2', '$', /The name a .* Write "a"/],
  ['{"a":NaN}', 'not-a-number', '1:6', '$.a', /NaN stands here.*null/],
  ['[-Infinity]', 'not-a-number', '1:3', '$[0]', /^-Infinity/],
  ['{"a":undefined}', 'undefined', '1:6', '$.a', /leave the member out/],
  ['[True]', 'misspelt-word', '1:2', '$[0]', /The word True/],
  ['[truely]', 'unquoted-string', '1:2', '$[0]', /The word truely/],
  ['{"a":admin}', 'unquoted-string', '1:6', '$.a', /The word admin/],
  ['[007]', 'leading-zero', '1:2', '$[0]', /Remove the zero/],
  ['[0x1F]', 'number-base', '1:3', '$[0]', /another base/],
  ['[+1]', 'leading-plus', '1:2', '$[0]', /plus sign/],
  ['[.5]', 'leading-point', '1:2', '$[0]', /Write 0 before/],
  ['[5.]', 'bad-number', '1:4', '$[0]', /"\]" stands within the number 5/],
  ['[1_000]', 'bad-number', '1:3', '$[0]', /"_" stands within/],
  ['[1e]', 'bad-number', '1:4', '$[0]', /one exponent/],
  ['[1 2]', 'missing-comma', '1:4', '$[1]', /a comma or "\]" was expected/],
  ['{"a":1 "b":2}', 'missing-comma', '1:8', '$', /U\+0022/],
  ['{"a" 1}', 'missing-colon', '1:6', '$.a', /colon was expected/],
  ['{"a"=1}', 'missing-colon', '1:5', '$.a', /"=" stands here/],
  ['{"a":}', 'missing-value', '1:6', '$.a', /a value was expected/],
  ['[1,,2]', 'missing-value', '1:4', '$[1]', /Put the value there/],
  ['[{"a":1]', 'wrong-bracket', '1:8', '$[0]', /the "\{" of line 1, column 2 is open/],
  ['[1]]', 'unopened-bracket', '1:4', '$', /nothing is open/],
  ['{"a":1}\n{"a":2}', 'second-value', '2:1', '$', /one value.*array/],
  ['\ufeff{}', 'byte-order-mark', '1:1', '$', /U\+FEFF/],
  ['["\\x41"]', 'bad-escape', '1:3', '$[0]', /escape sequence \\x is none/],
  ['["\\u12g4"]', 'bad-escape', '1:3', '$[0]', /\\u12g4/],
  ['["a\nb"]', 'line-break-in-string', '1:4', '$[0]', /Write \\n/],
  ['["a\u0001b"]', 'control-character', '1:4', '$[0]', /U\+0001.*\\u0001/],
  ['[1,\u00a02]', 'unexpected-character', '1:4', '$[1]', /no-break space \(U\+00A0\)/],
  ['[<b>]', 'unexpected-character', '1:2', '$[0]', /"<" stands here/],
  ['{"a":[1,{"b":"x', 'unterminated-string', '1:16', '$.a[1].b', /ends within a string.*cut off/],
  [
    '{"keys":[{"kid":"a"},{"kid"',
    'cut-off',
    '1:28',
    '$.keys[1].kid',
    /a colon was expected.*Still open: "\{" of line 1, column 1, "\[" of line 1, column 9, "\{" of line 1, column 22\./,
  ],
  ['[[[[[', 'cut-off', '1:6', '$[0][0][0][0][0]', /and 2 more around them/],
  ['{"a":-', 'cut-off-number', '1:7', '$.a', /a digit was expected/],
]

for (const [text, kind, where, path, sentence] of cases) {
  test(`${kind}: ${JSON.stringify(text)}`, () => {
    const { place, message, ...fault } = faultOf(text)
    assert.deepEqual([fault.kind, `${place.line}:${place.column}`, place.path], [kind, where, path], message)
    assert.match(message, sentence)
    assert.doesNotMatch(message, /undefined,|NaN,|\[object|[<>]script/)
  })
}

const warned: readonly (readonly [string, string, string, string, RegExp])[] = [
  ['[1e400]', 'out-of-range', '1:2', '$[0]', /1e400/],
  ['[1e-400]', 'out-of-range', '1:2', '$[0]', /infinite or zero/],
  ['{"id":12345678901234567890}', 'precision', '1:7', '$.id', /Write it as a string/],
  ['[0.1234567890123456789]', 'precision', '1:2', '$[0]', /more digits/],
  ['{"a":1,\n"a":2}', 'duplicate-name', '2:1', '$.a', /line 1, column 2/],
  ['{"a":1,"\\u0061":2}', 'duplicate-name', '1:8', '$.a', /stands in this object already/],
  ['{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"a":10}', 'duplicate-name', '1:56', '$.a', /column 2/],
  ['[{"__proto__":{"admin":true}}]', 'proto-name', '1:3', '$[0].__proto__', /prototype/],
  ['{"_\\u005fproto__":1}', 'proto-name', '1:2', '$.__proto__', /prototype/],
  ['["\\ud83d"]', 'lone-surrogate', '1:2', '$[0]', /half of a surrogate pair/],
  ['["\ude00"]', 'lone-surrogate', '1:2', '$[0]', /half of a surrogate pair/],
]

for (const [text, kind, where, path, sentence] of warned) {
  test(`warns: ${kind}: ${JSON.stringify(text)}`, () => {
    const { ok, warnings, warningCount } = readJson(text)
    assert.deepEqual([ok, warnings.length, warningCount], [true, 1, 1])
    const [warning] = warnings
    assert.ok(warning)
    const { place, message } = warning
    assert.deepEqual([warning.kind, `${place.line}:${place.column}`, place.path], [kind, where, path])
    assert.match(message, sentence)
    assert.equal(warning.first !== undefined, kind === 'duplicate-name')
  })
}

test('what every reader agrees about is no warning', () => {
  const text =
    '[0.1, 1e3, -0, 100000000000000000000000, 1.50, 0.30000000000000004, 9007199254740992, 0e999, "\\ud83d\\ude00", "😀"]'
  assert.deepEqual(readJson(text).warnings, [])
  assert.deepEqual(readJson('[{"a":1},{"a":1},{"a":{"a":1}}]').warnings, [])
})

test('the first hundred warnings are told, and all are counted', () => {
  const { warnings, warningCount } = readJson(`[${'1e400,'.repeat(999)}1e400]`)
  assert.deepEqual([warnings.length, warningCount, warnings[99]?.place.path], [100, 1000, '$[99]'])
})

test('warnings of what was read before the mistake', () => {
  const { ok, warnings } = readJson('{"a":[1e400,{"b":1,"b":2},{"x"')
  assert.equal(ok, false)
  assert.deepEqual(
    warnings.map(({ place }) => place.path),
    ['$.a[0]', '$.a[1].b'],
  )
})

test('bytes that are not UTF-8 are refused at their place', () => {
  const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)])))
  for (const wrong of [
    [0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe2, 0x82],
    [0x80],
    [0xf5, 0x80, 0x80, 0x80],
  ]) {
    const decoded = decodeJson(bytes('{"a":"é😀€",\n"b":"', ...wrong))
    assert.ok(!decoded.ok)
    const { kind, place, message } = decoded.fault
    assert.deepEqual([kind, place.line, place.column], ['not-utf-8', 2, 6])
    assert.match(message, /^Byte 23 /)
  }
  const utf16 = decodeJson(Uint8Array.from([0xff, 0xfe, 0x7b, 0x00]))
  assert.ok(!utf16.ok)
  assert.match(utf16.fault.message, /UTF-16/)
  assert.deepEqual(decodeJson(bytes('"é😀"')), { ok: true, text: '"é😀"' })
})

test('the excerpt shows the line around the place, each character one wide', () => {
  const long = `[{"first":1},\n${'1,'.repeat(500)}x${',1'.repeat(500)}]\n`
  const { place } = faultOf(long)
  const { text, caret } = excerptAt(long, place)
  assert.equal(text[caret], 'x')
  assert.ok(text.length <= 74 && text.startsWith('…') && text.endsWith('…'), text)
  const tabs = '{\n\t"a": 1,\r\n\t"b": \u202ex\r\n}'
  const shown = excerptAt(tabs, faultOf(tabs).place)
  assert.deepEqual(shown, { text: ' "b":  x', caret: 6 })
  assert.deepEqual(excerptAt('', faultOf('').place), { text: '', caret: 0 })
})
