// What it costs to verify a token, cold and cached, by algorithm: medians of slices in turn, as ratios to raw crypto.verify.
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { createVerifier as fastJwt } from 'fast-jwt'
import { createVerifier } from 'hallpass/verify'
import { importJWK, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'

const tokensInSlice = Number(process.env.BENCH_TOKENS ?? 1000)
const rounds = Number(process.env.BENCH_ROUNDS ?? 9)
const cachedChecks = 200_000
const [issuer, audience] = ['https://app.example', 'https://api.example']
const algorithms = ['EdDSA', 'ES256', 'RS256', 'PS256']

console.log(
  `node ${process.version}, medians of ${rounds} slices: cold of ${tokensInSlice} tokens, cached of ${cachedChecks}`,
)
for (const alg of algorithms) await compare(alg)

async function compare(alg) {
  const issue = issuerOf(alg)
  const contenders = await contendersFor(issue)
  for (const contender of contenders) await judgesRightly(contender, issue)
  const figures = new Map(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    const tokens = Array.from({ length: tokensInSlice }, (_, index) => issue.token(`${round}-${index}`))
    for (const { name, cached, open } of contenders) {
      const nanoseconds = await slice(open(), cached ? [tokens[0]] : tokens, cached ? cachedChecks : tokensInSlice)
      // The first round warms the compiler up.
      if (round > 0) figures.get(name).push(nanoseconds)
    }
    process.stderr.write(`${alg}: round ${round} of ${rounds}\n`)
  }
  const raw = median(figures.get('raw crypto.verify'))
  console.log(`\n${alg.padEnd(32)}${'µs'.padStart(10)}${'× raw'.padStart(10)}${'min–max'.padStart(18)}`)
  for (const [name, all] of figures) {
    const [low, high] = [Math.min(...all), Math.max(...all)].map((one) => (one / 1000).toFixed(2))
    const middle = median(all)
    const cells = [(middle / 1000).toFixed(2).padStart(10), (middle / raw).toFixed(3).padStart(10)]
    console.log(`${name.padEnd(32)}${cells.join('')}${`${low}–${high}`.padStart(18)}`)
  }
}

/** Each opens anew for a slice, so that nothing of the slice before is in a cache; its first token is not timed. */
async function contendersFor({ alg, jwk, publicKey }) {
  const joseKey = await importJWK(jwk, alg)
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  const fast = (cache) => fastJwt({ key: pem, algorithms: [alg], allowedIss: issuer, allowedAud: audience, cache })
  const ours = () => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [jwk] } })
    return async (token) => (await verifier.verify(token)).ok
  }
  const oursCached = () => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [jwk] } })
    // What is remembered is answered at once, without a promise.
    return (token) => {
      const verdict = verifier.verify(token)
      return verdict instanceof Promise ? verdict.then(({ ok }) => ok) : verdict.ok
    }
  }
  return [
    { name: 'raw crypto.verify', cached: false, open: () => raw(alg, publicKey) },
    { name: 'hallpass/verify', cached: false, open: ours },
    {
      name: 'jose',
      cached: false,
      open: () => async (token) =>
        !!(await jwtVerify(token, joseKey, { issuer, audience, typ: 'at+jwt', algorithms: [alg] })),
    },
    {
      name: 'fast-jwt',
      cached: false,
      open: () => {
        const check = fast(false)
        return (token) => !!check(token)
      },
    },
    {
      name: 'jsonwebtoken',
      cached: false,
      open: () => (token) => !!jsonwebtoken.verify(token, publicKey, { issuer, audience, algorithms: [alg] }),
    },
    { name: 'hallpass/verify, cached', cached: true, open: oursCached },
    {
      name: 'fast-jwt, cached',
      cached: true,
      open: () => {
        const check = fast(true)
        return (token) => !!check(token)
      },
    },
  ].filter(({ name }) => !(name === 'jsonwebtoken' && alg === 'EdDSA'))
}

/** The signature alone, over bytes that are taken apart already. */
function raw(alg, key) {
  const how = {
    EdDSA: [null, key],
    ES256: ['sha256', { key, dsaEncoding: 'ieee-p1363' }],
    RS256: ['sha256', key],
    PS256: ['sha256', { key, padding: 6, saltLength: 32 }],
  }[alg]
  return (token) => {
    const end = token.lastIndexOf('.')
    return verify(how[0], Buffer.from(token.slice(0, end)), how[1], Buffer.from(token.slice(end + 1), 'base64url'))
  }
}

function issuerOf(alg) {
  const { publicKey, privateKey } = {
    EdDSA: () => generateKeyPairSync('ed25519'),
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  }[alg]()
  const kid = `key-of-${alg}`
  const options = {
    EdDSA: privateKey,
    ES256: { key: privateKey, dsaEncoding: 'ieee-p1363' },
    RS256: privateKey,
    PS256: { key: privateKey, padding: 6, saltLength: 32 },
  }[alg]
  const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    alg,
    publicKey: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
    token(jti) {
      const iat = Math.floor(Date.now() / 1000)
      const claims = {
        iss: issuer,
        sub: 'u_42',
        aud: audience,
        exp: iat + 600,
        iat,
        jti,
        client_id: 'web',
        roles: ['reader', 'writer'],
        scope: 'orders.read orders.write',
      }
      const signed = `${encoded({ alg, typ: 'at+jwt', kid })}.${encoded(claims)}`
      return `${signed}.${sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(signed), options).toString('base64url')}`
    },
  }
}

/** Nothing is timed before right and wrong tokens were told apart. */
async function judgesRightly({ name, open }, issue) {
  const judge = open()
  const accepts = async (token) => {
    try {
      return await judge(token)
    } catch {
      return false
    }
  }
  const token = issue.token('right')
  const wrong = `${token.slice(0, -30)}${token.at(-30) === 'A' ? 'B' : 'A'}${token.slice(-29)}`
  if (!(await accepts(token)) || (await accepts(wrong))) throw new Error(`${name} does not tell right from wrong`)
}

async function slice(judge, tokens, checks) {
  await judge(tokens[0])
  const began = performance.now()
  for (let index = 0; index < checks; index++) {
    const answer = judge(tokens[index % tokens.length])
    if ((typeof answer === 'boolean' ? answer : await answer) !== true) throw new Error('a right token was refused')
  }
  return ((performance.now() - began) * 1e6) / checks
}

function median(figures) {
  return figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)]
}
