import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkedData } from '#src/core/data.js'
import { HallpassError } from '#src/core/errors.js'

function mistakeIn(data: unknown): string {
  try {
    checkedData(data, 1000)
    return 'none'
  } catch (error) {
    assert.ok(error instanceof HallpassError)
    return `${error.code} ${error.mistakes[0]?.field ?? ''}`.trim()
  }
}

test('plain JSON is copied', () => {
  const data = { basket: [{ id: 1, gift: null }], seen: true, note: 'ü' }
  const copy = checkedData(data, 1000)
  assert.deepEqual(copy, data)
  assert.notEqual(copy, data)
  assert.deepEqual(checkedData(Object.assign(Object.create(null) as object, { a: 1 }), 1000), { a: 1 })
})

test('what JSON cannot hold is refused, by its place', () => {
  assert.equal(mistakeIn({ a: { b: 1n } }), 'data-invalid data.a.b')
  assert.equal(mistakeIn([0, undefined]), 'data-invalid data.1')
  assert.equal(mistakeIn({ at: new Date() }), 'data-invalid data.at')
  assert.equal(mistakeIn(Number.POSITIVE_INFINITY), 'data-invalid data')
  assert.equal(mistakeIn({ call: () => 1 }), 'data-invalid data.call')
  assert.equal(mistakeIn(JSON.parse('{"a":{"__proto__":1}}')), 'data-invalid data.a')
})

test('what is nested too deep, or within itself, is refused', () => {
  let deep: unknown = 1
  for (let level = 0; level < 64; level++) deep = [deep]
  assert.equal(mistakeIn(deep), 'none')
  assert.match(mistakeIn([deep]), /^data-invalid/)
  const loop: unknown[] = []
  loop.push(loop)
  assert.match(mistakeIn(loop), /^data-invalid/)
})

test('the budget is the most, and not one byte more', () => {
  assert.equal(mistakeIn('x'.repeat(998)), 'none')
  assert.equal(mistakeIn('x'.repeat(999)), 'data-too-large')
  assert.equal(mistakeIn('€'.repeat(333)), 'data-too-large')
})
