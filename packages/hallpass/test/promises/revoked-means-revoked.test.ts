import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { StrategyName } from 'hallpass'
import { signedIn, signedInApp } from 'hallpass/testing'
import { engines } from '../stores/engines.js'
import { type Instances, instances, standings, warm } from './instances.js'

const strategies = ['session', 'hybrid', 'jwt'] as const satisfies StrategyName[]

for (const { engine, stores } of engines) {
  for (const strategy of strategies) {
    const open = async (t: TestContext): Promise<Instances> =>
      instances(t, await stores(t).open(), 3, { strategy, lease: 1 })

    test(`${strategy} on ${engine}: when revoke() returns, no instance believes the session`, async (t) => {
      const three = await open(t)
      const [here] = three.all as [Instances['all'][0]]
      const gone = await signedIn(here, 'u_1')
      const stays = await signedIn(here, 'u_2')
      await warm(three, [gone.client, stays.client])
      const receipt = await here.sessions.revoke(gone.session.id)
      assert.deepEqual(await standings(three, gone.client), ['ended', 'ended', 'ended'])
      assert.deepEqual(await standings(three, stays.client), ['u_2', 'u_2', 'u_2'])
      assert.deepEqual([receipt.acknowledged.length + receipt.waitedOut.length, receipt.complete], [3, true])
      const again = await here.sessions.revoke(gone.session.id)
      assert.equal(again.acknowledged.length + again.waitedOut.length, 3)
    })

    test(`${strategy} on ${engine}: revokeAll, revokeEverything and changed hold everywhere when they return`, async (t) => {
      const three = await open(t)
      const [here, there] = three.all as [Instances['all'][0], Instances['all'][0]]
      const clients = [await signedIn(here, 'u_1'), await signedIn(there, 'u_1'), await signedIn(there, 'u_2')]
      await warm(
        three,
        clients.map(({ client }) => client),
      )
      const [one, two, other] = clients.map(({ client }) => client) as [never, never, never]

      await there.subjects.changed('u_2')
      const stale = strategy === 'session' ? 'u_2' : 'stale'
      assert.deepEqual(await standings(three, other), [stale, stale, stale])
      await here.sessions.revokeAll('u_1')
      for (const client of [one, two]) assert.deepEqual(await standings(three, client), ['ended', 'ended', 'ended'])

      const fresh = await signedIn(there, 'u_1')
      await warm(three, [fresh.client])
      await here.revokeEverything()
      assert.deepEqual(await standings(three, fresh.client), ['ended', 'ended', 'ended'])
    })
  }

  test(`${engine}: a session that is kept goes on everywhere, while every other one has ended everywhere`, async (t) => {
    const three = instances(t, await stores(t).open(), 3, { lease: 1 })
    const [here, there] = three.all as [Instances['all'][0], Instances['all'][0]]
    const kept = await signedIn(here, 'u_1')
    const other = await signedIn(there, 'u_1')
    await warm(three, [kept.client, other.client])
    await there.revokeAll(kept.client.view('POST', '/auth/sessions/revoke-all'), { keepCurrent: true })
    assert.deepEqual(await standings(three, kept.client), ['u_1', 'u_1', 'u_1'])
    assert.deepEqual(await standings(three, other.client), ['ended', 'ended', 'ended'])
  })

  test(`${engine}: after a step-up no instance believes the earlier secret, and all believe the new one`, async (t) => {
    const three = instances(t, await stores(t).open(), 3, { lease: 1 })
    const [here, there] = three.all as [Instances['all'][0], Instances['all'][0]]
    const { client } = await signedIn(here, 'u_1')
    const before = new Map(client.cookies)
    await warm(three, [client])
    client.receive((await there.stepUp(client.view('POST', '/auth/step-up'))).patch)
    assert.deepEqual(await standings(three, client), ['u_1', 'u_1', 'u_1'])
    for (const [name, cookie] of before) client.cookies.set(name, cookie)
    assert.deepEqual(await standings(three, client), ['invalid', 'invalid', 'invalid'])
  })

  test(`${engine}: one token is revoked by its jti while its session goes on`, async (t) => {
    const three = instances(t, await stores(t).open(), 3, { strategy: 'hybrid', lease: 1 })
    const [here, there] = three.all as [Instances['all'][0], Instances['all'][0]]
    const { client, tokens } = await signedInApp(here, 'u_1')
    const withToken = (token: string) => client.view('GET', '/', { headers: { authorization: `Bearer ${token}` } })
    const verified = await here.tokens.verify(tokens.accessToken!)
    assert.ok(verified.ok)
    for (const auth of three.all) assert.ok((await auth.authenticate(withToken(tokens.accessToken!))).session)
    await there.tokens.revoke(verified.claims.tokenId)
    for (const auth of three.all) {
      assert.equal((await auth.authenticate(withToken(tokens.accessToken!))).refusal, 'ended')
    }
    const fresh = await here.refresh(
      client.view('POST', '/auth/refresh', { json: { refreshToken: tokens.refreshToken } }),
    )
    for (const auth of three.all) assert.ok((await auth.authenticate(withToken(fresh.tokens!.accessToken!))).session)
  })

  test(`${engine}: no token under a revoked key is believed, and the next key goes to work`, async (t) => {
    const three = instances(t, await stores(t).open(), 3, { strategy: 'hybrid', lease: 1 })
    const [here, there] = three.all as [Instances['all'][0], Instances['all'][0]]
    const { client } = await signedIn(here, 'u_1')
    await warm(three, [client])
    const [active, next] = await here.keys.list()
    const receipt = await there.keys.revoke(active!.kid)
    assert.deepEqual([receipt.ended, receipt.target], ['key', active!.kid])
    assert.deepEqual(await standings(three, client), ['invalid', 'invalid', 'invalid'])
    for (const auth of three.all) {
      const states = Object.fromEntries((await auth.keys.list()).map(({ kid, state }) => [kid, state]))
      assert.deepEqual([states[active!.kid], states[next!.kid]], ['retired', 'active'])
      assert.deepEqual(Object.values(states).sort(), ['active', 'next', 'retired'])
    }
    const fresh = await signedIn(here, 'u_1')
    assert.deepEqual(await standings(three, fresh.client), ['u_1', 'u_1', 'u_1'])
  })

  test(`${engine}: what one instance writes into a session, every other one reads`, async (t) => {
    const three = instances(t, await stores(t).open(), 3, { lease: 1 })
    const [here] = three.all as [Instances['all'][0]]
    const { client, session } = await signedIn(here, 'u_1')
    for (let round = 0; round < 5; round++) {
      await warm(three, [client])
      await here.sessions.update(session.id, () => ({ round }))
      for (const auth of three.all) {
        assert.deepEqual((await auth.authenticate(client.view('GET', '/'))).session?.data, { round })
      }
    }
  })
}
