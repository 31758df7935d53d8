import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Hallpass, OverBecause, StrategyName, Upstream } from 'hallpass'
import { manualClock, signedIn, type SignedIn, type TestClient } from 'hallpass/testing'
import { View } from '#src/cluster/view.js'
import type { HallpassEvent } from '#src/core/events.js'
import type { SessionRecord } from '#src/core/session.js'
import { Watcher, type WatcherParts } from '#src/sessions/watch.js'
import type { Admitted } from '#src/sessions/watches.js'
import { chained, entry, settled } from '../cluster/fixture.js'
import { live as sample } from '../core/samples.js'
import { orders, twoInstances, warmFor } from './two-instances.js'

const upstreamOf = (auth: Hallpass, client: TestClient): Promise<Upstream> =>
  auth.upstream(client.view('GET', '/'), { audience: orders })

/** What a connection is told that was let in as that client. */
async function watched(auth: Hallpass, client: TestClient): Promise<{ heard: OverBecause[]; stop: () => void }> {
  const heard: OverBecause[] = []
  const upstream = await upstreamOf(auth, client)
  assert.ok(upstream.session)
  return { heard, stop: upstream.whenOver((because) => heard.push(because)) }
}

/** Header and claims of the access token in the client's cookie. */
function accessTokenOf({ cookies }: TestClient): { readonly kid: string; readonly jti: string } {
  const token = cookies.get('__Host-Http-hallpass-access')!.value
  const [header, claims] = token
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as { kid: string; jti: string })
  return { kid: header!.kid, jti: claims!.jti }
}

const carriesAccessTokens = (strategy: StrategyName): boolean => strategy !== 'session'

/** What ends or changes what a connection was let in with, done on one instance. */
const ends: readonly (readonly [
  what: string,
  because: OverBecause,
  end: (auth: Hallpass, person: SignedIn, other: SignedIn) => Promise<unknown>,
  under?: (strategy: StrategyName) => boolean,
])[] = [
  ['sign-out', 'signed-out', (auth, { client }) => auth.signOut(client.view('POST', '/auth/sign-out'))],
  ['a new sign-in', 'signed-in-again', (auth, { client }) => auth.signIn(client.view('POST', '/sign-in'), 'u_2')],
  ['revoke', 'revoked', (auth, { session }) => auth.sessions.revoke(session.id)],
  ['revokeAll', 'subject-revoked', (auth) => auth.sessions.revokeAll('u_1')],
  ['revokeEverything', 'everything-revoked', (auth) => auth.revokeEverything()],
  ['a new secret', 'replaced', (auth, { client }) => auth.stepUp(client.view('POST', '/step-up'))],
  [
    'a password change elsewhere',
    'subject-revoked',
    (auth, _, { client }) => auth.stepUp(client.view('POST', '/password'), { endOthers: true }),
  ],
  [
    'a password change of its own',
    'subject-revoked',
    (auth, { client }) => auth.stepUp(client.view('POST', '/password'), { endOthers: true }),
  ],
  [
    '"sign out everywhere else" elsewhere',
    'subject-revoked',
    (auth, _, { client }) => auth.revokeAll(client.view('POST', '/others'), { keepCurrent: true }),
  ],
  [
    '"sign out everywhere else" of its own',
    'stale',
    (auth, { client }) => auth.revokeAll(client.view('POST', '/others'), { keepCurrent: true }),
  ],
  ['a change of what is said of the subject', 'stale', (auth) => auth.subjects.changed('u_1')],
  [
    'the revocation of the access token',
    'revoked',
    (auth, { client }) => auth.tokens.revoke(accessTokenOf(client).jti),
    carriesAccessTokens,
  ],
  [
    'the revocation of its key',
    'revoked',
    (auth, { client }) => auth.keys.revoke(accessTokenOf(client).kid),
    carriesAccessTokens,
  ],
]

