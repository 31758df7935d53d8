import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  accessTokenType,
  brokenRule,
  claimTerms,
  registeredClaimRules,
  verifiedClaimRules,
} from '#src/core/claim-rules.js'

const at = 1_800_000_000
const rules = {
  issuer: 'https://app.example',
  audience: 'https://api.example',
  maximumLifetime: 900,
  clockTolerance: 5,
}
const payload = {
  ...{ iss: rules.issuer, aud: rules.audience, sub: 'u_42', jti: 't_1', client_id: 'web', iat: at, exp: at + 300 },
  ...{ sid: 's_1', scope: 'read', act: { sub: 'a' } },
}

/** The name of the first rule that a token breaks; null where it keeps all. */
function broken(changes: object, type: string | null = accessTokenType): string | null {
  const terms = claimTerms(type, rules, at * 1000)
  return brokenRule([...registeredClaimRules, ...verifiedClaimRules], { ...payload, ...changes }, terms)?.name ?? null
}

test('names are 1 to 1,024 characters of text without a NUL', () => {
  assert.equal(broken({}), null)
  for (const claim of ['sub', 'jti', 'client_id', 'sid']) {
    for (const name of ['x', 'x'.repeat(1024)]) assert.equal(broken({ [claim]: name }), null, claim)
    for (const name of ['', 'x'.repeat(1025), 'a\0b', 1, null]) assert.equal(broken({ [claim]: name }), claim)
  }
})

test('times are numbers above 0 and below 2^53', () => {
  for (const claim of ['iat', 'exp'])
    for (const time of [0, -1, 2 ** 53, Number.NaN, `${at}`, null, undefined])
      assert.equal(broken({ [claim]: time }), claim, `${claim} ${String(time)}`)
  // the next rules are what such tokens meet
  assert.equal(broken({ iat: 1 }), 'lifetime')
  assert.equal(broken({ exp: 2 ** 53 - 1 }), 'lifetime')
})

test('the clock of an issuer may be ahead as far as tolerated, to the second', () => {
  assert.equal(broken({ iat: at + 5 }), null)
  assert.equal(broken({ iat: at + 6 }), 'iat-past')
  assert.equal(broken({ nbf: at + 5 }), null)
  for (const nbf of [at + 6, null, true, '1', 0, -1]) assert.equal(broken({ nbf }), 'nbf', String(nbf))
})

test('the longest lifetime is taken, and one of nothing is not', () => {
  assert.equal(broken({ exp: at + 900 }), null)
  for (const exp of [at, at - 1, at + 901]) assert.equal(broken({ exp }), 'lifetime', String(exp))
})

test('of several audiences all are text, and one is ours', () => {
  assert.equal(broken({ aud: ['https://other.example', rules.audience] }), null)
  for (const aud of [[], ['https://other.example'], [rules.audience, 1], `${rules.audience}/`, null, undefined])
    assert.equal(broken({ aud }), 'aud', JSON.stringify(aud))
})

test('only an access token must have an id and a client, and in no token may they be no names', () => {
  for (const claim of ['jti', 'client_id']) {
    assert.equal(broken({ [claim]: undefined }), claim)
    assert.equal(broken({ [claim]: undefined }, 'logout+jwt'), null)
    assert.equal(broken({ [claim]: undefined }, null), null)
    assert.equal(broken({ [claim]: 1 }, 'logout+jwt'), claim)
  }
})

test('session, scope and actor may be left out, and are what they should be where they are not', () => {
  for (const claim of ['sid', 'scope', 'act']) assert.equal(broken({ [claim]: undefined }), null)
  for (const scope of ['', 'read write']) assert.equal(broken({ scope }), null)
  for (const scope of [null, 1, ['read']]) assert.equal(broken({ scope }), 'scope')
  for (const act of [{ sub: 'a' }, { sub: 'a', act: { sub: 'b' } }]) assert.equal(broken({ act }), null)
  for (const act of [null, 'a', {}, { sub: '' }, { sub: 'a', act: null }, { sub: 'a', act: { sub: 1 } }])
    assert.equal(broken({ act }), 'act', JSON.stringify(act))
})
