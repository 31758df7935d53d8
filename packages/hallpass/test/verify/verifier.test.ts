import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HallpassError } from 'hallpass'
import { createVerifier, type Verdict, type VerifierOptions } from 'hallpass/verify'
import { manualClock } from 'hallpass/testing'
import { audience, codeOf, Forge, issuedAt, issuer, payload, reasonOf, startedAt, verifierOf } from './issue.js'
import { ps256 } from './ps256-token.js'

const forge = new Forge('EdDSA')
const algorithms = ['EdDSA', 'ES256', 'RS256', 'PS256'] as const

describe('a verifier', () => {
  for (const alg of algorithms) {
    test(`accepts ${alg}, and says what it cannot know`, async () => {
      const issue = new Forge(alg)
      const verdict = await verifierOf(issue).verifier.verify(issue.token())
      assert.ok(verdict.ok)
      assert.equal(verdict.knows, 'expiry-only')
      assert.deepEqual({ ...verdict.claims }, payload)
    })
  }

  test('accepts a PS256 token that was signed elsewhere, and not with a bit of its signature changed', async () => {
    const { verifier } = verifierOf(forge, { jwks: { keys: [ps256.jwk] } })
    assert.equal(codeOf(await verifier.verify(ps256.token)), 'ok')
    const signedAt = ps256.token.lastIndexOf('.') + 1
    const changed = ps256.token[signedAt] === 'A' ? 'B' : 'A'
    const broken = ps256.token.slice(0, signedAt) + changed + ps256.token.slice(signedAt + 1)
    assert.equal(codeOf(await verifier.verify(broken)), 'invalid')
  })

  test('answers a token it has met at once, without a promise, and with the same claims', async () => {
    const { verifier } = verifierOf(forge)
    const first = await verifier.verify(forge.token())
    for (let time = 2; time <= 4; time++) {
      const again = verifier.verify(forge.token())
      assert.ok(!(again instanceof Promise))
      assert.equal(again, first)
    }
  })

  test('hands out claims that nobody can change, without a prototype', async () => {
    const { verifier } = verifierOf(forge)
    const nested = { roles: ['reader'], place: { floor: 1 }, toString: 'x' }
    const verdict = await verifier.verify(forge.token(undefined, { ...payload, ...nested }))
    assert.ok(verdict.ok)
    assert.equal(Object.getPrototypeOf(verdict.claims), null)
    assert.throws(() => Object.assign(verdict.claims, { sub: 'root' }), TypeError)
    assert.throws(() => (verdict.claims['roles'] as string[]).push('admin'), TypeError)
    assert.throws(() => Object.assign(verdict.claims['place'] as object, { floor: 2 }), TypeError)
    assert.throws(() => Object.assign(verdict, { ok: false }), TypeError)
  })

  test('refuses a token at the very second it names, cached or not', async () => {
    const { verifier, clock } = verifierOf(forge)
    const [met, unmet] = [forge.token(), forge.token(undefined, { ...payload, jti: 't_2' })]
    assert.equal(codeOf(await verifier.verify(met)), 'ok')
    clock.advance(300_000 - 1)
    assert.equal(codeOf(await verifier.verify(met)), 'ok')
    clock.advance(1)
    assert.deepEqual([codeOf(await verifier.verify(met)), codeOf(await verifier.verify(unmet))], ['expired', 'expired'])
  })

  test('never remembers a refusal', async () => {
    const { verifier, clock } = verifierOf(forge)
    const early = forge.token(undefined, { ...payload, iat: issuedAt + 6 })
    assert.equal(codeOf(await verifier.verify(early)), 'invalid')
    clock.advance(1000)
    assert.equal(codeOf(await verifier.verify(early)), 'ok')
  })

  test('takes whatever it is given without rejecting', async () => {
    const { verifier } = verifierOf(forge)
    for (const token of [undefined, null, 1, {}, [], '', 'x', forge.header, new String(forge.token())]) {
      assert.equal(codeOf(await verifier.verify(token as string)), 'invalid')
    }
  })

  test('tells the reason to the operator', async () => {
    const { verifier } = verifierOf(forge)
    const reason = async (token: string): Promise<string> => reasonOf(await verifier.verify(token))
    assert.equal(await reason(forge.token({ ...forge.header, typ: 'JWT' })), 'typ is not at+jwt')
    assert.equal(await reason(forge.token({ ...forge.header, kid: 'other' })), 'no key of the issuer has that kid')
    assert.equal(await reason(forge.token(undefined, { ...payload, aud: 'x' })), 'aud does not name the audience')
    assert.equal(await reason(forge.token(undefined, { ...payload, scope: ['read'] })), 'scope is not text')
    for (const act of [null, 1, 'a', [], {}, { sub: '' }, { sub: 'a', act: null }, { sub: 'a', act: { sub: 1 } }]) {
      assert.equal(await reason(forge.token(undefined, { ...payload, act })), 'act names nobody')
    }
    assert.equal(await reason(forge.token(undefined, { ...payload, sid: 7 })), 'sid is not a name')
  })

  test('takes tokens of 8 KiB, and looks at none that is longer', async () => {
    const { verifier } = verifierOf(forge)
    const sized = (length: number): string => forge.token(undefined, { ...payload, x: 'x'.repeat(length) })
    const room = Math.floor(((8192 - sized(0).length) * 3) / 4)
    assert.ok(sized(room).length > 8180)
    assert.equal(codeOf(await verifier.verify(sized(room))), 'ok')
    assert.match(reasonOf(await verifier.verify(sized(room + 12))), /longer than any/)
  })

  test('RFC 9068: an access token without a required claim is refused', async () => {
    const { verifier } = verifierOf(forge)
    for (const claim of ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'] as const) {
      const { [claim]: _, ...rest } = payload
      assert.equal(codeOf(await verifier.verify(forge.token(undefined, rest))), 'invalid', claim)
    }
  })

  test('a lifetime is as long as was agreed, and no longer', async () => {
    const living = (seconds: number): string => forge.token(undefined, { ...payload, exp: issuedAt + seconds })
    const usual = verifierOf(forge).verifier
    const longer = verifierOf(forge, { maximumLifetime: 3600 }).verifier
    const codes = async (seconds: number): Promise<string[]> => [
      codeOf(await usual.verify(living(seconds))),
      codeOf(await longer.verify(living(seconds))),
    ]
    assert.deepEqual(await codes(900), ['ok', 'ok'])
    assert.deepEqual(await codes(901), ['invalid', 'ok'])
    assert.deepEqual(await codes(3601), ['invalid', 'invalid'])
  })

  test('its cache holds no more bytes than it may', async () => {
    const { verifier } = verifierOf(forge, { cacheBytes: 20_000 })
    const tokens = Array.from({ length: 20 }, (_, index) => forge.token(undefined, { ...payload, jti: `t_${index}` }))
    for (const token of tokens) await verifier.verify(token)
    const cached = tokens.filter((token) => !(verifier.verify(token) instanceof Promise))
    assert.ok(cached.length > 2 && cached.length < 10, String(cached.length))
  })

  test('a key in the set that is of no use is passed over, and one of another name for its use is not', async () => {
    const { publicJwk } = forge
    const useless = [
      { ...new Forge('RS256', { kid: 'enc' }).publicJwk, use: 'enc' },
      { kty: 'EC', crv: 'P-384', kid: 'p384', x: 'AA', y: 'AA' },
      { kty: 'AKP', kid: 'pq' },
      { ...publicJwk, kid: 'private', d: publicJwk['x']! },
    ]
    const { kid: _, ...nameless } = publicJwk
    const { verifier } = verifierOf(forge, { jwks: { keys: [...useless, nameless, { ...publicJwk, alg: 'Ed25519' }] } })
    assert.equal(codeOf(await verifier.verify(forge.token())), 'ok')
    for (const kid of ['private', 'pq']) {
      assert.equal(codeOf(await verifier.verify(forge.token({ ...forge.header, kid }))), 'invalid')
    }
  })

  test('J06: an RSA key that names no alg verifies what was configured, and never what the token says', async () => {
    const keys = (['RS256', 'PS256'] as const).map((alg) => new Forge(alg, { kid: 'rsa' }))
    const [rs, ps] = keys as [Forge, Forge]
    const { alg: _, ...unnamed } = rs.publicJwk
    assert.throws(() => verifierOf(rs, { jwks: { keys: [unnamed] } }), { code: 'configuration' })
    const { verifier } = verifierOf(rs, { jwks: { keys: [unnamed] }, algorithm: 'RS256' })
    assert.equal(codeOf(await verifier.verify(rs.token())), 'ok')
    assert.equal(codeOf(await verifier.verify(rs.token({ ...rs.header, alg: 'PS256' }))), 'invalid')
    assert.equal(codeOf(await verifier.verify(ps.token())), 'invalid')
  })
})