for (const strategy of ['session', 'hybrid', 'jwt'] as const satisfies StrategyName[]) {
  describe(`under ${strategy}, an open connection`, () => {
    for (const [what, because, end, under = () => true] of ends) {
      if (!under(strategy)) continue
      test(`hears of ${what} at once, wherever it happens, and once`, async (t) => {
        const { here, there, pass, meanwhile } = await twoInstances(t, { strategy })
        const [person, other] = [await signedIn(here, 'u_1'), await signedIn(here, 'u_1')]
        for (const auth of [here, there]) await warmFor(auth, person.client)
        const [on, elsewhere] = [await watched(here, person.client), await watched(there, person.client)]
        const bystander = await watched(there, (await signedIn(there, 'u_3')).client)
        await end(here, person, other)
        assert.deepEqual([on.heard, elsewhere.heard], [[because], [because]])
        await meanwhile(end(there, other, person)).catch(() => undefined)
        await pass(10_000)
        assert.deepEqual([on.heard, elsewhere.heard], [[because], [because]])
        const concernsAll = because === 'everything-revoked' || what.endsWith('its key')
        assert.deepEqual(bystander.heard, concernsAll ? [because] : [])
        assert.equal(here.figures().watched, 0)
      })
    }

    test('goes on through a change of session data and of other subjects, and for longer than its token', async (t) => {
      const lifetimes = { idle: 3600, absolute: 3600, accessToken: strategy === 'jwt' ? 800 : 60 }
      const { here, there, pass, meanwhile } = await twoInstances(t, { strategy, lifetimes })
      const { client, session } = await signedIn(here, 'u_1')
      const { heard } = await watched(here, client)
      await meanwhile(there.sessions.update(session.id, () => ({ basket: 1 })))
      await meanwhile(there.subjects.changed('u_2'))
      await meanwhile(there.sessions.revokeAll('u_2'))
      await meanwhile(there.tokens.revoke('another token'))
      await pass(300_000)
      assert.deepEqual(heard, [])
      await meanwhile(there.sessions.revoke(session.id))
      assert.deepEqual(heard, ['revoked'])
    })

    test('is cut at the idle end of its session, unless that was used meanwhile, and at its absolute end', async (t) => {
      const lifetimes = { idle: 40, absolute: 90, accessToken: 90 }
      const { here, there, pass } = await twoInstances(t, { strategy, lifetimes })
      const [idle, used] = [await signedIn(here, 'u_1'), await signedIn(here, 'u_1')]
      const [unused, long] = [await watched(here, idle.client), await watched(here, used.client)]
      for (let seconds = 0; seconds < 90; seconds += 30) {
        await pass(30_000)
        if (seconds === 0) assert.deepEqual(unused.heard, [])
        if (seconds === 30) assert.deepEqual(unused.heard, strategy === 'jwt' ? [] : ['idle'])
        assert.deepEqual(seconds < 60 ? long.heard : [], [])
        await there.authenticate(used.client.view('GET', '/'))
      }
      await pass(5000)
      assert.deepEqual(long.heard, ['absolute'])
    })
  })
}

test('a refresh does not end a connection, and one too many does', async (t) => {
  const { here, there, pass, meanwhile } = await twoInstances(t, { strategy: 'hybrid' })
  const { client } = await signedIn(here, 'u_1')
  const { heard } = await watched(here, client)
  const stolen = new Map(client.cookies)
  for (let rotation = 0; rotation < 2; rotation++) {
    await pass(60_000)
    client.receive((await there.refresh(client.view('POST', '/auth/refresh'))).patch)
    await there.authenticate(client.view('GET', '/'))
  }
  await pass(60_000)
  assert.deepEqual(heard, [])
  for (const [name, cookie] of stolen) client.cookies.set(name, cookie)
  await assert.rejects(meanwhile(there.refresh(client.view('POST', '/auth/refresh'))), { code: 'reused' })
  assert.deepEqual(heard, ['reused'])
})

