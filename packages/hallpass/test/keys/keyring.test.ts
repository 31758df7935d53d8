import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyRecord } from '#src/core/store.js'
import { firstRing, ringProblem, signingKey, type UnplacedKey, verifies, withoutKey } from '#src/keys/keyring.js'

const key = (kid: string): UnplacedKey => ({ kid, alg: 'EdDSA', publicJwk: {}, wrappedPrivateKey: '' })
const first = firstRing(key('one'), key('two'), 7)

test('the first ring signs with one key and has the next one published', () => {
  assert.deepEqual(
    first.map(({ kid, state, createdAt, since }) => [kid, state, createdAt, since]),
    [
      ['one', 'active', 7, 7],
      ['two', 'next', 7, 7],
    ],
  )
  assert.equal(signingKey(first).kid, 'one')
  assert.equal(ringProblem(first), null)
})

test('every key verifies until it is retired', () => {
  const states = ['next', 'active', 'retiring', 'retired'] as const
  assert.deepEqual(
    states.filter((state) => verifies({ ...first[0]!, state })),
    ['next', 'active', 'retiring'],
  )
})

test('no ring yet is no problem; two keys of one kid, and none or two at work, are', () => {
  assert.equal(ringProblem([]), null)
  assert.match(ringProblem([first[0]!, { ...first[1]!, kid: 'one' }])!, /one kid/)
  assert.match(ringProblem([first[1]!])!, /^0 keys/)
  assert.match(ringProblem(first.map((key) => ({ ...key, state: 'active' as const })))!, /^2 keys/)
})

test('a key that is taken out leaves a ring with one active and one next key, whichever it was', () => {
  const states = (keys: ReturnType<typeof withoutKey>) => keys.map(({ kid, state }) => [kid, state])
  const withoutActive = withoutKey(first, 'one', key('three'), 9)
  assert.deepEqual(states(withoutActive), [
    ['one', 'retired'],
    ['two', 'active'],
    ['three', 'next'],
  ])
  assert.deepEqual(states(withoutKey(first, 'two', key('three'), 9)), [
    ['one', 'active'],
    ['two', 'retired'],
    ['three', 'next'],
  ])
  const [one, two] = first as [KeyRecord, KeyRecord]
  assert.deepEqual(states(withoutKey([one, { ...two, state: 'retiring' }], 'two', key('three'), 9)), [
    ['one', 'active'],
    ['two', 'retired'],
  ])
  for (const unknown of ['one', 'nobody']) {
    assert.equal(withoutKey(withoutActive, unknown, key('four'), 11), withoutActive)
  }
  assert.deepEqual(states(withoutKey([one], 'one', key('three'), 9)), [
    ['one', 'retired'],
    ['three', 'active'],
  ])
})
