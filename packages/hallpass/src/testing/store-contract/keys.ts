import assert from 'node:assert/strict'
import type { KeyRecord } from '../../core/store.js'
import { atOnce, type StorePromise } from './open-store.js'

function sampleKey(kid: string): KeyRecord {
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x: kid.padStart(43, 'x') }
  return { kid, alg: 'EdDSA', state: 'next', publicJwk, wrappedPrivateKey: 'wrapped', createdAt: 1, since: 2 }
}

/** The key ring. */
export const keyPromises: readonly StorePromise[] = [
  [
    'keys: a ring never stored is version 0 and empty',
    async ({ open }) => {
      const { keys } = await open()
      assert.deepEqual(await keys.read(), { version: 0, keys: [] })
    },
  ],
  [
    'keys: the ring is stored whole, in its order, with its version raised by one',
    async ({ open }) => {
      const { keys } = await open()
      const ring = [sampleKey('b'), { ...sampleKey('a'), state: 'active' as const }]
      assert.equal(await keys.replace(0, ring), 'replaced')
      assert.deepEqual(await keys.read(), { version: 1, keys: ring })
      assert.equal(await keys.replace(1, []), 'replaced')
      assert.deepEqual(await keys.read(), { version: 2, keys: [] })
    },
  ],
  [
    'keys: another version than the stored one is a conflict, and the ring stays',
    async ({ open }) => {
      const { keys } = await open()
      assert.equal(await keys.replace(1, [sampleKey('early')]), 'conflict')
      await keys.replace(0, [sampleKey('first')])
      assert.equal(await keys.replace(0, [sampleKey('late')]), 'conflict')
      assert.deepEqual(await keys.read(), { version: 1, keys: [sampleKey('first')] })
    },
  ],
  [
    'keys: of 20 rings stored at once exactly one is, so that all instances sign with the same key',
    async ({ open }) => {
      const { keys } = await open()
      assert.deepEqual(await atOnce(20, (kid) => keys.replace(0, [sampleKey(String(kid))])), {
        replaced: 1,
        conflict: 19,
      })
      assert.equal((await keys.read()).version, 1)
    },
  ],
]
