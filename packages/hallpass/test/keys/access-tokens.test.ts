import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errors } from '#src/core/errors.js'
import { crypto as node } from '#src/crypto/node.js'
import { createRoots } from '#src/crypto/roots.js'
import type { AccessTokens } from '#src/keys/access-tokens.js'
import type { TokenVerdict } from '#src/keys/verification.js'
import { encoded, type Forge, issuedAt } from '../attacks/forge.js'
import { forgeOf, instance, ManualClock, payload, roots, TestKeyStore } from './fixture.js'

const trouble = new Error('the disk is on fire')
const codeOf = (verdict: TokenVerdict): string => (verdict.ok ? 'ok' : verdict.code)

async function inSecondRing(store: TestKeyStore): Promise<{ forge: Forge; token: string }> {
  const other = instance()
  const keys = await other.tokens.list()
  await store.replace(store.version, [...store.keys, { ...keys[0]!, state: 'retiring' }])
  const forge = await forgeOf(keys)
  return { forge, token: forge.token() }
}

describe('signing', () => {
  test('what is signed verifies, on this instance and on every other of the store', async () => {
    const { tokens, store, runtime } = instance()
    const token = await tokens.sign(payload)
    for (const reader of [tokens, instance({ store, runtime }).tokens]) {
      const verdict = await reader.verify(token)
      assert.ok(verdict.ok)
      const { subject, session, tokenId, expiresAt, own } = verdict.claims
      assert.deepEqual([subject, session, tokenId, expiresAt], ['u_42', 's_1', 't_1', issuedAt + 300])
      assert.deepEqual({ ...own }, { roles: ['reader'] })
    }
  })

  test('the header says alg, typ and kid, and no more', async () => {
    const { tokens } = instance()
    const token = await tokens.sign(payload)
    const header = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())
    assert.deepEqual(header, { alg: 'EdDSA', typ: 'at+jwt', kid: (await tokens.list())[0]!.kid })
  })

  test('a token over its budget is not minted, and the refusal lists the claims by size', async () => {
    const { tokens } = instance()
    const most = { ...payload, text: '' }
    const room = Math.floor(((1024 - (await tokens.sign(most)).length) * 3) / 4)
    assert.ok((await tokens.sign({ ...most, text: 'x'.repeat(room) })).length <= 1024)
    await assert.rejects(
      tokens.sign({ ...most, text: 'x'.repeat(room + 2), absent: undefined as unknown as null }),
      (error: { code?: string; mistakes?: { problem: string }[] }) => {
        assert.equal(error.code, 'claims-too-large')
        assert.match(error.mistakes![0]!.problem, /^make a token of 102\d B, .*: text \d+ B, iss \d+ B, /)
        return true
      },
    )
  })

  test('nothing is signed that verification would read otherwise', async () => {
    const { tokens } = instance()
    const proto: unknown = JSON.parse('{"__proto__":{"admin":true}}')
    const circle: { [name: string]: unknown } = {}
    circle['circle'] = circle
    const wrong: readonly unknown[] = [
      { x: '\ud800' },
      { x: ['a\udc00b'] },
      { x: proto },
      { x: 1n },
      circle,
      { '\ud800': 1 },
    ]
    for (const own of wrong) {
      await assert.rejects(tokens.sign(Object.assign({}, payload, own)), { code: 'claims-invalid' })
    }
  })
})