describe('what is not safe to start with', () => {
  const right = { issuer, audience, jwks: { keys: [forge.publicJwk] } }
  const secret = { kty: 'oct', kid: 'mac', k: 'c2VjcmV0', alg: 'HS256' }
  const fields: { readonly [name: string]: readonly [field: string, options: object] } = {
    'no issuer': ['issuer', { ...right, issuer: '' }],
    'an empty list of issuers': ['issuer', { issuer: [], audience }],
    'an issuer named twice': ['issuer', { issuer: [right, right] }],
    'no audience': ['audience', { ...right, audience: '' }],
    'no audience in a list': ['issuer[0].audience', { issuer: [{ issuer, jwks: right.jwks }] }],
    'no keys at all': ['jwks', { issuer, audience }],
    'keys over plain http': ['jwks', { ...right, jwks: 'http://keys.example/jwks' }],
    'a host that only begins like this machine': ['jwks', { ...right, jwks: 'http://localhost.example/jwks' }],
    'a password in the address': ['jwks', { ...right, jwks: 'https://me:secret@keys.example/jwks' }],
    'keys in a file': ['jwks', { ...right, jwks: 'file:///etc/keys.json' }],
    'keys in the address itself': ['jwks', { ...right, jwks: 'data:application/json,{"keys":[]}' }],
    'an empty set': ['jwks', { ...right, jwks: { keys: [] } }],
    'what is no set': ['jwks', { ...right, jwks: [forge.publicJwk] }],
    'J25: two keys with one kid': ['jwks', { ...right, jwks: { keys: [forge.publicJwk, forge.publicJwk] } }],
    'J25: a symmetric key among them': ['jwks', { ...right, jwks: { keys: [forge.publicJwk, secret] } }],
    'a lifetime of two days': ['maximumLifetime', { ...right, maximumLifetime: 172_800 }],
    'a lifetime that is no number': ['maximumLifetime', { ...right, maximumLifetime: '900' }],
    'HS256 for keys that everybody has': ['algorithm', { ...right, algorithm: 'HS256' }],
    'a type that is none': ['typ', { ...right, typ: 'at jwt' }],
    'no type at all': ['typ', { ...right, typ: [] }],
    'a log without a key': ['log', { ...right, log: { address: 'https://app.example' } }],
  }
  for (const [name, [field, options]] of Object.entries(fields)) {
    test(name, () => {
      assert.throws(
        () => createVerifier(options as VerifierOptions),
        (error) => {
          assert.ok(error instanceof HallpassError)
          assert.equal(error.code, 'configuration')
          assert.deepEqual(
            error.mistakes.map((mistake) => mistake.field),
            [field],
          )
          return true
        },
      )
    })
  }

  test('every mistake is told at once', () => {
    const options = { issuer: [{ issuer: '', audience: '', typ: '', maximumLifetime: 0 }] } as unknown
    assert.throws(
      () => createVerifier(options as VerifierOptions),
      (error) => error instanceof HallpassError && error.mistakes.length === 5,
    )
  })

  test('https, and http on this machine, are taken', () => {
    for (const jwks of [
      'https://keys.example/jwks',
      'http://localhost:3000/jwks',
      new URL('http://127.0.0.1:1/jwks'),
    ]) {
      createVerifier({ issuer, audience, jwks })
    }
  })
})

