import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hallpass, StrategyName } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock, signedIn, signedInApp } from 'hallpass/testing'
import { openAuth } from '../open-auth.js'

const strategies: readonly StrategyName[] = ['session', 'hybrid', 'jwt']
const pairs = strategies.flatMap((from) => strategies.filter((to) => to !== from).map((to) => [from, to] as const))

for (const [from, to] of pairs) {
  test(`switching from ${from} to ${to}: the browser is still signed in, also after a refresh`, async () => {
    const { before, after, clock } = both(from, to)
    const { client, session } = await signedIn(before, 'u_1')
    assert.equal((await after.authenticate(client.view('GET', '/'))).session?.id, session.id)
    const refreshed = await after.refresh(client.view('POST', '/auth/refresh'))
    client.receive(refreshed.patch)
    assert.equal(refreshed.session.id, session.id)
    clock.advance(11_000)
    assert.equal((await after.authenticate(client.view('GET', '/'))).session?.id, session.id)
  })

  test(`switching from ${from} to ${to}: a native client is still signed in, and is given the new kind`, async () => {
    const { before, after } = both(from, to)
    const { client, session, tokens } = await signedInApp(before, 'u_1')
    const bearer = (token: string | undefined): { headers: { authorization: string } } => ({
      headers: { authorization: `Bearer ${token}` },
    })
    const standing = await after.authenticate(
      client.view('GET', '/', bearer(tokens.accessToken ?? tokens.sessionToken)),
    )
    assert.equal(standing.session?.id, session.id)
    const longest = tokens.refreshToken ?? tokens.sessionToken ?? tokens.accessToken
    const { tokens: given } = await after.refresh(
      client.view('POST', '/auth/refresh', { json: { refreshToken: longest } }),
    )
    const again = await after.authenticate(client.view('GET', '/', bearer(given!.accessToken ?? given!.sessionToken)))
    assert.equal(again.session?.id, session.id)
    if (from !== 'jwt') {
      const kind = { session: 'sessionToken', hybrid: 'refreshToken', jwt: 'accessToken' } as const
      assert.ok(given![kind[to]], `an answer under ${to} has a ${kind[to]}`)
    }
  })
}

test('a session carried on under jwt ends with its token, however often it is asked', async () => {
  const { before, after, clock } = both('hybrid', 'jwt')
  const { client } = await signedIn(before, 'u_1')
  for (let minute = 0; minute < 5; minute++) {
    client.receive((await after.refresh(client.view('POST', '/auth/refresh'))).patch)
    clock.advance(60_000)
  }
  assert.equal((await after.authenticate(client.view('GET', '/'))).session, null)
})

function both(
  from: StrategyName,
  to: StrategyName,
): { before: Hallpass; after: Hallpass; clock: ReturnType<typeof manualClock> } {
  const clock = manualClock()
  const store = memory()
  const open = (strategy: StrategyName): Hallpass => openAuth({ store, strategy, runtime: clock }).auth
  return { before: open(from), after: open(to), clock }
}