describe('what came between the judgement and the watch', () => {
  test('is heard as soon as the watch has begun, and not before', async (t) => {
    for (const strategy of ['session', 'hybrid'] as const) {
      const { here, there, meanwhile } = await twoInstances(t, { strategy })
      const { client, session } = await signedIn(here, 'u_1')
      await warmFor(here, client)
      const upstream = await upstreamOf(here, client)
      await meanwhile(there.sessions.revoke(session.id))
      const heard: OverBecause[] = []
      upstream.whenOver((because) => heard.push(because))
      upstream.whenOver((because) => heard.push(because))()
      assert.deepEqual(heard, [])
      await settled()
      assert.deepEqual(heard, ['revoked'])
      assert.equal(here.figures().watched, 0)
    }
  })

  test('is heard of the key, too', async (t) => {
    const { here, there, meanwhile } = await twoInstances(t, { strategy: 'hybrid' })
    const { client } = await signedIn(here, 'u_1')
    await warmFor(here, client)
    const upstream = await upstreamOf(here, client)
    await meanwhile(there.keys.revoke(accessTokenOf(client).kid))
    const heard: OverBecause[] = []
    upstream.whenOver((because) => heard.push(because))
    await settled()
    assert.deepEqual(heard, ['revoked'])
  })

  test('is asked of the store where this instance had no lease yet', async (t) => {
    const { here, there, pass, meanwhile } = await twoInstances(t)
    const { client, session } = await signedIn(here, 'u_1')
    await pass(60_000)
    assert.equal(there.figures().lease.valid, false)
    const upstream = await upstreamOf(there, client)
    await meanwhile(here.sessions.revoke(session.id))
    const heard: OverBecause[] = []
    upstream.whenOver((because) => heard.push(because))
    await pass(5000)
    assert.deepEqual(heard, ['revoked'])
  })
})

describe('a store that is away', () => {
  test('for less than half a minute ends nothing', async (t) => {
    const { here, there, fail, pass, meanwhile } = await twoInstances(t)
    const { client, session } = await signedIn(here, 'u_1')
    const { heard } = await watched(here, client)
    fail(true)
    await pass(29_000)
    fail(false)
    await pass(60_000)
    assert.deepEqual(heard, [])
    await meanwhile(there.sessions.revoke(session.id))
    assert.deepEqual(heard, ['revoked'])
  })

  test('for longer than that ends what nobody can confirm', async (t) => {
    const { here, fail, pass } = await twoInstances(t)
    const { client } = await signedIn(here, 'u_1')
    const { heard } = await watched(here, client)
    await pass(3000)
    fail(true)
    await pass(30_000)
    assert.deepEqual(heard, [])
    await pass(5500)
    assert.deepEqual(heard, ['unconfirmed'])
    fail(false)
    assert.equal((await here.authenticate(client.view('GET', '/'))).session?.subject, 'u_1')
  })

  test('does not make the machine end what it slept through', async (t) => {
    const { here, clock, pass } = await twoInstances(t)
    const { client } = await signedIn(here, 'u_1')
    const { heard } = await watched(here, client)
    await pass(3000)
    clock.set(clock.now() + 600_000)
    await pass(60_000)
    assert.deepEqual(heard, [])
  })
})

test('while the log is heard, a watch costs no look-up, and keeps the instance a member', async (t) => {
  const { here, there, lookUps, pass, meanwhile } = await twoInstances(t)
  const { client, session } = await signedIn(here, 'u_1')
  await warmFor(here, client)
  const { heard, stop } = await watched(here, client)
  await pass(10_000)
  const before = lookUps()
  await pass(120_000)
  assert.equal(lookUps() - before, 0)
  assert.deepEqual([(await here.members()).length, here.figures().lease.valid], [1, true])
  await meanwhile(there.sessions.update(session.id, () => 'used elsewhere'))
  assert.deepEqual(heard, [])
  stop()
  await pass(45_000)
  assert.equal(here.figures().lease.valid, false)
})

test('without a lease the store is asked every five seconds, once for each session', async (t) => {
  const { here, there, lookUps, pass, meanwhile } = await twoInstances(t, { lease: 'off' })
  const { client, session } = await signedIn(here, 'u_1')
  const all = [await watched(here, client), await watched(here, client), await watched(here, client)]
  const before = lookUps()
  await pass(25_000)
  assert.equal(lookUps() - before, 5)
  await meanwhile(there.sessions.revoke(session.id))
  await pass(5000)
  for (const { heard } of all) assert.deepEqual(heard, ['revoked'])
})

test('without a lease an access token that is revoked by itself ends what it opened, and no more', async (t) => {
  const { here, there, pass, meanwhile } = await twoInstances(t, { lease: 'off', strategy: 'hybrid' })
  const { client } = await signedIn(here, 'u_1')
  const first = await watched(here, client)
  const { jti } = accessTokenOf(client)
  await pass(60_000)
  client.receive((await here.refresh(client.view('POST', '/auth/refresh'))).patch)
  const second = await watched(here, client)
  await meanwhile(there.tokens.revoke(jti))
  await pass(5000)
  assert.deepEqual([first.heard, second.heard], [['revoked'], []])
})

