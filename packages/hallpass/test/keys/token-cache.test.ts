import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import type { AccessClaims } from '#src/core/claims.js'
import type { VerifyingKey } from '#src/keys/held-ring.js'
import { createTokenCache, type TokenCache } from '#src/keys/token-cache.js'

type Cached = { readonly claims: AccessClaims; readonly key: VerifyingKey }

const key: VerifyingKey = { kid: 'k', alg: 'EdDSA', key: {} }
const claims = { subject: 'u_42', expiresAt: 1 } as AccessClaims
const put = (cache: TokenCache<Cached>, token: string): void => cache.put(token, { claims, key })
const distinct = (index: number): string => String(index).padStart(800, 'x')

test('it never holds more bytes than it may, whatever comes in', () => {
  const some = fc.array(fc.string({ minLength: 1, maxLength: 4000 }), { maxLength: 60 })
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: 40_000 }), (tokens, most) => {
      const cache = createTokenCache<Cached>(most)
      for (const token of tokens) {
        put(cache, token)
        assert.ok(cache.bytes <= most)
      }
      for (const token of new Set(tokens)) cache.remove(token)
      assert.equal(cache.bytes, 0)
    }),
  )
})

test('the oldest make room for the newest', () => {
  const cache = createTokenCache<Cached>(64 * 1024)
  for (let index = 0; index < 100; index++) put(cache, distinct(index))
  const held = Array.from({ length: 100 }, (_, index) => cache.get(distinct(index)) !== undefined)
  const first = held.indexOf(true)
  assert.ok(first > 50 && first < 100)
  assert.ok(held.slice(first).every(Boolean))
})

test('a token that is put again counts once', () => {
  const cache = createTokenCache<Cached>(64 * 1024)
  put(cache, distinct(1))
  const { bytes } = cache
  put(cache, distinct(1))
  assert.equal(cache.bytes, bytes)
})

test('tokens that share beginning, end and length are told apart', () => {
  const cache = createTokenCache<Cached>(64 * 1024)
  const [one, other] = ['a', 'b'].map((middle) => `${'x'.repeat(400)}${middle}${'x'.repeat(400)}`) as [string, string]
  put(cache, one)
  assert.equal(cache.get(other), undefined)
  assert.equal(cache.get(`${'x'.repeat(400)}a${'x'.repeat(400)}`)?.claims, claims)
})

test('a hundred thousand tokens pass through in no more memory than was given', () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const most = 4 * 1024 * 1024
  gc()
  const before = process.memoryUsage().heapUsed
  const cache = createTokenCache<Cached>(most)
  for (let index = 0; index < 100_000; index++) {
    // As they arrive: cut out of a larger header.
    const header = `Bearer ${distinct(index)}; ${'y'.repeat(8000)}`
    put(cache, header.slice(7, 807))
  }
  gc()
  assert.ok(process.memoryUsage().heapUsed - before < most * 1.25)
  assert.ok(cache.bytes > most / 2)
})
