import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionRecord, Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock, signedIn, signedInApp } from 'hallpass/testing'
import { openAuth } from '../open-auth.js'

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function recordOf(store: Store, id: string): Promise<SessionRecord> {
  return (await store.sessions.find(id)).record!
}

test('use moves the idle end, written behind within a second or so', async () => {
  const clock = manualClock()
  const store = memory()
  const { auth } = openAuth({ store, runtime: clock, lifetimes: { idle: 600, absolute: 86_400 } })
  const { client, session } = await signedIn(auth, 'u_1')
  clock.advance(300_000)
  await auth.authenticate(client.view('GET', '/'))
  const seen = clock.now()
  clock.advance(1000)
  await settled()
  const record = await recordOf(store, session.id)
  assert.deepEqual([record.lastSeenAt, record.idleExpiresAt], [seen, seen + 600_000])
})

test('a generation is confirmed by its first use, once', async () => {
  const clock = manualClock()
  const store = memory()
  const { auth } = openAuth({ strategy: 'hybrid', store, runtime: clock })
  const { client, session, tokens } = await signedInApp(auth, 'u_1')
  const { tokens: fresh } = await auth.refresh(
    client.view('POST', '/auth/refresh', { json: { refreshToken: tokens.refreshToken } }),
  )
  assert.equal((await recordOf(store, session.id)).confirmedGeneration, 0)
  const used = { headers: { authorization: `Bearer ${fresh!.accessToken}` } }
  await auth.authenticate(client.view('GET', '/', used))
  clock.advance(1000)
  await settled()
  const { confirmedGeneration, version } = await recordOf(store, session.id)
  assert.equal(confirmedGeneration, 1)
  await auth.authenticate(client.view('GET', '/', used))
  clock.advance(1000)
  await settled()
  assert.equal((await recordOf(store, session.id)).version, version)
})

test('an access token of the generation before confirms nothing', async () => {
  const clock = manualClock()
  const store = memory()
  const { auth } = openAuth({ strategy: 'hybrid', store, runtime: clock })
  const { client, session, tokens } = await signedInApp(auth, 'u_1')
  await auth.refresh(client.view('POST', '/auth/refresh', { json: { refreshToken: tokens.refreshToken } }))
  await auth.authenticate(client.view('GET', '/', { headers: { authorization: `Bearer ${tokens.accessToken}` } }))
  clock.advance(1000)
  await settled()
  assert.equal((await recordOf(store, session.id)).confirmedGeneration, 0)
})

test('what the store does not take is tried again until it does, and the operator is told', async () => {
  const clock = manualClock()
  const base = memory()
  let away = false
  const touch: Store['sessions']['touch'] = (touches, now) =>
    away ? Promise.reject(new Error('away')) : base.sessions.touch(touches, now)
  const { auth, events } = openAuth({ store: { ...base, sessions: { ...base.sessions, touch } }, runtime: clock })
  const { client, session } = await signedIn(auth, 'u_1')
  clock.advance(300_000)
  const seen = clock.now()
  away = true
  await auth.authenticate(client.view('GET', '/'))
  for (let second = 0; second < 3; second++) {
    clock.advance(1000)
    await settled()
  }
  assert.ok(events.some((event) => event.type === 'trouble'))
  assert.notEqual((await recordOf(base, session.id)).lastSeenAt, seen)
  away = false
  clock.advance(1000)
  await settled()
  assert.equal((await recordOf(base, session.id)).lastSeenAt, seen)
})

test('closing writes what still waits', async () => {
  const clock = manualClock()
  const store = memory()
  const { auth } = openAuth({ store: { ...store, close: async () => {} }, runtime: clock })
  const { client, session } = await signedIn(auth, 'u_1')
  clock.advance(300_000)
  const seen = clock.now()
  await auth.authenticate(client.view('GET', '/'))
  await auth.close()
  assert.equal((await recordOf(store, session.id)).lastSeenAt, seen)
})
