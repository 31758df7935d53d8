import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8Length } from '#src/core/utf8.js'

test('it counts as the platform encodes', () => {
  const property = fc.property(fc.string({ unit: 'binary' }), (text) => {
    assert.equal(utf8Length(text), Buffer.byteLength(text))
  })
  fc.assert(property)
  for (const text of ['', 'a', 'ü', '€', '😀', '\u07ff\u0800\uffff'])
    assert.equal(utf8Length(text), Buffer.byteLength(text))
})
