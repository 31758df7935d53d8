import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { logFeed, type LogFeedHandler } from 'hallpass/fetch'
import { encodeAcknowledgement, encodeLeaseRequest, longestRequest, readReading } from '#src/cluster/feed.js'
import type { LogEntry, Membership } from '#src/core/log.js'
import type { LogHint } from '#src/core/store.js'
import { Streams } from '#src/feed/streams.js'
import { manualClock } from '#src/testing/manual-clock.js'
import { chained, entry, settled, terms } from '../cluster/fixture.js'
import { openAuth } from '../open-auth.js'

const key = 'q8Zr3Tn6Vb1Xc4Md7Kf0Hj2Lp5Ws9Yg-AeUiOoEa'
const other = 'Rk2Vt7Jm4Qx9Bz1Nc6Lw3Hd8Fs5Gp0-TyUiOpAsD'
const member: Membership = { incarnation: 'below', mark: 'm1', renewal: 1, lease: 2000, lastKnownGood: 0 }
const origin = 'https://app.example'
const at = (path = ''): string => `${origin}/.well-known/hallpass/log${path}`
const lease = { method: 'POST', body: encodeLeaseRequest({ member, terms, after: null }) }

function opened(t: TestContext): { handler: LogFeedHandler; auth: ReturnType<typeof openAuth>['auth'] } {
  const { auth } = openAuth()
  const handler = logFeed(auth.feed, { key })
  t.after(async () => {
    handler.close()
    await auth.close()
  })
  return { handler, auth }
}

function asking(path: string, init: RequestInit = {}, presented: string | null = `Bearer ${key}`): Request {
  const headers = new Headers(presented === null ? {} : { authorization: presented })
  return new Request(at(path), { ...init, headers })
}

test('a weak key is refused when it is given, with the remedy', () => {
  const { auth } = openAuth()
  const weak = ['', 'short', 'change-me-change-me-change-me-change-me', 'a'.repeat(64), `${key} `, `${key}ä`, []]
  for (const given of [...weak, undefined, 7, [key, 'short']]) {
    assert.throws(
      () => logFeed(auth.feed, { key: given as string }),
      ({ code, mistakes }: { code: string; mistakes: { field: string; remedy: string }[] }) =>
        code === 'configuration' && mistakes[0]!.field.startsWith('key') && /openssl rand/.test(mistakes[0]!.remedy),
      String(given),
    )
  }
  logFeed(auth.feed, { key })
})

test('who has no key is told nothing: neither what there is, nor how it was asked', async (t) => {
  const { handler } = opened(t)
  const presented = [null, '', 'Bearer', `Bearer ${other}`, `Basic ${key}`, `Bearer ${key}x`, key, `Bearer ${key} x`]
  const requests = [lease, { method: 'GET' }, { method: 'PUT', body: 'garbage' }, { method: 'DELETE' }]
  const answers = new Set<string>()
  for (const authorization of presented) {
    for (const path of ['', '/lease', '/position', '/nothing', '/lease?incarnation=x']) {
      for (const init of requests) {
        const answer = await handler(asking(path, init, authorization))
        assert.equal(answer.headers.get('www-authenticate')?.startsWith('Bearer realm="hallpass"'), true)
        answers.add(`${answer.status} ${answer.headers.get('content-type')} ${await answer.text()}`)
      }
    }
  }
  assert.equal(answers.size, 1)
  assert.match([...answers][0]!, /^401 application\/problem\+json .*"code":"log-key-required"/)
})

test('X24 no answer of the log can be embedded or sniffed by another origin', async (t) => {
  const { handler } = opened(t)
  for (const [path, init] of [
    ['/lease', lease],
    ['/position', { method: 'GET' }],
    ['/nothing', { method: 'GET' }],
    ['/lease', { method: 'PUT' }],
    ['/lease', { method: 'POST', body: 'garbage' }],
  ] as const) {
    const { headers } = await handler(asking(path, init))
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
  }
})

