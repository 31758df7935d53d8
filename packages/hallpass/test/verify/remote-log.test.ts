import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import express from 'express'
import { hallpass, type Hallpass, type HallpassOptions } from 'hallpass'
import { memory } from 'hallpass/memory'
import { logFeed, nodeHandler } from 'hallpass/node'
import { createHolderAndRelay } from '#src/cluster/relay.js'
import { longestAnswer } from '#src/cluster/feed.js'
import { View } from '#src/cluster/view.js'
import type { HallpassError } from '#src/core/errors.js'
import type { HallpassEvent } from '#src/core/events.js'
import type { LogFeed, LogHint } from '#src/core/store.js'
import { systemRuntime } from '#src/runtime.js'
import { manualClock } from '#src/testing/manual-clock.js'
import { remoteLog, type RemoteLogOptions } from '#src/verify/remote-log.js'
import { settled, terms, timing } from '../cluster/fixture.js'
import { testSecret } from '../open-auth.js'
import { type Serving, serving, standingBetween, until } from './serving.js'

const key = 'q8Zr3Tn6Vb1Xc4Md7Kf0Hj2Lp5Ws9Yg-AeUiOoEa'
const member = { incarnation: 'below', mark: 'm1', renewal: 1, lease: 2000, lastKnownGood: 0 }
const ours = { ...terms, deployment: 'https://app.example' }

interface Above extends Serving {
  readonly auth: Hallpass
}

/** An instance that serves its log over HTTP. */
async function above(t: TestContext, options: Partial<HallpassOptions> = {}): Promise<Above> {
  const auth = hallpass({ issuer: 'https://app.example', secret: testSecret, store: memory(), ...options })
  const handler = logFeed(auth.feed, { key })
  const at = await serving(t, nodeHandler(handler))
  t.after(async () => {
    handler.close()
    await auth.close()
  })
  return { ...at, auth }
}

function remote(
  t: TestContext,
  address: string,
  options: Partial<RemoteLogOptions> = {},
): ReturnType<typeof remoteLog> {
  const log = remoteLog({ address, key, runtime: systemRuntime, ...options })
  t.after(() => log.close())
  return log
}

/** A verifier by its log alone. */
function verifier(t: TestContext, upstream: LogFeed) {
  const view = new View()
  const events: HallpassEvent[] = []
  let drawn = 0
  const place = createHolderAndRelay({
    ...{ upstream, view, runtime: systemRuntime, timing, terms: ours, housekeeping: null },
    random: () => `v${Math.round(performance.now() * 1e6)}-${++drawn}`,
    emit: (event) => void events.push(event),
  })
  t.after(() => place.holder.close())
  const isReady = (): Promise<void> => until('a lease', () => place.holder.holds())
  return { ...place, view, events, isReady }
}

test('a revocation waits for a verifier elsewhere, and is there in milliseconds', { timeout: 60_000 }, async (t) => {
  const { address, auth } = await above(t)
  const below = verifier(t, remote(t, address))
  await below.isReady()
  await until('the stream is open', async () => {
    const sequence = (await auth.tokens.revoke('probe'), auth.figures().lease.sequence!)
    return below.view.position?.sequence === sequence
  })
  const took: number[] = []
  for (let count = 0; count < 20; count++) {
    const { tookMilliseconds, waitedOut, complete } = await auth.tokens.revoke(`t_${count}`)
    assert.equal(below.view.revokesToken(`t_${count}`), true, 'it knows before the revocation returns')
    assert.deepEqual([waitedOut, complete], [[], true])
    took.push(tookMilliseconds)
  }
  const median = took.sort((one, other) => one - other)[10]!
  assert.ok(median < timing.lease / 4, `${median} ms: it did not wait for a renewal`)
})

