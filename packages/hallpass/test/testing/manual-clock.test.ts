import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#src/testing/manual-clock.js'

test('the clock stands still until it is moved, then both clocks move', () => {
  const clock = manualClock(1000)
  assert.deepEqual([clock.now(), clock.monotonic()], [1000, 0])
  clock.advance(250)
  assert.deepEqual([clock.now(), clock.monotonic()], [1250, 250])
})

test('timers are called in the order in which they fall due, each at its own time', () => {
  const clock = manualClock(0)
  const calls: string[] = []
  for (const [name, delay] of [
    ['late', 30],
    ['early', 10],
    ['early too', 10],
    ['never', 51],
  ] as const) {
    clock.later(delay, () => calls.push(`${name} at ${clock.now()}`))
  }
  clock.advance(50)
  assert.deepEqual(calls, ['early at 10', 'early too at 10', 'late at 30'])
})

test('a timer that sets another one has it called in the same advance', () => {
  const clock = manualClock(0)
  const calls: number[] = []
  const again = (): void => {
    calls.push(clock.now())
    clock.later(10, again)
  }
  clock.later(10, again)
  clock.advance(35)
  assert.deepEqual(calls, [10, 20, 30])
  assert.equal(clock.now(), 35)
})

test('a timer that was called off is not called', () => {
  const clock = manualClock(0)
  const callOff = clock.later(10, () => assert.fail('called'))
  callOff()
  clock.advance(20)
})

test('setting the wall clock moves neither the monotonic clock nor the timers', () => {
  const clock = manualClock(5000)
  let called = 0
  clock.later(10, () => called++)
  clock.set(0)
  assert.deepEqual([clock.now(), clock.monotonic(), called], [0, 0, 0])
  clock.advance(10)
  assert.deepEqual([clock.now(), clock.monotonic(), called], [10, 10, 1])
})

test('time does not go backwards', () => {
  assert.throws(() => manualClock().advance(-1), RangeError)
  assert.throws(() => manualClock().advance(Number.NaN), RangeError)
})