test('while one key replaces another, both are taken', async (t) => {
  const { auth } = openAuth()
  t.after(() => auth.close())
  const handler = logFeed(auth.feed, { key: [key, other] })
  for (const one of [key, other]) assert.equal((await handler(asking('/lease', lease, `Bearer ${one}`))).status, 200)
})

test('a newcomer gets a lease and everything that is kept; who names a position, what came after it', async (t) => {
  const { handler, auth } = opened(t)
  await auth.tokens.revoke('t_1')
  await auth.tokens.revoke('t_2')
  const first = await handler(asking('/lease', lease))
  assert.deepEqual(
    [first.status, first.headers.get('content-type'), first.headers.get('cache-control')],
    [200, 'application/json', 'no-store'],
  )
  assert.equal(first.headers.get('access-control-allow-origin'), null)
  const all = readReading(await first.text())
  assert.deepEqual([all.held, all.entries.map(({ target }) => target)], [false, ['t_1', 't_2']])
  assert.ok(all.leaseFor! > 0 && all.leaseFor! < 2000)
  const after = { sequence: 1, id: all.entries[0]!.id }
  const again = { member: { ...member, mark: 'm2', renewal: 2 }, terms, after }
  const second = await handler(asking('/lease', { method: 'POST', body: encodeLeaseRequest(again) }))
  const rest = readReading(await second.text())
  assert.deepEqual([rest.held, rest.entries.map(({ target }) => target)], [true, ['t_2']])
})

test('what is acknowledged and retired reaches the log, and what is not its own is refused', async (t) => {
  const { handler, auth } = opened(t)
  await auth.tokens.revoke('t_1')
  const { entries } = readReading(await (await handler(asking('/lease', lease))).text())
  const say = async (path: string, init: RequestInit): Promise<unknown> =>
    (await (await handler(asking(path, init))).json()) as unknown
  const acknowledge = (incarnation: string, id: string): RequestInit => ({
    method: 'PUT',
    body: encodeAcknowledgement({ incarnation, position: { sequence: 1, id } }),
  })
  assert.deepEqual(await say('/position', acknowledge('stranger', entries[0]!.id)), { protocol: 1, outcome: 'refused' })
  assert.deepEqual(await say('/position', acknowledge('below', 'invented')), { protocol: 1, outcome: 'refused' })
  assert.deepEqual(await say('/position', acknowledge('below', entries[0]!.id)), {
    protocol: 1,
    outcome: 'acknowledged',
  })
  assert.equal(auth.figures().below, 1)
  const retire = (mark: string): Promise<unknown> => say(`/lease?incarnation=below&mark=${mark}`, { method: 'DELETE' })
  assert.deepEqual(await retire('m0'), { protocol: 1, outcome: 'kept' })
  assert.deepEqual(await retire('m1'), { protocol: 1, outcome: 'retired' })
  assert.equal(auth.figures().below, 0)
})

test('what cannot be understood is refused with its field, and changes nothing', async (t) => {
  const { handler, auth } = opened(t)
  const cases: readonly [path: string, init: RequestInit, status: number, code: string][] = [
    ['/lease', { method: 'POST', body: '{' }, 400, 'bad-request'],
    ['/lease', { method: 'POST' }, 400, 'bad-request'],
    ['/lease', { method: 'POST', body: lease.body.replace('"renewal":1', '"renewal":-1') }, 400, 'bad-request'],
    ['/lease', { method: 'POST', body: lease.body.replace('"protocol":1', '"protocol":2') }, 400, 'bad-request'],
    [
      '/lease',
      { method: 'POST', body: lease.body.replace('"lastKnownGood":0', '"lastKnownGood":9') },
      400,
      'bad-request',
    ],
    ['/lease', { method: 'POST', body: ' '.repeat(longestRequest + 1) }, 413, 'too-large'],
    ['/lease', { method: 'DELETE' }, 400, 'bad-request'],
    ['/lease?incarnation=below', { method: 'DELETE' }, 400, 'bad-request'],
    ['/lease', { method: 'GET' }, 405, 'method-not-allowed'],
    ['/position', { method: 'constructor' }, 405, 'method-not-allowed'],
    ['/position', { method: 'PUT', body: '[]' }, 400, 'bad-request'],
    ['/entries', { method: 'GET' }, 404, 'not-found'],
    ['/', { method: 'GET' }, 404, 'not-found'],
  ]
  for (const [path, init, status, code] of cases) {
    const answer = await handler(asking(path, init))
    const problem = (await answer.json()) as { code: string }
    assert.deepEqual([answer.status, problem.code], [status, code], `${init.method} ${path}`)
    if (status === 405) assert.match(answer.headers.get('allow')!, /^(POST, DELETE|PUT)$/)
  }
  assert.equal(auth.figures().below, 0)
  assert.deepEqual(await auth.members(), [])
})

