// Every verifier with what its documentation says to give it: the keys, their algorithm, the issuer and the audience.
import { spawnSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createVerifier as fastJwt } from 'fast-jwt'
import { createVerifier } from 'hallpass/verify'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'

const pyjwt = fileURLToPath(new URL('./pyjwt.py', import.meta.url))

/**
 * @typedef {{ issuer: string, audience: string, now: number, forges: readonly object[] }} Setting
 * Each answers, token by token, null where the token is accepted, else why not.
 * @type {{ [name: string]: (setting: Setting, tokens: readonly string[]) => Promise<(string | null)[]> }}
 */
export const verifiers = { hallpass, jose, jsonwebtoken: nodeJsonwebtoken, 'fast-jwt': fast, PyJWT: python }

async function hallpass({ issuer, audience, now, forges }, tokens) {
  const verifier = createVerifier({ issuer, audience, jwks: jwksOf(forges), clock: stoppedAt(now) })
  const verdicts = []
  for (const token of tokens) {
    const verdict = await verifier.verify(token)
    verdicts.push(verdict.ok ? null : verdict.reason)
  }
  await verifier.close()
  return verdicts
}

async function jose({ issuer, audience, now, forges }, tokens) {
  const keys = createLocalJWKSet(jwksOf(forges))
  const algorithms = forges.map(({ alg }) => alg)
  const options = { issuer, audience, algorithms, typ: 'at+jwt', clockTolerance: 5, currentDate: new Date(now) }
  return each(tokens, (token) => jwtVerify(token, keys, options))
}

async function nodeJsonwebtoken({ issuer, audience, now, forges }, tokens) {
  return each(tokens, (token) => {
    const forge = forgeNamed(forges, jsonwebtoken.decode(token, { complete: true })?.header.kid)
    const options = { issuer, audience, algorithms: [forge.alg], clockTimestamp: now / 1000, clockTolerance: 5 }
    jsonwebtoken.verify(token, forge.publicKey, options)
  })
}

async function fast({ issuer, audience, now, forges }, tokens) {
  const key = ({ header }) => forgeNamed(forges, header.kid).publicKey.export({ type: 'spki', format: 'pem' })
  const algorithms = forges.map(({ alg }) => alg)
  const verify = fastJwt({
    key: async (decoded) => key(decoded),
    algorithms,
    allowedIss: issuer,
    allowedAud: audience,
    clockTimestamp: now,
    clockTolerance: 5000,
  })
  return each(tokens, (token) => verify(token))
}

async function python({ issuer, audience, now, forges }, tokens) {
  const input = JSON.stringify({ now, issuer, audience, keys: jwksOf(forges).keys, tokens })
  const options = { input, maxBuffer: 2 ** 28, encoding: 'utf8' }
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', [pyjwt], options)
  if (status !== 0) throw new Error(`PyJWT did not run (Debian: apt-get install python3-jwt): ${stderr}`)
  return JSON.parse(stdout)
}

async function each(tokens, verify) {
  const verdicts = []
  for (const token of tokens) {
    try {
      await verify(token)
      verdicts.push(null)
    } catch (error) {
      verdicts.push(error.message)
    }
  }
  return verdicts
}

function jwksOf(forges) {
  return { keys: forges.map(({ publicJwk }) => publicJwk) }
}

function forgeNamed(forges, kid) {
  const forge = forges.find(({ header }) => header.kid === kid)
  if (forge === undefined) throw new Error('no such key')
  return { alg: forge.alg, publicKey: createPublicKey({ key: forge.publicJwk, format: 'jwk' }) }
}

function stoppedAt(now) {
  return { now: () => now, monotonic: () => 0, later: () => () => undefined }
}
