import assert from 'node:assert/strict'
import { test } from 'node:test'
import { caughtUp, continued, type Feed, firstPage, looked } from '#src/operator/events/feed.js'
import { queryOf, readFilter } from '#src/operator/events/filter.js'

function page(ids: readonly number[], next: string | null = null) {
  const events = ids.map((id) => ({
    ...{ id: `e${id}`, at: new Date(id * 1000).toISOString(), type: 'signed-in', count: 1, details: {} },
    ...{ subject: null, session: null, network: null },
  }))
  return { events, next }
}

const shown = (feed: Feed): string => feed.shown.map(({ id }) => id).join(' ')
const waiting = (feed: Feed): string => feed.waiting.map(({ id }) => id).join(' ')

test('what is new waits, and moves nothing that is shown', () => {
  const feed = looked(looked(firstPage(page([3, 2, 1])), page([4, 3, 2])), page([5, 4, 3]))
  assert.equal(shown(feed), 'e3 e2 e1')
  assert.equal(waiting(feed), 'e5 e4')
  assert.equal(shown(caughtUp(feed)), 'e5 e4 e3 e2 e1')
  assert.equal(waiting(caughtUp(feed)), '')
})

test('a look without news changes nothing', () => {
  const feed = firstPage(page([2, 1]))
  assert.deepEqual(looked(feed, page([2, 1])), feed)
})

test('what was written down late comes where its time puts it', () => {
  const feed = looked(firstPage(page([5, 3])), page([5, 4, 3]))
  assert.equal(shown(caughtUp(feed)), 'e5 e4 e3')
})

test('where more came than an answer holds, the list begins anew, with nothing missing in the middle', () => {
  const feed = looked(firstPage(page([2, 1], 'older than 1')), page([99, 98], 'older than 98'))
  assert.equal(feed.gap, true)
  assert.equal(shown(feed), 'e2 e1')
  const caught = caughtUp(feed)
  assert.equal(shown(caught), 'e99 e98')
  assert.equal(caught.next, 'older than 98')
  assert.equal(caught.gap, false)
})

test('the first events of all leave no gap', () => {
  const feed = looked(firstPage(page([])), page([2, 1], 'older'))
  assert.equal(feed.gap, false)
  assert.equal(shown(caughtUp(feed)), 'e2 e1')
})

test('older ones follow, each once', () => {
  const feed = continued(firstPage(page([4, 3], 'a')), page([3, 2], 'b'))
  assert.equal(shown(feed), 'e4 e3 e2')
  assert.equal(feed.next, 'b')
})

test('a filter is read from the address it is written to', () => {
  for (const filter of [{ by: 'type', is: 'refused' } as const, { by: 'subject', is: 'a&b=c ä' } as const])
    assert.deepEqual(readFilter(queryOf(filter)), filter)
  assert.equal(queryOf(null), '')
  assert.equal(readFilter('?type=%20&other=x'), null)
  assert.deepEqual(readFilter('?network=n&type=t'), { by: 'type', is: 't' }, 'the API takes one')
})
