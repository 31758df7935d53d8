import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identityLines } from '#src/gateway/identity-headers.js'

test('a claim that a header can hold is told, every other has no header at all', () => {
  const told = (value: unknown) => identityLines(new Map([['x-user', 'it']]), { it: value })[0]?.[1] ?? null
  assert.equal(told('ada'), 'ada')
  assert.equal(told(7), '7')
  assert.equal(told(['admin', 'writer']), 'admin,writer')
  const untold = [
    '',
    'a\r\nx-admin: 1',
    'Ad\u00e4',
    'a\u010a',
    '\u0000',
    true,
    null,
    undefined,
    {},
    [],
    ['a,b'],
    ['a', 7],
    ['\n'],
  ]
  for (const value of untold) assert.equal(told(value), null, JSON.stringify(value))
  assert.deepEqual(identityLines(new Map([['x-user', 'constructor']]), {}), [])
})
