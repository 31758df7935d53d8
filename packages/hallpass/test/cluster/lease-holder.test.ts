import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogReading, Membership } from '#src/core/log.js'
import type { LogStore } from '#src/core/store.js'
import { memory } from '#src/stores/memory/memory.js'
import { altered, entry, joined, member, settled, terms, timing } from './fixture.js'

const reader: Membership = { incarnation: 'i', mark: 'm', renewal: 1, lease: 2000, lastKnownGood: 0 }

test('a lease is held from the first renewal on, for less than its length on either clock', async () => {
  const { holder, clock } = await joined(memory().log)
  assert.equal(holder.holds(), true)
  const start = clock.now()
  clock.set(start + timing.lease - timing.margin - 1)
  assert.equal(holder.heldWithin(0), true)
  clock.set(start + timing.lease - timing.margin)
  assert.equal(holder.heldWithin(0), false, 'the wall clock says no')
  clock.set(start - 1)
  assert.equal(holder.heldWithin(0), false, 'a wall clock that went back says no')
})

test('a lease counts from before its renewal was sent, not from when the answer came', async () => {
  const store = memory()
  let answer: (() => void) | null = null
  const slow = altered(store, {
    renew: async (...asked) => {
      await new Promise<void>((resolve) => (answer = resolve))
      return store.log.renew(...asked)
    },
  })
  const { holder, clock } = member(slow)
  holder.holds()
  await settled()
  clock.set(clock.now() + timing.lease)
  answer!()
  await settled()
  assert.equal(holder.holds(), false)
})

test('a log that belongs to another deployment, or speaks another protocol, gives no lease and says so', async () => {
  const store = memory()
  const ours = await joined(store.log)
  for (const differences of [{ deployment: 'https://other.example' }, { protocol: 2 }]) {
    const { holder, events } = await joined(store.log, { terms: { ...terms, ...differences } })
    assert.equal(holder.holds(), false)
    assert.deepEqual(
      events.map(({ type }) => type),
      ['lease-refused'],
    )
  }
  assert.deepEqual([ours.holder.holds(), (await store.log.members()).length], [true, 1])
})

test('an instance whose wall clock is too far from the store’s takes no lease, and says so', async () => {
  const store = memory()
  for (const [offset, held] of [
    [4000, true],
    [-4000, true],
    [6000, false],
    [-6000, false],
  ] as const) {
    const { clock } = member(store.log)
    const skewed = altered(store, {
      renew: async (...asked) => ({ ...(await store.log.renew(...asked)), time: clock.now() + offset }),
    })
    const { holder, events } = await joined(skewed, { clock })
    assert.equal(holder.holds(), held, String(offset))
    assert.equal(
      events.some(({ type }) => type === 'clock-skewed'),
      !held,
    )
  }
})

const forgeries: readonly (readonly [name: string, forge: (reading: LogReading) => LogReading])[] = [
  ['an entry is missing', (reading) => ({ ...reading, entries: reading.entries.slice(1) })],
  [
    'an entry was altered in its link',
    (reading) => ({ ...reading, entries: reading.entries.map((one) => ({ ...one, previous: 'x' })) }),
  ],
  ['the log has another identity', (reading) => ({ ...reading, identity: 'another' })],
  ['the position is not where it was', (reading) => ({ ...reading, held: false, entries: [] })],
]

for (const [name, forge] of forgeries) {
  test(`a log is found to have forgotten where ${name}: caches and lease go, and what was known is published again`, async () => {
    const store = memory()
    let forging = false
    const log = altered(store, {
      renew: async (...asked) => {
        const reading = await store.log.renew(...asked)
        return forging ? forge(reading) : reading
      },
      subscribe: () => () => undefined,
    })
    const { holder, view, events, lost, clock } = await joined(log)
    await store.log.append(entry('session', 's_1'))
    await holder.catchUp()
    await store.log.append(entry('session', 's_2'))
    await store.log.append(entry('session', 's_3'))
    forging = true
    await holder.catchUp()
    forging = false
    assert.ok(
      events.some(({ type }) => type === 'log-forgot'),
      name,
    )
    assert.equal(view.believesFrom, clock.now())
    await settled()
    assert.equal(lost.length, 1)
    assert.ok(lost[0]!.entries.every(({ target }) => target === 's_1'))
    assert.deepEqual([holder.holds(), view.position?.sequence], [true, 3])
    assert.equal(holder.hasForgottenLately(), true)
  })
}

