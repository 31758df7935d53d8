import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decode, explain, rules, verdictOf } from 'hallpass/inspect'
import { audience, Forge, issuedAt, issuer, payload, startedAt } from '../../attacks/forge.js'

const forge = new Forge('EdDSA')
const place = { timeZone: 'Europe/Berlin' }

function explained(claims: object | string, now = startedAt) {
  const body = typeof claims === 'string' ? claims : { ...payload, ...claims }
  const { payload: members, ...rest } = explain(decode(forge.token(undefined, body)), now, place)
  return { ...rest, claim: (name: string) => members.find((member) => member.name === name)! }
}

describe('times are told in every way that people ask for', () => {
  test('UTC, local and relative, expired or not', () => {
    const { note, time } = explained({}).claim('exp')
    assert.equal(
      note,
      'Jan 15, 2027, 08:05:00 UTC; here Jan 15, 2027, 09:05:00 GMT+1; in 5 minutes. It has not expired.',
    )
    assert.equal(time?.iso, '2027-01-15T08:05:00.000Z')
    const later = explained({}, startedAt + 480_000).claim('exp')
    assert.match(later.note!, /; 3 minutes ago\. It has expired\.$/)
  })

  test('a token is dead at the very second it names', () => {
    assert.match(explained({}, startedAt + 299_001).claim('exp').note!, /; in 1 second\. It has not/)
    assert.match(explained({}, startedAt + 300_000).claim('exp').note!, /; 0 seconds ago\. It has expired/)
  })

  test('times to come of iat and nbf', () => {
    const { claim } = explained({ iat: issuedAt + 90, nbf: issuedAt + 7200 })
    assert.match(claim('iat').note!, /in 1 minute\. That lies in the future\.$/)
    assert.match(claim('nbf').note!, /in 2 hours\. It is not good yet\.$/)
  })

  test('times that are over, of iat and nbf, are told without a warning', () => {
    const { claim } = explained({ iat: issuedAt - 90, nbf: issuedAt - 7200 })
    assert.match(claim('iat').note!, /; 1 minute ago\.$/)
    assert.match(claim('nbf').note!, /; 2 hours ago\.$/)
  })

  test('in UTC nothing is said twice', () => {
    const { payload: members } = explain(decode(forge.token()), startedAt, { timeZone: 'UTC' })
    assert.equal(
      members.find(({ name }) => name === 'exp')?.note,
      'Jan 15, 2027, 08:05:00 UTC; in 5 minutes. It has not expired.',
    )
  })

  test('only times are told as times', () => {
    const { claim } = explained({ gen: 1_800_000_000 })
    assert.deepEqual([claim('gen').time, claim('gen').note], [null, null])
  })

  test('in another language', () => {
    const { payload: members } = explain(decode(forge.token()), startedAt, { locale: 'de', timeZone: 'UTC' })
    assert.match(members.find(({ name }) => name === 'exp')!.time!.relative, /^in 5 Minuten$/)
  })

  for (const [value, why] of [
    ['1e400', /larger than any date/],
    ['"1800000000"', /it is text/],
    ['-5', /not a number above 0/],
    ['0', /not a number above 0/],
    ['null', /wants a number of seconds/],
    ['{"a":1}', /wants a number of seconds/],
    ['9007199254740991', /larger than any date/],
  ] as const) {
    test(`no time: ${value}`, () => {
      const { note, time } = explained(`{"exp":${value}}`).claim('exp')
      assert.equal(time, null)
      assert.match(note!, why)
    })
  }

  test('milliseconds are suspected', () => {
    assert.match(explained({ exp: startedAt }).claim('exp').note!, /Were milliseconds meant\?/)
  })
})

test('each claim has its meaning, its standard and its size', () => {
  const { claim } = explained({ gen: 3, cnf: { jkt: 'x' }, act: { sub: 'y' }, ours: 'ü' })
  assert.deepEqual(
    [claim('iss').standard, claim('client_id').standard, claim('act').standard],
    ['RFC 7519', 'RFC 9068', 'RFC 8693'],
  )
  assert.match(claim('gen').meaning, /rotated/)
  assert.match(claim('cnf').meaning, /must prove/)
  assert.deepEqual([claim('ours').standard, claim('ours').bytes], [null, 11])
  assert.match(claim('ours').meaning, /issuer's own/)
})

test('the size is told of what there is', () => {
  const { size } = explained({})
  assert.match(size, /^\d+ B travel with every request; decoded: header \d+ B, payload \d+ B\.$/)
  assert.match(explain(decode('opaque'), startedAt).size, /^6 B travel with every request\.$/)
})

test('names of objects are no claims that are known', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    assert.equal(explained(`{"${name}":1}`).claim(name).standard, null)
  }
})

test('long values are cut, and markup stays as it is written', () => {
  const { claim } = explained({ x: 'y'.repeat(5000), z: '<img src=x onerror=alert(1)>' })
  assert.match(claim('x').value, /\.\.\. \(5,002 characters\)$/)
  assert.equal(claim('z').value, '"<img src=x onerror=alert(1)>"')
})

describe('the verdict', () => {
  const terms = { issuer, audience, now: startedAt, signature: { outcome: 'valid' } } as const
  const verdict = (token: string, more: object = {}) => {
    const decoded = decode(token)
    const now = { ...terms, ...more }.now
    return verdictOf(decoded, rules(decoded.token, { ...terms, ...more }), now)
  }

  test('accepted', () => {
    assert.deepEqual(verdict(forge.token()), {
      outcome: 'accepted',
      sentence: 'Expires in 5 minutes. A verifier would accept it, unless it was revoked.',
    })
  })

  test('expired, and nothing else', () => {
    assert.deepEqual(verdict(forge.token(), { now: startedAt + 480_000 }), {
      outcome: 'refused',
      sentence: 'Expired 3 minutes ago. A verifier would refuse it.',
    })
  })

  test('refused for the first of several reasons', () => {
    const { sentence } = verdict(forge.token(undefined, { ...payload, aud: 'x', jti: 1 }))
    assert.equal(
      sentence,
      'Expires in 5 minutes. A verifier would refuse it: aud does not name the audience. It breaks 1 more rule.',
    )
  })

  test('undecided where something was not checked', () => {
    const { outcome, sentence } = verdict(forge.token(), { signature: null, issuer: undefined })
    assert.equal(outcome, 'undecided')
    assert.match(sentence, /not all was checked: no key was given; no issuer was given\.$/)
  })

  test('what is no signed token has none', () => {
    for (const token of ['', 'x', '{}', '{"kty":"oct"}', '{"keys":[]}']) assert.equal(verdict(token).outcome, 'none')
  })
})
