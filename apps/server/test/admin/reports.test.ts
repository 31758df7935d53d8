import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditRecord } from 'hallpass'
import { memory } from 'hallpass/memory'
import type { ChartsAnswer, EventsAnswer, HealthAnswer, PolicyAnswer } from '#src/admin/contract.js'
import { lasting } from '#src/admin/policy.js'
import { rootSecret } from '../test-server.js'
import { until } from '../until.js'
import { at, operatorKey, operatorServer, told } from './operators.js'

function kept(index: number, of: Partial<AuditRecord> = {}): AuditRecord {
  return {
    ...{ id: `e${String(index).padStart(4, '0')}`, at: 1_700_000_000_000 + index, type: 'signed-in', count: 1 },
    ...{ subject: null, session: null, network: null, details: {} },
    ...of,
  }
}

test('events, newest first, page by page and by each of the four filters', async (t) => {
  const store = memory()
  await store.audit.append(Array.from({ length: 250 }, (_, index) => kept(index)))
  await store.audit.append([
    kept(1000, {
      subject: 'u_1',
      session: 's_1',
      network: '192.0.2.0/24',
      type: 'refused',
      count: 7,
      details: { code: 'ended' },
    }),
  ])
  const { key } = await operatorServer(t, { store })
  const events = async (query = ''): Promise<EventsAnswer> => told(await key.get(`/admin/events${query}`))
  const seen: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: EventsAnswer = await events(next === '' ? '' : `?before=${next}`)
    assert.ok(page.events.length <= 100)
    seen.push(...page.events.map(({ id }) => id))
    ;({ next } = page)
  }
  assert.equal(seen[0], 'e1000')
  assert.deepEqual(seen, Array.from(new Set(seen)).sort().reverse())
  assert.equal(seen.length, 251)
  for (const query of ['subject=u_1', 'session=s_1', 'type=refused', `network=${encodeURIComponent('192.0.2.0/24')}`]) {
    const { events: found, next } = await events(`?${query}`)
    assert.deepEqual(found, [
      {
        ...{ id: 'e1000', at: new Date(1_700_000_001_000).toISOString(), type: 'refused', count: 7 },
        ...{ subject: 'u_1', session: 's_1', network: '192.0.2.0/24', details: { code: 'ended' } },
      },
    ])
    assert.equal(next, null)
  }
})

test('what can be asked of events, charts and reports is all there is', async (t) => {
  const { key } = await operatorServer(t)
  const wrong: readonly (readonly [path: string, field: string])[] = [
    ['events?subject=a&type=b', 'type'],
    ['events?subject=a&subject=b', 'subject'],
    ['events?subject=', 'subject'],
    ['events?type=%07', 'type'],
    ['events?before=x', 'before'],
    [`events?before=${Buffer.from('[1]').toString('base64url')}`, 'before'],
    [`events?before=${Buffer.from('["1","a"]').toString('base64url')}`, 'before'],
    ['events?limit=5', 'limit'],
    ...['0', '-1', '1441', '9999', '1.5', 'x', '', '1e3'].map((text) => [`charts?minutes=${text}`, 'minutes'] as const),
    ['charts?hours=1', 'hours'],
  ]
  for (const [path, field] of wrong) {
    const answer = await key.get(`/admin/${path}`)
    assert.deepEqual(
      [answer.status, answer.json.code, answer.json.errors?.[0]?.field],
      [400, 'bad-request', field],
      path,
    )
  }
  for (const path of ['operator', 'events', 'charts', 'health', 'policy', 'members'])
    for (const method of ['POST', 'PUT', 'DELETE'])
      assert.equal((await key.request(method, `/admin/${path}`, { json: {} })).status, 404, path)
})

test('charts show each minute of the last hour, and what revocations took', async (t) => {
  const store = memory()
  const minute = Math.floor(Date.now() / 60_000) * 60_000
  await store.audit.count([
    { minute: minute - 120_000, series: 'signed-in', value: 5 },
    { minute: minute - 60_000, series: 'signed-in', value: 2 },
    { minute: minute - 60_000, series: 'refused:ended', value: 3 },
    { minute: minute - 60_000, series: 'revoked', value: 3 },
    { minute: minute - 60_000, series: 'revoke-took:2', value: 2 },
    { minute: minute - 60_000, series: 'revoke-took:more', value: 1 },
    { minute: minute - 90 * 60_000, series: 'long-ago', value: 1 },
  ])
  const { key } = await operatorServer(t, { store })
  const chart = told<ChartsAnswer>(await key.get('/admin/charts'))
  const first = Date.parse(chart.from)
  assert.deepEqual([chart.minutes, first % 60_000], [60, 0])
  const at = (minutesAgo: number): number => (minute - minutesAgo * 60_000 - first) / 60_000
  assert.deepEqual(Object.keys(chart.series).sort(), ['refused:ended', 'revoked', 'signed-in'])
  for (const values of Object.values(chart.series)) assert.equal(values.length, 60)
  assert.deepEqual([chart.series['signed-in']?.[at(2)], chart.series['signed-in']?.[at(1)]], [5, 2])
  assert.equal(
    chart.series['signed-in']?.reduce((one, other) => one + other),
    7,
  )
  const counted = chart.revocations.filter(({ count }) => count > 0)
  assert.deepEqual(counted, [
    { atMost: 2, count: 2 },
    { atMost: null, count: 1 },
  ])
  assert.equal(told<ChartsAnswer>(await key.get('/admin/charts?minutes=1440')).series['long-ago']?.length, 1440)
})

