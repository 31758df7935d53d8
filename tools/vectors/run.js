// `npm run vectors`: writes docs/vectors/verification.json anew, with keys of its own. Build first.
import { writeFileSync } from 'node:fs'
import {
  audience,
  Forge,
  issuedAt,
  issuer,
  payload,
  startedAt,
} from '../../packages/hallpass/dist-test/attacks/forge.js'
import { forgedTokens } from '../../packages/hallpass/dist-test/attacks/forged-tokens.js'
import { logs, tokensOfSessions } from './logs.js'

const file = new URL('../../docs/vectors/verification.json', import.meta.url)
const forges = ['EdDSA', 'ES256', 'RS256', 'PS256'].map((alg) => new Forge(alg))
const [edDsa, es256] = forges

/** Long ones say nothing that shorter ones do not. */
const longest = 12_000
/** What depends on the algorithm is tried on a second one too. */
const ofSignatures = /^J(04|07|09|10|11|13)\b/

const withClaims = (claims) => edDsa.token(undefined, { ...payload, ...claims })
const right = [
  ...forges.map((forge) => [`signed with ${forge.alg}`, forge.token()]),
  ['alg by its name in RFC 9864', edDsa.token({ ...edDsa.header, alg: 'Ed25519' })],
  ['typ in another case', edDsa.token({ ...edDsa.header, typ: 'AT+JWT' })],
  ['typ as a whole media type', edDsa.token({ ...edDsa.header, typ: 'application/at+jwt' })],
  ['one of several audiences', withClaims({ aud: ['https://other.example', audience] })],
  ['nbf at this very second', withClaims({ nbf: issuedAt })],
  ['iat five seconds ahead', withClaims({ iat: issuedAt + 5 })],
  ['half a second to live', withClaims({ iat: issuedAt - 60, exp: issuedAt + 0.5 })],
  ['space around the payload', edDsa.token(undefined, ` ${JSON.stringify(payload)}\n`)],
  ['one name in two objects', withClaims({ x: { sub: [{ exp: 1 }, { exp: 2 }], exp: 3 } })],
]

const forged = Object.entries(forgedTokens).flatMap(([attack, forge]) => {
  const tokens = [...forge(edDsa), ...(ofSignatures.test(attack) ? forge(es256) : [])]
  const verdict = attack.startsWith('J44') ? 'expired' : 'invalid'
  return tokens.filter(({ length }) => length <= longest).map((token) => ({ name: attack, token, log: null, verdict }))
})

const cases = [
  ...right.map(([name, token]) => ({ name, token, log: null, verdict: 'ok' })),
  ...forged,
  { name: 'a token under a key that was revoked', token: edDsa.token(), log: 'key revoked', verdict: 'invalid' },
  { name: 'a token under another key', token: es256.token(), log: 'key revoked', verdict: 'ok' },
  ...tokensOfSessions.map(({ name, claims, log, verdict }) => ({ name, token: withClaims(claims), log, verdict })),
]
const jwks = { keys: forges.map(({ publicJwk }) => publicJwk) }
writeFileSync(file, `${JSON.stringify({ issuer, audience, now: startedAt, jwks, logs, cases }, null, 2)}\n`)
console.log(`${cases.length} cases in ${file.pathname}`)