describe('several issuers', () => {
  const login = 'https://login.example'
  const idToken = { iss: login, sub: '7', aud: 'client-1', iat: issuedAt, exp: issuedAt + 3600, nonce: 'n' }
  const provider = new Forge('RS256', { kid: forge.header.kid })
  const clock = manualClock(startedAt)
  const listed = createVerifier({
    issuer: [
      { issuer, jwks: { keys: [forge.publicJwk] } },
      {
        ...{ issuer: login, audience: 'client-1', jwks: { keys: [provider.publicJwk] } },
        ...{ typ: ['JWT', null], maximumLifetime: 3600 },
      },
    ],
    audience,
    clock,
  })
  const verify = async (token: string): Promise<Verdict> => listed.verify(token)
  const untyped = { alg: 'RS256', kid: provider.header.kid }

  test('each is held to its own terms', async () => {
    assert.equal(codeOf(await verify(forge.token())), 'ok')
    for (const typ of ['JWT', 'jwt', 'application/jwt']) {
      assert.equal(codeOf(await verify(provider.token({ ...untyped, typ }, idToken))), 'ok')
    }
    assert.equal(codeOf(await verify(provider.token(untyped, idToken))), 'ok')
  })

  test("neither accepts the other's tokens, though their keys go by one name", async () => {
    const foreign = [
      // each signs what the other would say
      forge.token({ ...forge.header, typ: 'JWT' }, idToken),
      provider.token(undefined, payload),
      // each says its own, with what only the other is allowed
      forge.token({ ...forge.header, typ: 'JWT' }),
      forge.token(undefined, { ...payload, exp: issuedAt + 3600 }),
      forge.token(undefined, { ...payload, aud: 'client-1' }),
      provider.token({ ...untyped, typ: 'at+jwt' }, idToken),
      provider.token({ ...untyped, typ: 'JWT' }, { ...idToken, aud: audience }),
      // nobody's
      forge.token(undefined, { ...payload, iss: 'https://other.example' }),
      ...[[issuer], { issuer }, null, '__proto__', undefined].map((iss) => forge.token(undefined, { ...payload, iss })),
    ]
    for (const token of foreign) assert.equal(codeOf(await verify(token)), 'invalid', token)
  })

  test('J49: another type than the one agreed on is refused, none agreed on is none', async () => {
    const types = [
      'at+jwt',
      'logout+jwt',
      'secevent+jwt',
      'dpop+jwt',
      'dbsc+jwt',
      '',
      'JWT ',
      'application/JWT;x',
      1,
      null,
    ]
    for (const typ of types) {
      assert.equal(codeOf(await verify(provider.token({ ...untyped, typ }, idToken))), 'invalid', String(typ))
    }
    const strict = verifierOf(forge, { typ: null }).verifier
    const { typ: _, ...withoutType } = forge.header
    assert.equal(codeOf(await strict.verify(forge.token(withoutType))), 'ok')
    assert.equal(codeOf(await strict.verify(forge.token())), 'invalid')
    assert.equal(codeOf(await strict.verify(forge.token({ ...withoutType, typ: null }))), 'invalid')
  })

  test('J54: what one verifier remembers is worth nothing to another of another audience', async () => {
    const other = verifierOf(forge, { audience: 'https://other.example' }).verifier
    assert.equal(codeOf(await verify(forge.token())), 'ok')
    assert.equal(codeOf(await other.verify(forge.token())), 'invalid')
  })
})