test('behind Express and its body parser it is the same', { timeout: 60_000 }, async (t) => {
  const { auth } = await above(t)
  const app = express()
  const handler = logFeed(auth.feed, { key })
  t.after(() => handler.close())
  app.use(express.json())
  app.use('/.well-known/hallpass', nodeHandler(handler))
  const { address } = await serving(t, app)
  const below = verifier(t, remote(t, address))
  await below.isReady()
  const { waitedOut } = await auth.tokens.revoke('t_1')
  assert.deepEqual([below.view.revokesToken('t_1'), waitedOut], [true, []])
  const tooLong = { method: 'PUT', headers: { authorization: `Bearer ${key}` }, body: 'x'.repeat(100_000) }
  assert.equal((await fetch(`${address}/.well-known/hallpass/log/position`, tooLong)).status, 413)
})

test('a newcomer gets everything that is kept', { timeout: 60_000 }, async (t) => {
  const { address, auth } = await above(t)
  for (let count = 0; count < 50; count++) await auth.tokens.revoke(`t_${count}`)
  const below = verifier(t, remote(t, address))
  await below.isReady()
  for (let count = 0; count < 50; count++) assert.equal(below.view.revokesToken(`t_${count}`), true)
})

test(
  'without its stream it is slower, and right: a renewal tells it, and the revocation waits',
  { timeout: 60_000 },
  async (t) => {
    const { address, auth } = await above(t)
    const silent: LogFeed = { ...remote(t, address), subscribe: () => () => undefined }
    const below = verifier(t, silent)
    await below.isReady()
    for (let count = 0; count < 3; count++) {
      const { waitedOut } = await auth.tokens.revoke(`t_${count}`)
      assert.equal(below.view.revokesToken(`t_${count}`), true)
      assert.deepEqual(waitedOut, [])
    }
  },
)

test(
  'a stream that is cut goes on where it was: nothing is lost, nothing comes twice',
  { timeout: 60_000 },
  async (t) => {
    const { address, auth } = await above(t)
    const between = await standingBetween(t, address)
    const log = remote(t, between.address)
    const hints: LogHint[] = []
    const sequences = (): number[] => hints.flatMap((hint) => (hint.about === 'entry' ? [hint.entry.sequence] : []))
    await log.renew(member, ours, null)
    log.subscribe((hint) => void hints.push(hint))
    await until('the stream has begun', () => hints.length > 0)
    // Nobody below acknowledges: what is told of here is the stream alone.
    const revoke = (tokenId: string): void => void auth.tokens.revoke(tokenId).catch(() => undefined)
    revoke('t_1')
    await until('the first', () => sequences().includes(1))
    let expected = 1
    for (let cuts = 0; cuts < 3; cuts++) {
      between.refuse(true)
      between.cut()
      for (const one of ['a', 'b', 'c']) revoke(`t_${cuts}${one}`)
      expected += 3
      await until('they are in the log', () => auth.figures().lease.sequence === expected)
      between.refuse(false)
      revoke(`t_${cuts}d`)
      expected += 1
      await until(`entry ${expected}`, () => sequences().includes(expected))
    }
    assert.deepEqual(
      sequences(),
      Array.from({ length: expected }, (_, index) => index + 1),
    )
    assert.deepEqual(
      hints.filter(({ about }) => about !== 'entry'),
      [{ about: 'anything' }],
      'only the first stream began it knew not where',
    )
    await log.retire(member.incarnation, member.mark)
  },
)

test('three levels: the one at the end knows before the revocation returns', { timeout: 60_000 }, async (t) => {
  const { address, auth } = await above(t)
  const middle = verifier(t, remote(t, address))
  const handler = logFeed(middle.relay, { key: `${key}2` })
  t.after(() => handler.close())
  const second = await serving(t, nodeHandler(handler))
  const leaf = verifier(t, remoteLog({ address: second.address, key: `${key}2`, runtime: systemRuntime }))
  await leaf.isReady()
  assert.equal(middle.holder.heldWithin(0), true, 'who asks it brings it in')
  for (let count = 0; count < 10; count++) {
    const { waitedOut } = await auth.tokens.revoke(`t_${count}`)
    assert.deepEqual([leaf.view.revokesToken(`t_${count}`), waitedOut], [true, []])
  }
})

