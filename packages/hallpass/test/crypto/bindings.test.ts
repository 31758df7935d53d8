import assert from 'node:assert/strict'
import { constants, createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { type Algorithm, algorithms, type Jwk } from '#src/core/algorithm.js'
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

interface TestSigner {
  readonly privateKey: KeyObject
  /** What signatures are verified with; of HS256 the secret one. */
  readonly publicJwk: Jwk
  readonly sign: (text: string) => Uint8Array
}

const text = 'eyJhbGciOiJ4In0.eyJzdWIiOiJ1XzQyIn0'

function signerOf(
  { privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  hash: string | null,
  how: object,
): TestSigner {
  const publicJwk = publicKey.export({ format: 'jwk' }) as Jwk
  return { privateKey, publicJwk, sign: (text) => sign(hash, Buffer.from(text), { key: privateKey, ...how }) }
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const secret = createSecretKey(Buffer.alloc(32, 9))
const signers: { readonly [Alg in Algorithm]: TestSigner } = {
  EdDSA: signerOf(generateKeyPairSync('ed25519'), null, {}),
  ES256: signerOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'sha256', { dsaEncoding: 'ieee-p1363' }),
  RS256: signerOf(rsa, 'sha256', {}),
  PS256: signerOf(rsa, 'sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  HS256: {
    privateKey: secret,
    publicJwk: secret.export({ format: 'jwk' }) as Jwk,
    sign: (text) => createHmac('sha256', secret).update(text).digest(),
  },
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

    test('only the public half of a key for signatures becomes a verifying key', async () => {
      for (const alg of ['EdDSA', 'ES256', 'RS256', 'PS256'] as const) {
        const { privateKey, publicJwk } = signers[alg]
        const { d } = privateKey.export({ format: 'jwk' }) as { d: string }
        await crypto.importVerifyKey(alg, publicJwk)
        const { kty: _kty, ...untyped } = publicJwk
        const unusable = [
          { ...publicJwk, d },
          { ...publicJwk, kty: 'oct' },
          { ...publicJwk, alg: 'HS256' },
          { ...publicJwk, use: 'enc' },
          untyped,
          {},
          ...Object.keys(untyped).map((member) => ({ ...publicJwk, [member]: `${publicJwk[member]!}=` })),
        ]
        for (const jwk of unusable) {
          await assert.rejects(
            async () => crypto.importVerifyKey(alg, jwk),
            (error) => error instanceof HallpassError && error.code === 'keys-unusable' && !error.reason!.includes(d),
            `${alg} ${Object.keys(jwk).join(' ')}`,
          )
        }
      }
    })

    test('a secret of HS256 has 32 bytes or more, and is for that alone', async () => {
      const k = Buffer.alloc(32, 7).toString('base64url')
      await crypto.importVerifyKey('HS256', { kty: 'oct', k })
      const unusable = [
        { kty: 'oct', k: Buffer.alloc(31, 7).toString('base64url') },
        { kty: 'oct', k: `${k}=` },
        { kty: 'oct' },
        { kty: 'RSA', k },
        { kty: 'oct', k, alg: 'HS512' },
        { kty: 'oct', k, use: 'enc' },
        signers.EdDSA.publicJwk,
      ]
      for (const jwk of unusable)
        await assert.rejects(async () => crypto.importVerifyKey('HS256', jwk), { code: 'keys-unusable' })
    })

    for (const alg of algorithms) {
      test(`${alg}: what is signed verifies, and nothing near it`, async () => {
        const { publicJwk, sign: signed } = signers[alg]
        const key = await crypto.importVerifyKey(alg, publicJwk)
        const says = async (signature: Uint8Array, of = text): Promise<boolean> =>
          crypto.verify(alg, key, of, signature)
        const right = signed(text)
        assert.equal(await says(right), true)
        assert.equal(await says(signed('')), false)
        assert.equal(await says(signed(''), ''), true)
        for (const other of ['', `${text} `, text.slice(1), text.toUpperCase()])
          assert.equal(await says(right, other), false)
        for (let bit = 0; bit < right.length * 8; bit += 5) assert.equal(await says(flipped(right, bit)), false)
        const none = new Uint8Array()
        const all = new Uint8Array(right.length).fill(255)
        const lengths = [right.subarray(1), right.subarray(0, -1), Buffer.concat([right, right]), none]
        const padded = [Buffer.concat([right, Buffer.alloc(1)]), Buffer.concat([Buffer.alloc(1), right])]
        for (const signature of [...lengths, ...padded, new Uint8Array(right.length), all])
          assert.equal(await says(signature), false)
      })

      test(`${alg}: a key of one algorithm verifies no other`, async () => {
        const key = await crypto.importVerifyKey(alg, signers[alg].publicJwk)
        for (const other of algorithms) {
          const signature = signers[other].sign(text)
          assert.equal(await crypto.verify(other, key, text, signature), other === alg, other)
          if (other === alg) continue
          assert.equal(await crypto.verify(alg, key, text, signature), false, other)
          assert.equal(await crypto.verify(other, key, text, signers[alg].sign(text)), false, other)
        }
      })
    }

    for (const alg of ['RS256', 'PS256'] as const) {
      test(`${alg}: a signature that begins with zeros has them, as RFC 8017 wants it and OpenSSL does not`, async () => {
        const { publicJwk, sign: signed } = signers[alg]
        const key = await crypto.importVerifyKey(alg, publicJwk)
        let of = ''
        let signature: Uint8Array = Uint8Array.of(1)
        // one in 256 does
        for (let count = 0; signature[0] !== 0; count += 1)
          [of, signature] = [`${text}.${count}`, signed(`${text}.${count}`)]
        assert.equal(await crypto.verify(alg, key, of, signature), true)
        assert.equal(await crypto.verify(alg, key, of, signature.subarray(1)), false)
      })
    }

    test('ES256: r and s stand side by side, both from 1 to the order of the curve, and never as DER', async () => {
      const { publicJwk, privateKey } = signers.ES256
      const key = await crypto.importVerifyKey('ES256', publicJwk)
      const right = signers.ES256.sign(text)
      const [r, s] = [right.subarray(0, 32), right.subarray(32)]
      const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
      const [zero, one] = [Buffer.alloc(32), Buffer.concat([Buffer.alloc(31), Buffer.from([1])])]
      const pairs = [zero, one, order].flatMap((edge) => [
        [edge, s],
        [r, edge],
        [edge, edge],
        [zero, edge],
      ])
      for (const pair of [...pairs, [s, r]])
        assert.equal(await crypto.verify('ES256', key, text, Buffer.concat(pair)), false)
      const der = sign('sha256', Buffer.from(text), privateKey)
      assert.equal(await crypto.verify('ES256', key, text, der), false)
      const wide = Buffer.concat([Buffer.alloc(1), r, Buffer.alloc(1), s])
      assert.equal(await crypto.verify('ES256', key, text, wide), false)
    })

    test('RS256 and PS256: no other digest, padding or salt', async () => {
      const { privateKey } = signers.RS256
      const digests = ['sha1', 'sha384', 'sha512', 'md5'].map((digest) => sign(digest, Buffer.from(text), privateKey))
      const salts = [0, 20, 31, 33, 64].map((saltLength) => {
        const padding = constants.RSA_PKCS1_PSS_PADDING
        return sign('sha256', Buffer.from(text), { key: privateKey, padding, saltLength })
      })
      for (const alg of ['RS256', 'PS256'] as const) {
        const key = await crypto.importVerifyKey(alg, signers[alg].publicJwk)
        for (const signature of [...digests, ...salts])
          assert.equal(await crypto.verify(alg, key, text, signature), false)
      }
    })
  })
}
