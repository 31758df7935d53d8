import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Assurance } from '#src/cluster/revoker.js'
import { waitOut, window } from '#src/core/lease.js'
import type { Membership } from '#src/core/log.js'
import type { LogStore } from '#src/core/store.js'
import { memory } from '#src/stores/memory/memory.js'
import { altered, entry, type Instance, joined, settled, terms, timing } from './fixture.js'

interface Revoking {
  readonly done: () => Assurance | null
  readonly failed: () => unknown
}

/** Begins to revoke, and tells whether that has come to its end. */
async function revoking(log: LogStore, { revoker }: Instance, options = {}): Promise<Revoking> {
  const told = entry('session', 's_1', { because: 'revoked' })
  let done: Assurance | null = null
  let failed: unknown = null
  const bringAbout = async (): Promise<boolean> => {
    await log.append(told)
    return true
  }
  revoker.revoke(told, bringAbout, options).then(
    (assurance) => (done = assurance),
    (error: unknown) => (failed = error),
  )
  await settled()
  return { done: () => done, failed: () => failed }
}

async function advanced({ clock }: Instance, milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 20) {
    clock.advance(Math.min(20, left))
    await settled()
  }
}

const silentMember: Membership = { incarnation: 'silent', mark: 'm1', renewal: 1, lease: 2000, lastKnownGood: 0 }

test('with every member told, a revocation waits for nobody, and its receipt names them', async () => {
  const store = memory()
  const [here, there] = [await joined(store.log), await joined(store.log)]
  const { done } = await revoking(store.log, here)
  const { acknowledged, waitedOut, complete } = done()!
  assert.deepEqual([...acknowledged].sort(), [here.holder.incarnation, there.holder.incarnation].sort())
  assert.deepEqual([waitedOut, complete], [[], true])
})

test('a member that says nothing is waited out by the length its row states, and then retired', async () => {
  const store = memory()
  const here = await joined(store.log)
  for (const lease of [2000, 5000]) {
    await store.log.renew({ ...silentMember, lease }, terms, null)
    const { done } = await revoking(store.log, here)
    await advanced(here, waitOut([{ ...silentMember, lease }], timing) - 1)
    assert.equal(done(), null)
    await advanced(here, 100)
    assert.deepEqual(done()?.waitedOut, ['silent'])
    await advanced(here, 100)
    assert.deepEqual(
      (await store.log.members()).map(({ incarnation }) => incarnation),
      [here.holder.incarnation],
    )
  }
})

test('a member that renewed meanwhile is not retired, however long it said nothing', async () => {
  const store = memory()
  const here = await joined(store.log)
  await store.log.renew(silentMember, terms, null)
  const { done } = await revoking(store.log, here)
  await store.log.renew({ ...silentMember, mark: 'm2', renewal: 2 }, terms, null)
  await advanced(here, 2500)
  assert.deepEqual(done()?.waitedOut, ['silent'])
  assert.equal((await store.log.members()).length, 2)
})

test('last-known-good times are waited for too, unless the caller would rather know when they end', async () => {
  const store = memory()
  const here = await joined(store.log)
  await store.log.renew({ ...silentMember, lastKnownGood: 10_000 }, terms, null)
  const whole = await revoking(store.log, here)
  const leases = await revoking(store.log, here, { until: 'leases' })
  await advanced(here, 2200)
  assert.equal(whole.done(), null)
  const { complete, completeAt } = leases.done()!
  assert.equal(complete, false)
  await advanced(here, completeAt! - here.clock.now() + 200)
  assert.deepEqual([whole.done()?.complete, whole.done()?.completeAt], [true, null])
})

test('a store that may forget makes an instance that has only just come wait for everybody', async () => {
  const store = memory()
  const log = altered(store, { mayForget: true })
  const here = await joined(log)
  const { done } = await revoking(log, here)
  await advanced(here, window(timing) - 100)
  assert.equal(done(), null)
  await advanced(here, 200)
  assert.deepEqual(done()?.waitedOut, [])
  const again = await revoking(log, here)
  assert.ok(again.done(), 'by now a log that forgot would have shown')
})

const losses: readonly (readonly [name: string, standing: (store: LogStore) => LogStore['standing']])[] = [
  [
    'its position is not where it was',
    (log) =>
      async (...asked) => ({ ...(await log.standing(...asked)), held: false }),
  ],
  [
    'its own row is gone',
    (log) =>
      async (...asked) => ({ ...(await log.standing(...asked)), members: [] }),
  ],
  [
    'its own row carries a mark of long ago',
    (log) =>
      async (...asked) => {
        const standing = await log.standing(...asked)
        return { ...standing, members: standing.members.map((one) => ({ ...one, mark: 'long ago' })) }
      },
  ],
]

for (const [name, standing] of losses) {
  test(`a revoker waits for everybody where ${name}`, async () => {
    const store = memory()
    const here = await joined(altered(store, { standing: standing(store.log) }))
    const { done } = await revoking(store.log, here)
    await advanced(here, window(timing) - 100)
    assert.equal(done(), null)
    await advanced(here, 200)
    assert.ok(done())
  })
}

test('a revoker waits for everybody while the log has said within a window that it forgot', async () => {
  const store = memory()
  const here = await joined(store.log)
  await store.log.append(entry('forgot', null))
  const { done } = await revoking(store.log, here)
  assert.equal(done(), null)
  await advanced(here, window(timing) + 100)
  assert.ok(done())
})

test('a revocation whose entry the log has lost is not confirmed', async () => {
  const store = memory()
  const here = await joined(store.log)
  await store.log.renew(silentMember, terms, null)
  let lost = false
  const losing = altered(store, {
    standing: async (...asked) => ({ ...(await store.log.standing(...asked)), ...(lost ? { entry: null } : {}) }),
  })
  const there = await joined(losing, { clock: here.clock })
  const { done, failed } = await revoking(store.log, there)
  lost = true
  await advanced(there, 2500)
  assert.equal(done(), null)
  assert.equal((failed() as { code?: string }).code, 'unconfirmed')
})

test('an instance that cannot read its own entry gives its lease up before it says that it is done', async () => {
  const store = memory()
  let away = false
  const log = altered(store, {
    renew: (...asked) => (away ? Promise.reject(new Error('away')) : store.log.renew(...asked)),
    subscribe: () => () => undefined,
  })
  const here = await joined(log)
  away = true
  // One that it has not heard of lies between.
  await store.log.append(entry('session', 's_0'))
  const { done } = await revoking(log, here)
  assert.ok(done())
  assert.equal(here.holder.heldWithin(0), false)
})
