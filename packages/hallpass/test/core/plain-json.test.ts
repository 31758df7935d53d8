import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { readPlainObject } from '#src/core/plain-json.js'

const name = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__')
const { tree } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  ),
  tree: fc.oneof({ depthSize: 'small' }, tie('leaf'), fc.array(tie('tree')), fc.dictionary(name, tie('tree'))),
}))
const object = fc.dictionary(name, tree)

test('every object of well-formed text reads as it was written', () => {
  fc.assert(
    fc.property(object, fc.constantFrom(0, 1, '\t'), (object, space) => {
      const read = readPlainObject(JSON.stringify(object, null, space))
      assert.ok(read.ok)
      assert.equal(Object.getPrototypeOf(read.object), null)
      assert.equal(JSON.stringify(read.object), JSON.stringify(object))
    }),
  )
})

test('a name that comes a second time is refused, however it is written', () => {
  const escapedUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  const escaped = (text: string): string => `"${text.split('').map(escapedUnit).join('')}"`
  const named = object.filter((object) => Object.keys(object).length > 0)
  fc.assert(
    fc.property(named, fc.boolean(), fc.boolean(), fc.nat(), (object, disguised, nested, pick) => {
      const names = Object.keys(object)
      const name = names[pick % names.length]!
      const again = disguised ? escaped(name) : JSON.stringify(name)
      const json = `${JSON.stringify(object).slice(0, -1)} , ${again} : null}`
      const read = readPlainObject(nested ? `{"x":[1,{"y":${json}}]}` : json)
      assert.deepEqual(read, { ok: false, reason: 'names a member twice' })
    }),
  )
})

test('half a surrogate pair is refused wherever it stands, a whole one nowhere', () => {
  for (const half of ['\\ud800', '\\udc00', '\\udc00\\ud800', '\\uD83D\\\\', 'x\\udfffx', '\ud800']) {
    for (const json of [`{"x":"${half}"}`, `{"${half}":1}`, `{"x":[[{"y":"${half}"}]]}`]) {
      assert.deepEqual(readPlainObject(json), { ok: false, reason: 'holds half a surrogate pair' }, json)
    }
  }
  for (const whole of ['\\ud83d\\ude00', '\u{1F600}', '\\\\ud800']) assert.ok(readPlainObject(`{"x":"${whole}"}`).ok)
})

test('the same name in different objects, and brackets inside text, are nothing special', () => {
  for (const json of ['{"a":{"a":[{"a":1},{"a":2}]}}', '{"a":"{\\"a\\":[","b":"}]"}', '{"a":"a","b":"a"}', '{}']) {
    assert.ok(readPlainObject(json).ok, json)
  }
})

test('what is not one JSON object is refused', () => {
  for (const text of [
    '',
    ' ',
    '[]',
    'null',
    '1',
    '"x"',
    '{',
    '{"a":1}}',
    '{"a":1}{',
    "{'a':1}",
    '{"a":1,}',
    '\ufeff{}',
    '{"a":NaN}',
  ]) {
    assert.equal(readPlainObject(text).ok, false, JSON.stringify(text))
  }
})
