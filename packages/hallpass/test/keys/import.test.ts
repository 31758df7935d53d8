import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Algorithm, Hallpass, HallpassError, Jwk } from 'hallpass'
import { calculateJwkThumbprint } from 'jose'
import { Deployment, isActive, issued, kidOf } from './deployment.js'

const ed25519 = generateKeyPairSync('ed25519')
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwkOf = (key: KeyObject): Jwk => key.export({ format: 'jwk' }) as Jwk
const pemOf = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1' | 'spki' = 'pkcs8'): string =>
  key.export({ format: 'pem', type } as never) as unknown as string
const encrypted = ed25519.privateKey.export({
  format: 'pem',
  type: 'pkcs8',
  cipher: 'aes-256-cbc',
  passphrase: 'x',
}) as string

const keysFor: { readonly [Alg in Algorithm]: readonly (string | Jwk)[] } = {
  EdDSA: [pemOf(ed25519.privateKey), jwkOf(generateKeyPairSync('ed25519').privateKey)],
  ES256: [
    pemOf(p256.privateKey),
    { ...jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey), kid: 'mine', use: 'sig', alg: 'ES256' },
  ],
  RS256: [pemOf(rsa.privateKey), jwkOf(generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey)],
  PS256: [`\n${pemOf(rsa.privateKey).replaceAll('\n', '\r\n')}\n`],
  HS256: [{ kty: 'oct', k: Buffer.from(Array.from({ length: 40 }, (_, index) => index * 5)).toString('base64url') }],
}

async function refusalOf(auth: Hallpass, key: unknown): Promise<HallpassError> {
  try {
    await auth.keys.import(key as string)
  } catch (error) {
    return error as HallpassError
  }
  throw new assert.AssertionError({ message: 'it was imported' })
}

