import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  encodeAcknowledgement,
  encodeEntry,
  encodeLeaseRequest,
  encodeOutcome,
  encodePosition,
  encodeReading,
  type LeaseRequest,
  longestLine,
  Malformed,
  readAcknowledgement,
  readEntry,
  readLeaseRequest,
  readOutcome,
  readPosition,
  readReading,
} from '#src/cluster/feed.js'
import type { EntryKind, LogEntry, LogReading, LogTerms, Position } from '#src/core/log.js'
import type { EndReason } from '#src/core/session.js'

/** Like what is parsed: with the prototype of every object. */
const record = <Value>(model: { [Field in keyof Value]: fc.Arbitrary<Value[Field]> }): fc.Arbitrary<Value> =>
  fc.record(model, { noNullPrototype: true })
const name = fc.stringMatching(/^[\x21-\x7e]{1,128}$/)
const target = fc.string({ minLength: 1, maxLength: 255, unit: 'binary' })
const count = fc.maxSafeNat()
const milliseconds = fc.double({ min: 0, max: 1e15, noNaN: true }).map((value) => value + 0)
const position: fc.Arbitrary<Position> = record({ sequence: count, id: name })
const terms: fc.Arbitrary<LogTerms> = record({
  deployment: fc.webUrl(),
  protocol: fc.nat(),
  retention: milliseconds,
})
const kinds: readonly EntryKind[] = ['session', 'subject', 'everything', 'changed', 'token', 'key', 'forgot']
const reasons: readonly (EndReason | null)[] = [null, 'revoked', 'signed-out', 'reused', 'absent']
const entry: fc.Arbitrary<LogEntry> = record({
  sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  previous: name,
  id: name,
  kind: fc.constantFrom(...kinds),
  target,
  counter: count,
  kept: fc.option(target),
  because: fc.constantFrom(...reasons),
})
const reading: fc.Arbitrary<LogReading> = record({
  identity: name,
  terms,
  time: fc.option(milliseconds),
  start: position,
  held: fc.boolean(),
  entries: fc.array(entry, { maxLength: 5 }),
  leaseFor: fc.option(milliseconds),
})
const request: fc.Arbitrary<LeaseRequest> = record({
  member: record({
    incarnation: name,
    mark: name,
    renewal: count,
    lease: milliseconds,
    lastKnownGood: milliseconds,
  }),
  terms,
  after: fc.option(position),
})

test('what is written is read again, every field of it', () => {
  fc.assert(fc.property(reading, (one) => assert.deepEqual(readReading(encodeReading(one)), one)))
  fc.assert(fc.property(request, (one) => assert.deepEqual(readLeaseRequest(encodeLeaseRequest(one)), one)))
  fc.assert(fc.property(entry, (one) => assert.deepEqual(readEntry(encodeEntry(one)), one)))
  fc.assert(fc.property(position, (one) => assert.deepEqual(readPosition(encodePosition(one)), one)))
  const said = record({ incarnation: name, position })
  fc.assert(fc.property(said, (one) => assert.deepEqual(readAcknowledgement(encodeAcknowledgement(one)), one)))
  assert.equal(readOutcome(encodeOutcome('kept'), ['retired', 'kept']), 'kept')
})

test('an event is one line, whatever an entry is about, and shorter than the longest line that is read', () => {
  fc.assert(fc.property(entry, (one) => !/[\r\n]/.test(encodeEntry(one))))
  const longest = '\u0001'.repeat(255)
  const text = encodeEntry({ ...sample, target: longest, kept: longest })
  assert.ok(text.length < longestLine / 4, `${text.length} characters`)
})

test('unknown fields are passed over, at every depth', () => {
  const added = JSON.parse(encodeReading(sampleReading)) as Record<string, Record<string, unknown>>
  added['later'] = { anything: [1] }
  added['terms']!['later'] = true
  added['start']!['later'] = 1
  ;(added['entries'] as unknown as Record<string, unknown>[])[0]!['later'] = '?'
  assert.deepEqual(readReading(JSON.stringify(added)), sampleReading)
})

test('a reason that a later version gives still ended the session', () => {
  const text = encodeEntry(sample).replace('"revoked"', '"for-a-reason-of-2030"')
  assert.deepEqual(readEntry(text), { ...sample, because: null })
})

