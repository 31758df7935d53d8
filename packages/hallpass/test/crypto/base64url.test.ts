import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { decodeBase64url, encodeBase64url } from '#src/crypto/base64url.js'

const anyBytes = fc.uint8Array({ maxLength: 200 })

test('any bytes come back as they were', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const text = encodeBase64url(bytes)
      assert.equal(text, Buffer.from(bytes).toString('base64url'))
      assert.deepEqual(decodeBase64url(text), bytes)
    }),
  )
})

test('bytes have exactly one spelling: what decodes encodes to itself', () => {
  const text = fc.string({ unit: fc.constantFrom(...'AZaz09-_+/= \n.é'.split('')), maxLength: 8 })
  fc.assert(
    fc.property(text, (text) => {
      const bytes = decodeBase64url(text)
      return bytes === null || encodeBase64url(bytes) === text
    }),
    { numRuns: 5000 },
  )
})

test('of the 4096 spellings of two characters only the 256 canonical ones decode', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('')
  assert.equal(alphabet.length, 64)
  const pairs = alphabet.flatMap((one) => alphabet.map((two) => one + two))
  assert.equal(pairs.filter((pair) => decodeBase64url(pair) !== null).length, 256)
})

test('padding, whitespace, the standard alphabet, stray bits and other letters are no spelling', () => {
  const wrong = [
    'A',
    'AAAAA',
    'AA==',
    'AA=',
    'AA ',
    ' AA',
    'A\nA',
    'AB',
    'AAB',
    '+A',
    '/A',
    'ÁA',
    'A\u0000',
    '\u{1F600}',
    'ＡＡ',
  ]
  for (const text of wrong) assert.equal(decodeBase64url(text), null, JSON.stringify(text))
})