test('without leases there is nothing to hand down, and the answer says which setting that is', async (t) => {
  const { auth } = openAuth({ lease: 'off' })
  t.after(() => auth.close())
  const answer = await logFeed(auth.feed, { key })(asking('/lease', lease))
  const { code, errors } = (await answer.json()) as { code: string; errors: { field: string }[] }
  assert.deepEqual([answer.status, code, errors[0]!.field], [500, 'configuration', 'lease'])
})

test('once closed it hands down no more, but whoever holds a lease may still acknowledge and leave', async (t) => {
  const { handler, auth } = opened(t)
  await auth.tokens.revoke('t_1')
  const { entries } = readReading(await (await handler(asking('/lease', lease))).text())
  const stream = (await handler(asking(''))).body!.getReader()
  assert.deepEqual(handler.figures(), { readers: 1, entries: 0 })
  handler.close()
  assert.equal((await handler(asking('/lease', lease))).status, 503)
  assert.equal((await handler(asking(''))).status, 503)
  const body = encodeAcknowledgement({ incarnation: 'below', position: { sequence: 1, id: entries[0]!.id } })
  assert.equal((await handler(asking('/position', { method: 'PUT', body }))).status, 200)
  assert.equal((await handler(asking('/lease?incarnation=below&mark=m1', { method: 'DELETE' }))).status, 200)
  while (!(await stream.read()).done) continue
})

const utf8 = new TextDecoder()

/** Reads on for as long as there is anything; `said` answers with what came since it was asked last. */
function reading(stream: ReadableStream<Uint8Array>): { said(): Promise<string>; chunks: Uint8Array[] } {
  const chunks: Uint8Array[] = []
  let from = 0
  const read = async (): Promise<void> => {
    for await (const chunk of stream) chunks.push(chunk)
  }
  void read()
  return {
    chunks,
    async said() {
      await settled()
      const text = chunks.slice(from).map((chunk) => utf8.decode(chunk))
      from = chunks.length
      return text.join('')
    },
  }
}

function sequencesIn(text: string): number[] {
  return [...text.matchAll(/^id: (\d+)\./gm)].map(([, sequence]) => Number(sequence))
}

interface Stage {
  readonly clock: ReturnType<typeof manualClock>
  readonly streams: Streams
  readonly log: readonly LogEntry[]
  readonly push: (...hints: readonly LogHint[]) => void
}

function stage(count = 10): Stage {
  const listeners = new Set<(hint: LogHint) => void>()
  const subscribe = (heard: (hint: LogHint) => void): (() => void) => {
    listeners.add(heard)
    return () => void listeners.delete(heard)
  }
  const clock = manualClock()
  const log = chained(
    'log',
    Array.from({ length: count }, (_, index) => entry('session', `s_${index}`)),
  )
  const push: Stage['push'] = (...hints) => hints.forEach((hint) => listeners.forEach((heard) => heard(hint)))
  return { clock, streams: new Streams({ subscribe }, clock), log, push }
}

const about = (entry: LogEntry): LogHint => ({ about: 'entry', entry })

