import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { createHistogram, exposition } from '#src/observe/exposition.js'
import { browser } from '../test-client.js'
import { quickPasswords, testServer } from '../test-server.js'
import { until } from '../until.js'
import { type Exposed, parseExposition } from './parse-exposition.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }
const operatorKey = 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe'

async function served(t: TestContext, store: Store = memory()) {
  const { origin } = await testServer(t, { operatorKey, store, passwords: quickPasswords })
  const scrape = async (): Promise<ReadonlyMap<string, Exposed>> => {
    const answer = await browser(origin).get('/metrics', { authorization: `Bearer ${operatorKey}` })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    return parseExposition(answer.text)
  }
  return { origin, scrape }
}

function valueOf(page: ReadonlyMap<string, Exposed>, series: string): number {
  const value = [...page.values()].flatMap(({ values }) => values.get(series) ?? [])
  assert.equal(value.length, 1, series)
  return value[0]!
}

test('every figure is there from the first scrape on, in the types and units of Prometheus', async (t) => {
  const { scrape } = await served(t)
  const types = Object.fromEntries([...(await scrape())].map(([name, { type }]) => [name, type]))
  assert.deepEqual(types, {
    hallpass_lease_valid: 'gauge',
    hallpass_members: 'gauge',
    hallpass_checks_total: 'counter',
    hallpass_cached_sessions: 'gauge',
    hallpass_remembered_entries: 'gauge',
    hallpass_watched: 'gauge',
    hallpass_revoke_seconds: 'histogram',
    hallpass_revoked_total: 'counter',
    hallpass_revocations_waited_out_total: 'counter',
    hallpass_events_total: 'counter',
    process_cpu_seconds_total: 'counter',
    process_start_time_seconds: 'gauge',
    process_resident_memory_bytes: 'gauge',
    nodejs_heap_size_total_bytes: 'gauge',
    nodejs_heap_size_used_bytes: 'gauge',
    nodejs_eventloop_lag_seconds: 'gauge',
  })
})

test('the figures move with what happens', async (t) => {
  const { origin, scrape } = await served(t)
  const before = await scrape()
  assert.equal(valueOf(before, 'hallpass_lease_valid'), 0, 'nobody has been served yet')
  const one = browser(origin)
  await one.post('/auth/sign-up', anna)
  const fromMemory = 'hallpass_checks_total{answered_by="memory"}'
  await until(async () => {
    await one.get('/auth/session')
    return valueOf(await scrape(), fromMemory) >= 1
  })
  const warm = await scrape()
  assert.equal(valueOf(warm, 'hallpass_lease_valid'), 1)
  assert.equal(valueOf(warm, 'hallpass_members'), 1)
  assert.equal(valueOf(warm, 'hallpass_cached_sessions'), 1)
  assert.ok(valueOf(warm, 'hallpass_lease_lag_seconds') < 60)
  assert.ok(valueOf(warm, 'hallpass_checks_total{answered_by="store",because="no-lease"}') >= 1)
  assert.equal(valueOf(warm, 'hallpass_events_total{type="signed-in"}'), 1)
  assert.ok(valueOf(warm, 'process_resident_memory_bytes') > 1e6)

  const sequence = valueOf(warm, 'hallpass_log_sequence')
  await one.post('/auth/sign-out')
  const after = await scrape()
  assert.equal(valueOf(after, 'hallpass_revoke_seconds_count'), 1)
  assert.ok(valueOf(after, 'hallpass_revoke_seconds_sum') < 60)
  assert.equal(valueOf(after, 'hallpass_revoked_total{ended="session"}'), 1)
  assert.equal(valueOf(after, 'hallpass_revoked_total{ended="subject"}'), 0)
  assert.equal(valueOf(after, 'hallpass_revocations_waited_out_total'), 0)
  assert.ok(valueOf(after, 'hallpass_log_sequence') > sequence)
  assert.ok(valueOf(after, 'hallpass_remembered_entries') >= 1)
})

test('a store that does not answer leaves its figure out, and the page comes all the same', async (t) => {
  const store = memory()
  const log = { ...store.log, members: () => new Promise<never>(() => undefined) }
  const { scrape } = await served(t, { ...store, log })
  const page = await scrape()
  assert.ok(!page.has('hallpass_members') && page.has('hallpass_lease_valid'))
})

test('names and numbers that need care are written as the format has them', () => {
  const text = exposition([
    { name: 'odd', help: 'a \\ and\na line', type: 'gauge', samples: [{ labels: { of: '"\\\n' }, value: Infinity }] },
    { name: 'none', help: 'left out', type: 'gauge', samples: [] },
  ])
  assert.equal(text, '# HELP odd a \\\\ and\\na line\n# TYPE odd gauge\nodd{of="\\"\\\\\\n"} +Inf\n')
  assert.equal(parseExposition(text).size, 1)
})

test('a histogram counts each observation in every bucket that holds it', () => {
  const histogram = createHistogram([0.5, 1])
  for (const value of [0.5, 0.6, 2]) histogram.observe(value)
  const values = histogram.samples.map(({ suffix, labels, value }) => [suffix, labels?.['le'], value])
  assert.deepEqual(values, [
    ['_bucket', '0.5', 1],
    ['_bucket', '1', 2],
    ['_bucket', '+Inf', 3],
    ['_sum', undefined, 3.1],
    ['_count', undefined, 3],
  ])
})
