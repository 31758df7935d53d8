import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hallpass, Issued, Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock, signedIn, signedInApp, testApp, type TestClient } from 'hallpass/testing'
import { interleaved } from '../interleaved-store.js'
import { codeOf, openAuth } from '../open-auth.js'

const hour = 3_600_000

function refreshing(auth: Hallpass, client: TestClient, refreshToken: unknown): Promise<Issued> {
  return auth.refresh(client.view('POST', '/auth/refresh', { json: { refreshToken } }))
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'accepted', codeOf)
}

async function isAccepted(auth: Hallpass, client: TestClient, accessToken: string): Promise<string> {
  const standing = await auth.authenticate(
    client.view('GET', '/', { headers: { authorization: `Bearer ${accessToken}` } }),
  )
  return standing.refusal ?? 'accepted'
}

test('R01 fifty parallel refreshes of one token: one rotation, fifty usable answers, no theft', async () => {
  const { auth, events } = openAuth({ strategy: 'hybrid' })
  const { client, tokens } = await signedInApp(auth, 'u_1')
  const answers = await Promise.all(Array.from({ length: 50 }, () => refreshing(auth, client, tokens.refreshToken)))
  assert.equal(
    new Set(answers.map((answer) => answer.tokens!.refreshToken)).size,
    1,
    'all are given the same successor',
  )
  assert.equal(events.filter((event) => event.type === 'refresh-rotated').length, 1)
  assert.equal(events.filter((event) => event.type === 'refresh-reused').length, 0)
  for (const answer of answers) assert.equal(await isAccepted(auth, client, answer.tokens!.accessToken!), 'accepted')
})

for (const seconds of [1, 9, 600]) {
  test(`R02 the answer is lost and the client retries after ${seconds} s: signed in`, async () => {
    const clock = manualClock()
    const { auth } = openAuth({ strategy: 'hybrid', runtime: clock })
    const { client, tokens } = await signedInApp(auth, 'u_1')
    await refreshing(auth, client, tokens.refreshToken)
    clock.advance(seconds * 1000)
    const retried = await refreshing(auth, client, tokens.refreshToken)
    assert.equal(await isAccepted(auth, client, retried.tokens!.accessToken!), 'accepted')
    clock.advance(20_000)
    assert.equal(await refusal(refreshing(auth, client, retried.tokens!.refreshToken)), 'accepted')
  })
}

test('R02 a retry of the retry within the overlap is given the same successor', async () => {
  const clock = manualClock()
  const { auth } = openAuth({ strategy: 'hybrid', runtime: clock })
  const { client, tokens } = await signedInApp(auth, 'u_1')
  const first = await refreshing(auth, client, tokens.refreshToken)
  clock.advance(9000)
  const second = await refreshing(auth, client, tokens.refreshToken)
  assert.equal(first.tokens!.refreshToken, second.tokens!.refreshToken)
})

test('R03 the loser of a race is answered as signed in', async () => {
  const { auth } = openAuth({ strategy: 'hybrid' })
  const { client } = await signedIn(auth, 'u_1')
  const [winner, loser] = await Promise.all([
    auth.refresh(client.view('POST', '/auth/refresh')),
    auth.refresh(client.view('POST', '/auth/refresh')),
  ])
  client.receive(winner.patch)
  assert.ok((await auth.authenticate(client.view('GET', '/'))).session)
  client.receive(loser.patch)
  assert.ok((await auth.authenticate(client.view('GET', '/'))).session)
})

test('R04 an ancestor of two generations replayed within the overlap ends the session', async () => {
  const clock = manualClock()
  const { auth } = openAuth({ strategy: 'hybrid', runtime: clock, lifetimes: { overlap: 60 } })
  const { client, tokens } = await signedInApp(auth, 'u_1')
  const second = await refreshing(auth, client, tokens.refreshToken)
  clock.advance(61_000)
  const third = await refreshing(auth, client, second.tokens!.refreshToken)
  assert.equal(await refusal(refreshing(auth, client, tokens.refreshToken)), 'reused')
  assert.equal(await isAccepted(auth, client, third.tokens!.accessToken!), 'ended')
})

test('R05 a replay after the overlap, its successor used, ends the session and its access tokens, and names both devices', async () => {
  const clock = manualClock()
  const { auth, events } = openAuth({ strategy: 'hybrid', runtime: clock })
  const { client, tokens } = await signedInApp(auth, 'u_1')
  const fresh = await refreshing(auth, client, tokens.refreshToken)
  assert.equal(await isAccepted(auth, client, fresh.tokens!.accessToken!), 'accepted')
  clock.advance(11_000)
  const thief = testApp('Thief/6.6')
  assert.equal(await refusal(refreshing(auth, thief, tokens.refreshToken)), 'reused')
  assert.equal(await isAccepted(auth, client, fresh.tokens!.accessToken!), 'ended')
  assert.equal(await isAccepted(auth, client, tokens.accessToken!), 'ended')
  assert.equal(await refusal(refreshing(auth, client, fresh.tokens!.refreshToken)), 'ended')
  const theft = events.find((event) => event.type === 'refresh-reused')
  assert.equal(theft?.rotatedBy.userAgent, 'ExampleApp/1.0 (Android 16)')
  assert.equal(theft?.presentedBy.userAgent, 'Thief/6.6')
})

