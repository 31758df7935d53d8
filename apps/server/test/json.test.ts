import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readJson } from '#src/json.js'

test('JSON that says one thing is read', () => {
  for (const value of [
    { a: 1, b: { a: 2 }, c: [{ a: 3 }, { a: 4 }] },
    [],
    'a',
    { 'a"b': '{"a":1,"a":2}', x: ['a', 'a'] },
    null,
  ]) {
    assert.deepEqual(readJson(JSON.stringify(value)), { ok: true, value })
  }
})

test('a name that appears twice in one object is refused, also in another spelling', () => {
  for (const text of [
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"b":{"a":1,"c":[],"a":2}}',
    '[{"a":1},{"a":{},"a":2}]',
  ]) {
    assert.deepEqual(readJson(text), { ok: false, field: 'a', problem: 'appears twice.' }, text)
  }
})

test('what is no JSON is refused', () => {
  for (const text of ['', '{', '{"a":1,}', "{'a':1}", 'undefined', '{"a":1}{', '\ufeff{}']) {
    assert.deepEqual(readJson(text), { ok: false, field: 'body', problem: 'is not JSON.' }, text)
  }
})
