import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  chainMessage,
  formatRefreshToken,
  formatSessionToken,
  isSessionId,
  longestOpaqueToken,
  parseRefreshToken,
  parseSessionToken,
  shardCount,
  shardOf,
} from '#src/core/token.js'

const base64url = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('base64url'))
const id = fc
  .tuple(fc.nat({ max: 255 }), base64url(16))
  .map(([shard, random]) => shard.toString(16).padStart(2, '0') + random)
const generation = fc.nat({ max: 999_999_999_999_999 })
const sessionToken = fc.record({ id, secret: base64url(32) }, { noNullPrototype: true })
const refreshToken = fc.record({ id, generation, mac: base64url(32) }, { noNullPrototype: true })

const sample = { id: `0a${'A'.repeat(22)}`, secret: 'A'.repeat(43) }
const session = formatSessionToken(sample)
const refresh = formatRefreshToken({ id: sample.id, generation: 7, mac: sample.secret })

test('a session token comes back from its text, and no other kind reads it', () => {
  fc.assert(
    fc.property(sessionToken, (token) => {
      const text = formatSessionToken(token)
      assert.deepEqual(parseSessionToken(text), token)
      assert.equal(parseRefreshToken(text), null)
      assert.ok(text.length <= longestOpaqueToken && isSessionId(token.id))
    }),
  )
})

test('a refresh token comes back from its text, and no other kind reads it', () => {
  fc.assert(
    fc.property(refreshToken, (token) => {
      const text = formatRefreshToken(token)
      assert.deepEqual(parseRefreshToken(text), token)
      assert.equal(parseSessionToken(text), null)
      assert.ok(text.length <= longestOpaqueToken)
    }),
  )
})

test('a token has exactly one spelling: whatever parses formats to itself', () => {
  const letter = fc.constantFrom(...'AQgwBab09-_.+/= \n'.split(''))
  const place = fc.nat({ max: 120 })
  fc.assert(
    fc.property(
      fc.constantFrom(session, refresh),
      place,
      letter,
      fc.constantFrom(0, 1),
      (token, place, letter, removed) => {
        const changed = token.slice(0, place) + letter + token.slice(place + removed)
        const [asSession, asRefresh] = [parseSessionToken(changed), parseRefreshToken(changed)]
        if (asSession !== null) assert.equal(formatSessionToken(asSession), changed)
        if (asRefresh !== null) assert.equal(formatRefreshToken(asRefresh), changed)
      },
    ),
    { numRuns: 5000 },
  )
})

test('J13: a last character with stray bits is no token, of an id, a secret or a MAC', () => {
  const ends = (count: number): string[] =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      .split('')
      .filter((_, value) => value % count !== 0)
  for (const end of ends(16)) {
    assert.equal(isSessionId(`0a${'A'.repeat(21)}${end}`), false)
    assert.equal(parseSessionToken(session.replace(sample.id, `0a${'A'.repeat(21)}${end}`)), null)
  }
  for (const end of ends(4)) {
    assert.equal(parseSessionToken(session.slice(0, -1) + end), null)
    assert.equal(parseRefreshToken(refresh.slice(0, -1) + end), null)
  }
})

test('a generation has one spelling and stays exact', () => {
  const spelled = (generation: string): string => refresh.replace('.7.', `.${generation}.`)
  assert.equal(parseRefreshToken(spelled('0'))?.generation, 0)
  assert.equal(parseRefreshToken(spelled('999999999999999'))?.generation, 999_999_999_999_999)
  for (const text of [
    '',
    '07',
    '00',
    '+7',
    '-1',
    '-0',
    '7.0',
    '1e3',
    '0x7',
    '٧',
    ' 7',
    '1000000000000000',
    'Infinity',
  ]) {
    assert.equal(parseRefreshToken(spelled(text)), null, text)
  }
})

test('whatever surrounds, shortens or disguises a token makes it none', () => {
  const wrong = (token: string): string[] => [
    ...['', ' ', 'Bearer ', '"'].map((before) => `${before}${token}\n`),
    ` ${token}`,
    `${token} `,
    `"${token}"`,
    `${token}=`,
    `${token}.`,
    token.slice(1),
    token.slice(0, -1),
    token.toUpperCase(),
    token.replaceAll('.', '．'),
    token.replace('hp_', 'hp-'),
    token.replace('0a', '0A'),
    token.replace('0a', '0g'),
    `${token}\0`,
  ]
  for (const text of [...wrong(session), ...wrong(refresh), '', '.', 'hp_s..', 'hp_r...', 'x'.repeat(1e6)]) {
    assert.equal(parseSessionToken(text), null, text.slice(0, 150))
    assert.equal(parseRefreshToken(text), null, text.slice(0, 150))
  }
})

test('no text at all makes a parser throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parseSessionToken(text)
      parseRefreshToken(text)
      return !isSessionId(text) || text.length === 24
    }),
  )
})

test('a MAC for one purpose, session or generation is for no other', () => {
  fc.assert(
    fc.property(id, id, generation, generation, (one, other, first, second) => {
      fc.pre(one !== other && first !== second)
      const messages = [one, other].flatMap((id) => [
        chainMessage.session(id),
        chainMessage.refresh(id, first),
        chainMessage.refresh(id, second),
      ])
      assert.equal(new Set(messages).size, 6)
    }),
  )
})

test('the shard of a subject never changes, and is always one of the shards', () => {
  assert.deepEqual(['', 'a', 'foobar'].map(shardOf), ['c5', '2c', '68'])
})

test('subjects spread over all shards evenly', () => {
  const counts = new Map<string, number>()
  for (let index = 0; index < 25_600; index++) {
    const shard = shardOf(`u_${index}`)
    counts.set(shard, (counts.get(shard) ?? 0) + 1)
  }
  assert.equal(counts.size, shardCount)
  assert.ok(Math.max(...counts.values()) < 200 && Math.min(...counts.values()) > 40)
})
