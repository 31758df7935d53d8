import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClaimRules } from '#src/core/claims.js'
import { readIssuedClaims } from '#src/core/issued-claims.js'
import { audience, issuedAt, issuer, maximumLifetime, payload, startedAt } from '../attacks/forge.js'

const rules: ClaimRules = { issuer, audience, clientId: 'web', maximumLifetime, clockTolerance: 5 }
const session = { sid: 's_1', auth_time: issuedAt - 60, amr: ['pwd'], gen: 1, sv: 2, dv: 3, sc: 4, cc: 5 }

function claimsOf(claims: object) {
  const read = readIssuedClaims({ ...payload, ...claims }, rules, startedAt)
  return read.ok ? read.claims : assert.fail(read.reason)
}

function reasonOf(claims: object): string {
  const read = readIssuedClaims({ ...payload, ...claims }, rules, startedAt)
  return read.ok ? 'none' : read.reason
}

test('a token is read whoever it is for', () => {
  assert.deepEqual(claimsOf({ aud: 'https://other.example' }).audience, ['https://other.example'])
  assert.deepEqual(claimsOf({ aud: [audience, 'b'] }).audience, [audience, 'b'])
})

test('an audience that is no list of names is refused', () => {
  for (const aud of [undefined, null, 1, {}, [], [1], ['a', null]])
    assert.equal(reasonOf({ aud }), 'aud is no list of names')
})

test('what any verifier asks is asked here too', () => {
  assert.match(reasonOf({ exp: undefined }), /exp/)
  assert.match(reasonOf({ iss: 'https://evil.example' }), /iss/)
  assert.match(reasonOf({ jti: undefined }), /jti/)
})

test('a session is read as a whole, or the token is refused', () => {
  assert.equal(claimsOf({}).session, null)
  const { session: read } = claimsOf(session)
  assert.deepEqual([read?.session, read?.generation, read?.subjectVersion], ['s_1', 1, 2])
  for (const name of Object.keys(session).filter((name) => name !== 'sid')) {
    assert.notEqual(reasonOf({ ...session, [name]: undefined }), 'none', name)
  }
})

test('a scope that is no text is good for nothing, and is not taken for one that is left out', () => {
  assert.equal(claimsOf({}).scope, null)
  assert.deepEqual(claimsOf({ scope: 'read write' }).scope, ['read', 'write'])
  assert.deepEqual(claimsOf({ scope: ['read'] }).scope, [])
})

test('actors are read from the outermost on, as far as they have names', () => {
  assert.equal(claimsOf({}).actor, null)
  assert.deepEqual(claimsOf({ act: { sub: 'a', act: { sub: 'b', act: { sub: 1 } } } }).actor, {
    sub: 'a',
    act: { sub: 'b' },
  })
  for (const act of ['a', null, {}, { sub: 1 }, { act: { sub: 'b' } }]) assert.equal(claimsOf({ act }).actor, null)
})