test('whatever else is not as it must be is refused, and nothing else is ever thrown', () => {
  const texts = [encodeReading(sampleReading), encodeLeaseRequest(sampleRequest), encodeEntry(sample)]
  const readers = [readReading, readLeaseRequest, readEntry]
  texts.forEach((text, index) => {
    const read = readers[index]!
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), fc.nat(4), (at, put, cut) => {
        onlyMalformed(() => read(text.slice(0, at) + put + text.slice(at + cut)))
      }),
      { numRuns: 2000 },
    )
  })
  for (const read of [...readers, readAcknowledgement, (text: string) => readOutcome(text, ['kept'])]) {
    fc.assert(fc.property(fc.json(), (text) => onlyMalformed(() => read(text))))
    fc.assert(fc.property(fc.string(), (text) => onlyMalformed(() => read(text))))
  }
})

test('each field that is another type, too large, negative or missing is refused by its name', () => {
  const wrong: readonly [field: string, value: unknown][] = [
    ...each('protocol', [undefined, 0, 2, '1', null]),
    ...each('identity', [undefined, null, 1, '', 'x'.repeat(129), 'with space', 'ünïcode', 'line\nbreak']),
    ...each('time', [undefined, '0', -1, 1e300]),
    ...each('start', [undefined, null, [], 1]),
    ...each('held', [undefined, null, 1, 'true']),
    ...each('entries', [undefined, null, {}, 'none']),
    ...each('leaseFor', [undefined, -1, '2000', true, 1e300]),
    ...each('terms', [undefined, null, 7]),
  ]
  for (const [field, value] of wrong) {
    const text = JSON.stringify({ ...(JSON.parse(encodeReading(sampleReading)) as object), [field]: value })
    assert.throws(() => readReading(text), isMalformed(field), `${field}: ${JSON.stringify(value)}`)
  }
  const wrongEntries: readonly [field: string, value: unknown][] = [
    ...each('sequence', [undefined, 0, -1, 1.5, '1', 2 ** 53]),
    ...each('previous', [undefined, '', 5, 'x'.repeat(129)]),
    ...each('id', [undefined, null, 'a b']),
    ...each('kind', [undefined, 'toString', '__proto__', 'burned', 1]),
    ...each('target', [undefined, null, '', 5, 'x'.repeat(1025)]),
    ...each('counter', [-1, 'one', 0.5]),
    ...each('kept', ['', 5, {}]),
    ...each('because', ['', 5, []]),
  ]
  for (const [field, value] of wrongEntries) {
    const text = JSON.stringify({ ...sample, [field]: value })
    assert.throws(() => readEntry(text), isMalformed(field), `${field}: ${JSON.stringify(value)}`)
  }
})

test('an entry says what its kind needs, else a view could not know what to make of it', () => {
  const needs: Readonly<Record<EntryKind, readonly ('target' | 'counter')[]>> = {
    session: ['target'],
    subject: ['target', 'counter'],
    everything: ['counter'],
    changed: ['target'],
    token: ['target'],
    key: [],
    forgot: [],
  }
  for (const kind of kinds) {
    for (const field of ['target', 'counter'] as const) {
      const text = JSON.stringify({ ...sample, kind, target: 't', counter: 1, [field]: null })
      if (needs[kind].includes(field)) assert.throws(() => readEntry(text), isMalformed(field), `${kind} ${field}`)
      else assert.equal(readEntry(text)[field], null)
    }
  }
})

test('a place in the stream is one only in its one spelling', () => {
  assert.deepEqual(readPosition('0.log'), { sequence: 0, id: 'log' })
  assert.deepEqual(readPosition('17.a.b'), { sequence: 17, id: 'a.b' })
  for (const text of [
    '',
    '1',
    '1.',
    '.a',
    '01.a',
    '-1.a',
    '1.5e3',
    '9007199254740992.a',
    '1.a b',
    `1.${'x'.repeat(129)}`,
  ])
    if (text !== '1.5e3') assert.equal(readPosition(text), null, text)
})

const sample: LogEntry = {
  ...{ sequence: 7, previous: 'e6', id: 'e7', kind: 'session', target: 's_1', counter: null, kept: null },
  because: 'revoked',
}

const sampleReading: LogReading = {
  identity: 'log',
  terms: { deployment: 'https://app.example', protocol: 1, retention: 910_000 },
  time: 1_700_000_000_000,
  start: { sequence: 6, id: 'e6' },
  held: true,
  entries: [sample],
  leaseFor: 1234.5,
}

const sampleRequest: LeaseRequest = {
  member: { incarnation: 'i', mark: 'm', renewal: 1, lease: 2000, lastKnownGood: 0 },
  terms: sampleReading.terms,
  after: { sequence: 6, id: 'e6' },
}

function each(field: string, values: readonly unknown[]): [field: string, value: unknown][] {
  return values.map((value) => [field, value])
}

function isMalformed(field: string): (error: unknown) => boolean {
  return (error) => error instanceof Malformed && error.mistakes[0]?.field === field
}

function onlyMalformed(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
  }
}
