import assert from 'node:assert/strict'
import { test } from 'node:test'
import { View } from '#src/cluster/view.js'
import type { Found, SessionRecord, Versions } from '#src/core/session.js'
import { type Cached, SessionCache } from '#src/sessions/session-cache.js'
import { manualClock } from '#src/testing/manual-clock.js'
import { found, live } from '../core/samples.js'
import { terms } from '../cluster/fixture.js'

function cache(): SessionCache {
  const view = new View()
  const start = { sequence: 0, id: 'log_1' }
  view.restart({ identity: 'log_1', terms, time: null, start, held: false, entries: [], leaseFor: null }, 0)
  return new SessionCache({ view, runtime: manualClock(), lease: 1950, limit: 10 })
}

const told = (sessions: SessionCache, answer: Found): Cached => sessions.fill(sessions.begin(), answer)!

test('a session that the store was asked for twice is one, with what came of it', () => {
  const sessions = cache()
  const first = told(sessions, found(live()))
  first.token = 'hp_s.'
  first.upstreamTokens = new Map()
  assert.equal(told(sessions, found(live())), first)
  assert.equal(sessions.get(live().id), first)
})

const news: readonly (readonly [what: string, record: Partial<SessionRecord>, versions: Partial<Versions>])[] = [
  ['another version of the record', { version: 10 }, {}],
  ["another version of the subject's", {}, { subjectVersion: 3 }],
  ['something else that is said of the subject', {}, { subjectChanges: 7 }],
  ["another version of the deployment's", {}, { deploymentVersion: 2 }],
]

for (const [what, record, versions] of news) {
  test(`a session of which the store tells ${what} keeps its session token, and no token for a backend`, () => {
    const sessions = cache()
    const first = told(sessions, found(live()))
    first.token = 'hp_s.'
    first.upstreamTokens = new Map()
    const second = told(sessions, found(live(record), versions))
    assert.notEqual(second, first)
    assert.deepEqual([second.token, second.upstreamTokens], ['hp_s.', null])
    const replaced = told(sessions, found(live({ ...record, version: 11, secretHash: 'another' }), versions))
    assert.equal(replaced.token, null)
  })
}
