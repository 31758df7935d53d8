import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRoots } from '#src/crypto/roots.js'
import { crypto as node } from '#src/crypto/node.js'
import type { KeyStore } from '#src/core/store.js'
import { oneAtATime } from '#src/core/one-at-a-time.js'
import { instance, ManualClock, payload, TestKeyStore, timing } from './fixture.js'

/** A store whose answers to reads are held back until they are let go; each is of the moment it was asked for. */
class SlowStore extends TestKeyStore {
  #waiting: (() => void)[] = []
  isSlow = false

  override async read(): ReturnType<KeyStore['read']> {
    const answer = await super.read()
    if (this.isSlow) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return answer
  }

  letGo(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const turns = async (): Promise<void> => {
  for (let count = 0; count < 5; count++) await turn()
}
const entry = { kind: 'key', counter: null, kept: null, because: null, id: 'e' } as const
const okOf = async (verifying: Promise<{ ok: boolean }>): Promise<boolean> => (await verifying).ok

describe('what the log tells of keys', () => {
  test('a ring that changed: known keys go on verifying without the store, and nothing is signed until it was read again', async () => {
    const { tokens, ring, store } = instance()
    const token = await tokens.sign(payload)
    await tokens.verify(token)
    store.reads = 0
    ring.heard({ target: null, sequence: 1 })
    assert.notEqual(tokens.verifiedBefore(token), null)
    assert.equal(await okOf(tokens.verify(token)), true)
    assert.equal(store.reads, 0)
    await Promise.all(Array.from({ length: 50 }, () => tokens.sign(payload)))
    assert.equal(store.reads, 1)
    assert.notEqual(tokens.verifiedBefore(token), null)
    await tokens.sign(payload)
    assert.equal(store.reads, 1)
  })

  test('a ring that changed: a key that is new is found at once, however lately another was looked for', async () => {
    const { tokens, ring, store, runtime } = instance()
    await tokens.sign(payload)
    assert.equal(await ring.find('nobody'), undefined)
    const other = instance({ runtime })
    const [stranger] = await other.tokens.list()
    store.keys = [...store.keys, { ...stranger!, state: 'retiring' }]
    assert.equal(await ring.find(stranger!.kid), undefined)
    ring.heard({ target: null, sequence: 1 })
    assert.equal((await ring.find(stranger!.kid))?.kid, stranger!.kid)
  })

  test('a key that was revoked: it is dropped at once, and the others are not', async () => {
    const { tokens, ring, store } = instance()
    const token = await tokens.sign(payload)
    await tokens.verify(token)
    const [active, next] = await tokens.list()
    store.reads = 0
    ring.heard({ target: active!.kid, sequence: 1 })
    assert.equal(tokens.verifiedBefore(token), null)
    assert.equal(ring.known(active!.kid), undefined)
    assert.equal(ring.known(next!.kid)?.kid, next!.kid)
    assert.equal(store.reads, 0)
    assert.equal(await okOf(tokens.verify(token)), false)
  })

  test('D11: a read that began before the revocation does not bring the key back', async () => {
    const store = new SlowStore()
    const { tokens, ring } = instance({ store })
    const token = await tokens.sign(payload)
    const [active] = await tokens.list()
    const late = instance({ store, runtime: new ManualClock() })
    store.isSlow = true
    const early = late.tokens.verify(token)
    await turns()
    await (async () => {
      store.isSlow = false
      assert.equal(await ring.revoke(active!.kid, { ...entry, target: active!.kid }), true)
      store.isSlow = true
    })()
    late.ring.heard({ target: active!.kid, sequence: 1 })
    const after = late.tokens.verify(token)
    store.letGo()
    await turns()
    store.letGo()
    assert.equal(await okOf(after), false)
    await early
    assert.equal(late.tokens.verifiedBefore(token), null)
    assert.equal(await okOf(late.tokens.verify(token)), false)
  })

  test('D11: without a lease, no check is answered by a read that began before it', async () => {
    const store = new SlowStore()
    const { tokens, ring } = instance({ store })
    const token = await tokens.sign(payload)
    const [active] = await tokens.list()
    const serverless = instance({ store, trusted: () => false })
    store.isSlow = true
    const early = serverless.tokens.verify(token)
    await turns()
    store.isSlow = false
    assert.equal(await ring.revoke(active!.kid, { ...entry, target: active!.kid }), true)
    const after = serverless.tokens.verify(token)
    await turns()
    store.letGo()
    assert.equal(await okOf(early), true)
    assert.equal(await okOf(after), false)
  })

  test('a read that took longer than a lease is answered by, and not kept', async () => {
    const store = new SlowStore()
    const runtime = new ManualClock()
    const { tokens } = instance({ store, runtime })
    await tokens.sign(payload)
    const late = instance({ store, runtime })
    store.isSlow = true
    const signing = late.tokens.sign(payload)
    await turns()
    runtime.advance(2000)
    store.letGo()
    await signing
    store.isSlow = false
    store.reads = 0
    await late.tokens.sign(payload)
    await late.tokens.sign(payload)
    assert.equal(store.reads, 1)
  })

  test('another log: everything is forgotten', async () => {
    const { tokens, ring } = instance()
    const token = await tokens.sign(payload)
    await tokens.verify(token)
    const [active] = await tokens.list()
    ring.forget()
    assert.equal(ring.known(active!.kid), undefined)
    assert.equal(tokens.verifiedBefore(token), null)
    assert.equal(await okOf(tokens.verify(token)), true)
  })
})

test('a key whose revocation the store forgot is taken out again, by whoever still knows of it', async () => {
  const calls: (() => void)[] = []
  const runtime = Object.assign(new ManualClock(), {
    later: (_delay: number, call: () => void) => {
      calls.push(call)
      return () => undefined
    },
  })
  const { tokens, ring, store, events } = instance({ runtime })
  await tokens.sign(payload)
  const before = { version: store.version, keys: store.keys }
  const [active] = before.keys
  await ring.revoke(active!.kid, { ...entry, target: active!.kid })
  ring.heard({ target: active!.kid, sequence: 1 })
  assert.equal(store.keys.find(({ kid }) => kid === active!.kid)?.state, 'retired')
  Object.assign(store, before)
  ring.forget()
  await tokens.list()
  for (const call of calls.splice(0)) call()
  for (let waited = 0; waited < 500 && store.keys === before.keys; waited++) await turn()
  await ring.stop()
  assert.equal(store.keys.find(({ kid }) => kid === active!.kid)?.state, 'retired')
  assert.deepEqual(
    events.filter((event) => event.type === 'keys-changed').map(({ what }) => what),
    ['began', 'revoked', 'revoked'],
  )
})

test('claims that fit under one algorithm fit under every other', { timeout: 60_000 }, async () => {
  for (const algorithm of ['EdDSA', 'ES256', 'RS256', 'PS256', 'HS256'] as const) {
    const { tokens } = instance({ timing: { ...timing, algorithm } })
    const used = JSON.stringify({ ...payload, text: '' }).length
    const token = await tokens.sign({ ...payload, text: 'x'.repeat(600 - used) })
    assert.equal(await okOf(tokens.verify(token)), true, algorithm)
    await assert.rejects(tokens.sign({ ...payload, text: 'x'.repeat(670 - used) }), { code: 'claims-too-large' })
  }
})

test('a secret root that is missing is trouble for an HS256 key, and no verdict', async () => {
  const { tokens, store } = instance({ timing: { ...timing, algorithm: 'HS256' } })
  const token = await tokens.sign(payload)
  assert.deepEqual(store.keys[0]!.publicJwk, { kty: 'oct' })
  const stranger = instance({ store, roots: createRoots(node, ['Xq8mR1tKzD6wLbVy0NfGs4uEiCjHp7Oa']) })
  await assert.rejects(stranger.tokens.verify(token), { code: 'root-unknown' })
  assert.deepEqual((await tokens.jwks()).keys, [])
})

test('shared work: joined calls share a run, and afresh never answers from one that began earlier', async () => {
  let runs = 0
  const letGo: (() => void)[] = []
  const work = oneAtATime(async () => {
    const run = ++runs
    await new Promise<void>((resolve) => letGo.push(resolve))
    if (run === 2) throw new Error('trouble')
    return run
  })
  const first = work.joined()
  const joined = work.joined()
  const fresh = Promise.allSettled([work.afresh(), work.afresh()])
  assert.equal(runs, 1)
  letGo.shift()!()
  assert.deepEqual([await first, await joined], [1, 1])
  await turns()
  assert.equal(runs, 2)
  letGo.shift()!()
  assert.deepEqual(
    (await fresh).map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  const last = work.afresh()
  letGo.shift()!()
  assert.equal(await last, 3)
})
