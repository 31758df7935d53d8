import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Algorithm, HallpassEvent, Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { Deployment, isActive, issued, kidOf, RemoteVerifier } from './deployment.js'

const minute = 60_000
const signing = { rotateEvery: 900, cacheFor: 60 }
/** A lease's window, the cache time, and twice the tolerance of clocks. */
const published = 2090 + 60_000 + 10_000

type KeysChanged = Extract<HallpassEvent, { type: 'keys-changed' }>

describe('rotation', () => {
  test('D10: ten rotations in five instances, and no token fails anywhere', { timeout: 120_000 }, async (t) => {
    const five = new Deployment(t, { signing })
    await five.startMany(5)
    const remote = five.all.map((auth) => new RemoteVerifier(auth, five.clock))
    let tokens: { readonly token: string; readonly expiresAt: number }[] = []
    let failures = 0
    let verified = 0
    const kids = new Set<string>()
    const use = async (): Promise<void> => {
      const fresh = await Promise.all(five.all.map((auth) => issued(auth)))
      tokens = [...tokens, ...fresh.map((token) => ({ token, expiresAt: five.clock.now() + 900_000 }))]
      tokens = tokens.filter(({ expiresAt }) => expiresAt > five.clock.now() + 1000)
      for (const token of fresh) kids.add(kidOf(token))
      const oldest = tokens.slice(0, 5).map(({ token }) => token)
      for (const token of [...fresh, ...oldest]) {
        for (const auth of five.all) failures += (await isActive(auth, token)) ? 0 : 1
        for (const verifier of remote) failures += (await verifier.accepts(token)) ? 0 : 1
        verified += 10
      }
    }
    const startedAt = five.clock.now()
    await five.passUntil(async () => {
      await use()
      return five.changes('rotated') === 10
    }, 20_000)
    await use()

    assert.equal(failures, 0)
    assert.ok(verified > 10_000)
    assert.equal(five.changes('began'), 1)
    assert.deepEqual(
      five.events.filter(({ type }) => type === 'trouble'),
      [],
    )
    // Of five that had the same to do, one did it each time: every rotation made one key, and every key was used.
    assert.equal(kids.size, five.changes('rotated') + 1)
    // Each verifier asked as often as the answers told it to: once a minute, and once more for each change.
    const minutes = (five.clock.now() - startedAt) / minute
    for (const { requests } of remote) assert.ok(requests <= minutes + five.events.length + 2, `${requests} requests`)
    const rotations = five.events.filter(
      (event): event is KeysChanged => event.type === 'keys-changed' && event.what === 'rotated',
    )
    for (const { at, active, keys } of rotations) {
      assert.equal(keys.find(({ kid }) => kid === active)?.state, 'active')
      assert.equal(keys.find(({ kid }) => kid === active)?.since, at)
    }
    const listed = await five.all[0]!.keys.list()
    assert.ok(listed.length <= 6, `${listed.length} keys are listed`)
  })

  test(
    'every state lasts as long as it must: published before it signs, and kept until its tokens have expired',
    { timeout: 60_000 },
    async (t) => {
      const three = new Deployment(t, { signing })
      await three.startMany(3)
      await issued(three.all[0]!)
      const since = new Map<string, { [state: string]: number }>()
      await three.passUntil(async () => {
        for (const { kid, state, since: from } of await three.all[1]!.keys.list())
          since.set(kid, { ...since.get(kid), [state]: from })
        return three.changes('rotated') === 5
      })
      const lives = [...since.values()]
      const later = lives.filter(({ next, active }) => next !== undefined && active !== undefined)
      assert.ok(later.length >= 4)
      for (const { next, active, retiring, retired } of later) {
        assert.ok(active! - next! >= published)
        if (retiring !== undefined) assert.ok(retiring - active! >= 900_000)
        if (retired !== undefined) assert.ok(retired - retiring! >= 900_000 + 2090 + 20_000)
      }
    },
  )

  test(
    'a token signed with a retired key is worth nothing, and its private half is gone',
    { timeout: 60_000 },
    async (t) => {
      const store = memory()
      const two = new Deployment(t, { signing }, store)
      await two.startMany(2)
      const token = await issued(two.all[0]!)
      const first = kidOf(token)
      const stateOf = async () => (await store.keys.read()).keys.find(({ kid }) => kid === first)?.state
      assert.equal(await stateOf(), 'active')
      await two.passUntil(async () => (await stateOf()) !== 'active')
      assert.equal(await stateOf(), 'retiring')
      assert.ok((await two.all[1]!.keys.jwks()).keys.some(({ kid }) => kid === first))
      await two.passUntil(async () => (await stateOf()) !== 'retiring')
      assert.equal(await stateOf(), 'retired')
      const { keys } = await store.keys.read()
      for (const { state, wrappedPrivateKey } of keys) assert.equal(wrappedPrivateKey === '', state === 'retired')
      for (const auth of two.all) {
        assert.ok(!(await auth.keys.jwks()).keys.some(({ kid }) => kid === first))
        assert.equal(await isActive(auth, token), false)
      }
      await two.passUntil(async () => (await stateOf()) === undefined)
    },
  )

  test('two instances rotate at once: one does, the other hears when it would be safe', async (t) => {
    const two = new Deployment(t)
    await two.startMany(2)
    await issued(two.all[0]!)
    await assert.rejects(two.all[0]!.keys.rotate(), { code: 'rotation-too-soon', status: 409 })
    await two.pass(6 * minute, 10_000)
    const outcomes = await Promise.allSettled(two.all.map(async (auth) => auth.keys.rotate()))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    assert.equal(refused.length, 1)
    const error = refused[0]!.reason as { code: string; mistakes: { problem: string }[] }
    const { safeFrom } = await two.all[0]!.keys.rehearse()
    assert.equal(error.code, 'rotation-too-soon')
    assert.ok(error.mistakes[0]!.problem.includes(new Date(safeFrom).toISOString()))
    assert.equal(two.changes('rotated'), 1)
  })

  test('a rehearsal says what would happen and who has heard, and changes nothing', async (t) => {
    const store = memory()
    const two = new Deployment(t, {}, store)
    await two.startMany(2)
    await Promise.all(two.all.map((auth) => isActive(auth, 'x')))
    await issued(two.all[0]!)
    await two.all[1]!.keys.jwks()
    const before = await store.keys.read()
    const rehearsal = await two.all[1]!.keys.rehearse()
    assert.deepEqual(await store.keys.read(), before)
    const [active, next] = before.keys
    const now = two.clock.now()
    assert.equal(rehearsal.safeFrom, now + 2090 + 300_000 + 10_000)
    assert.equal(rehearsal.now.rotatesAt, now + 30 * 86_400_000)
    assert.deepEqual(
      rehearsal.now.keys.map(({ kid, state, until }) => [kid, state, until]),
      [
        [active!.kid, 'active', rehearsal.now.rotatesAt],
        [next!.kid, 'next', rehearsal.now.rotatesAt],
      ],
    )
    assert.deepEqual(
      rehearsal.afterwards.keys.map(({ kid, state }) => [kid, state]),
      [
        [active!.kid, 'retiring'],
        [next!.kid, 'active'],
        ['', 'next'],
      ],
    )
    await two.pass(6 * minute, 10_000)
    const schedule = await two.all[0]!.keys.rotate()
    assert.deepEqual(
      schedule.keys.map(({ state }) => state),
      ['retiring', 'active', 'next'],
    )
    await two.pass(3000, 500, async () => {
      for (const auth of two.all) await isActive(auth, await issued(auth))
    })
    const { members } = await two.all[0]!.keys.rehearse()
    assert.equal(members.filter(({ self }) => self).length, 1)
    assert.deepEqual(
      members.map(({ upToDate }) => upToDate),
      [true, true],
    )
  })

  test('trouble with the store is told once, harms no request, and is tried again', async (t) => {
    const store = memory()
    let away = false
    const shaky: Store = {
      ...store,
      keys: {
        read: () => (away ? Promise.reject(new Error('away')) : store.keys.read()),
        replace: (...given) => (away ? Promise.reject(new Error('away')) : store.keys.replace(...given)),
      },
    }
    const one = new Deployment(t, { signing }, shaky)
    const auth = one.start()
    const token = await issued(auth)
    await one.pass(10 * minute, 5000)
    const believed = async (): Promise<void> => assert.equal(await isActive(auth, token), true)
    await one.pass(3000, 500, believed)
    away = true
    // In steps in which the lease is renewed, so that memory may answer.
    await one.pass(2 * minute, 500, believed)
    assert.equal(one.events.filter(({ type }) => type === 'trouble').length, 0)
    await one.pass(5 * minute, 5000)
    const troubles = one.events.filter((event) => event.type === 'trouble')
    assert.deepEqual(
      troubles.map(({ where }) => where),
      ['key-ring'],
    )
    assert.equal(one.changes('rotated'), 0)
    away = false
    await one.passUntil(() => one.changes('rotated') === 1)
    assert.equal(await isActive(auth, await issued(auth)), true)
  })

  test('an instance without a lease reads the ring each time: it signs with the new key at once', async (t) => {
    const three = new Deployment(t, { signing })
    const leased = three.start()
    const serverless = [three.start({ lease: 'off' }), three.start({ lease: 'off' })] as const
    const before = await issued(serverless[0])
    await three.pass(2 * minute, 10_000)
    await serverless[1].keys.rotate()
    const after = await issued(serverless[0])
    assert.notEqual(kidOf(after), kidOf(before))
    for (const auth of [leased, ...serverless]) {
      for (const token of [before, after]) assert.equal(await isActive(auth, token), true)
    }
    await serverless[1].keys.revoke(kidOf(after))
    for (const auth of serverless) assert.equal(await isActive(auth, after), false)
  })

  test('an instance that was closed rotates no more', async (t) => {
    const one = new Deployment(t, { signing })
    const auth = one.start()
    await issued(auth)
    await auth.close()
    await one.pass(40 * minute, 30_000)
    assert.deepEqual([one.changes('rotated'), one.events.filter(({ type }) => type === 'trouble').length], [0, 0])
  })
})

