import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Membership } from '#src/core/log.js'
import { Relay } from '#src/cluster/relay.js'
import type { LogStore } from '#src/core/store.js'
import { memory } from '#src/stores/memory/memory.js'
import { manualClock, type ManualClock } from '#src/testing/manual-clock.js'
import { altered, chained, entry, type Instance, joined, member, settled, terms, timing } from './fixture.js'

interface Tree {
  readonly store: LogStore
  readonly top: Instance
  readonly relay: Relay
}

/** An instance with a relay, on a log whose pushed entries reach it. */
async function tree(clock: ManualClock = manualClock()): Promise<Tree> {
  const store = memory()
  let relay: Relay | null = null
  const below = {
    acknowledgeable: (position: Parameters<Relay['acknowledgeable']>[0]) => relay!.acknowledgeable(position),
    lastUntil: () => relay!.lastUntil(),
  }
  const top = member(store.log, { clock, below })
  relay = new Relay({
    view: top.view,
    runtime: clock,
    timing,
    terms,
    ready: () => top.holder.ready(),
    lease: () => top.holder.lease,
    acknowledge: () => top.holder.acknowledge(),
  })
  top.holder.holds()
  await settled()
  return { store: store.log, top, relay }
}

/** A verifier below: it keeps no log of its own. */
const verifier = { housekeeping: null }

async function acknowledgedBy({ store, top }: Tree): Promise<number> {
  return (await store.members()).find(({ incarnation }) => incarnation === top.holder.incarnation)!.acknowledged
}

test('what is handed down is less than what is left, so that it ends before it on any clock within the drift', async () => {
  const clock = manualClock()
  const all = await tree(clock)
  const leaf = await joined(all.relay, { clock, ...verifier })
  assert.equal(leaf.holder.holds(), true)
  for (const age of [0, 500, 1500]) {
    clock.set(clock.now())
    const lease = all.top.holder.lease!
    const handed = leaf.holder.lease!
    const slowest = handed.lasts * (1 + 2 * timing.drift)
    assert.ok(handed.from.monotonic + slowest < lease.from.monotonic + lease.lasts, `after ${age} ms`)
    clock.advance(age / 3)
    await settled()
  }
})

test('an instance without a lease hands none down', async () => {
  const all = await tree()
  all.top.holder.surrender()
  await assert.rejects(all.relay.renew(leafAt(0), terms, null), { code: 'store-unavailable' })
  const leaf = await joined(all.relay, verifier)
  assert.deepEqual([leaf.holder.holds(), leaf.events.map(({ type }) => type)], [false, ['trouble']])
})

test('an instance acknowledges only what those below it have, or when their leases have run out', async () => {
  const clock = manualClock()
  const all = await tree(clock)
  const deaf = altered(memory(), { ...relayAsLog(all.relay), acknowledge: async () => 'refused' })
  const hears = await joined(all.relay, { clock, ...verifier })
  const leaf = await joined(deaf, { clock, ...verifier })
  assert.deepEqual([hears.holder.holds(), leaf.holder.holds()], [true, true])
  await all.store.append(entry('session', 's_1'))
  await settled()
  assert.equal(all.top.view.position?.sequence, 1)
  assert.equal(hears.view.position?.sequence, 1)
  assert.equal(await acknowledgedBy(all), 0, 'one below has not said that it knows')
  await leaf.holder.close()
  clock.advance(2500)
  await settled()
  clock.advance(700)
  await settled()
  assert.equal(await acknowledgedBy(all), 1)
})

test('stopping waits for the leases that were handed down', async () => {
  const clock = manualClock()
  const all = await tree(clock)
  const leaf = await joined(all.relay, { clock, ...verifier })
  const stages: string[] = []
  const stopping = all.top.holder.close().then(() => stages.push('stopped'))
  await settled()
  assert.deepEqual([stages, leaf.holder.heldWithin(0)], [[], true])
  for (let waited = 0; waited < 2000; waited += 50) {
    clock.advance(50)
    await settled()
    if (!leaf.holder.heldWithin(0)) stages.push('the leaf believes no more')
    if (stages.includes('stopped')) break
  }
  await stopping
  assert.equal(stages[0], 'the leaf believes no more')
  assert.deepEqual(await all.store.members(), [])
})

