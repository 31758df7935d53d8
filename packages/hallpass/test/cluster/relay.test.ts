import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Relay } from '#src/cluster/relay.js'
import type { LogStore } from '#src/core/store.js'
import { memory } from '#src/stores/memory/memory.js'
import { manualClock, type ManualClock } from '#src/testing/manual-clock.js'
import { altered, entry, type Instance, joined, member, settled, terms, timing } from './fixture.js'

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

function relayAsLog(relay: Relay): Partial<LogStore> {
  return {
    mayForget: true,
    renew: (...asked) => relay.renew(...asked),
    retire: (...asked) => relay.retire(...asked),
    subscribe: (heard) => relay.subscribe(heard),
  }
}