describe('another algorithm', () => {
  const order: readonly Algorithm[] = ['EdDSA', 'ES256', 'RS256', 'PS256', 'HS256', 'EdDSA']

  test(
    'is moved to without a failure, whichever it was: five changes with live tokens',
    { timeout: 180_000 },
    async (t) => {
      const moving = new Deployment(t, { signing })
      await moving.startMany(1)
      const live: { readonly token: string; readonly expiresAt: number }[] = []
      const seen: string[] = []
      let failures = 0
      const use = async (): Promise<void> => {
        const now = moving.clock.now()
        for (const auth of moving.all) live.push({ token: await issued(auth), expiresAt: now + 900_000 })
        const { alg } = JSON.parse(Buffer.from(live.at(-1)!.token.split('.')[0]!, 'base64url').toString()) as {
          alg: string
        }
        if (seen.at(-1) !== alg) seen.push(alg)
        const sample = live.filter(({ expiresAt }, index) => expiresAt > now && index % 7 === 0).slice(-12)
        for (const { token } of sample) for (const auth of moving.all) failures += (await isActive(auth, token)) ? 0 : 1
      }
      for (const algorithm of order) {
        // Rolled out as a deployment is: the new ones beside the old ones, then alone.
        const old = [...moving.all]
        moving.start({ signing: { ...signing, algorithm } })
        moving.start({ signing: { ...signing, algorithm } })
        await moving.pass(10_000, 5000, use)
        moving.all.splice(0, old.length)
        await Promise.all(old.map((auth) => auth.close()))
        for (let waited = 0; waited < 40 && seen.at(-1) !== algorithm; waited++) {
          await moving.pass(10_000, 5000, use)
          // A pair of RSA keys takes as long as it takes, on no clock of ours.
          await new Promise((resolve) =>
            setTimeout(resolve, algorithm.startsWith('RS') || algorithm.startsWith('PS') ? 100 : 0),
          )
        }
        assert.equal(seen.at(-1), algorithm)
        const { keys } = await moving.all[0]!.keys.jwks()
        assert.ok(keys.every(({ alg, k }) => alg !== 'HS256' && k === undefined))
      }
      assert.deepEqual(seen, order)
      assert.equal(failures, 0)
      assert.deepEqual(
        moving.events.filter(({ type }) => type === 'trouble'),
        [],
      )
    },
  )
})

