import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkSignature } from 'hallpass/inspect'
import { encoded, Forge, hmac, payload } from '../../attacks/forge.js'

const forges = (['EdDSA', 'ES256', 'RS256', 'PS256'] as const).map((alg) => new Forge(alg))
const [edDsa, es256] = forges as [Forge, Forge]
const set = (...some: readonly Forge[]): string => JSON.stringify({ keys: some.map(({ publicJwk }) => publicJwk) })
const pem = ({ publicKey }: Forge): string => String(publicKey.export({ type: 'spki', format: 'pem' }))

describe('a signature is checked with keys as people have them at hand', () => {
  for (const forge of forges) {
    test(`${forge.alg}: a JWK Set, a JWK with and without a kid, PEM`, async () => {
      const { kid: _, ...unnamed } = forge.publicJwk
      for (const keys of [set(...forges), JSON.stringify(forge.publicJwk), JSON.stringify(unnamed), pem(forge)]) {
        assert.deepEqual(await checkSignature(forge.token(), ` ${keys}\n`), { outcome: 'valid' })
        const [header, , signature] = forge.token().split('.')
        const forged = `${header}.${encoded({ ...payload, sub: 'u_1' })}.${signature}`
        assert.deepEqual(await checkSignature(forged, keys), { outcome: 'invalid' })
      }
    })
  }

  test('HS256: a secret as it stands, in base64url, and as a JWK', async () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7))
    const signed = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: 'k' })}.${encoded(payload)}`
    const text = 'the quick brown fox jumps over the dog'
    const jwk = { kty: 'oct', k: bytes.toString('base64url') }
    for (const [secret, keys] of [
      [text, text],
      [bytes, bytes.toString('base64url')],
      [bytes, JSON.stringify(jwk)],
      [bytes, JSON.stringify({ ...jwk, kid: 'k', alg: 'HS256' })],
    ] as const) {
      assert.deepEqual(await checkSignature(hmac(secret, signed), keys), { outcome: 'valid' })
      assert.deepEqual(await checkSignature(hmac('another', signed), keys), { outcome: 'invalid' })
    }
  })
})

test('a key of another id, or for another algorithm', async () => {
  assert.deepEqual(await checkSignature(edDsa.token(), set(es256)), { outcome: 'no-such-key' })
  assert.deepEqual(await checkSignature(edDsa.token(), pem(es256)), { outcome: 'other-algorithm' })
  assert.deepEqual(await checkSignature(edDsa.token(), JSON.stringify(es256.publicJwk)), { outcome: 'no-such-key' })
  const secret = JSON.stringify({ kty: 'oct', k: 'A'.repeat(43), kid: 'another' })
  assert.deepEqual(await checkSignature(edDsa.token(), secret), { outcome: 'no-such-key' })
  const none = edDsa.token({ ...edDsa.header, alg: 'none' })
  assert.deepEqual(await checkSignature(none, set(edDsa)), { outcome: 'other-algorithm' })
})

test('the longest text that is read as keys', async () => {
  assert.deepEqual(await checkSignature(edDsa.token(), pem(edDsa).padEnd(262_144)), { outcome: 'valid' })
})

test('a public key is never taken for the secret of an HMAC', async () => {
  for (const forge of forges) {
    const signed = `${encoded({ ...forge.header, alg: 'HS256' })}.${encoded(payload)}`
    for (const keys of [pem(forge), JSON.stringify(forge.publicJwk)]) {
      assert.deepEqual(await checkSignature(hmac(keys, signed), keys), { outcome: 'other-algorithm' })
    }
  }
})

describe('keys that are unfit, with the reason', () => {
  const privatePem = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
  const secretJwk = (members: object): string => JSON.stringify({ kty: 'oct', k: 'A'.repeat(43), ...members })
  const cases: readonly (readonly [name: string, keys: string, because: RegExp])[] = [
    ['a secret JWK without its secret', secretJwk({ k: 1 }), /k is not canonical base64url/],
    ['a secret JWK that is no base64url', secretJwk({ k: 'AA=' }), /k is not canonical base64url/],
    ['a secret JWK of another algorithm', secretJwk({ alg: 'HS512' }), /it is not for HS256/],
    ['a secret JWK of another use', secretJwk({ use: 'enc' }), /it is not for HS256/],
    ['a secret JWK of 31 bytes', secretJwk({ k: Buffer.alloc(31).toString('base64url') }), /32 bytes or more/],
    ['the PEM of another kind', pem(edDsa).replaceAll('PUBLIC KEY', 'RSA PUBLIC KEY'), /no public key of Ed25519/],
    ['one character too many', `${pem(edDsa)}${' '.repeat(262_145)}`.slice(0, 262_145), /longer than any/],
    ['a short secret', 'hunter2', /32 bytes or more/],
    ['a private PEM', privatePem, /it is a private key/],
    ['a certificate', privatePem.replaceAll('PRIVATE KEY', 'CERTIFICATE'), /openssl x509/],
    ['another PEM', privatePem.replaceAll('PRIVATE KEY', 'PUBLIC KEY'), /no public key of Ed25519/],
    ['half a PEM', pem(edDsa).slice(0, 50), /not one whole PEM block/],
    ['a private JWK', JSON.stringify({ ...edDsa.publicJwk, d: 'A' }), /carries d, which is private/],
    ['a set with one kid twice', set(edDsa, edDsa), /one kid/],
    ['an empty set', '{"keys":[]}', /it is empty/],
    ['no key', '{"a":1}', /type or curve/],
    ['no JSON', '{', /no JSON/],
    ['a JWK of another use', JSON.stringify({ ...edDsa.publicJwk, use: 'enc' }), /its use is not sig/],
    ['10 MB', 'x'.repeat(1e7), /longer than any/],
  ]
  for (const [name, keys, because] of cases) {
    test(name, async () => {
      const check = await checkSignature(edDsa.token(), keys)
      assert.equal(check.outcome, 'no-verdict')
      assert.match(check.outcome === 'no-verdict' ? check.because : '', because)
    })
  }

  test('a token that cannot be taken apart', async () => {
    const check = await checkSignature('x', pem(edDsa))
    assert.match(check.outcome === 'no-verdict' ? check.because : '', /cannot be taken apart/)
  })
})
