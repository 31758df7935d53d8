import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { HallpassError } from '#src/core/errors.js'
import type { Crypto } from '#src/core/ports.js'
import { crypto as node } from '#src/crypto/node.js'
import { crypto as web } from '#src/crypto/web.js'

const bindings: readonly (readonly [name: string, crypto: Crypto, other: Crypto])[] = [
  ['node:crypto', node, web],
  ['Web Crypto', web, node],
]

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const key = new Uint8Array(32).fill(7)

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return copy
}

for (const [name, crypto, other] of bindings) {
  describe(name, () => {
    test('SHA-256 is the one of FIPS 180-4', async () => {
      assert.equal(hex(await crypto.sha256('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
      assert.equal(hex(await crypto.sha256('')), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    })

    test('HMAC-SHA-256 is the one of RFC 4231', async () => {
      const one = await crypto.hmacSha256(new Uint8Array(20).fill(0x0b), 'Hi There')
      assert.equal(hex(one), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7')
      const two = await crypto.hmacSha256(bytesOf('Jefe'), 'what do ya want for nothing?')
      assert.equal(hex(two), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
    })

    test('HKDF-SHA-256 is the one of RFC 5869, without salt and info', async () => {
      const derived = await crypto.hkdfSha256('\x0b'.repeat(22), '', 42)
      assert.equal(hex(derived), '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8')
    })

    test('both bindings compute the same, of any text', async () => {
      const texts = fc.tuple(fc.string({ minLength: 1, unit: 'binary' }), fc.string({ unit: 'binary' }))
      await fc.assert(
        fc.asyncProperty(texts, async ([one, two]) => {
          assert.equal(hex(await crypto.sha256(two)), hex(await other.sha256(two)))
          assert.equal(hex(await crypto.hmacSha256(key, two)), hex(await other.hmacSha256(key, two)))
          assert.equal(hex(await crypto.hkdfSha256(one, two, 32)), hex(await other.hkdfSha256(one, two, 32)))
        }),
        { numRuns: 30 },
      )
    })

    test('equal says what comparing says, whatever the lengths', () => {
      const some = fc.uint8Array({ maxLength: 40 })
      fc.assert(fc.property(some, some, (one, two) => crypto.equal(one, two) === (hex(one) === hex(two))))
      fc.assert(fc.property(some, (one) => crypto.equal(one, Uint8Array.from(one))))
      const bit = fc.integer({ min: 0, max: 255 })
      fc.assert(fc.property(bit, (bit) => !crypto.equal(key, flipped(key, bit))))
    })

    test('random bytes differ from call to call, and a senseless length throws instead of giving few', () => {
      assert.equal(crypto.randomBytes(32).length, 32)
      const drawn = new Set(Array.from({ length: 1000 }, () => hex(crypto.randomBytes(16))))
      assert.equal(drawn.size, 1000)
      for (const length of [0, -1, 1.5, Number.NaN, Infinity, 65_537]) {
        assert.throws(() => crypto.randomBytes(length), RangeError)
      }
    })

    test('what one binding seals the other opens, and nothing else does', async () => {
      for (const plain of [new Uint8Array(), bytesOf('x'), node.randomBytes(1000)]) {
        const sealed = await crypto.seal(key, plain, 'context')
        assert.equal(hex((await crypto.open(key, sealed, 'context'))!), hex(plain))
        assert.equal(hex((await other.open(key, sealed, 'context'))!), hex(plain))
        assert.equal(await crypto.open(key, sealed, 'contex'), null)
        assert.equal(await crypto.open(flipped(key, 0), sealed, 'context'), null)
      }
    })

    test('a sealed value with any bit changed, or cut anywhere, does not open', async () => {
      const sealed = await crypto.seal(key, bytesOf('plain'), '')
      for (let bit = 0; bit < sealed.length * 8; bit++) {
        assert.equal(await crypto.open(key, flipped(sealed, bit), ''), null)
      }
      for (let length = 0; length < sealed.length; length++) {
        assert.equal(await crypto.open(key, sealed.subarray(0, length), ''), null)
      }
    })

    test('the same value never seals to the same bytes twice', async () => {
      const one = await crypto.seal(key, bytesOf('plain'), '')
      assert.notEqual(hex(one), hex(await crypto.seal(key, bytesOf('plain'), '')))
    })

    test('a key of another length is an error, not a value that does not open', async () => {
      const sealed = await crypto.seal(key, bytesOf('plain'), '')
      await assert.rejects(async () => crypto.open(key.subarray(1), sealed, ''))
    })

    test('Ed25519 verifies the vectors of RFC 8032, and no neighbour of them', async () => {
      const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
      const signature = Buffer.from(
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
        'hex',
      )
      const imported = await crypto.importVerifyKey('EdDSA', { kty: 'OKP', crv: 'Ed25519', x })
      assert.equal(await crypto.verify('EdDSA', imported, '', signature), true)
      assert.equal(await crypto.verify('EdDSA', imported, ' ', signature), false)
      for (let bit = 0; bit < 512; bit++) {
        assert.equal(await crypto.verify('EdDSA', imported, '', flipped(signature, bit)), false)
      }
    })

    test('a signature that is short, long, empty or null is false, not an error', async () => {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519')
      const jwk = publicKey.export({ format: 'jwk' }) as { [member: string]: string }
      const imported = await crypto.importVerifyKey('EdDSA', jwk)
      const right = sign(null, Buffer.from('text'), privateKey)
      assert.equal(await crypto.verify('EdDSA', imported, 'text', right), true)
      const wrong = [right.subarray(1), right.subarray(0, 63), Buffer.concat([right, right.subarray(0, 1)])]
      for (const signature of [...wrong, new Uint8Array(), new Uint8Array(64)]) {
        assert.equal(await crypto.verify('EdDSA', imported, 'text', signature), false)
      }
    })

    test('only the public half of an Ed25519 key for signatures becomes a verifying key', async () => {
      const { privateKey } = generateKeyPairSync('ed25519')
      const { d, x, ...kind } = privateKey.export({ format: 'jwk' }) as { [member: string]: string }
      const publicJwk = { ...kind, x: x! }
      await crypto.importVerifyKey('EdDSA', publicJwk)
      const unusable = [
        { ...publicJwk, d: d! },
        { ...publicJwk, crv: 'X25519' },
        { ...publicJwk, kty: 'oct' },
        { ...publicJwk, alg: 'HS256' },
        { ...publicJwk, use: 'enc' },
        { ...publicJwk, x: `${x!}=` },
        { ...publicJwk, x: x!.slice(1) },
        kind,
        {},
      ]
      for (const jwk of unusable) {
        await assert.rejects(
          async () => crypto.importVerifyKey('EdDSA', jwk),
          (error) => error instanceof HallpassError && error.code === 'keys-unusable' && !error.message.includes(d!),
        )
      }
    })
  })
}