test('health names version, store, key and lease, and answers while the store is away', async (t) => {
  let away = false
  const store = memory()
  const check = async (): Promise<void> => (away ? Promise.reject(new Error('connect ECONNREFUSED')) : store.check())
  const { key } = await operatorServer(t, { store: { ...store, check } })
  const well = told<HealthAnswer>(await key.get('/admin/health'))
  assert.match(well.version, /^\d+\.\d+\.\d+$/)
  assert.deepEqual([well.store.engine, well.store.trouble, well.store.warnings], ['memory', null, []])
  assert.ok(well.store.answeredIn !== null && well.store.answeredIn >= 0)
  assert.match(well.signingKey ?? '', /^[\w-]+$/)
  assert.deepEqual(Object.keys(well.figures), ['cachedSessions', 'rememberedEntries', 'fromMemory', 'askedStore'])
  away = true
  const answer = await key.get('/admin/health')
  assert.equal(answer.status, 200)
  const ill = told<HealthAnswer>(answer).store
  assert.equal(ill.answeredIn, null)
  assert.match(ill.trouble ?? '', /ECONNREFUSED/)
})

test('a store that does not answer at all is told after a second', async (t) => {
  const store = memory()
  let hangs = false
  const check = (): Promise<void> => (hangs ? new Promise(() => undefined) : store.check())
  const { key } = await operatorServer(t, { store: { ...store, check } })
  hangs = true
  const { trouble } = told<HealthAnswer>(await key.get('/admin/health')).store
  assert.equal(trouble, 'no answer within 1000 ms')
})

test('the policy is for people, in the names of the configuration, and holds no secret', async (t) => {
  const logKey = 'Lk7Vc5Bn8Kd3Rf6Hs1Gp0YaUeJt4Wq9Zx2'
  const lifetimes = { idle: 14 * 86_400, absolute: 90 * 86_400, accessToken: 90 }
  const { key } = await operatorServer(t, { policy: { lifetimes }, logKeys: [logKey] })
  const answer = await key.get('/admin/policy')
  const { groups } = told<PolicyAnswer>(answer)
  const values = new Map(groups.flatMap(({ settings }) => settings).map(({ name, value }) => [name, value]))
  assert.equal(values.get('lifetimes.idle'), '14 days')
  assert.equal(values.get('lifetimes.accessToken'), '1 minute 30 seconds')
  assert.equal(values.get('HALLPASS_STRATEGY'), 'session')
  assert.equal(values.get('HALLPASS_LOG_KEY'), 'set')
  for (const { title, settings } of groups)
    for (const { name, value, meaning } of settings)
      assert.ok(title !== '' && name !== '' && value !== '' && /^[A-Z].*\.$/.test(meaning), name)
  for (const secret of [rootSecret, operatorKey, logKey]) assert.ok(!answer.text.includes(secret))
})

test('how long something lasts, in words', () => {
  const spelled = [0, 1000, 1500, 60_000, 90_000, 3_600_000, 86_400_000, 90 * 86_400_000, 86_460_000].map(lasting)
  assert.deepEqual(spelled, [
    ...['0 seconds', '1 second', '1.5 seconds', '1 minute', '1 minute 30 seconds', '1 hour', '1 day', '90 days'],
    '1 day 1 minute',
  ])
})

test('every act of an operator is kept: who, what, on whom, and whether it came about', async (t) => {
  const { key, operator, person } = await operatorServer(t)
  const [ada, ben] = [await operator('ada@example.com'), await person('ben@example.com')]
  await ada.change('POST', at(ben.id, '/end'))
  await key.request('PUT', at(ben.id, '/roles'), { json: { roles: ['no role'] } })
  await ada.post(at(ben.id, '/disable'))
  await key.get(at(ben.id))
  const acts = async () =>
    told<EventsAnswer>(await key.get('/admin/events?type=operator-acted'))
      .events.map(({ subject, details }) => ({ subject, ...details, did: String(details['did']) }))
      .sort((one, other) => (one.did < other.did ? -1 : 1))
  await until(async () => (await acts()).length >= 2)
  const path = `/admin/subjects/${ben.id}`
  assert.deepEqual(await acts(), [
    { subject: ben.id, by: 'ada@example.com', did: `POST ${path}/end`, status: 200 },
    { subject: ben.id, by: 'key', did: `PUT ${path}/roles`, status: 400 },
  ])
})

test('what happens is there to be read within a second', async (t) => {
  const { key, person } = await operatorServer(t)
  const ada = await person('ada@example.com')
  await ada.post('/auth/sign-out')
  const types = async () =>
    told<EventsAnswer>(await key.get(`/admin/events?subject=${ada.id}`)).events.map(({ type }) => type)
  await until(async () => (await types()).length === 3)
  assert.deepEqual(new Set(await types()), new Set(['signed-up', 'signed-in', 'session-ended']))
})