test('nothing is left behind: of a watch that was stopped, was heard, or whose instance was closed', async (t) => {
  const { here, there, pass, meanwhile } = await twoInstances(t)
  const [one, two] = [await signedIn(here, 'u_1'), await signedIn(here, 'u_2')]
  const [stopped, over, open] = [
    await watched(here, one.client),
    await watched(here, two.client),
    await watched(here, one.client),
  ]
  assert.equal(here.figures().watched, 3)
  stopped.stop()
  stopped.stop()
  await meanwhile(there.sessions.revokeAll('u_2'))
  over.stop()
  assert.deepEqual([here.figures().watched, stopped.heard, over.heard], [1, [], ['subject-revoked']])
  const upstream = await upstreamOf(here, one.client)
  await here.close()
  assert.equal(here.figures().watched, 0)
  await meanwhile(there.sessions.revokeAll('u_1'))
  upstream.whenOver((because) => open.heard.push(because))
  await pass(60_000)
  assert.deepEqual([open.heard, stopped.heard, here.figures().watched], [[], [], 0])
})

test('a listener that throws disturbs nobody: neither the others nor the revocation', async (t) => {
  const { here, there, meanwhile } = await twoInstances(t)
  const { client, session } = await signedIn(here, 'u_1')
  for (const auth of [here, there]) await warmFor(auth, client)
  const throwing = await upstreamOf(there, client)
  throwing.whenOver(() => {
    throw new Error('the socket is gone')
  })
  const { heard } = await watched(there, client)
  const receipt = await meanwhile(here.sessions.revoke(session.id))
  assert.deepEqual([heard, receipt.waitedOut, receipt.complete], [['revoked'], [], true])
})

/** A watcher by itself, on a store that answers as it is told. */
function alone(find: WatcherParts['store']['sessions']['find'], holds = true) {
  const clock = manualClock()
  const view = new View()
  view.restart(readingOf([]), 0)
  const events: HallpassEvent[] = []
  const watcher = new Watcher({
    view,
    holder: { holds: () => holds },
    store: { sessions: { find }, log: { revokesToken: async () => false } } as unknown as WatcherParts['store'],
    runtime: clock,
    emit: (event) => void events.push(event),
  })
  const watch = (admitted: Admitted): OverBecause[] => {
    const heard: OverBecause[] = []
    watcher.watch(admitted, null, watcher.moment(), (because) => heard.push(because))
    return heard
  }
  const pass = async (milliseconds: number): Promise<void> => {
    for (let left = milliseconds; left > 0; left -= 500) {
      clock.advance(Math.min(500, left))
      await settled()
    }
  }
  return { clock, view, events, watcher, watch, pass }
}

const readingOf = (entries: Parameters<typeof chained>[1]) => ({
  identity: 'log_1',
  terms: { deployment: 'https://app.example', protocol: 1, retention: 910_000 },
  time: null,
  start: { sequence: 0, id: 'log_1' },
  held: false,
  entries: chained('log_1', entries),
  leaseFor: null,
})

const versions = { subjectVersion: 0, subjectChanges: 0, deploymentVersion: 0 }
const far = Date.UTC(2027, 0, 1)
const sessionNamed = (id: string): SessionRecord =>
  sample({
    ...{ id, subject: `of ${id}`, subjectVersion: 0, deploymentVersion: 0 },
    ...{ idleExpiresAt: far, absoluteExpiresAt: far },
  })
const admitted = (id: string): Admitted => ({ record: sessionNamed(id), versions, claims: null })