test('a pushed entry that is a lie does no more than cause a renewal, and is found out by it', async () => {
  const store = memory()
  let push: Parameters<LogStore['subscribe']>[0] = () => undefined
  const log = altered(store, {
    subscribe: (heard) => {
      push = heard
      return () => undefined
    },
  })
  const { holder, view, events } = await joined(log)
  await store.log.append(entry('session', 's_1'))
  const { id } = view.position!
  push({ about: 'entry', entry: { ...entry('session', 's_9'), sequence: 7, previous: 'x' } })
  await settled()
  assert.equal(view.position?.sequence, 1)
  push({ about: 'entry', entry: { ...entry('session', 's_0'), sequence: 1, previous: id } })
  await settled()
  assert.equal(view.position?.sequence, 1)

  // One that follows is applied, until the log itself contradicts it.
  push({ about: 'entry', entry: { ...entry('session', 's_8'), sequence: 2, previous: view.position.id } })
  await store.log.append(entry('session', 's_2'))
  await holder.catchUp()
  assert.ok(events.some(({ type }) => type === 'log-forgot'))
  await settled()
  assert.deepEqual([holder.holds(), view.position?.sequence], [true, 2])
})

test('an instance that slept while its position was cut away starts from what is kept, and drops what it had', async () => {
  const store = memory()
  const { holder, view, events } = await joined(altered(store, { subscribe: () => () => undefined }))
  const epoch = view.epoch
  for (const session of ['s_1', 's_2', 's_3']) await store.log.append(entry('session', session))
  const { entries } = await store.log.renew(reader, terms, null)
  await store.log.truncate(entries[1]!)
  await holder.catchUp()
  assert.deepEqual([view.epoch > epoch, view.start?.sequence, view.position?.sequence], [true, 2, 3])
  assert.deepEqual([holder.holds(), events], [true, []])
})

test('what no token can outlive is forgotten, in the view and in the log', async () => {
  const store = memory()
  const { holder, view, clock } = await joined(store.log)
  await store.log.append(entry('session', 's_1'))
  await settled()
  assert.equal(view.size, 1)
  for (let waited = 0; waited <= terms.retention; waited += 600) {
    holder.holds()
    clock.advance(600)
    if (waited % 60_000 === 0) await settled()
  }
  await settled()
  assert.equal(view.size, 0)
  const reading = await store.log.renew(reader, terms, null)
  assert.deepEqual([reading.start.sequence, reading.entries], [1, []])
})

test('a member that leaves takes its row away, and one that rejoins meanwhile does not lose its own', async () => {
  const store = memory()
  const { holder } = await joined(store.log)
  const leaving = holder.leave()
  assert.equal(holder.holds(), false)
  await leaving
  assert.deepEqual(await store.log.members(), [])
  holder.holds()
  await settled()
  assert.deepEqual([(await store.log.members()).length, holder.holds()], [1, true])
  await holder.close()
  holder.holds()
  await settled()
  assert.deepEqual(await store.log.members(), [])
})

test('who reads in the log that it forgot leaves every earlier token to the store, newcomers too', async () => {
  const store = memory()
  const here = await joined(store.log)
  assert.equal(here.view.believesFrom, 0)
  await store.log.append(entry('forgot', null))
  await settled()
  const newcomer = await joined(store.log)
  for (const { view, clock, holder } of [here, newcomer]) {
    assert.deepEqual([view.believesFrom, holder.hasForgottenLately()], [clock.now(), true])
  }
})

test('what keeps an instance from a lease is told once each time it comes to that, not at every renewal', async () => {
  const store = memory()
  const { clock } = member(store.log)
  let ahead = 6000
  const skewed = altered(store, {
    renew: async (...asked) => ({ ...(await store.log.renew(...asked)), time: clock.now() + ahead }),
  })
  const { holder, events } = await joined(skewed, { clock })
  for (const next of [6000, 6000, 0, 6000, 6000]) {
    ahead = next
    await holder.catchUp()
  }
  assert.deepEqual(
    events.map(({ type }) => type),
    ['clock-skewed', 'clock-skewed'],
  )
})

test('an instance listens anew once the store is back, for it may have been listening to nothing', async () => {
  const store = memory()
  let away = false
  let subscriptions = 0
  const log = altered(store, {
    renew: (...asked) => (away ? Promise.reject(new Error('away')) : store.log.renew(...asked)),
    subscribe: (heard) => {
      subscriptions++
      return store.log.subscribe(heard)
    },
  })
  const { holder, events } = await joined(log)
  away = true
  for (let renewal = 0; renewal < 3; renewal++) await assert.rejects(holder.catchUp())
  away = false
  await holder.catchUp()
  await holder.catchUp()
  assert.deepEqual([subscriptions, events.map(({ type }) => type)], [2, ['trouble']])
})

test('a renewal that is never answered is given up after one lease, and the next one is sent', async () => {
  const store = memory()
  let hangs = true
  const log = altered(store, {
    renew: (...asked) => (hangs ? new Promise(() => undefined) : store.log.renew(...asked)),
  })
  const { holder, clock } = member(log)
  holder.holds()
  hangs = false
  for (let waited = 0; waited < timing.lease + 700; waited += 100) {
    clock.advance(100)
    await settled()
  }
  assert.equal(holder.heldWithin(0), true)
})