test('those below read what their relay remembers, and go on where they stood', async () => {
  const all = await tree()
  await all.store.append(entry('session', 's_1'))
  const leaf = await joined(all.relay, verifier)
  assert.equal(leaf.view.position?.sequence, 1)
  await all.store.append(entry('session', 's_2'))
  await settled()
  assert.deepEqual(leaf.view.position, all.top.view.position)
})

test('a renewal that comes late brings no earlier mark of one below back', async () => {
  const { relay } = await tree()
  const first = { incarnation: 'leaf', mark: 'm1', renewal: 1, lease: 2000, lastKnownGood: 0 }
  await relay.renew(first, terms, null)
  await relay.renew({ ...first, mark: 'm2', renewal: 2 }, terms, null)
  const { leaseFor } = await relay.renew(first, terms, null)
  assert.ok(leaseFor! > 0)
  assert.equal(await relay.retire('leaf', 'm1'), 'kept')
  assert.equal(await relay.retire('leaf', 'm2'), 'retired')
})

test('who asks an instance that is out brings it in, and it stays for as long as somebody is below', async () => {
  const clock = manualClock()
  const store = memory()
  const top = member(store.log, { clock })
  const relay = new Relay({
    ...{ view: top.view, runtime: clock, timing, terms },
    ready: () => top.holder.ready(),
    lease: () => top.holder.lease,
    acknowledge: () => top.holder.acknowledge(),
  })
  assert.deepEqual(await store.log.members(), [])
  for (let renewal = 1; renewal < 100; renewal++) {
    assert.ok((await relay.renew({ ...leafAt(0), renewal }, terms, null)).leaseFor! > 0, `renewal ${renewal}`)
    clock.advance(timing.lease / 3)
    await settled()
  }
  assert.equal((await store.log.members()).length, 1, 'a minute without a request of its own')
  clock.advance(timing.idleAfter + timing.lease)
  await settled()
  assert.deepEqual(await store.log.members(), [], 'and half a minute without anybody below')
  await top.holder.close()
})

test('who asks an instance that cannot join hears of trouble, and does not wait for ever', async () => {
  const clock = manualClock()
  const top = member({ ...memory().log, renew: () => new Promise<never>(() => undefined) }, { clock })
  const relay = new Relay({
    ...{ view: top.view, runtime: clock, timing, terms },
    ready: () => top.holder.ready(),
    lease: () => top.holder.lease,
    acknowledge: () => undefined,
  })
  const asked = assert.rejects(relay.renew(leafAt(0), terms, null), { code: 'store-unavailable' })
  clock.advance(timing.lease)
  await asked
})

test('a thousand acknowledgements of one entry are not a million steps', async () => {
  const all = await tree()
  for (let at = 0; at < 1000; at++) await all.relay.renew(leafAt(at), terms, null)
  await all.store.append(entry('session', 's_1'))
  await settled()
  assert.equal(all.top.view.position?.sequence, 1)
  const walks = countWalks()
  try {
    for (let at = 0; at < 1000; at++) {
      assert.equal(all.relay.acknowledgeable(all.top.view.position).sequence, 0)
      assert.equal(await all.relay.acknowledge(leafAt(at).incarnation, all.top.view.position), 'acknowledged')
    }
  } finally {
    walks.stop()
  }
  await settled()
  assert.equal(await acknowledgedBy(all), 1)
  assert.ok(walks.counted() < 10, `${walks.counted()} walks through all of them`)
})

/** How often something walks through a map of a thousand. */
function countWalks(): { counted(): number; stop(): void } {
  const { entries } = Map.prototype
  let count = 0
  const walk = (iterator: unknown): void =>
    // oxlint-disable-next-line eslint/no-extend-native -- the map is the relay's own: how often it is walked shows nowhere else
    void Object.defineProperty(Map.prototype, Symbol.iterator, { value: iterator })
  walk(function (this: Map<unknown, unknown>) {
    if (this.size > 900) count++
    return entries.call(this)
  })
  return { counted: () => count, stop: () => walk(entries) }
}