describe('verifying', () => {
  test('an expired token is told from an invalid one only where everything else is right', async () => {
    const { tokens, runtime } = instance()
    const token = await tokens.sign(payload)
    const forge = await forgeOf(await tokens.list())
    runtime.advance(300_000)
    const verdict = await tokens.verify(token)
    assert.ok(!verdict.ok && verdict.code === 'expired')
    assert.equal(verdict.claims.session, 's_1')
    assert.equal(codeOf(await tokens.verify(forge.token(undefined, { ...payload, aud: 'x' }))), 'invalid')
    const other = await forgeOf(await tokens.list(), 'next')
    assert.equal(codeOf(await tokens.verify(other.token(forge.header))), 'invalid')
  })

  test('J44: a token dies at the very millisecond it names', async () => {
    const { tokens, runtime } = instance()
    const forge = await forgeOf(await tokens.list())
    const whole = await tokens.sign(payload)
    const half = forge.token(undefined, { ...payload, exp: issuedAt + 299.5 })
    runtime.advance(299_499)
    assert.deepEqual([codeOf(await tokens.verify(half)), codeOf(await tokens.verify(whole))], ['ok', 'ok'])
    runtime.advance(1)
    assert.deepEqual([codeOf(await tokens.verify(half)), codeOf(await tokens.verify(whole))], ['expired', 'ok'])
    runtime.advance(500)
    assert.equal(codeOf(await tokens.verify(whole)), 'expired')
  })

  test('what is not text is invalid, not a crash', async () => {
    const { tokens } = instance()
    const tokenLike: readonly unknown[] = [undefined, null, 1, {}, ['a.b.c'], Buffer.from('a.b.c')]
    for (const token of tokenLike) {
      assert.equal(codeOf(await tokens.verify(token as string)), 'invalid')
    }
  })

  test('a token without a form of ours never sends anybody to the store', async () => {
    const { tokens, store } = instance()
    for (const token of ['', 'x.y.z', `${encoded({ alg: 'none' })}.${encoded(payload)}.`]) await tokens.verify(token)
    assert.equal(store.reads, 0)
  })

  test('garbage changes nothing: a forged token on an empty store begins no key ring', async () => {
    const { tokens, store } = instance()
    const forge = await forgeOf(await instance().tokens.list())
    assert.equal(codeOf(await tokens.verify(forge.token())), 'invalid')
    assert.deepEqual([store.writes, store.keys.length], [0, 0])
  })

  test('no reason holds a piece of the token', async () => {
    const { tokens } = instance()
    const forge = await forgeOf(await tokens.list())
    const marked = [
      { ...forge.header, kid: 'marked' },
      { ...forge.header, typ: 'marked' },
      { ...forge.header, alg: 'marked' },
    ]
    const bodies = [
      { ...payload, iss: 'marked' },
      { ...payload, sub: ['marked'] },
      '"marked"',
      '{"marked":1,"marked":2}',
    ]
    for (const token of [
      ...marked.map((header) => forge.token(header)),
      ...bodies.map((body) => forge.token(undefined, body)),
    ]) {
      assert.doesNotMatch(JSON.stringify(await tokens.verify(token)), /marked/)
    }
  })

  test('J38: claims have no prototype, and what they say stays in them', async () => {
    const { tokens } = instance()
    const names = { constructor: 'x', toString: 'x', hasOwnProperty: 'x' }
    const verdict = await tokens.verify(await tokens.sign({ ...payload, ...names }))
    assert.ok(verdict.ok)
    assert.equal(Object.getPrototypeOf(verdict.claims.own), null)
    assert.equal(verdict.claims.own['toString'], 'x')
    assert.equal(verdict.claims.own['valueOf'], undefined)
  })
})

