import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  accessTokenPayload,
  claimsBySize,
  type ClaimRules,
  isExpired,
  readAccessClaims,
  reservedClaims,
} from '#src/core/claims.js'
import type { Json, SessionRecord } from '#src/core/session.js'
import { unknownDevice } from '#src/core/session.js'

const rules: ClaimRules = {
  issuer: 'https://app.example',
  audience: 'https://api.example',
  clientId: 'web',
  maximumLifetime: 900,
  clockTolerance: 5,
}
const now = 1_800_000_000_000
const issuedAt = now / 1000
const times = { issuedAt, expiresAt: issuedAt + 300 }
const versions = { subjectVersion: 3, subjectChanges: 5, deploymentVersion: 1 }
const record: SessionRecord & { subject: string } = {
  id: 's_1',
  subject: 'u_42',
  secretHash: 'the-secret-hash',
  chainSecret: 'the-chain-secret',
  generation: 2,
  firstGeneration: 0,
  confirmedGeneration: 2,
  rotatedAt: now,
  subjectVersion: 3,
  deploymentVersion: 1,
  createdAt: now - 5000,
  authenticatedAt: now - 4321,
  amr: ['pwd', 'otp'],
  lastSeenAt: now,
  idleExpiresAt: now + 1e6,
  absoluteExpiresAt: now + 1e7,
  remember: false,
  device: unknownDevice,
  data: { cart: ['a secret wish'] },
  dataVersion: 1,
  changeCounter: 4,
  actor: null,
  endedAt: null,
  endedBecause: null,
  version: 1,
}
const payload = accessTokenPayload(record, versions, rules, times, 't_1', { roles: ['reader'] })
const read = (changes: object, at = now) => readAccessClaims({ ...payload, ...changes }, rules, at)

test('what is minted reads back, word for word', () => {
  const result = readAccessClaims(payload, rules, now)
  assert.ok(result.ok)
  const { own, ...claims } = result.claims
  assert.deepEqual(claims, {
    subject: 'u_42',
    session: 's_1',
    tokenId: 't_1',
    issuedAt,
    expiresAt: issuedAt + 300,
    authenticatedAt: Math.floor((now - 4321) / 1000),
    amr: ['pwd', 'otp'],
    generation: 2,
    subjectVersion: 3,
    deploymentVersion: 1,
    subjectChanges: 5,
    sessionChanges: 4,
  })
  assert.deepEqual({ ...own }, { roles: ['reader'] })
})

test('a dump is worthless: no secret, hash or session data gets into a token', () => {
  assert.doesNotMatch(JSON.stringify(payload), /secret|wish/)
})

test('the application can set no claim of ours', () => {
  const own = Object.fromEntries([...reservedClaims].map((name) => [name, 'forged']))
  const minted = accessTokenPayload(record, versions, rules, times, 't_1', own)
  for (const name of Object.keys(payload)) if (name !== 'roles') assert.deepEqual(minted[name], payload[name])
})

test('every claim we set is reserved, so that none reads as the application’s', () => {
  const { roles: _, ...ours } = accessTokenPayload({ ...record, actor: 'support' }, versions, rules, times, 't_1', {
    roles: [],
  })
  for (const name of Object.keys(ours)) assert.ok(reservedClaims.has(name), name)
  assert.deepEqual(ours['act'], { sub: 'support' })
})

test('own claims come back whatever they are called, without a prototype', () => {
  const name = fc.string().filter((name) => !reservedClaims.has(name))
  const names = fc.oneof(name, fc.constantFrom('constructor', 'toString', 'hasOwnProperty', 'valueOf'))
  fc.assert(
    fc.property(fc.dictionary(names, fc.jsonValue() as fc.Arbitrary<Json>), (own) => {
      const result = readAccessClaims(accessTokenPayload(record, versions, rules, times, 't_1', own), rules, now)
      assert.ok(result.ok)
      assert.equal(Object.getPrototypeOf(result.claims.own), null)
      assert.deepEqual({ ...result.claims.own }, { ...own })
    }),
  )
})

test('J38: a payload with "__proto__" gives nobody a prototype', () => {
  const hostile = JSON.parse(`{"__proto__":{"admin":true},${JSON.stringify(payload).slice(1)}`) as typeof payload
  const result = readAccessClaims(hostile, rules, now)
  assert.ok(result.ok)
  assert.equal(result.claims.own['admin'], undefined)
  assert.equal(Object.assign({}, result.claims.own)['admin'], undefined)
})

const required = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'jti',
  'client_id',
  'sid',
  'auth_time',
  'amr',
  'gen',
  'sv',
  'dv',
  'sc',
  'cc',
]

test('RFC 9068: no required claim may be missing or null', () => {
  for (const name of required) {
    const { [name]: _, ...rest } = payload
    assert.equal(readAccessClaims(rest, rules, now).ok, false, name)
    assert.equal(read({ [name]: null }).ok, false, name)
  }
})

test('no value of another type is taken for a claim', () => {
  const types: readonly unknown[] = [
    true,
    {},
    [],
    [[]],
    '',
    '1',
    1,
    -1,
    0.5,
    Infinity,
    Number.NaN,
    ['x', 1],
    { toString: () => 'x' },
  ]
  const allowed: { readonly [name: string]: (value: unknown) => boolean } = {
    sub: (value) => value === '1',
    jti: (value) => value === '1',
    client_id: (value) => value === '1',
    sid: (value) => value === '1',
    auth_time: (value) => value === 1 || value === 0.5,
    amr: (value) => Array.isArray(value) && value.length === 0,
    ...Object.fromEntries(['gen', 'sv', 'dv', 'sc', 'cc'].map((name) => [name, (value: unknown) => value === 1])),
  }
  for (const name of required) {
    for (const value of types) {
      assert.equal(read({ [name]: value }).ok, allowed[name]?.(value) ?? false, `${name}: ${String(value)}`)
    }
  }
})

test('the boundaries of time are where they are said to be', () => {
  assert.equal(read({ iat: issuedAt + 5 }).ok, true)
  assert.equal(read({ iat: issuedAt + 5.001 }).ok, false)
  assert.equal(read({ nbf: issuedAt + 5 }).ok, true)
  assert.equal(read({ nbf: issuedAt + 5.001 }).ok, false)
  assert.equal(read({ exp: issuedAt + 900 }).ok, true)
  assert.equal(read({ exp: issuedAt + 900.001 }).ok, false)
  assert.equal(read({ exp: issuedAt }).ok, false)
  assert.equal(isExpired({ expiresAt: issuedAt }, now - 1), false)
  assert.equal(isExpired({ expiresAt: issuedAt }, now), true)
})

test('expiry is not the reader’s affair: an expired token still reads, so that it can be told from an invalid one', () => {
  assert.equal(read({}, now + 1e6).ok, true)
})

test('whatever a payload holds, reading it answers and never throws', () => {
  const payloads = fc.dictionary(fc.oneof(fc.constantFrom(...required, 'nbf', 'act'), fc.string()), fc.anything())
  fc.assert(fc.property(payloads, (changes) => typeof read(changes).ok === 'boolean'))
})

test('no reason repeats what a token says', () => {
  for (const name of [...required, 'nbf']) {
    const result = read({ [name]: ['marked'] })
    if (!result.ok) assert.doesNotMatch(result.reason, /marked/)
  }
})

test('the claims are listed by size, largest first, by name alone', () => {
  assert.equal(
    claimsBySize({ a: 'x', roles: ['reader', 'writer'], long: 'y'.repeat(100) }),
    'long 109 B, roles 27 B, a 7 B',
  )
})
