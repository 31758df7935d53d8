import assert from 'node:assert/strict'
import { createECDH, generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { readPublicJwk } from 'hallpass'

type Members = { readonly [member: string]: unknown }

const jwkOf = (key: { export(options: { format: 'jwk' }): unknown }): Members =>
  key.export({ format: 'jwk' }) as Members
const base64url = (bytes: Uint8Array | string, encoding?: BufferEncoding): string =>
  (typeof bytes === 'string' ? Buffer.from(bytes, encoding) : Buffer.from(bytes)).toString('base64url')
const hexOf = (value: bigint): string => {
  const hex = value.toString(16)
  return hex.length % 2 === 0 ? hex : `0${hex}`
}
const numberOf = (text: unknown): bigint => BigInt(`0x${Buffer.from(text as string, 'base64url').toString('hex')}`)
const written = (value: bigint): string => base64url(hexOf(value), 'hex')

const ed25519 = generateKeyPairSync('ed25519')
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const [ed, ec, rs] = [ed25519, p256, rsa].map(({ publicKey }) => jwkOf(publicKey)) as [Members, Members, Members]

const reasonOf = (
  jwk: unknown,
  ...algorithm: Parameters<typeof readPublicJwk> extends [unknown, ...infer Rest] ? Rest : never
): string => {
  const read = readPublicJwk(jwk, ...algorithm)
  return read.ok ? `ok ${read.alg}` : read.reason
}

describe('a public JWK', () => {
  test('is read with the algorithm it can be for, and by its own members alone', () => {
    assert.deepEqual(readPublicJwk({ ...ed, kid: 'k', x5c: ['AAAA'], alg: 'Ed25519' }), {
      ok: true,
      alg: 'EdDSA',
      jwk: ed,
    })
    assert.deepEqual(readPublicJwk({ ...ed, alg: 'EdDSA', use: 'sig', key_ops: ['verify'] }), {
      ok: true,
      alg: 'EdDSA',
      jwk: ed,
    })
    assert.deepEqual(readPublicJwk({ ...ec, kid: 'k' }), { ok: true, alg: 'ES256', jwk: ec })
    assert.deepEqual(readPublicJwk({ ...rs, alg: 'RS256' }), { ok: true, alg: 'RS256', jwk: rs })
    assert.deepEqual(readPublicJwk({ ...rs, alg: 'PS256' }, 'PS256'), { ok: true, alg: 'PS256', jwk: rs })
    assert.deepEqual(readPublicJwk(rs, 'PS256'), { ok: true, alg: 'PS256', jwk: rs })
  })

  test('of RSA says what it is for, or is asked', () => {
    assert.match(reasonOf(rs), /no alg/)
  })

  test('verifies with one algorithm: never another than the one it names or is asked for', () => {
    assert.match(reasonOf({ ...rs, alg: 'RS256' }, 'PS256'), /not for PS256/)
    assert.match(reasonOf(ed, 'ES256'), /not for ES256/)
    assert.match(reasonOf(rs, 'HS256'), /not for HS256/)
    for (const alg of ['ES256', 'HS256', 'none', 'eddsa', '', 'toString', '__proto__', 1, null, ['EdDSA']])
      assert.match(reasonOf({ ...ed, alg }), /alg does not fit/, String(alg))
    for (const alg of ['ES384', 'EdDSA']) assert.match(reasonOf({ ...ec, alg }), /alg does not fit/)
    for (const alg of ['RS384', 'RSA-OAEP', 'ES256']) assert.match(reasonOf({ ...rs, alg }), /alg does not fit/)
  })

  test('is not read where it is private, symmetric, or for something else', () => {
    for (const { privateKey } of [ed25519, p256, rsa]) {
      const jwk = { ...jwkOf(privateKey), alg: undefined }
      const reason = reasonOf(jwk)
      assert.match(reason, /private/)
      assert.ok(!reason.includes(String(jwkOf(privateKey)['d'])))
    }
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])
      assert.match(reasonOf({ ...ed, [member]: undefined }), /private/, member)
    assert.match(reasonOf({ kty: 'oct', k: 'AAAA' }), /private/)
    assert.match(reasonOf({ ...ed, use: 'enc' }), /use/)
    for (const operations of [[], ['sign'], 'verify', ['Verify'], null, {}])
      assert.match(reasonOf({ ...ed, key_ops: operations }), /key_ops/, JSON.stringify(operations))
  })

  test('is no other value, type or curve', () => {
    for (const value of [undefined, null, 1, 'text', [], [ed], true]) assert.match(reasonOf(value), /not an object/)
    const others = [{}, { kty: 'oct' }, { ...ed, crv: 'X25519' }, { ...ed, crv: 'Ed448' }, { ...ed, kty: 'EC' }]
    const curves = ['P-384', 'P-521', 'secp256k1', 'p-256', undefined].map((crv) => ({ ...ec, crv }))
    for (const jwk of [...others, ...curves, { ...ec, kty: 'OKP' }, { ...rs, kty: 'rsa' }, { ...ed, kty: ['OKP'] }])
      assert.match(reasonOf(jwk), /type or curve/, JSON.stringify(jwk))
  })
})

