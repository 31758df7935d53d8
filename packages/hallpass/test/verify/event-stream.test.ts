import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createEventReader, type StreamEvent } from '#src/verify/event-stream.js'

function read(pieces: readonly string[], longest = 100): StreamEvent[] {
  const events: StreamEvent[] = []
  const take = createEventReader(longest, (event) => void events.push(event))
  for (const piece of pieces) take(piece)
  return events
}

test('events as the standard has them', () => {
  const cases: readonly [text: string, events: readonly [type: string, data: string][]][] = [
    ['data: one\n\n', [['message', 'one']]],
    ['event: entry\ndata: {}\n\n', [['entry', '{}']]],
    ['data:no space\ndata:  two\n\n', [['message', 'no space\n two']]],
    [': comment\n\n\n', []],
    ['event: behind\n\n', []],
    ['event: behind\n\ndata: x\n\n', [['message', 'x']]],
    ['data\n\n', [['message', '']]],
    ['id: 7\nretry: 5\nunknown: x\ndata: x\n\n', [['message', 'x']]],
    ['data: not over yet\n', []],
    [
      'data: a\r\n\r\ndata: b\r\rdata: c\n\n',
      [
        ['message', 'a'],
        ['message', 'b'],
        ['message', 'c'],
      ],
    ],
  ]
  for (const [text, events] of cases) {
    const expected = events.map(([type, data]) => ({ type, data }))
    // what may be the first half of a line's end is waited for
    assert.deepEqual(read([text]), expected, JSON.stringify(text))
  }
})

test('it does not matter where the pieces end', () => {
  const text = 'event: entry\r\ndata: {"a":1}\r\n\r\n:\n\nid: 3.x\nevent: behind\ndata: {}\n\ndata: a\rdata: b\r\r.\n'
  const whole = read([text])
  assert.equal(whole.length, 3)
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 30 }), (cuts) => {
      const places = [0, ...cuts, text.length].sort((one, other) => one - other)
      assert.deepEqual(read(places.slice(1).map((end, index) => text.slice(places[index], end))), whole)
    }),
  )
})

test('a line or an event without end is not gathered', () => {
  assert.throws(() => read(['data: '.padEnd(200, 'x')]), /more than 100 characters/)
  assert.throws(() => read(Array.from({ length: 30 }, () => 'data: 0123456789\n')), /more than 100 characters/)
  assert.throws(() => read(Array.from({ length: 200 }, () => 'x')), /more than 100 characters/)
  assert.equal(read(Array.from({ length: 30 }, () => 'data: 0123456789\n\n')).length, 30)
})
