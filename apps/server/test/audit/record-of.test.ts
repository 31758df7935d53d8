import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Receipt } from 'hallpass'
import { type AnyEvent, recordOf } from '#src/audit/record-of.js'

const device = { name: 'Firefox on Linux', userAgent: 'Mozilla/5.0 (a whole user agent)', network: '192.0.2.0/24' }
const other = { name: 'Safari on iOS', userAgent: 'Mozilla/5.0 (another one)', network: '198.51.100.0/24' }
const about = { at: 5, session: 's_1', subject: 'u_1' }
const receipt: Receipt = {
  ...{ ended: 'session', target: 's_1', kept: null, at: 5, acknowledged: ['a'], waitedOut: [] },
  ...{ tookMilliseconds: 4.25, complete: true, completeAt: null },
}

/** One of every kind. */
const events: { readonly [Type in AnyEvent['type']]: AnyEvent & { readonly type: Type } } = {
  'signed-in': { type: 'signed-in', ...about, device, amr: ['pwd'] },
  'stepped-up': { type: 'stepped-up', ...about, amr: ['pwd'] },
  'session-ended': { type: 'session-ended', ...about, because: 'revoked' },
  'refresh-rotated': { type: 'refresh-rotated', ...about, generation: 3 },
  'refresh-repeated': { type: 'refresh-repeated', ...about, rotatedBy: device, presentedBy: other },
  'refresh-reused': {
    ...{ type: 'refresh-reused', ...about, generation: 3, presentedGeneration: 1 },
    ...{ rotatedBy: device, presentedBy: other },
  },
  'store-forgot': { type: 'store-forgot', ...about, generation: 1, presentedGeneration: 2 },
  'subject-revoked': { type: 'subject-revoked', at: 5, subject: 'u_1', kept: 's_2' },
  'subject-changed': { type: 'subject-changed', at: 5, subject: 'u_1' },
  'everything-revoked': { type: 'everything-revoked', at: 5 },
  'key-revoked': { type: 'key-revoked', at: 5, kid: 'k1' },
  'keys-changed': { type: 'keys-changed', at: 5, what: 'rotated', active: 'k2', keys: [] },
  revoked: { type: 'revoked', ...receipt },
  refused: {
    ...{ type: 'refused', at: 5, code: 'ended', reason: 'because '.repeat(100) },
    ...{ session: 's_1', subject: 'u_1', network: '192.0.2.0/24' },
  },
  'cookies-ambiguous': {
    ...{ type: 'cookies-ambiguous', at: 5, names: Array.from({ length: 50 }, () => 'hallpass') },
    network: '192.0.2.0/24',
  },
  'log-forgot': { type: 'log-forgot', at: 5, reason: 'the log has another identity', entries: 2, all: true },
  'lease-refused': { type: 'lease-refused', at: 5, reason: 'another deployment', deployment: 'https://b.example' },
  'clock-skewed': { type: 'clock-skewed', at: 5, storeTime: 9 },
  trouble: { type: 'trouble', at: 5, where: 'store', error: new Error('postgres://user:secret@host') },
  'signed-up': { type: 'signed-up', at: 5, subject: 'u_1', session: 's_1', device },
  'password-changed': { type: 'password-changed', at: 5, subject: 'u_1', session: 's_1', device },
  'sign-in-failed': { type: 'sign-in-failed', at: 5, subject: 'u_1', during: 'sign-in', device },
  'account-disabled': { type: 'account-disabled', at: 5, subject: 'u_1' },
  'account-enabled': { type: 'account-enabled', at: 5, subject: 'u_1' },
  'roles-changed': { type: 'roles-changed', at: 5, subject: 'u_1', roles: ['operator'] },
  disowned: { type: 'disowned', at: 5, subject: 'u_1', session: 's_1', event: 'e1', what: 'signed-in', device },
  'operator-acted': {
    ...{ type: 'operator-acted', at: 5, by: 'ada@example.com', did: 'POST /admin/keys/rotate', status: 200 },
    ...{ subject: 'u_1', session: null, network: '192.0.2.0/24' },
  },
}

const notKept = ['refresh-rotated', 'revoked']

test('every event but those that are only counted is kept, under its own name and at its own time', () => {
  for (const event of Object.values(events)) {
    const record = recordOf(event)
    if (notKept.includes(event.type)) assert.equal(record, null)
    else assert.deepEqual([record?.type, record?.at], [event.type, 5])
  }
})

test('of a device its name and network are kept, of trouble where it was, of what strangers send so much', () => {
  const text = JSON.stringify(Object.values(events).map(recordOf))
  for (const secret of ['a whole user agent', 'another one', 'secret@host']) assert.ok(!text.includes(secret), secret)
  assert.deepEqual(recordOf(events['signed-in']), {
    ...{ at: 5, type: 'signed-in', subject: 'u_1', session: 's_1', network: '192.0.2.0/24' },
    details: { device: 'Firefox on Linux', amr: ['pwd'] },
  })
  assert.deepEqual(recordOf(events['refresh-reused'])?.details, {
    ...{ device: 'Safari on iOS', rotatedBy: 'Firefox on Linux' },
  })
  assert.equal((recordOf(events.refused)!.details['reason'] as string).length, 200)
  assert.equal((recordOf(events['cookies-ambiguous'])!.details['names'] as readonly string[]).length, 8)
  for (const record of Object.values(events).map(recordOf)) assert.ok(JSON.stringify(record).length < 600)
})

test('a receipt is kept where nothing else tells of it: for a token, and where somebody was waited out', () => {
  const token = recordOf({ type: 'revoked', ...receipt, ended: 'token', target: 'jti' })
  assert.deepEqual(token?.details, { ended: 'token', target: 'jti', waitedOut: 0, tookMilliseconds: 4 })
  const waited = recordOf({ type: 'revoked', ...receipt, waitedOut: ['b'] })
  assert.deepEqual([waited?.session, waited?.details['waitedOut']], ['s_1', 1])
  const about = (ended: Receipt['ended']) => {
    const record = recordOf({ type: 'revoked', ...receipt, ended, target: 'x', waitedOut: ['b'] })
    return [record?.subject, record?.session, record?.details['target']]
  }
  assert.deepEqual(about('subject'), ['x', null, undefined])
  assert.deepEqual(about('session'), [null, 'x', undefined])
  for (const other of ['token', 'key'] as const) assert.deepEqual(about(other), [null, null, 'x'])
})

test('docs/events.md names every type that is kept, and no other', () => {
  const docs = readFileSync(fileURLToPath(new URL('../../../../docs/events.md', import.meta.url)), 'utf8')
  const named = [...docs.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name)
  const kept = Object.keys(events).filter((type) => type !== 'refresh-rotated')
  assert.deepEqual(new Set(named), new Set([...kept, 'more']))
  assert.equal(named.length, kept.length + 1)
})