describe('a point', () => {
  const x = String(ed['x'])

  test('is written in its one spelling', () => {
    const loose = x.slice(0, -1) + 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[63]!
    for (const spelling of [
      `${x}=`,
      ` ${x}`,
      `${x}A`,
      x.slice(1),
      '',
      undefined,
      null,
      1,
      [x],
      `${x.slice(0, -1)}+`,
      loose,
    ])
      assert.match(reasonOf({ ...ed, x: spelling }), /canonical/, String(spelling))
    for (const member of ['x', 'y'])
      for (const spelling of [
        `${String(ec[member])}=`,
        String(ec[member]).slice(1),
        `AA${String(ec[member])}`,
        undefined,
        1,
      ])
        assert.match(reasonOf({ ...ec, [member]: spelling }), /canonical/, `${member} ${String(spelling)}`)
  })

  test('of P-256 lies on the curve', () => {
    for (let count = 0; count < 20; count++) {
      const ecdh = createECDH('prime256v1')
      const point = ecdh.generateKeys()
      assert.equal(
        reasonOf({ ...ec, x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) }),
        'ok ES256',
      )
    }
    const zero = base64url(new Uint8Array(32))
    const all = base64url(new Uint8Array(32).fill(255))
    const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
    const { y } = ec
    const swapped = { ...ec, x: y, y: ec['x'] }
    const mirrored = { ...ec, y: written(p - numberOf(y)) }
    assert.equal(reasonOf(mirrored), 'ok ES256')
    for (const jwk of [{ ...ec, x: zero }, { ...ec, x: zero, y: zero }, { ...ec, x: all, y: all }, swapped])
      assert.match(reasonOf(jwk), /point of P-256/)
  })

  test('of Ed25519 is one, in its one encoding, and not of small order', () => {
    for (let count = 0; count < 20; count++)
      assert.equal(reasonOf(jwkOf(generateKeyPairSync('ed25519').publicKey)), 'ok EdDSA')
    // The eight points of small order, those of them with other spellings, and encodings of no point at all.
    const unusable = [
      '0100000000000000000000000000000000000000000000000000000000000000',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '0000000000000000000000000000000000000000000000000000000000000000',
      '0000000000000000000000000000000000000000000000000000000000000080',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
      '0100000000000000000000000000000000000000000000000000000000000080',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
      '0200000000000000000000000000000000000000000000000000000000000000',
    ]
    for (const hex of unusable) assert.match(reasonOf({ ...ed, x: base64url(hex, 'hex') }), /usable point/, hex)
  })
})

describe('an RSA key', () => {
  const reason = (members: Members): string => reasonOf({ ...rs, ...members }, 'RS256')

  test('has 2048 bits or more, and not absurdly many', () => {
    for (const modulusLength of [512, 1024, 2040])
      assert.match(reasonOf(jwkOf(generateKeyPairSync('rsa', { modulusLength }).publicKey), 'PS256'), /2048 bits/)
    assert.equal(reason(jwkOf(generateKeyPairSync('rsa', { modulusLength: 3072 }).publicKey)), 'ok RS256')
    assert.match(reason({ n: written(2n ** 8192n + 1n) }), /at most 8192/)
    assert.match(reason({ n: 'x'.repeat(10_000_000) }), /at most 8192/)
  })

  test('has an exponent that hides something', () => {
    for (const exponent of [0n, 1n, 2n, 65_536n])
      assert.match(reason({ e: exponent === 0n ? 'AA' : written(exponent) }), /e is not/)
    for (const exponent of [2n ** 32n + 1n, 2n ** 64n + 13n]) assert.match(reason({ e: written(exponent) }), /32 bits/)
    for (const exponent of [3n, 17n, 65_537n]) assert.equal(reason({ e: written(exponent) }), 'ok RS256')
  })

  test('is written without leading zeros, in one spelling', () => {
    const n = Buffer.from(String(rs['n']), 'base64url')
    for (const text of [base64url(Buffer.concat([Buffer.alloc(1), n])), `${String(rs['n'])}=`, '', undefined, 1, ' '])
      assert.match(reason({ n: text }), /n is not/, String(text))
    for (const e of ['AAEAAQ', 'AQAB=', 'AQAC ', undefined]) assert.match(reason({ e }), /e is not/, String(e))
  })

  test('has no small factor', () => {
    for (const factor of [2n, 3n, 7n, 11n, 157n])
      assert.match(reason({ n: written((numberOf(rs['n']) / factor) * factor) }), /small factor|2048/, String(factor))
  })

  test('does not come from the generator of CVE-2017-15361', () => {
    // As that generator made primes: k·M + (65537^a mod M), M the product of the first primes. 126 of them for 2048 bits.
    const primes: bigint[] = []
    for (let candidate = 2n; primes.length < 126; candidate++)
      if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate)
    const product = primes.reduce((all, prime) => all * prime, 1n)
    const power = (exponent: number): bigint => {
      let result = 1n
      for (let count = 0; count < exponent; count++) result = (result * 65_537n) % product
      return result
    }
    const factorOf = (size: bigint, exponent: number): bigint => {
      const least = 2n ** (size - 1n) + 2n ** (size - 2n)
      return (least / product + 1n) * product + power(exponent)
    }
    const modulus = factorOf(1024n, 1234) * factorOf(1024n, 777)
    assert.match(reason({ n: written(modulus) }), /CVE-2017-15361/)
    assert.doesNotMatch(reason({ n: written(modulus + 2n * product + 2n) }), /CVE-2017-15361/)
  })
})