describe('the key ring in the store', () => {
  test('ten instances that start at once on one store end with one ring', async () => {
    const store = new TestKeyStore()
    const runtime = new ManualClock()
    const instances = Array.from({ length: 10 }, () => instance({ store, runtime }).tokens)
    const signed = await Promise.all(instances.map((tokens) => tokens.sign(payload)))
    assert.equal(store.writes, 1)
    assert.deepEqual(
      store.keys.map((key) => key.state),
      ['active', 'next'],
    )
    for (const tokens of instances) {
      assert.deepEqual(await tokens.list(), store.keys)
      for (const token of signed) assert.equal(codeOf(await tokens.verify(token)), 'ok')
    }
  })

  test('it is loaded once, however many ask at once and afterwards', async () => {
    const { tokens, store, runtime } = instance()
    await tokens.sign(payload)
    const late = instance({ store, runtime }).tokens
    store.reads = 0
    await Promise.all(Array.from({ length: 50 }, () => late.sign(payload)))
    await late.jwks()
    assert.equal(store.reads, 1)
  })

  test('trouble with the store is thrown, never a verdict, and is forgotten with the next call', async () => {
    const { tokens, store, runtime } = instance()
    const token = await tokens.sign(payload)
    const late = instance({ store, runtime }).tokens
    store.trouble = trouble
    for (let round = 0; round < 3; round++) {
      await assert.rejects(late.verify(token), trouble)
      await assert.rejects(late.sign(payload), trouble)
      await assert.rejects(late.jwks(), trouble)
    }
    store.trouble = null
    assert.equal(codeOf(await late.verify(token)), 'ok')
  })

  test('trouble in the middle of beginning the ring leaves one that the next call finds or begins', async () => {
    const { tokens, store } = instance()
    const replace = store.replace.bind(store)
    store.replace = async (version, keys) => {
      await replace(version, keys)
      throw trouble
    }
    await assert.rejects(tokens.sign(payload), trouble)
    assert.equal(codeOf(await tokens.verify(await tokens.sign(payload))), 'ok')
    assert.equal(store.writes, 1)
  })

  test('a store that neither keeps nor finds a ring is contended, and asked only a few times', async () => {
    const { tokens, store } = instance()
    store.replace = () => Promise.resolve('conflict')
    await assert.rejects(tokens.sign(payload), { code: 'contended' })
    assert.ok(store.reads <= 5)
  })

  test('a ring that cannot be right is trouble, never a verdict', async () => {
    const { store, tokens } = instance()
    const [active, next] = (await tokens.list()) as [never, never]
    const token = await tokens.sign(payload)
    const wrong: (typeof store.keys)[] = [
      [active, active],
      [next],
      [active, { ...(next as object), state: 'active' } as never],
      [{ ...(active as object), publicJwk: { kty: 'oct', k: 'AAAA' } } as never],
    ]
    for (const keys of wrong) {
      store.keys = keys
      const late = instance({ store }).tokens
      await assert.rejects(late.verify(token), { code: 'keys-unusable' })
      await assert.rejects(late.sign(payload), { code: 'keys-unusable' })
    }
  })

  test('a signing key under a root that is not configured is trouble for signing, and none for verifying', async () => {
    const { tokens, store } = instance()
    const token = await tokens.sign(payload)
    const late = instance({ store, roots: createRoots(node, ['Xq8mR1tKzD6wLbVy0NfGs4uEiCjHp7Oa']) }).tokens
    await assert.rejects(late.sign(payload), { code: 'root-unknown', status: errors['root-unknown'][0] })
    assert.equal(codeOf(await late.verify(token)), 'ok')
  })

  test('a private key opens only as the key it was sealed for', async () => {
    const { tokens, store } = instance()
    const [active, next] = await tokens.list()
    store.keys = [{ ...active!, wrappedPrivateKey: next!.wrappedPrivateKey }, next!]
    await assert.rejects(instance({ store }).tokens.sign(payload), { code: 'root-unknown' })
  })

  test('a dump of the ring and the published keys hold no private half', async () => {
    const { tokens, store } = instance()
    const { keys } = await tokens.jwks()
    const { d } = JSON.parse(
      new TextDecoder().decode(await roots.open('signing-key', store.keys[0]!.wrappedPrivateKey, store.keys[0]!.kid)),
    ) as { d: string }
    assert.ok(!JSON.stringify([store.keys, keys]).includes(d))
    assert.deepEqual(
      keys.map((key) => Object.keys(key).sort()),
      [
        ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
        ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
      ],
    )
  })

  test('a retired key is neither published nor believed; next and retiring ones are', async () => {
    const { tokens, store } = instance()
    const [active, next] = await tokens.list()
    const third = (await instance().tokens.list())[0]!
    store.keys = [
      active!,
      next!,
      { ...third, state: 'retiring' },
      { ...(await instance().tokens.list())[0]!, state: 'retired' },
    ]
    const late = instance({ store }).tokens
    assert.deepEqual(
      (await late.jwks()).keys.map((key) => key['kid']),
      [active!.kid, next!.kid, third.kid],
    )
    for (const state of ['active', 'next', 'retiring', 'retired'] as const) {
      const token = (await forgeOf(store.keys, state)).token()
      assert.equal(codeOf(await late.verify(token)), state === 'retired' ? 'invalid' : 'ok', state)
    }
  })
})