test('one that joins, one that goes and one that is gone: each moves what may be acknowledged', async () => {
  const clock = manualClock()
  const { relay, store, top } = await tree(clock)
  const may = (): number => relay.acknowledgeable(top.view.position!).sequence
  await relay.renew(leafAt(0), terms, null)
  await relay.renew(leafAt(1), terms, null)
  await store.append(entry('session', 's_1'))
  await settled()
  const first = top.view.position!
  assert.equal(may(), 0)
  await relay.acknowledge('leaf-0', first)
  assert.equal(may(), 0, 'the other has said nothing')
  await relay.acknowledge('leaf-0', first)
  assert.equal(may(), 0, 'saying it twice speaks for one only')
  await relay.acknowledge('leaf-1', first)
  assert.equal(may(), 1)
  await relay.renew(leafAt(2), terms, null)
  assert.equal(may(), 0, 'a newcomer has said nothing')
  await relay.retire('leaf-2', leafAt(2).mark)
  assert.equal(may(), 1)
  await store.append(entry('session', 's_2'))
  await settled()
  await relay.acknowledge('leaf-0', top.view.position!)
  assert.equal(may(), 1)
  clock.advance(timing.lease)
  await settled()
  assert.equal(may(), 2, 'all leases have run out')
  assert.equal(relay.size, 0)
})

test('what was acknowledged of a log that is gone counts for nothing, however high its numbers were', async () => {
  const { relay, store, top } = await tree()
  await relay.renew(leafAt(0), terms, null)
  for (const target of ['s_1', 's_2', 's_3']) await store.append(entry('session', target))
  await settled()
  await relay.acknowledge('leaf-0', top.view.position!)
  assert.equal(relay.acknowledgeable(top.view.position!).sequence, 3)
  const start = { sequence: 0, id: 'another' }
  const entries = chained('another', [entry('forgot', null), entry('session', 's_4')])
  top.view.drop(top.clock.now())
  const rest = { terms, time: null, held: false, leaseFor: null }
  top.view.restart({ ...rest, identity: 'another', start, entries }, top.clock.monotonic())
  assert.equal(top.view.position!.sequence, 2)
  assert.equal(relay.acknowledgeable(top.view.position!).sequence, 0)
})

test('a last-known-good time below is waited for, and with a longer one than the own nobody is handed a lease', async () => {
  const clock = manualClock()
  const store = memory()
  const generous = { ...timing, lastKnownGood: 5000 }
  const { view, holder } = await joined(store.log, { clock, timing: generous })
  const relay = new Relay({
    ...{ view, runtime: clock, timing: generous, terms },
    ready: () => holder.ready(),
    lease: () => holder.lease,
    acknowledge: () => holder.acknowledge(),
  })
  await assert.rejects(relay.renew({ ...leafAt(0), lastKnownGood: 5001 }, terms, null), { code: 'bad-request' })
  assert.equal(relay.size, 0)
  await relay.renew({ ...leafAt(0), lastKnownGood: 5000 }, terms, null)
  await store.log.append(entry('session', 's_1'))
  await settled()
  for (let waited = 0; waited < 6500; waited += 500) {
    assert.equal(relay.acknowledgeable(view.position!).sequence, 0, `after ${waited} ms it may still be believed`)
    clock.advance(500)
    await settled()
  }
  clock.advance(1000)
  await settled()
  assert.equal(relay.acknowledgeable(view.position!).sequence, 1)
})

function leafAt(at: number): Membership {
  return { incarnation: `leaf-${at}`, mark: `mark-${at}`, renewal: 1, lease: 2000, lastKnownGood: 0 }
}

function relayAsLog(relay: Relay): Partial<LogStore> {
  return {
    mayForget: true,
    renew: (...asked) => relay.renew(...asked),
    retire: (...asked) => relay.retire(...asked),
    subscribe: (heard) => relay.subscribe(heard),
  }
}
