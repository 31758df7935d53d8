import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { checkSignature, rules, type RuleResult } from 'hallpass/inspect'
import { createVerifier, type KeySet, type Verifier } from 'hallpass/verify'
import fc from 'fast-check'
import type { Runtime } from '#src/core/ports.js'
import { audience, Forge, issuer, payload, startedAt } from '../../attacks/forge.js'
import { forgedTokens } from '../../attacks/forged-tokens.js'

const stoppedAt = (now: number): Runtime => ({ now: () => now, monotonic: () => 0, later: () => () => undefined })

interface Setting {
  readonly issuer: string
  readonly audience: string
  readonly now: number
  readonly jwks: KeySet
}

async function judged(token: string, { jwks, ...terms }: Setting): Promise<readonly RuleResult[]> {
  return rules(token, { ...terms, signature: await checkSignature(token, JSON.stringify(jwks)) })
}

function firstReason(results: readonly RuleResult[]): string | null {
  return results.find((result) => result.outcome === 'failed')?.reason ?? null
}

/** The first rule that failed is the verifier's reason; where none failed, all passed, and the verifier accepts. */
async function agrees(token: string, setting: Setting, verifier: Verifier): Promise<void> {
  const verdict = await verifier.verify(token)
  const results = await judged(token, setting)
  assert.equal(firstReason(results), verdict.ok ? null : verdict.reason, token)
  if (verdict.ok) assert.ok(results.every(({ outcome }) => outcome === 'passed'))
}

const verifierOf = ({ now, ...options }: Setting): Verifier => createVerifier({ ...options, clock: stoppedAt(now) })

describe('the rules agree with the verifier', () => {
  const file = new URL('../../../../../docs/vectors/verification.json', import.meta.url)
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as Setting & {
    readonly cases: readonly { readonly name: string; readonly token: string }[]
  }

  test('on every test vector', async () => {
    const verifier = verifierOf({
      issuer: vectors.issuer,
      audience: vectors.audience,
      now: vectors.now,
      jwks: vectors.jwks,
    })
    assert.ok(vectors.cases.length > 100)
    for (const { token } of vectors.cases) await agrees(token, vectors, verifier)
  })

  const forges = (['EdDSA', 'ES256', 'RS256', 'PS256'] as const).map((alg) => new Forge(alg))
  const jwks = { keys: forges.map(({ publicJwk }) => publicJwk) }
  const setting = { issuer, audience, now: startedAt, jwks }
  const verifier = verifierOf(setting)

  test('on every forged token, of every algorithm', async () => {
    for (const attack of Object.values(forgedTokens)) {
      for (const forge of forges) for (const token of attack(forge)) await agrees(token, setting, verifier)
    }
  })

  test('on thousands of mutated tokens', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...forges.slice(0, 2)), mutation, (forge, mutate) =>
        agrees(mutate(forge), setting, verifier),
      ),
      { numRuns: 4000, seed: 20_260_601 },
    )
  })
})

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_ .=+/"{}é\0'
const values: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 2 ** 53, '', 'x', 'x'.repeat(1025), [], [audience], [audience, 1], {}, { sub: 'x' }],
  ...[issuer, audience, startedAt / 1000, startedAt / 1000 + 6, startedAt / 1000 - 900, startedAt, 'at+jwt', 'JWT'],
]
const claims = [...Object.keys(payload), 'nbf', 'sid', 'scope', 'act', '__proto__']
const members = ['alg', 'typ', 'kid', 'crit', 'b64', 'zip', 'jwk', 'jku', 'x5u', 'x5c', 'cty']

type Mutate = (forge: Forge) => string

const mutation: fc.Arbitrary<Mutate> = fc.oneof(
  fc.tuple(fc.nat(600), fc.constantFrom(...alphabet.split(''))).map<Mutate>(
    ([at, character]) =>
      (forge) =>
        replaced(forge.token(), at, character),
  ),
  fc.tuple(fc.nat(300), fc.constantFrom(...alphabet.split(''))).map<Mutate>(
    ([at, character]) =>
      (forge) =>
        forge.token(undefined, replaced(JSON.stringify(payload), at, character)),
  ),
  fc
    .array(fc.tuple(fc.constantFrom(...claims), fc.constantFrom(...values)), { maxLength: 3 })
    .map<Mutate>((changes) => (forge) => forge.token(undefined, { ...payload, ...Object.fromEntries(changes) })),
  fc.tuple(fc.constantFrom(...members), fc.constantFrom(...values)).map<Mutate>(
    ([member, value]) =>
      (forge) =>
        forge.token({ ...forge.header, [member]: value }),
  ),
  fc.constantFrom(...claims).map<Mutate>((claim) => (forge) => {
    const { [claim as 'sub']: _, ...rest } = payload
    return forge.token(undefined, rest)
  }),
  fc.tuple(fc.constantFrom(...claims), fc.constantFrom(...values)).map<Mutate>(
    ([claim, value]) =>
      (forge) =>
        forge.token(undefined, `{"${claim}":${JSON.stringify(value)},${JSON.stringify(payload).slice(1)}`),
  ),
)

function replaced(text: string, at: number, character: string): string {
  const place = at % text.length
  return text.slice(0, place) + character + text.slice(place + 1)
}

test('what is not given is not checked, and says so', async () => {
  const forge = new Forge('EdDSA')
  const results = rules(forge.token(), { now: startedAt, signature: null })
  const unchecked = results.flatMap((result) =>
    result.outcome === 'not-checked' ? [[result.rule, result.because]] : [],
  )
  assert.deepEqual(unchecked, [
    ['key', 'no key was given'],
    ['alg', 'no key was given'],
    ['signature', 'no key was given'],
    ['iss', 'no issuer was given'],
    ['aud', 'no audience was given'],
  ])
  assert.equal(firstReason(results), null)
})

test('what is no token fails for its form, and not for its length', () => {
  const failures = rules('a.b', { now: 0, signature: null }).filter(({ outcome }) => outcome === 'failed')
  assert.deepEqual(
    failures.map(({ rule }) => rule),
    ['form'],
  )
})

test('a token that is too long is judged all the same, and fails for its length first', async () => {
  const forge = new Forge('EdDSA')
  const token = forge.token(undefined, { ...payload, exp: startedAt / 1000 - 1, x: 'x'.repeat(10_000) })
  const results = rules(token, { now: startedAt, signature: null })
  const failed = results.filter(({ outcome }) => outcome === 'failed').map(({ rule }) => rule)
  assert.deepEqual(failed, ['length', 'lifetime', 'expired'])
})

test('each rule has its words, and its name once', () => {
  const results = rules('', { now: 0, signature: null })
  assert.equal(new Set(results.map(({ rule }) => rule)).size, results.length)
  for (const { rule, demand, remedy, standard } of results) {
    assert.match(demand, /\.$/, rule)
    assert.match(remedy, /\.$/, rule)
    assert.match(standard, /RFC|OpenID/, rule)
  }
})