test('R06 a thief who repeats within the overlap is found within one rotation', async () => {
  const clock = manualClock()
  const { auth } = openAuth({ strategy: 'hybrid', runtime: clock })
  const { client, tokens } = await signedInApp(auth, 'u_1')
  const victims = await refreshing(auth, client, tokens.refreshToken)
  const thief = testApp('Thief/6.6')
  const thiefs = await refreshing(auth, thief, tokens.refreshToken)
  assert.equal(victims.tokens!.refreshToken, thiefs.tokens!.refreshToken)
  clock.advance(300_000)
  const rotated = await refreshing(auth, thief, thiefs.tokens!.refreshToken)
  assert.equal(await isAccepted(auth, thief, rotated.tokens!.accessToken!), 'accepted')
  clock.advance(300_000)
  assert.equal(await refusal(refreshing(auth, client, victims.tokens!.refreshToken)), 'reused')
})

test('R07 ten thousand tokens with the right id and a made-up MAC leave the session as it was', async () => {
  const store = memory()
  const { auth } = openAuth({ strategy: 'hybrid', store })
  const { client, tokens, session } = await signedInApp(auth, 'u_1')
  const before = await store.sessions.find(session.id)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  for (let round = 0; round < 10_000; round++) {
    const mac = Array.from({ length: 42 }, () => alphabet[Math.floor(Math.random() * 64)]).join('') + 'A'
    const made = `hp_r.${session.id}.${round % 4}.${mac}`
    assert.equal(await refusal(refreshing(auth, client, made)), 'invalid')
  }
  assert.deepEqual(await store.sessions.find(session.id), before)
  assert.equal(await refusal(refreshing(auth, client, tokens.refreshToken)), 'accepted')
})

test('R08 an unknown session id is answered like a known one', async () => {
  const { auth } = openAuth({ strategy: 'hybrid' })
  const { client, session } = await signedInApp(auth, 'u_1')
  const mac = 'A'.repeat(43)
  const known = await refusal(refreshing(auth, client, `hp_r.${session.id}.0.${mac}`))
  const unknown = await refusal(refreshing(auth, client, `hp_r.00${'A'.repeat(22)}.0.${mac}`))
  assert.deepEqual([known, unknown], ['invalid', 'invalid'])
})

test('R09 a refresh token cannot be moved to another session', async () => {
  const { auth } = openAuth({ strategy: 'hybrid' })
  const [mine, theirs] = [await signedInApp(auth, 'u_1'), await signedInApp(auth, 'u_2')]
  const moved = mine.tokens.refreshToken!.replace(mine.session.id, theirs.session.id)
  assert.equal(await refusal(refreshing(auth, mine.client, moved)), 'invalid')
  assert.ok(await auth.sessions.get(theirs.session.id))
})

test('R10 a refresh token is no access token, and an access token buys no refresh token', async () => {
  const { auth } = openAuth({ strategy: 'hybrid' })
  const { client, tokens } = await signedInApp(auth, 'u_1')
  assert.equal(await isAccepted(auth, client, tokens.refreshToken!), 'invalid')
  const answered = await refreshing(auth, client, tokens.accessToken)
  assert.equal(answered.tokens!.refreshToken, undefined)
  const ends = (token: string): unknown => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).exp
  assert.equal(
    ends(answered.tokens!.accessToken!),
    ends(tokens.accessToken!),
    'it ends when the presented one would have',
  )
})

for (const ending of ['revoke', 'revoke-all', 'sign-out', 'everything'] as const) {
  test(`R11 a refresh that races ${ending} happened before it or does not happen`, async () => {
    for (const at of ['find', 'replace']) {
      const base = memory()
      const race: { done: Promise<unknown> | null } = { done: null }
      const plain = openAuth({ strategy: 'hybrid', store: base })
      const { client, tokens, session } = await signedInApp(plain.auth, 'u_1')
      const end = (): Promise<unknown> => {
        if (ending === 'revoke') return plain.auth.sessions.revoke(session.id)
        if (ending === 'revoke-all') return plain.auth.sessions.revokeAll('u_1')
        if (ending === 'everything') return plain.auth.revokeEverything()
        return plain.auth.signOut(
          client.view('POST', '/', { headers: { authorization: `Bearer ${tokens.refreshToken}` } }),
        )
      }
      const raced = openAuth({
        strategy: 'hybrid',
        store: interleaved(base, async (method) => {
          if (method === at) await (race.done ??= end())
        }),
      })
      const answer = await refreshing(raced.auth, client, tokens.refreshToken).catch(codeOf)
      await race.done
      if (typeof answer === 'string') assert.equal(answer, 'ended')
      else assert.equal(await isAccepted(plain.auth, client, answer.tokens!.accessToken!), 'ended')
      assert.equal(await refusal(refreshing(plain.auth, client, tokens.refreshToken)), 'ended')
    }
  })
}

