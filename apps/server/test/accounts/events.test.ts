import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditRecord } from 'hallpass'
import { memory } from 'hallpass/memory'
import { personEvents } from '#src/accounts/person-events.js'
import type { EventsAnswer, PersonEventsAnswer, SessionAndReceiptAnswer } from '#src/admin/contract.js'
import { operatorServer, type Person, password, told } from '../admin/operators.js'
import { browser, nativeApp, type TestClient } from '../test-client.js'
import { until } from '../until.js'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'

async function eventsOf(page: TestClient, enough: number): Promise<PersonEventsAnswer['events']> {
  let events: PersonEventsAnswer['events'] = []
  await until(async () => {
    ;({ events } = told<PersonEventsAnswer>(await page.get('/auth/events')))
    return events.length >= enough
  })
  return events
}

test('a person sees what happened to their account, on which device, and what is new', async (t) => {
  const server = await operatorServer(t)
  const ada = await server.person('ada@example.com')
  await server.person('ben@example.com')
  const other = browser(server.origin, new Set(), firefox)
  await other.post('/auth/sign-in', { email: ada.email, password: 'not the one at all' })
  await other.post('/auth/sign-in', { email: ada.email, password })
  await ada.post('/auth/step-up', { password: 'not the one either' })
  const events = await eventsOf(ada, 5)
  assert.equal((await ada.get('/auth/events')).headers.get('cache-control'), 'no-store')
  assert.deepEqual(events.map(({ type, device, current }) => [type, device?.name, current].join(' ')).sort(), [
    'sign-in-failed Chrome on Linux false',
    'sign-in-failed Firefox on Linux false',
    'signed-in Chrome on Linux true',
    'signed-in Firefox on Linux false',
    'signed-up Chrome on Linux true',
  ])
  const isNew = events
    .filter(({ newDevice }) => newDevice)
    .map(({ device, type }) => `${device?.name} ${type.slice(0, 6)}`)
  assert.deepEqual([...isNew].sort(), ['Chrome on Linux signed', 'Firefox on Linux sign-i', 'Firefox on Linux signed'])
  for (const { device, id, at, count } of events) {
    assert.deepEqual([device?.userAgent, count], [null, 1])
    assert.match(device?.network ?? '', /\/(?:24|48)$/)
    assert.match(id, /^[\w-]{22}$/)
    assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000)
  }
})

test('a step-up, a password change and the end of everything else are told', async (t) => {
  const server = await operatorServer(t)
  const ada = await server.person('ada@example.com')
  await ada.post('/auth/step-up', { password })
  await ada.post('/auth/password', { currentPassword: password, newPassword: 'another tram over eleven' })
  await server.app.accounts.disable(ada.id)
  await server.app.accounts.enable(ada.id)
  await ada.post('/auth/sign-in', { email: ada.email, password: 'another tram over eleven' })
  const types = (await eventsOf(ada, 9)).map(({ type }) => type)
  for (const type of ['stepped-up', 'password-changed', 'signed-out-everywhere', 'account-disabled', 'account-enabled'])
    assert.ok(types.includes(type as (typeof types)[number]), `${type} of ${types.join()}`)
})

async function signedInElsewhere({ origin }: { readonly origin: string }, ada: Person): Promise<TestClient> {
  const thief = browser(origin, new Set(), firefox)
  await thief.post('/auth/sign-in', { email: ada.email, password })
  return thief
}

test('"this was not me" ends every session but the own one, and tells the operator', async (t) => {
  const server = await operatorServer(t)
  const ada = await server.person('ada@example.com')
  const thief = await signedInElsewhere(server, ada)
  const event = (await eventsOf(ada, 3)).find(({ type, current }) => type === 'signed-in' && !current)!
  const answer = await ada.post(`/auth/events/${event.id}/disown`)
  assert.equal(answer.status, 200, answer.text)
  const { session, receipt } = told<SessionAndReceiptAnswer>(answer)
  assert.deepEqual([session.current, receipt?.ended, receipt?.kept], [true, 'subject', session.id])
  assert.equal((await thief.get('/auth/session')).status, 401)
  assert.equal((await ada.get('/auth/session')).status, 200)
  let kept: EventsAnswer['events'] = []
  await until(async () => {
    ;({ events: kept } = told<EventsAnswer>(await server.key.get('/admin/events?type=disowned')))
    return kept.length > 0
  })
  assert.equal(kept[0]?.subject, ada.id)
  assert.deepEqual(kept[0]?.details, { device: 'Chrome on Linux', event: event.id, what: 'signed-in' })
  assert.notEqual(kept[0]?.session, session.id)
})

