import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TokenFacts, View } from '#src/cluster/view.js'
import type { LogReading, NewEntry } from '#src/core/log.js'
import { chained, entry, terms } from './fixture.js'

const token: TokenFacts = {
  session: 's_1',
  subject: 'u_1',
  tokenId: 't_1',
  generation: 3,
  subjectVersion: 2,
  deploymentVersion: 1,
  subjectChanges: 5,
  sessionChanges: 0,
}

function reading(entries: readonly NewEntry[]): LogReading {
  const start = { sequence: 0, id: 'log' }
  return { identity: 'log', terms, time: null, start, held: false, entries: chained('log', entries), leaseFor: null }
}

function viewOf(...entries: NewEntry[]): View {
  const view = new View()
  view.restart(reading(entries), 0)
  return view
}

test('an access token is judged by everything that the log tells of it, and by nothing else', () => {
  const ended = (because: string) => ({ outcome: 'ended', because })
  const cases: readonly (readonly [NewEntry, object | null])[] = [
    [entry('session', 's_1', { because: 'signed-out' }), ended('signed-out')],
    [entry('session', 's_2'), null],
    [entry('session', 's_1', { counter: 4 }), ended('replaced')],
    [entry('session', 's_1', { counter: 3 }), null],
    [entry('subject', 'u_1', { counter: 3 }), ended('subject-revoked')],
    [entry('subject', 'u_1', { counter: 3, kept: 's_1' }), { outcome: 'stale' }],
    [entry('subject', 'u_1', { counter: 2 }), null],
    [entry('subject', 'u_2', { counter: 9 }), null],
    [entry('everything', null, { counter: 2 }), ended('everything-revoked')],
    [entry('everything', null, { counter: 1 }), null],
    [entry('token', 't_1'), ended('revoked')],
    [entry('token', 't_2'), null],
    [entry('changed', 'u_1', { counter: 6 }), { outcome: 'stale' }],
    [entry('changed', 'u_1', { counter: 5 }), null],
    [entry('changed', 's_1'), null],
    [entry('forgot', null), null],
  ]
  for (const [told, judgement] of cases) assert.deepEqual(viewOf(told).judge(token), judgement, told.kind)
})

test('a session that ended stays so, whatever is told of it afterwards', () => {
  const view = viewOf(entry('session', 's_1', { because: 'revoked' }), entry('session', 's_1', { counter: 2 }))
  assert.deepEqual(view.judge(token), { outcome: 'ended', because: 'revoked' })
})

test('a second raise of a version forgets whom the first one kept', () => {
  const view = viewOf(entry('subject', 'u_1', { counter: 3, kept: 's_1' }), entry('subject', 'u_1', { counter: 4 }))
  assert.deepEqual(view.judge(token), { outcome: 'ended', because: 'subject-revoked' })
})

test('what has been remembered for long enough is forgotten, unless something newer was told of the same', () => {
  const view = viewOf(entry('session', 's_1', { because: 'revoked' }))
  view.apply(chained(view.position!.id, [entry('session', 's_2')], 1), 500)
  view.apply(chained(view.position!.id, [entry('changed', 's_1')], 2), 900)
  assert.equal(view.prune(999, 1000), null)
  assert.deepEqual(view.prune(1500, 1000)?.sequence, 2)
  assert.deepEqual([view.size, view.start?.sequence, view.position?.sequence], [1, 2, 3])
  assert.deepEqual(view.judge(token), { outcome: 'ended', because: 'revoked' })
  assert.equal(view.judge({ ...token, session: 's_2' }), null)
  view.prune(1900, 1000)
  assert.equal(view.judge(token), null)
  assert.deepEqual([view.at(3)?.sequence, view.at(2), view.after(3)], [3, null, []])
})

test('entries that are known already are passed over, and listeners hear each once', () => {
  const view = new View()
  const heard: number[] = []
  view.onApplied(({ sequence }) => void heard.push(sequence))
  const all = reading([entry('session', 's_1'), entry('session', 's_2')])
  view.restart(all, 0)
  view.apply(all.entries, 0)
  assert.deepEqual(heard, [1, 2])
  const epoch = view.epoch
  view.drop(1234)
  assert.deepEqual([view.epoch > epoch, view.position, view.believesFrom, view.judge(token)], [true, null, 1234, null])
})

test('whether there is news is told of the session, its subject and the deployment', () => {
  const view = viewOf(entry('session', 's_1'), entry('subject', 'u_1', { counter: 1 }), entry('changed', 's_2'))
  const newsSince = (sequence: number) => [
    view.hasNewsSince(sequence, 's_1', null),
    view.hasNewsSince(sequence, 's_9', 'u_1'),
  ]
  assert.deepEqual(
    [newsSince(0), newsSince(1), newsSince(2)],
    [
      [true, true],
      [false, true],
      [false, false],
    ],
  )
  assert.equal(view.hasNewsSince(2, 's_2', 'u_2'), true)
  view.apply(chained(view.position!.id, [entry('everything', null, { counter: 1 })], 3), 0)
  assert.equal(view.hasNewsSince(3, 's_9', 'u_9'), true)
})
