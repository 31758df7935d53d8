import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { hallpass, HallpassError } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock } from 'hallpass/testing'
import { createVerifier, type KeySet, type Verifier } from 'hallpass/verify'
import type { Runtime } from '#src/core/ports.js'
import { audience, encoded, Forge, hmac, issuedAt, issuer, payload, startedAt } from './forge.js'
import { forgedTokens } from './forged-tokens.js'

const forges = (['EdDSA', 'ES256', 'RS256', 'PS256'] as const).map((alg) => new Forge(alg))
const [edDsa, es256, rs256] = forges as [Forge, Forge, Forge, Forge]
const setOf = (...chosen: readonly Forge[]): KeySet => ({ keys: chosen.map(({ publicJwk }) => publicJwk) })

/** Both clocks stand still. */
const stopped: Runtime = { now: () => startedAt, monotonic: () => 0, later: () => () => undefined }

function verifier(options: { audience?: string; jwks?: KeySet; clock?: Runtime } = {}): Verifier {
  return createVerifier({ issuer, audience, jwks: setOf(...forges), clock: stopped, ...options })
}

async function codeOf(judge: Verifier, token: string): Promise<string> {
  const verdict = await judge.verify(token)
  return verdict.ok ? 'accepted' : verdict.code
}

/** Why such a set of keys is refused when the verifier is made. */
function whyRefused(jwks: unknown): string {
  try {
    createVerifier({ issuer, audience, jwks: jwks as KeySet })
    return 'not refused'
  } catch (error) {
    assert.ok(error instanceof HallpassError && error.code === 'configuration')
    return error.mistakes.map(({ problem }) => problem).join()
  }
}

describe('what is right is accepted, so that every refusal below is for the reason it names', () => {
  const judge = verifier()
  for (const forge of forges) {
    test(forge.alg, async () => {
      assert.equal(await codeOf(judge, forge.token()), 'accepted')
      assert.equal(await codeOf(judge, forge.token({ ...forge.header }, { ...payload })), 'accepted')
    })
  }
})

for (const forge of forges) {
  describe(`forged tokens, signed with ${forge.alg}`, () => {
    const judge = verifier()
    for (const [attack, forged] of Object.entries(forgedTokens)) {
      const code = attack.startsWith('J44') ? 'expired' : 'invalid'
      test(attack, async () => {
        for (const token of forged(forge)) assert.equal(await codeOf(judge, token), code, token.slice(0, 2000))
        assert.equal(({} as { admin?: unknown }).admin, undefined)
      })
    }
  })
}

describe('keys that must not be trusted', () => {
  test('J05 a key that is not exactly one PEM is not taken in', async () => {
    const auth = hallpass({ issuer, secret: 'tG5vQ0z8yYx2Wm7LrKc4Nf1HbJ6aUdS9eP3iE-oXqRk', store: memory() })
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const open = publicKey.export({ type: 'spki', format: 'pem' }) as string
    for (const text of [`\n${pem}`, `\t\t${pem}`, `x${pem}`, `${pem}${pem}`, `${pem}x`, open, '', 'secret']) {
      await assert.rejects(auth.keys.import(text), { code: 'key-refused' }, JSON.stringify(text.slice(0, 40)))
    }
    await auth.close()
  })

  test('J06 a key that names no alg never leaves the choice to the token', async () => {
    const { alg: _, ...unnamed } = es256.publicJwk
    const judge = verifier({ jwks: { keys: [unnamed] } })
    assert.equal(await codeOf(judge, es256.token()), 'accepted')
    const signed = `${encoded({ ...es256.header, alg: 'HS256' })}.${encoded(payload)}`
    assert.equal(await codeOf(judge, hmac(JSON.stringify(unnamed), signed)), 'invalid')
    const { alg: __, ...rsa } = rs256.publicJwk
    assert.match(whyRefused({ keys: [rsa] }), /says no alg/)
  })

  test('J08 a key for encryption', () => {
    const { use: _, ...key } = es256.publicJwk
    assert.match(whyRefused({ keys: [{ ...key, use: 'enc' }] }), /use is not sig/)
    assert.match(whyRefused({ keys: [{ ...key, key_ops: ['encrypt'] }] }), /key_ops do not have verify/)
  })

  test('J25 two keys with one kid, or a secret among public keys', () => {
    const twin = { ...new Forge('ES256').publicJwk, kid: es256.publicJwk['kid'] }
    assert.match(whyRefused({ keys: [es256.publicJwk, twin] }), /one kid/)
    assert.match(whyRefused({ keys: [es256.publicJwk, { kty: 'oct', k: 'AAAA', kid: 'x' }] }), /symmetric/)
  })

  test('J23 a key without a kid is for no token', () => {
    const { kid: _, ...nameless } = es256.publicJwk
    assert.match(whyRefused({ keys: [nameless] }), /no kid/)
  })

  test('J26 weak keys', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
    assert.match(whyRefused({ keys: [{ ...short, kid: 'x', alg: 'RS256' }] }), /less than 2048 bits/)
    for (const e of ['AQ', 'Ag']) assert.match(whyRefused({ keys: [{ ...rs256.publicJwk, e }] }), /odd number/)
    assert.match(whyRefused({ keys: [{ ...es256.publicJwk, x: es256.publicJwk['y'] }] }), /not a point of P-256/)
    const private_ = { ...edDsa.publicJwk, d: 'AAAA' }
    assert.match(whyRefused({ keys: [private_] }), /private/)
  })

  test('J27 root secrets that are blank or known', () => {
    for (const secret of ['', 'secret', 'changeme', 'a'.repeat(64), 'your-256-bit-secret-goes-right-here!']) {
      assert.throws(() => hallpass({ issuer, secret, store: memory() }), { code: 'configuration' }, secret)
    }
  })

  test('J29 no library that verifies HMACs as streams is depended on', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      dependencies: object
    }
    assert.deepEqual(Object.keys(dependencies), ['jose'])
  })
})