test('R12 ten thousand rotations later it dies at its absolute end', async () => {
  const clock = manualClock()
  const { auth } = openAuth({ strategy: 'hybrid', runtime: clock, lifetimes: { idle: 3600, absolute: 10_000 * 11 } })
  const { client, tokens } = await signedInApp(auth, 'u_1')
  let refreshToken = tokens.refreshToken
  for (let round = 0; round < 9_999; round++) {
    clock.advance(11_000)
    refreshToken = (await refreshing(auth, client, refreshToken)).tokens!.refreshToken
  }
  clock.advance(11_000)
  assert.equal(await refusal(refreshing(auth, client, refreshToken)), 'ended')
})

for (const moment of ['before', 'after'] as const) {
  test(`R13 the process dies ${moment} any one of its calls to the store: the client can still refresh`, async () => {
    for (let call = 0; call < 4; call++) {
      const clock = manualClock()
      const base = memory()
      const { client, tokens } = await signedInApp(
        openAuth({ strategy: 'hybrid', store: base, runtime: clock }).auth,
        'u_1',
      )
      const dying = openAuth({ strategy: 'hybrid', store: dyingAt(base, call, moment), runtime: clock }).auth
      const cut = await refreshing(dying, client, tokens.refreshToken).catch(codeOf)
      clock.advance(60_000)
      const { auth } = openAuth({ strategy: 'hybrid', store: base, runtime: clock })
      const again = await refreshing(auth, client, tokens.refreshToken)
      assert.equal(await isAccepted(auth, client, again.tokens!.accessToken!), 'accepted')
      if (typeof cut !== 'string') break
      assert.equal(cut, 'store-unavailable')
    }
  })
}

/** The store of a process that dies at its nth call: before the store hears of it, or after it has done it. */
function dyingAt(store: Store, nth: number, moment: 'before' | 'after'): Store {
  let calls = 0
  const sessions = new Proxy(store.sessions, {
    get(target, name: keyof Store['sessions']) {
      return async (...values: never[]) => {
        const dies = calls++ >= nth
        if (dies && moment === 'before') throw new Error('killed')
        const answer = await (target[name] as (...all: never[]) => Promise<unknown>)(...values)
        if (dies) throw new Error('killed')
        return answer
      }
    },
  })
  return { ...store, sessions }
}

test('R14 an authentic token that is newer than the record ends the session, and the operator is told', async () => {
  const clock = manualClock()
  const store = memory()
  const { auth, events } = openAuth({ strategy: 'hybrid', store, runtime: clock })
  const { client, tokens, session } = await signedInApp(auth, 'u_1')
  const earlier = (await store.sessions.find(session.id)).record!
  const fresh = await refreshing(auth, client, tokens.refreshToken)
  await store.sessions.remove(session.id)
  await store.sessions.insert(earlier)
  assert.equal(await refusal(refreshing(auth, client, fresh.tokens!.refreshToken)), 'rolled-back')
  assert.equal(await refusal(refreshing(auth, client, tokens.refreshToken)), 'ended')
  assert.ok(events.some((event) => event.type === 'store-forgot'))
})

test('R15 a thousand rotations leave one record of the same size', async () => {
  const clock = manualClock()
  const store = memory()
  const { auth } = openAuth({
    strategy: 'hybrid',
    store,
    runtime: clock,
    lifetimes: { idle: 24 * 3600, absolute: 48 * 3600 },
  })
  const { client, tokens, session } = await signedInApp(auth, 'u_1')
  const size = async (): Promise<number> => JSON.stringify((await store.sessions.find(session.id)).record).length
  const before = await size()
  let refreshToken = tokens.refreshToken
  for (let round = 0; round < 1000; round++) {
    clock.advance(11_000)
    refreshToken = (await refreshing(auth, client, refreshToken)).tokens!.refreshToken
  }
  assert.ok((await size()) < before + 32)
})

test('R16 oversize and malformed tokens are refused without asking the store', async () => {
  let asked = 0
  const store = interleaved(memory(), async () => void asked++)
  const { auth } = openAuth({ strategy: 'hybrid', store })
  const { client } = await signedInApp(auth, 'u_1')
  asked = 0
  const forms = [
    'hp_r.',
    'hp_r.' + 'a'.repeat(10_000),
    'hp_r.\0.0.x',
    'hp_r.00ÄÖ.0.x',
    `hp_r.00${'A'.repeat(22)}.00.${'A'.repeat(43)}`,
  ]
  for (const form of [
    ...forms,
    `hp_r.00${'A'.repeat(22)}.1e3.${'A'.repeat(43)}`,
    `hp_r.00${'A'.repeat(22)}.0.${'A'.repeat(42)}B`,
  ]) {
    assert.equal(await refusal(refreshing(auth, client, form)), 'invalid')
  }
  assert.equal(asked, 0)
})

test('a token whose session is over says ended, whatever ended it', async () => {
  const clock = manualClock()
  const { auth } = openAuth({ strategy: 'hybrid', runtime: clock })
  const { client, tokens } = await signedInApp(auth, 'u_1')
  clock.advance(25 * hour)
  assert.equal(await refusal(refreshing(auth, client, tokens.refreshToken)), 'ended')
})