test('a key that is not taken is trouble that names itself, and gives no lease', { timeout: 60_000 }, async (t) => {
  const { address, auth } = await above(t)
  const log = remote(t, address, { key: `${key}wrong` })
  await assert.rejects(log.renew(member, ours, null), isTrouble(/does not take this log key \(401\)/))
  await assert.rejects(log.acknowledge('i', { sequence: 0, id: 'x' }), isTrouble(/401/))
  await assert.rejects(log.retire('i', 'm'), isTrouble(/401/))
  const below = verifier(t, log)
  below.holder.holds()
  await until('it is told', () => below.events.length > 0)
  assert.deepEqual([below.holder.holds(), below.events[0]!.type], [false, 'trouble'])
  assert.deepEqual([auth.figures().below, await auth.members()], [0, []])
})

test('address and key are checked when they are given', () => {
  const wrong: readonly [options: Partial<RemoteLogOptions>, field: string][] = [
    [{ address: 'app.example' }, 'address'],
    [{ address: 'http://app.example' }, 'address'],
    [{ address: 'http://localhost.app.example' }, 'address'],
    [{ address: 'https://app.example/log' }, 'address'],
    [{ address: 'https://user:word@app.example' }, 'address'],
    [{ address: 'ftp://localhost' }, 'address'],
    [{ key: 'short' }, 'key'],
    [{ key: '' }, 'key'],
  ]
  for (const [options, field] of wrong) {
    assert.throws(
      () => remoteLog({ address: 'https://app.example', key, runtime: systemRuntime, ...options }),
      ({ code, mistakes }: HallpassError) => code === 'configuration' && mistakes[0]!.field === field,
      JSON.stringify(options),
    )
  }
  for (const address of [
    'https://app.example',
    'https://app.example:8443',
    'http://localhost:7100',
    'http://[::1]:1',
  ]) {
    remoteLog({ address, key, runtime: systemRuntime })
  }
})

test('whatever is answered that is no message is trouble, and never applied', async () => {
  const json = { 'content-type': 'application/json' }
  const endless = (): ReadableStream<Uint8Array> => {
    const chunk = new Uint8Array(1024 * 1024).fill(32)
    return new ReadableStream({ pull: (controller) => controller.enqueue(chunk) })
  }
  const answers: readonly [what: string, answer: () => Response][] = [
    [
      'a page',
      () => new Response('<!doctype html><title>Sign in</title>', { headers: { 'content-type': 'text/html' } }),
    ],
    ['nothing', () => new Response(null, { status: 204 })],
    ['half of it', () => new Response('{"protocol":1,"identity":"log"', { headers: json })],
    ['another protocol', () => Response.json({ protocol: 2, outcome: 'acknowledged' })],
    ['a list', () => Response.json([])],
    ['another outcome', () => Response.json({ protocol: 1, outcome: 'perhaps' })],
    ['a redirect', () => new Response(null, { status: 307, headers: { location: 'https://elsewhere.example/' } })],
    ['an error', () => new Response('', { status: 500 })],
    ['without end', () => new Response(endless(), { headers: json })],
  ]
  for (const [what, answer] of answers) {
    const asked: RequestInit[] = []
    const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
      asked.push(init!)
      return answer()
    }
    const log = remoteLog({
      address: 'https://app.example',
      key,
      runtime: systemRuntime,
      fetch: fetch,
    })
    await assert.rejects(log.renew(member, ours, null), isTrouble(/the log at https:\/\/app\.example/), what)
    await assert.rejects(log.acknowledge('i', { sequence: 1, id: 'x' }), isTrouble(/./), what)
    await assert.rejects(log.retire('i', 'm'), isTrouble(/./), what)
    assert.ok(
      asked.every(({ redirect }) => redirect === 'manual'),
      'the key goes nowhere else',
    )
    assert.ok(longestAnswer > 0)
  }
})

