import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditRecord, AuditStore, Count, EventOf, EventType } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock } from 'hallpass/testing'
import { createJournal, type Journal } from '#src/audit/journal.js'
import { keptLog } from '../test-server.js'

type Heard = (event: EventOf<EventType>) => void

/** A journal whose store can go away, and what it wrote. */
function scene() {
  const clock = manualClock(600_000)
  const listeners = new Map<string, Heard>()
  const logged: string[] = []
  const written: AuditRecord[][] = []
  const counted: Count[] = []
  const state = { away: false, hanging: false }
  const meet = async (): Promise<void> => {
    if (state.hanging) return new Promise(() => undefined)
    if (state.away) throw new Error('away')
  }
  const store: AuditStore = {
    ...memory().audit,
    async append(records) {
      await meet()
      written.push([...records])
    },
    async count(counts) {
      await meet()
      counted.push(...counts)
    },
  }
  const auth = { on: (type: string, heard: unknown) => (listeners.set(type, heard as Heard), () => undefined) }
  const journal = createJournal({ auth: auth as never, store, runtime: clock, log: keptLog(logged) })
  return {
    ...{ clock, logged, written, counted, state, journal },
    emit: (event: EventOf<EventType>): void => listeners.get(event.type)?.(event),
    async advance(ms: number) {
      clock.advance(ms)
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    },
  }
}

function roles(journal: Journal, at: number): void {
  journal.tell({ type: 'roles-changed', at, subject: 'u_1', roles: [] })
}

test('records are in the store within a second, in one batch, each with an id of its own', async () => {
  const { journal, written, advance } = scene()
  for (let at = 0; at < 5; at += 1) roles(journal, at)
  assert.equal(written.length, 0)
  await advance(999)
  assert.deepEqual(
    written.map((batch) => batch.map(({ at }) => at)),
    [[0, 1, 2, 3, 4]],
  )
  const ids = written.flat().map(({ id }) => id)
  assert.equal(new Set(ids).size, 5)
  for (const id of ids) assert.match(id, /^[\w-]{22}$/)
})

test('many are written in batches of two hundred', async () => {
  const { journal, written, advance } = scene()
  for (let at = 0; at < 450; at += 1) roles(journal, at)
  await advance(999)
  assert.deepEqual(
    written.map(({ length }) => length),
    [200, 200, 50],
  )
})

test('while the store is away records wait, and are written once it is back, each once', async () => {
  const { journal, written, state, logged, advance } = scene()
  state.away = true
  for (let at = 0; at < 300; at += 1) {
    roles(journal, at)
    await advance(20)
  }
  state.away = false
  await advance(2000)
  assert.deepEqual(
    written.flat().map(({ at }) => at),
    Array.from({ length: 300 }, (_, at) => at),
  )
  assert.deepEqual(logged, [])
})

test('beyond ten thousand that wait the rest is lost, and the log says so once for each time', async () => {
  const { journal, written, state, logged, advance } = scene()
  for (const round of [1, 2]) {
    state.away = true
    for (let at = 0; at < 10_500; at += 1) roles(journal, at)
    await advance(5000)
    assert.equal(logged.length, round)
    assert.match(logged[round - 1] ?? '', /being lost/)
    state.away = false
    await advance(5000)
    assert.equal(written.flat().length, 10_000 * round)
  }
})

test('what strangers cause is written at once, then counted, and at the end nothing is forgotten', async () => {
  const { emit, clock, written, advance, journal } = scene()
  const refuse = (): void =>
    emit({
      ...{ type: 'refused', at: clock.now(), code: 'ended', reason: 'x' },
      ...{ session: null, subject: null, network: '192.0.2.0/24' },
    })
  for (let again = 0; again < 10; again += 1) refuse()
  await advance(500)
  assert.deepEqual(
    written.flat().map(({ count }) => count),
    [1],
  )
  await advance(61_000)
  assert.deepEqual(
    written.flat().map(({ count }) => count),
    [1, 9],
  )
  for (let again = 0; again < 4; again += 1) refuse()
  await journal.close()
  assert.deepEqual(
    written.flat().map(({ count }) => count),
    [1, 9, 4],
  )
})

test('what charts show is counted by the minute and added every ten seconds, the rest at the end', async () => {
  const { emit, clock, counted, advance, journal } = scene()
  const about = { session: 's_1', subject: 'u_1' }
  const rotate = (): void => emit({ type: 'refresh-rotated', at: clock.now(), generation: 1, ...about })
  for (let again = 0; again < 3; again += 1) rotate()
  await advance(9999)
  assert.deepEqual(counted, [])
  await advance(1)
  assert.deepEqual(counted, [{ minute: 600_000, series: 'refresh-rotated', value: 3 }])
  await advance(60_000)
  const took = { acknowledged: [], waitedOut: [], complete: true, completeAt: null, kept: null }
  for (const tookMilliseconds of [0.4, 3, 20_000])
    emit({ type: 'revoked', ended: 'session', target: 's_1', at: clock.now(), tookMilliseconds, ...took })
  await journal.close()
  assert.deepEqual(counted.slice(1), [
    { minute: 660_000, series: 'revoked', value: 3 },
    { minute: 660_000, series: 'revoke-took:1', value: 1 },
    { minute: 660_000, series: 'revoke-took:5', value: 1 },
    { minute: 660_000, series: 'revoke-took:more', value: 1 },
  ])
})

test('counts that could not be added are added later', async () => {
  const { emit, clock, counted, state, advance } = scene()
  const rotate = (): void =>
    emit({ type: 'refresh-rotated', at: clock.now(), generation: 1, session: 's_1', subject: 'u_1' })
  state.away = true
  rotate()
  await advance(10_000)
  rotate()
  state.away = false
  await advance(10_000)
  assert.deepEqual(counted, [{ minute: 600_000, series: 'refresh-rotated', value: 2 }])
})

test('a store that never answers keeps nobody from closing', { timeout: 30_000 }, async () => {
  const { journal, state, logged, emit, clock } = scene()
  state.hanging = true
  roles(journal, 1)
  emit({ type: 'refresh-rotated', at: clock.now(), generation: 1, session: 's_1', subject: 'u_1' })
  await journal.close()
  assert.match(logged.join(''), /were lost/)
})