describe('a key of your own', () => {
  for (const [algorithm, own] of Object.entries(keysFor) as [Algorithm, readonly (string | Jwk)[]][]) {
    test(`${algorithm}: is published as the next one, and signs after a rotation`, { timeout: 60_000 }, async (t) => {
      for (const key of own) {
        const one = new Deployment(t, { signing: { algorithm } })
        const auth = one.start()
        const before = await issued(auth)
        const schedule = await auth.keys.import(key)
        assert.deepEqual(
          schedule.keys.map(({ state, alg }) => [state, alg]),
          [
            ['active', algorithm],
            ['retired', algorithm],
            ['next', algorithm],
          ],
        )
        const imported = schedule.keys[2]!.kid
        if (typeof key !== 'string' && algorithm !== 'HS256') {
          const { kty, crv, x, y, n, e } = key
          const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined)
          assert.equal(imported, await calculateJwkThumbprint(Object.fromEntries(members)))
        }
        await assert.rejects(auth.keys.rotate(), { code: 'rotation-too-soon' })
        await one.pass(320_000, 20_000)
        await auth.keys.rotate()
        const after = await issued(auth)
        assert.equal(kidOf(after), imported)
        assert.deepEqual([await isActive(auth, before), await isActive(auth, after)], [true, true])
        assert.equal(one.changes('imported'), 1)
      }
    })
  }

  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const ed = jwkOf(ed25519.privateKey)
  const other = jwkOf(generateKeyPairSync('ed25519').privateKey)
  const text = pemOf(ed25519.privateKey)
  const refused: { readonly [Alg in Algorithm]?: readonly (readonly [what: string, key: unknown, reason: RegExp])[] } =
    {
      EdDSA: [
        ['nothing', undefined, /neither/],
        ['a number', 1, /neither/],
        ['a list', [ed], /neither/],
        ['no PEM', 'secret', /no PEM/],
        ['a PEM in the middle of text', `x ${text}`, /no PEM/],
        ['two PEMs', text + text, /more than one/],
        ['a PEM cut off', text.slice(0, -10), /no PEM/],
        ['another end', text.replace('END PRIVATE', 'END PUBLIC'), /no PEM/],
        ['a public PEM', pemOf(ed25519.publicKey, 'spki'), /public/],
        ['an encrypted PEM', encrypted, /encrypted/],
        ['a PEM of nothing', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', /not a key for EdDSA/],
        ['a PEM for another algorithm', pemOf(p256.privateKey), /not a key for EdDSA/],
        ['a PEM of X25519', pemOf(generateKeyPairSync('x25519').privateKey), /not a key for EdDSA|type or curve/],
        ['a public JWK', jwkOf(ed25519.publicKey), /not a whole private key/],
        ['a JWK for another algorithm', jwkOf(p256.privateKey), /not for EdDSA/],
        ['a JWK that says another algorithm', { ...ed, alg: 'ES256' }, /alg/],
        ['a JWK for encryption', { ...ed, use: 'enc' }, /use/],
        ['a JWK that must not sign', { ...ed, key_ops: ['verify'] }, /key_ops/],
        ['halves of two keys', { ...ed, x: other['x']! }, /private half/],
        ['a private half cut short', { ...ed, d: ed['d']!.slice(4) }, /private half/],
        ['a secret', { kty: 'oct', k: 'AAAA' }, /whole private key/],
      ],
      ES256: [
        ['SEC1', pemOf(p256.privateKey, 'sec1'), /PKCS #8/],
        ['P-384', pemOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey), /not a key for ES256/],
        ['a point off the curve', { ...jwkOf(p256.privateKey), y: jwkOf(p256.privateKey)['x']! }, /point of P-256/],
      ],
      RS256: [
        ['PKCS #1', pemOf(rsa.privateKey, 'pkcs1'), /PKCS #8/],
        ['1024 bits', pemOf(weak.privateKey), /2048 bits|not a key for RS256/],
        ['1024 bits as a JWK', jwkOf(weak.privateKey), /2048 bits/],
        ['more than two primes', { ...jwkOf(rsa.privateKey), oth: [] }, /two primes/],
        ['no factors', { ...jwkOf(rsa.publicKey), d: jwkOf(rsa.privateKey)['d'] }, /whole private key/],
        [
          'factors of another key',
          { ...jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey), n: jwkOf(rsa.privateKey)['n'] },
          /private half/,
        ],
      ],
      HS256: [
        ['a PEM', text, /oct/],
        ['a short secret', { kty: 'oct', k: Buffer.alloc(31, 1).toString('base64url') }, /32 bytes/],
        [
          'a secret that repeats itself',
          { kty: 'oct', k: Buffer.from('secret'.repeat(10)).toString('base64url') },
          /random/,
        ],
        ['padding', { kty: 'oct', k: `${Buffer.alloc(32, 1).toString('base64url')}=` }, /canonical/],
        ['a key pair', ed, /whole private key/],
        ['another type', { kty: 'OKP', k: 'AAAA' }, /oct/],
        ['another algorithm', { kty: 'oct', k: 'AAAA', alg: 'HS512' }, /HS256/],
      ],
    }
  for (const [algorithm, cases] of Object.entries(refused) as [
    Algorithm,
    readonly (readonly [string, unknown, RegExp])[],
  ][]) {
    test(`${algorithm}: what cannot be used is refused with the reason, and changes nothing`, async (t) => {
      const one = new Deployment(t, { signing: { algorithm } })
      const auth = one.start()
      const before = await auth.keys.list()
      for (const [what, key, reason] of cases) {
        const error = await refusalOf(auth, key)
        assert.equal(error.code, 'key-refused', what)
        assert.match(error.mistakes[0]!.problem, reason, what)
        const told = JSON.stringify([error, error.message, error.reason, error.mistakes])
        const pieces = typeof key === 'string' ? key.split(/\s+/) : Object.values(key ?? {})
        for (const piece of pieces.filter((one) => String(one).length > 20))
          assert.ok(!told.includes(String(piece)), what)
      }
      assert.deepEqual(await auth.keys.list(), before)
    })
  }

  test('is taken once: not while it is in the ring, nor after it was revoked', async (t) => {
    const one = new Deployment(t)
    const auth = one.start()
    const key = pemOf(ed25519.privateKey)
    const { keys } = await auth.keys.import(key)
    const again = await refusalOf(auth, key)
    assert.deepEqual([again.code, again.mistakes[0]!.problem], ['key-refused', 'is or was in the ring.'])
    await auth.keys.revoke(keys.at(-1)!.kid)
    assert.equal((await refusalOf(auth, jwkOf(ed25519.privateKey))).code, 'key-refused')
  })

  test('in the store, and in what is told of it, is no piece of its private half', async (t) => {
    const told: unknown[] = []
    const one = new Deployment(t)
    const auth = one.start()
    auth.on('keys-changed', (event) => told.push(event))
    told.push(
      await auth.keys.import(jwkOf(ed25519.privateKey)),
      await auth.keys.list(),
      await auth.keys.jwks(),
      await auth.keys.rehearse(),
    )
    assert.ok(!JSON.stringify(told).includes(jwkOf(ed25519.privateKey)['d']!))
    assert.ok(!JSON.stringify(told).includes('wrappedPrivateKey'))
  })
})
