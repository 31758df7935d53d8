import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { crypto as node } from '#src/crypto/node.js'
import { crypto as web } from '#src/crypto/web.js'
import { type Claims, type Forge, issuedAt } from '../attacks/forge.js'
import { forgedTokens } from '../attacks/forged-tokens.js'
import { forgeOf, instance, payload, rules } from './fixture.js'

let forge: Forge
let right: string

const withHeader = (members: object): string => forge.token({ ...forge.header, ...members })
const withClaims = (claims: object): string => forge.token(undefined, { ...payload, ...claims })
const withMember = (member: string): string => forge.token(undefined, `{${member},${JSON.stringify(payload).slice(1)}`)

for (const [name, crypto] of [
  ['node:crypto', node],
  ['Web Crypto', web],
] as const) {
  describe(`an access token under ${name}`, () => {
    const { tokens, store } = instance({ crypto })
    before(async () => {
      forge = await forgeOf(await tokens.list())
      right = await tokens.sign(payload)
    })

    test('the forge signs what is right, so that every refusal below is for the reason it names', async () => {
      for (const token of [right, forge.token(), withClaims({}), withHeader({})]) {
        assert.equal((await tokens.verify(token)).ok, true)
      }
    })

    test('J08, J12, J44, J48, J50: what the standards allow is accepted', async () => {
      const allowed = [
        withHeader({ alg: 'Ed25519' }),
        ...['AT+JWT', 'application/at+jwt', 'Application/At+Jwt'].map((typ) => withHeader({ typ })),
        withHeader({ cty: 'JWT' }),
        withClaims({ aud: ['https://other.example', rules.audience] }),
        withClaims({ nbf: issuedAt }),
        withClaims({ iat: issuedAt + 5 }),
        withClaims({ exp: issuedAt + 0.5 }),
        withMember('"x":"\\ud83d\\ude00 \\\\ud800 \\"x\\":{"'),
        withMember('"x":{"sub":[{"exp":1},{"exp":2}],"exp":3}'),
        forge.token(undefined, ` ${JSON.stringify(payload)}\n`),
        withClaims({ x: 'x'.repeat(2500) }),
      ]
      for (const token of allowed) assert.deepEqual((await tokens.verify(token)).ok, true, token)
    })

    for (const [attack, forged] of Object.entries(forgedTokens)) {
      const code = attack.startsWith('J44') ? 'expired' : 'invalid'
      test(attack, async () => {
        const written = store.writes
        for (const token of forged(forge)) {
          const verdict = await tokens.verify(token)
          assert.equal(!verdict.ok && verdict.code, code, token.slice(0, 2000))
        }
        assert.equal(({} as { admin?: unknown }).admin, undefined)
        assert.equal(store.writes, written)
        assert.equal((await tokens.verify(right)).ok, true)
      })
    }

    test('RFC 9068, and ours beyond it: a required claim that is missing', async () => {
      for (const claim of ['jti', 'client_id', 'sid', 'auth_time', 'amr', 'gen'] as const) {
        const { [claim]: _, ...rest }: Claims = payload
        const verdict = await tokens.verify(forge.token(undefined, rest))
        assert.equal(!verdict.ok && verdict.code, 'invalid', claim)
      }
    })

    test('every change of a single character is refused', async () => {
      for (let index = 0; index < right.length; index++) {
        const changed = right.slice(0, index) + (right[index] === 'A' ? 'B' : 'A') + right.slice(index + 1)
        assert.equal((await tokens.verify(changed)).ok, false, `character ${index}`)
      }
    })
  })
}