describe('an unknown key id', () => {
  test('sends the instance to the store once, and the new key is known from then on', async () => {
    const { tokens, store } = instance()
    await tokens.sign(payload)
    const { token } = await inSecondRing(store)
    store.reads = 0
    assert.equal(codeOf(await tokens.verify(token)), 'ok')
    assert.equal(codeOf(await tokens.verify(token)), 'ok')
    assert.equal(store.reads, 1)
  })

  test('J24: ten thousand of them cost one read in five seconds', async () => {
    const { tokens, store, runtime } = instance()
    const forge = await forgeOf(await tokens.list())
    store.reads = 0
    for (let round = 0; round < 2; round++) {
      const flood = Array.from(
        { length: 5000 },
        (_, index) => `${encoded({ ...forge.header, kid: `k${index}` })}.e30.AAAA`,
      )
      const verdicts = await Promise.all(flood.map((token) => tokens.verify(token)))
      assert.ok(verdicts.every((verdict) => codeOf(verdict) === 'invalid'))
    }
    assert.equal(store.reads, 1)
    const { token } = await inSecondRing(store)
    runtime.advance(4999)
    assert.equal(codeOf(await tokens.verify(token)), 'invalid')
    runtime.advance(1)
    assert.equal(codeOf(await tokens.verify(token)), 'ok')
    assert.equal(store.reads, 2)
  })

  test('is no verdict while the store is in trouble, which starts no waiting time either', async () => {
    const { tokens, store } = instance()
    const known = await tokens.sign(payload)
    const { token } = await inSecondRing(store)
    store.trouble = trouble
    await assert.rejects(tokens.verify(token), trouble)
    assert.equal(codeOf(await tokens.verify(known)), 'ok')
    store.trouble = null
    assert.equal(codeOf(await tokens.verify(token)), 'ok')
  })

  test('does not make an instance wait that met garbage before there were any keys', async () => {
    const { tokens, store, runtime } = instance()
    const late = instance({ store, runtime }).tokens
    await late.verify((await forgeOf(await instance().tokens.list())).token())
    assert.equal(codeOf(await late.verify(await tokens.sign(payload))), 'ok')
  })
})

type Verifier = Pick<AccessTokens, 'verify'>
type Wrapping = (tokens: Verifier) => Verifier

/** What a cache of verified tokens must never forget; each throws where it did. */
const cachePromises: { readonly [promise: string]: (wrap: Wrapping) => Promise<void> } = {
  async 'every hit still checks expiry'(wrap) {
    const { tokens, runtime } = instance()
    const verifier = wrap(tokens)
    const token = await tokens.sign(payload)
    assert.equal(codeOf(await verifier.verify(token)), 'ok')
    runtime.advance(300_000)
    assert.equal(codeOf(await verifier.verify(token)), 'expired')
  },
  async 'every hit still checks that the key is in the ring'(wrap) {
    const { tokens, store, runtime } = instance()
    const verifier = wrap(tokens)
    await tokens.sign(payload)
    const { token, forge } = await inSecondRing(store)
    assert.equal(codeOf(await verifier.verify(token)), 'ok')
    store.keys = store.keys.filter((key) => key.kid !== forge.header['kid'])
    runtime.advance(5000)
    const stranger = await forgeOf(await instance().tokens.list())
    assert.equal(codeOf(await verifier.verify(stranger.token())), 'invalid')
    assert.equal(codeOf(await verifier.verify(token)), 'invalid')
  },
  async 'a token counts as met only by its whole text'(wrap) {
    const { tokens } = instance()
    const verifier = wrap(tokens)
    const token = await tokens.sign(payload)
    assert.equal(codeOf(await verifier.verify(token)), 'ok')
    const [header, body, signature] = token.split('.') as [string, string, string]
    const forged = `${header}.${encoded({ ...payload, sub: 'u_1' })}.${signature}`
    for (const other of [forged, `${header}.${body}.${'A'.repeat(86)}`, `${token}.`, token.slice(0, -1)]) {
      assert.equal(codeOf(await verifier.verify(other)), 'invalid')
    }
  },
  async 'a failure is never remembered'(wrap) {
    const { tokens, runtime } = instance()
    const verifier = wrap(tokens)
    const token = await tokens.sign({ ...payload, iat: issuedAt + 10 })
    assert.equal(codeOf(await verifier.verify(token)), 'invalid')
    runtime.advance(10_000)
    assert.equal(codeOf(await verifier.verify(token)), 'ok')
  },
  async 'what one caller does to the claims does not reach the next'(wrap) {
    const { tokens } = instance()
    const verifier = wrap(tokens)
    const token = await tokens.sign(payload)
    const first = await verifier.verify(token)
    assert.ok(first.ok)
    const { own } = first.claims as unknown as { own: { roles: string[]; admin?: boolean } }
    assert.throws(() => own.roles.push('admin'), TypeError)
    assert.throws(() => (own.admin = true), TypeError)
    assert.throws(() => ((first.claims as { subject: string }).subject = 'root'), TypeError)
    const again = await verifier.verify(token)
    assert.deepEqual(again.ok && { ...again.claims.own }, { roles: ['reader'] })
  },
}