test("somebody else's event, or none, is not found and ends nothing", async (t) => {
  const server = await operatorServer(t)
  const [ada, ben] = [await server.person('ada@example.com'), await server.person('ben@example.com')]
  const phone = await signedInElsewhere(server, ada)
  const [own] = await eventsOf(ada, 3)
  await server.key.post(`/admin/subjects/${ben.id}/enable`)
  let acts: EventsAnswer['events'] = []
  await until(async () => {
    ;({ events: acts } = told<EventsAnswer>(await server.key.get('/admin/events?type=operator-acted')))
    return acts.length > 0
  })
  const asked = [
    [ben, own!.id],
    // of them, but not for them
    [ben, acts[0]!.id],
    [ada, 'A'.repeat(22)],
    [ada, 'nothing'],
    [ada, '..%2f'],
  ] as const
  for (const [page, id] of asked) {
    const answer = await page.post(`/auth/events/${id}/disown`)
    assert.equal(answer.status, id.includes('%') ? 400 : 404, id)
  }
  assert.equal((await phone.get('/auth/session')).status, 200)
})

test('another site cannot disown, nor can nobody; a stranger sees nothing', async (t) => {
  const server = await operatorServer(t)
  const ada = await server.person('ada@example.com')
  const phone = await signedInElsewhere(server, ada)
  const [event] = await eventsOf(ada, 3)
  const path = `/auth/events/${event!.id}/disown`
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
    const foreign = await ada.post(path, {}, headers)
    assert.deepEqual([foreign.status, foreign.json.code], [403, 'csrf-refused'])
  }
  assert.equal((await browser(server.origin).post(path)).status, 401)
  assert.equal((await browser(server.origin).get('/auth/events')).status, 401)
  assert.equal((await phone.get('/auth/session')).status, 200)
})

test('an app that carries its tokens gets new ones where its own are stale', async (t) => {
  const server = await operatorServer(t, { strategy: 'hybrid' })
  const ada = await server.person('ada@example.com')
  const app = nativeApp(server.origin)
  await app.post('/auth/sign-in', { email: ada.email, password })
  const [event] = await eventsOf(app, 3)
  const answer = await app.post(`/auth/events/${event!.id}/disown`)
  assert.equal(answer.status, 200, answer.text)
  assert.equal((await app.get('/auth/session')).status, 200)
  assert.equal((await ada.get('/auth/session')).status, 401)
})

function kept(index: number, of: Partial<AuditRecord>): AuditRecord {
  return {
    ...{ id: `${index}`.padStart(22, '0'), at: index, type: 'signed-in', subject: 'u_1', session: `s_${index}` },
    ...{ network: '192.0.2.0/24', count: 1, details: { device: 'Firefox on Linux' } },
    ...of,
  }
}

test('thirty at most, and those who guess passwords push nothing else off', async () => {
  const { audit } = memory()
  await audit.append([kept(1, { type: 'password-changed' })])
  const guesses = { type: 'sign-in-failed', session: null, count: 50 }
  await audit.append(Array.from({ length: 400 }, (_, index) => kept(index + 2, guesses)))
  const guessed = await personEvents(audit).list('u_1', 's_0')
  assert.deepEqual([guessed.length, guessed.at(-1)?.type], [11, 'password-changed'])
  assert.equal(guessed[0]?.count, 50)
  await audit.append(Array.from({ length: 40 }, (_, index) => kept(index + 1000, {})))
  assert.equal((await personEvents(audit).list('u_1', 's_0')).length, 30)
})

test('a device is new until it signed in; to fail on it does not make it known', async () => {
  const { audit } = memory()
  const phone = { details: { device: 'Safari on iOS' } }
  await audit.append([
    kept(1, {}),
    kept(2, {}),
    kept(3, { network: '198.51.100.0/24' }),
    kept(4, { type: 'sign-in-failed', session: null, ...phone }),
    kept(5, phone),
    kept(6, { type: 'session-ended', session: 's_5', network: null, details: { because: 'signed-out' } }),
    kept(7, { type: 'operator-acted', details: {} }),
  ])
  const events = await personEvents(audit).list('u_1', 's_2')
  assert.deepEqual(
    events.map(({ type, newDevice, current, device }) => [type, newDevice, current, device?.name]),
    [
      ['session-ended', false, false, 'Safari on iOS'],
      ['signed-in', true, false, 'Safari on iOS'],
      ['sign-in-failed', true, false, 'Safari on iOS'],
      ['signed-in', true, false, 'Firefox on Linux'],
      ['signed-in', false, true, 'Firefox on Linux'],
      ['signed-in', true, false, 'Firefox on Linux'],
    ],
  )
})

test('a wrong password is told of an account that exists, and of no other', async (t) => {
  const server = await operatorServer(t)
  const ada = await server.person('ada@example.com')
  const stranger = browser(server.origin)
  await stranger.post('/auth/sign-in', { email: 'nobody@example.com', password: 'not the one at all' })
  await stranger.post('/auth/sign-in', { email: ada.email, password: 'not the one at all' })
  let failed: EventsAnswer['events'] = []
  await until(async () => {
    ;({ events: failed } = told<EventsAnswer>(await server.key.get('/admin/events?type=sign-in-failed')))
    return failed.length > 0
  })
  assert.deepEqual(
    failed.map(({ subject, details }) => [subject, details['during']]),
    [[ada.id, 'sign-in']],
  )
})
