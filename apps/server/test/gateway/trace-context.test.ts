import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTraceParent, isTraceState } from '#src/gateway/trace-context.js'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent = '00f067aa0ba902b7'

test('a traceparent is one or none', () => {
  for (const value of [
    `00-${trace}-${parent}-00`,
    `01-${trace}-${parent}-01`,
    `cc-${trace}-${parent}-01-what-the-future-brings`,
  ])
    assert.ok(isTraceParent(value), value)
  const wrong = [
    `ff-${trace}-${parent}-01`,
    `00-${trace}-${parent}-01-more`,
    `00-${'0'.repeat(32)}-${parent}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${parent}-01`,
    `00-${trace}-${parent}-1`,
    `00-${trace}-${parent}-01 `,
    `cc-${trace}-${parent}-01.x`,
    `00-${trace}-${parent}`,
    '',
  ]
  for (const value of wrong) assert.ok(!isTraceParent(value), value)
})

test('a tracestate is a list of at most 32 members', () => {
  for (const value of [
    'a=1',
    'congo=t61, rojo=00',
    'fw529a3039@dt=x y',
    ',a=1,',
    Array.from({ length: 32 }, (_, n) => `k${n}=1`).join(),
  ])
    assert.ok(isTraceState(value), value)
  const tooMany = Array.from({ length: 33 }, (_, n) => `k${n}=1`).join()
  for (const value of [
    '',
    ',',
    'a',
    'A=1',
    'a=',
    'a=b=c',
    'a=\u00e4',
    `a=${'x'.repeat(257)}`,
    'x'.repeat(600),
    tooMany,
  ])
    assert.ok(!isTraceState(value), value)
})