test('an entry is encoded once, however many read', async () => {
  const { streams, log, push } = stage()
  const readers = Array.from({ length: 3 }, () => reading(streams.open(null)))
  for (const reader of readers) assert.match(await reader.said(), /^:\n\nevent: behind\ndata: \{\}\n\n$/)
  push(about(log[0]!), about(log[1]!))
  for (const reader of readers) assert.deepEqual(sequencesIn(await reader.said()), [1, 2])
  assert.equal(new Set(readers.map(({ chunks }) => chunks.at(-1))).size, 1, 'the very same bytes')
  assert.deepEqual(streams.figures(), { readers: 3, entries: 6 })
})

test('who comes back hears what it missed, nothing twice and nothing left out', async () => {
  const { streams, log, push } = stage()
  const stays = reading(streams.open(null))
  push(...log.slice(0, 4).map(about))
  await settled()
  const back = reading(streams.open({ sequence: 2, id: log[1]!.id }))
  // heard in the same turn: sent when the turn is over
  push(about(log[4]!))
  const later = reading(streams.open({ sequence: 4, id: log[3]!.id }))
  push(about(log[5]!))
  assert.deepEqual(sequencesIn(await back.said()), [3, 4, 5, 6])
  assert.deepEqual(sequencesIn(await later.said()), [5, 6])
  assert.deepEqual(sequencesIn(await stays.said()), [1, 2, 3, 4, 5, 6])
  const beforeAll = reading(streams.open({ sequence: 0, id: 'log' }))
  assert.deepEqual(sequencesIn(await beforeAll.said()), [1, 2, 3, 4, 5, 6])
})

test('who comes back from elsewhere is told to renew, and then hears what comes', async () => {
  const { streams, log, push } = stage()
  void streams.open(null)
  push(...log.slice(2, 4).map(about))
  await settled()
  for (const from of [null, { sequence: 0, id: 'log' }, { sequence: 3, id: 'another' }, { sequence: 9, id: 'ahead' }]) {
    const reader = reading(streams.open(from))
    assert.match(await reader.said(), /event: behind/)
  }
})

test('a log that begins anew, or is heard of with a gap, is not taken for the continuation', async () => {
  const { streams, log, push } = stage()
  const reader = reading(streams.open(null))
  push(...log.slice(0, 3).map(about))
  const anew = chained('another', [entry('forgot', null), entry('session', 's_9')])
  push(...anew.map(about))
  assert.deepEqual(sequencesIn(await reader.said()), [1, 2, 3, 1, 2])
  assert.match(await reading(streams.open({ sequence: 3, id: log[2]!.id })).said(), /event: behind/)
  assert.deepEqual(sequencesIn(await reading(streams.open({ sequence: 1, id: anew[0]!.id })).said()), [2])
})

test('of more at once than a stream is worth, a reader hears that it is behind', async () => {
  const { streams, log, push } = stage(2000)
  const reader = reading(streams.open(null))
  await reader.said()
  push(...log.map(about))
  assert.equal(await reader.said(), 'event: behind\ndata: {}\n\n')
  push({ about: 'anything' })
  assert.equal(await reader.said(), 'event: behind\ndata: {}\n\n')
  push({ about: 'acknowledgement', incarnation: 'i', sequence: 1 })
  assert.equal(await reader.said(), '')
})

test('a quiet stream is heard of now and then, and one that has gone is not kept', async () => {
  const { streams, clock } = stage()
  const reader = reading(streams.open(null))
  await reader.said()
  for (let beat = 0; beat < 3; beat++) {
    clock.advance(10_000)
    assert.equal(await reader.said(), ':\n\n')
  }
  await streams.open(null).cancel()
  assert.equal(streams.figures().readers, 1)
})

test('a reader that does not read is cut off, and the others hear on', async () => {
  const { streams, log, push } = stage(9000)
  const sleeps = streams.open(null)
  const reads = reading(streams.open(null))
  const heard: number[] = []
  for (let from = 0; from < log.length; from += 500) {
    push(...log.slice(from, from + 500).map(about))
    heard.push(...sequencesIn(await reads.said()))
  }
  assert.equal(heard.length, log.length)
  assert.equal(streams.figures().readers, 1)
  await assert.rejects(async () => {
    for await (const _ of sleeps) continue
  }, /does not read/)
})