test('an answer that does not come is given up when the lease that it would bring is over', async () => {
  const clock = manualClock()
  const aborted: unknown[] = []
  const fetch = (_: unknown, { signal }: RequestInit): Promise<Response> =>
    new Promise((_, reject) => {
      signal!.addEventListener('abort', () => {
        aborted.push(signal)
        reject(new Error('aborted'))
      })
    })
  const log = remoteLog({
    address: 'https://app.example',
    key,
    runtime: clock,
    fetch: fetch as typeof globalThis.fetch,
  })
  const renewing = assert.rejects(log.renew({ ...member, lease: 500 }, ours, null), isTrouble(/does not answer/))
  await settled()
  clock.advance(499)
  await settled()
  assert.equal(aborted.length, 0)
  clock.advance(1)
  await renewing
  const closing = assert.rejects(log.renew(member, ours, null), isTrouble(/does not answer/))
  await settled()
  await log.close()
  await closing
  await assert.rejects(log.renew(member, ours, null), isTrouble(/was closed/), 'nothing is asked once it is closed')
})

test('a stream that breaks off is opened anew, later each time, and a silent one is given up', async () => {
  const clock = manualClock()
  const opened: number[] = []
  let isSilent = false
  const fetch = async (_: unknown, { signal }: RequestInit): Promise<Response> => {
    opened.push(clock.monotonic())
    if (!isSilent) return new Response('event: entry\ndata: not even JSON\n\n')
    return new Response(
      new ReadableStream({ start: (own) => signal!.addEventListener('abort', () => own.error(new Error('aborted'))) }),
    )
  }
  const log = remoteLog({
    address: 'https://app.example',
    key,
    runtime: clock,
    fetch: fetch as typeof globalThis.fetch,
  })
  const hints: LogHint[] = []
  const stop = log.subscribe((hint) => void hints.push(hint))
  for (let waited = 0; waited < 40_000; waited += 50) {
    await settled()
    clock.advance(50)
  }
  const gaps = opened.slice(1).map((time, index) => time - opened[index]!)
  assert.deepEqual(gaps.slice(0, 7), [250, 500, 1000, 2000, 4000, 8000, 8000])
  assert.deepEqual(hints, [], 'what is malformed is no hint')
  isSilent = true
  const before = opened.length
  for (let waited = 0; waited < 60_000; waited += 50) {
    await settled()
    clock.advance(50)
  }
  assert.equal(opened.length, before + 3, 'a silent stream is given up after 25 s')
  stop()
  const after = opened.length
  clock.advance(60_000)
  await settled()
  assert.equal(opened.length, after)
})

test('those below a log that forgot drop what they had, and begin anew', { timeout: 60_000 }, async (t) => {
  const store = memory()
  const { address, auth } = await above(t, { store, whenTheLogForgets: 'keep-sessions' })
  const below = verifier(t, remote(t, address))
  await below.isReady()
  await auth.tokens.revoke('t_1')
  const known = below.view.log
  assert.equal(below.view.revokesToken('t_1'), true)
  const { renew } = store.log
  // Another log answers from now on: what was in the first is gone.
  const fresh = memory().log
  Object.assign(store.log, fresh)
  assert.notEqual(renew, store.log.renew)
  await until('it begins anew', () => below.view.log !== known && below.holder.holds())
  assert.ok(below.events.some(({ type }) => type === 'log-forgot'))
  assert.equal(below.view.revokesToken('t_1'), true, 'published again by the instance above')
  assert.ok(below.view.believesFrom > 0)
})

function isTrouble(reason: RegExp): (error: HallpassError) => boolean {
  return (error) => {
    assert.equal(error.code, 'store-unavailable')
    assert.match(error.reason!, reason)
    return true
  }
}