describe('D11: a key that is revoked', () => {
  test(
    'is believed by no instance when that returns, and tokens of others still are',
    { timeout: 60_000 },
    async (t) => {
      const five = new Deployment(t, { signing: { ...signing, rotateEvery: 300 } })
      await five.startMany(5)
      const before = await issued(five.all[0]!)
      await five.passUntil(() => five.changes('rotated') === 1)
      const after = await issued(five.all[1]!)
      assert.notEqual(kidOf(before), kidOf(after))
      for (const auth of five.all)
        assert.deepEqual([await isActive(auth, before), await isActive(auth, after)], [true, true])
      let receipt: { readonly ended: string } | null = null
      const revoking = five.all[2]!.keys.revoke(kidOf(after)).then((done) => (receipt = done))
      await five.passUntil(() => receipt !== null, 100)
      assert.deepEqual((await revoking).ended, 'key')
      for (const auth of five.all)
        assert.deepEqual([await isActive(auth, before), await isActive(auth, after)], [true, false])
      for (const auth of five.all) {
        const token = await issued(auth)
        assert.notEqual(kidOf(token), kidOf(after))
        for (const reader of five.all) assert.equal(await isActive(reader, token), true)
      }
      const { keys } = await five.all[3]!.keys.jwks()
      assert.ok(!keys.some(({ kid }) => kid === kidOf(after)))
      assert.equal(five.changes('revoked'), 1)
    },
  )
})