describe('a watcher', () => {
  test('that lost its view asks for each session once, a few at a time', async () => {
    const asked: string[] = []
    let underWay = 0
    let most = 0
    const { view, watch, pass } = alone(async (id) => {
      asked.push(id)
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      return { record: id === 's_7' ? null : sessionNamed(id), versions }
    })
    const all = Array.from({ length: 3000 }, (_, number) => watch(admitted(`s_${number % 1000}`)))
    await pass(10_000)
    assert.deepEqual(asked, [])
    view.drop(0)
    view.restart(readingOf([]), 0)
    await pass(20_000)
    assert.deepEqual([asked.length, new Set(asked).size, most], [1000, 1000, 16])
    assert.deepEqual([all[7], all[1007], all[8]], [['absent'], ['absent'], []])
  })

  test('begins no second round while the first is under way', async () => {
    let underWay = 0
    let most = 0
    const { clock, watch, pass } = alone(async (id) => {
      most = Math.max(most, ++underWay)
      await new Promise<void>((resolve) => void clock.later(2500, resolve))
      underWay--
      return { record: sessionNamed(id), versions }
    }, false)
    for (let number = 0; number < 100; number++) watch(admitted(`s_${number}`))
    await pass(30_000)
    assert.equal(most, 16)
  })

  test('that is stopped asks nothing more, and has nothing to say of it', async () => {
    let asked = 0
    const { clock, watcher, watch, pass, events } = alone(async (id) => {
      const isLast = ++asked % 2 === 0
      await new Promise<void>((resolve) => void clock.later(1000, resolve))
      if (isLast) throw new Error('the store is closed')
      return { record: sessionNamed(id), versions }
    }, false)
    const all = Array.from({ length: 100 }, (_, number) => watch(admitted(`s_${number}`)))
    await pass(5500)
    watcher.stop()
    await pass(120_000)
    assert.deepEqual([asked, events, new Set(all.flat())], [16, [], new Set()])
  })

  test('asks once for a session that was used meanwhile', async () => {
    let asked = 0
    const { clock, watch, pass } = alone(async (id) => {
      asked++
      return { record: sessionNamed(id), versions }
    })
    const record = { ...sessionNamed('s_1'), idleExpiresAt: clock.now() + 7000 }
    const heard = watch({ ...admitted('s_1'), record })
    await pass(60_000)
    assert.deepEqual([asked, heard], [1, []])
  })

  test('hears what a log tells again that it had to read from its start', async () => {
    const { view, watch } = alone(async (id) => ({ record: sessionNamed(id), versions }))
    const [gone, kept] = [watch(admitted('s_1')), watch(admitted('s_2'))]
    view.restart(readingOf([entry('session', 's_1', { because: 'revoked' })]), 0)
    assert.deepEqual([gone, kept], [['revoked'], []])
  })

  test('asks the store once more after that was found to have forgotten', async () => {
    let asked = 0
    const { view, watch, pass } = alone(async () => {
      asked++
      return { record: null, versions }
    })
    const heard = watch(admitted('s_1'))
    view.apply(chained('log_1', [entry('forgot', null)]), 0)
    await pass(5000)
    assert.deepEqual([asked, heard], [1, ['absent']])
  })

  test('of which some look-ups always fail goes on confirming the others, and says so once', async () => {
    const { watch, pass, events } = alone(async (id) => {
      if (Number(id.slice(2)) < 20) throw new Error('disk on fire')
      return { record: sessionNamed(id), versions }
    }, false)
    const all = Array.from({ length: 60 }, (_, number) => watch(admitted(`s_${number}`)))
    await pass(120_000)
    const cut = all.map(([because]) => because)
    assert.deepEqual(new Set(cut.slice(0, 20)), new Set(['unconfirmed']))
    assert.deepEqual(new Set(cut.slice(20)), new Set([undefined]))
    assert.deepEqual(
      events.map((event) => event.type === 'trouble' && event.where),
      ['watch'],
    )
  })

  test('gives up on a store that never answers, a few look-ups at a time', async () => {
    let asked = 0
    const { watch, pass, events } = alone(() => {
      asked++
      return new Promise(() => undefined)
    }, false)
    const all = Array.from({ length: 500 }, (_, number) => watch(admitted(`s_${number}`)))
    await pass(30_000)
    assert.ok(asked <= 6 * 16, `${asked} look-ups`)
    assert.ok(all.every((heard) => heard.length === 0))
    await pass(5000)
    assert.ok(all.every(([because]) => because === 'unconfirmed'))
    assert.equal(events.length, 1)
  })

  test('that was not asked for long after the judgement does not rely on what the view has forgotten', async () => {
    let asked = 0
    const { view, watcher, pass } = alone(async () => {
      asked++
      return { record: null, versions }
    })
    const since = watcher.moment()
    view.apply(chained('log_1', [entry('session', 's_1', { because: 'revoked' })]), 0)
    view.prune(1_000_000, 910_000)
    const heard: OverBecause[] = []
    watcher.watch(admitted('s_1'), null, since, (because) => heard.push(because))
    await settled()
    assert.deepEqual(heard, [])
    await pass(5000)
    assert.deepEqual([asked, heard], [1, ['absent']])
  })
})