/** The order of P-256's group (SP 800-186): s and its complement are right for the same message. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

test('J12 the twin of a signature is the same token: same claims, same jti, and expires and ends with it', async () => {
  const judge = verifier()
  const token = es256.token()
  const [header, body, signature] = token.split('.') as [string, string, string]
  const bytes = Buffer.from(signature, 'base64url')
  const s = (order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0')
  const twin = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s, 'hex')]).toString('base64url')
  const verdicts = [await judge.verify(token), await judge.verify(`${header}.${body}.${twin}`)]
  const [one, other] = verdicts.map((verdict) => (verdict.ok ? verdict.claims : assert.fail(verdict.reason)))
  assert.deepEqual(one, other)
  assert.equal(one!.jti, 't_1')
})

/** A server that counts who asks it, on a free port. */
async function counting(t: TestContext, keys: KeySet): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0
  const server = createServer((_, res) => {
    asked++
    res.setHeader('content-type', 'application/json').end(JSON.stringify(keys))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked }
}

test('J21 nobody is asked at an address that a token names', async (t) => {
  const attacker = await counting(t, setOf(edDsa))
  const judge = verifier()
  for (const member of ['jku', 'x5u']) {
    const token = edDsa.token({ ...edDsa.header, kid: 'unknown', [member]: attacker.url })
    assert.equal(await codeOf(judge, token), 'invalid')
  }
  assert.equal(attacker.asked(), 0)
})

test('J24 ten thousand unknown kids send the verifier out once in a cool-down', async (t) => {
  const keys = await counting(t, setOf(edDsa))
  const clock = manualClock()
  const judge = createVerifier({ issuer, audience, jwks: `${keys.url}/jwks`, clock })
  const [, ...rest] = edDsa.token().split('.')
  await judge.verify(edDsa.token())
  assert.equal(keys.asked(), 1)
  const flood = Array.from({ length: 10_000 }, async (_, number) => {
    const header = encoded({ ...edDsa.header, kid: `random-${number}` })
    return judge.verify([header, ...rest].join('.'))
  })
  await Promise.all(flood)
  assert.ok(keys.asked() <= 2, `${keys.asked()} requests`)
  await judge.close()
})

describe('J54 the cache of verified tokens', () => {
  test('another audience has a cache of its own', async () => {
    const [one, other] = [verifier(), verifier({ audience: 'https://other.example' })]
    assert.equal(await codeOf(one, edDsa.token()), 'accepted')
    assert.equal(await codeOf(other, edDsa.token()), 'invalid')
  })

  test('a token that was accepted is refused when it expires, at that very second', async () => {
    const clock = { ...stopped, passed: 0, now: (): number => startedAt + clock.passed }
    const judge = verifier({ clock })
    const token = edDsa.token()
    for (const [passed, code] of [
      [0, 'accepted'],
      [299_999, 'accepted'],
      [300_000, 'expired'],
    ] as const) {
      clock.passed = passed
      assert.equal(await codeOf(judge, token), code)
    }
  })

  test('tokens that share all but a character are not mistaken for each other', async () => {
    const judge = verifier()
    const token = edDsa.token()
    assert.equal(await codeOf(judge, token), 'accepted')
    for (let at = 0; at < token.length; at += 7) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      assert.equal(await codeOf(judge, changed), 'invalid', `character ${at}`)
    }
    assert.equal(await codeOf(judge, token), 'accepted')
  })

  test('refusals are not remembered: what was too early is accepted when its time has come', async () => {
    const clock = { ...stopped, passed: 0, now: (): number => startedAt + clock.passed }
    const judge = verifier({ clock })
    const token = edDsa.token(undefined, { ...payload, nbf: issuedAt + 60 })
    assert.equal(await codeOf(judge, token), 'invalid')
    clock.passed = 60_000
    assert.equal(await codeOf(judge, token), 'accepted')
  })
})
