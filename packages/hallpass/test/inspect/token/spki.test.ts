import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jwkOfSpki } from '#src/inspect/token/spki.js'
import { Forge } from '../../attacks/forge.js'

const der = (forge: Forge): Buffer => forge.publicKey.export({ type: 'spki', format: 'der' })
const [ed25519, p256, rsa] = (['EdDSA', 'ES256', 'RS256'] as const).map((alg) => der(new Forge(alg))) as [
  Buffer,
  Buffer,
  Buffer,
]

/** One element of DER; lengths of up to 127. */
const element = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const bytes = Buffer.concat(content)
  return Buffer.concat([Buffer.of(tag, bytes.length), bytes])
}

const edIdentifier = element(0x30, Buffer.from('06032b6570', 'hex'))
const rsaIdentifier = element(0x30, Buffer.from('06092a864886f70d0101010500', 'hex'))
const point = element(0x03, Buffer.of(0), Buffer.alloc(32, 7))
const rsaKey = (...integers: readonly Uint8Array[]): Buffer =>
  element(0x30, rsaIdentifier, element(0x03, Buffer.of(0), element(0x30, ...integers)))
const [n, e, nothing] = [Buffer.alloc(16, 9), Buffer.of(1, 0, 1), Buffer.alloc(0)].map((one) => element(2, one)) as [
  Buffer,
  Buffer,
  Buffer,
]

test('a key is read of its whole bytes, and of no beginning of them', () => {
  for (const whole of [ed25519, p256, rsa]) {
    assert.notEqual(jwkOfSpki(whole), null)
    for (let length = 0; length < whole.length; length += 1) assert.equal(jwkOfSpki(whole.subarray(0, length)), null)
  }
})

test('nothing stands behind a key, and nothing beside it', () => {
  assert.notEqual(jwkOfSpki(element(0x30, edIdentifier, point)), null)
  assert.equal(jwkOfSpki(Buffer.concat([ed25519, Buffer.of(0)])), null)
  assert.equal(jwkOfSpki(element(0x30, edIdentifier, point, Buffer.of(0))), null)
})

test('an element of another tag is none', () => {
  assert.equal(jwkOfSpki(element(0x31, edIdentifier, point)), null)
  assert.equal(jwkOfSpki(element(0x30, element(0x31, edIdentifier.subarray(2)), point)), null)
  assert.equal(jwkOfSpki(element(0x30, edIdentifier, element(0x04, point.subarray(2)))), null)
})

test('a key of another length or form is none', () => {
  const bits = (unused: number, length: number) => element(0x03, Buffer.of(unused), Buffer.alloc(length, 7))
  for (const odd of [bits(1, 32), bits(0, 31), bits(0, 33)])
    assert.equal(jwkOfSpki(element(0x30, edIdentifier, odd)), null)
  const compressed = Buffer.from(p256)
  compressed[compressed.length - 65] = 3
  assert.equal(jwkOfSpki(compressed), null)
  const identifier = p256.subarray(2, p256.length - 68)
  assert.notEqual(jwkOfSpki(element(0x30, identifier, element(0x03, Buffer.of(0, 4), Buffer.alloc(64)))), null)
  assert.equal(jwkOfSpki(element(0x30, identifier, element(0x03, Buffer.of(0, 4), Buffer.alloc(63)))), null)
})

test('a key for another curve is none, though it looks the same', () => {
  const x25519 = element(0x30, Buffer.from('06032b656e', 'hex'))
  assert.equal(jwkOfSpki(element(0x30, x25519, point)), null)
  const secp256k1 = element(0x30, Buffer.from('06072a8648ce3d020106052b8104000a', 'hex'))
  assert.equal(jwkOfSpki(element(0x30, secp256k1, element(0x03, Buffer.of(0, 4), Buffer.alloc(64)))), null)
})

test('the zero that keeps a number positive is no part of it', () => {
  assert.equal((jwkOfSpki(rsa) as { n: string }).n.length, 342)
  assert.deepEqual(jwkOfSpki(rsaKey(element(2, Buffer.of(0, 200)), e)), { kty: 'RSA', n: 'yA', e: 'AQAB' })
})

test('a key of RSA has both numbers, and of another algorithm it is none', () => {
  assert.deepEqual(jwkOfSpki(rsaKey(n, e)), { kty: 'RSA', n: 'CQkJCQkJCQkJCQkJCQkJCQ', e: 'AQAB' })
  for (const numbers of [[nothing, e], [n, nothing], [n], []]) assert.equal(jwkOfSpki(rsaKey(...numbers)), null)
  const other = Buffer.from(rsaKey(n, e))
  other[other.indexOf(Buffer.from('0d01', 'hex')) + 2] = 2
  assert.equal(jwkOfSpki(other), null)
})

test('lengths of more than two bytes are no key of ours', () => {
  const long = Buffer.concat([Buffer.of(0x30, 0x83, 0, 0, ed25519.length - 2), ed25519.subarray(2)])
  assert.equal(jwkOfSpki(long), null)
})