const twin =
  (keyOf: (token: string) => string, kept: (verdict: TokenVerdict) => TokenVerdict): Wrapping =>
  (tokens) => {
    const met = new Map<string, TokenVerdict>()
    return {
      async verify(token) {
        const verdict = met.get(keyOf(token)) ?? kept(await tokens.verify(token))
        met.set(keyOf(token), verdict)
        return verdict
      },
    }
  }

const brokenTwins: readonly (readonly [name: string, wrap: Wrapping, breaks: readonly string[]])[] = [
  [
    'remembers verdicts',
    twin(
      (token) => token,
      (verdict) => verdict,
    ),
    [
      'every hit still checks expiry',
      'every hit still checks that the key is in the ring',
      'a failure is never remembered',
    ],
  ],
  [
    'knows tokens by signature',
    twin(
      (token) => token.slice(token.lastIndexOf('.')),
      (verdict) => verdict,
    ),
    ['a token counts as met only by its whole text'],
  ],
  [
    'knows tokens by what is signed',
    twin(
      (token) => token.slice(0, token.lastIndexOf('.')),
      (verdict) => verdict,
    ),
    ['a token counts as met only by its whole text'],
  ],
  [
    'hands out what it keeps',
    twin(
      (token) => token,
      (verdict) => structuredClone(verdict),
    ),
    ['what one caller does to the claims does not reach the next'],
  ],
]

describe('the verified-token cache', () => {
  for (const [promise, check] of Object.entries(cachePromises)) {
    test(promise, () => check((tokens) => tokens))
  }

  for (const [name, wrap, breaks] of brokenTwins) {
    test(`a twin that ${name} is caught`, async () => {
      for (const promise of breaks) await assert.rejects(cachePromises[promise]!(wrap), assert.AssertionError, promise)
    })
  }

  test('a token met before costs no signature check and no read', async () => {
    let checked = 0
    const crypto = { ...node, verify: (...given: Parameters<typeof node.verify>) => (checked++, node.verify(...given)) }
    const { tokens, store } = instance({ crypto })
    const token = await tokens.sign(payload)
    for (let round = 0; round < 100; round++) assert.equal(codeOf(await tokens.verify(token)), 'ok')
    assert.deepEqual([checked, store.reads], [1, 2])
  })

  test('tokens stay verified when the ring is read again and their key has stayed', async () => {
    let checked = 0
    const crypto = { ...node, verify: (...given: Parameters<typeof node.verify>) => (checked++, node.verify(...given)) }
    const { tokens, store } = instance({ crypto })
    const token = await tokens.sign(payload)
    await tokens.verify(token)
    await tokens.verify((await inSecondRing(store)).token)
    checked = 0
    assert.equal(codeOf(await tokens.verify(token)), 'ok')
    assert.equal(checked, 0)
  })

  test('a token is met no more when the key of that id has become another', async () => {
    const { tokens, store, runtime } = instance()
    const token = await tokens.sign(payload)
    assert.equal(codeOf(await tokens.verify(token)), 'ok')
    store.keys = store.keys.map((key, index) => ({ ...key, publicJwk: store.keys[1 - index]!.publicJwk }))
    runtime.advance(5000)
    const stranger = await forgeOf(await instance().tokens.list())
    assert.equal(codeOf(await tokens.verify(stranger.token())), 'invalid')
    assert.equal(codeOf(await tokens.verify(token)), 'invalid')
  })

  test('what a verifier for one audience has met means nothing to a verifier for another', async () => {
    const { tokens, store, runtime } = instance()
    const token = await tokens.sign(payload)
    assert.equal(codeOf(await tokens.verify(token)), 'ok')
    const rules = {
      issuer: payload.iss,
      audience: 'https://other.example',
      clientId: 'web',
      maximumLifetime: 900,
      clockTolerance: 5,
    }
    assert.equal(codeOf(await instance({ store, runtime, rules }).tokens.verify(token)), 'invalid')
  })
})
