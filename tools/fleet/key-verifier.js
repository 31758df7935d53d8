// A resource server in a process of its own: hallpass/verify with the JWK Set of one instance, with the log or without.
import { createVerifier } from 'hallpass/verify'
import { answerQuestions, settingsOfThisProcess, stamp } from './processes.js'

const { issuer, audience, address, logKey, name } = settingsOfThisProcess()
// Instances count who asks them for keys.
const { fetch } = globalThis
globalThis.fetch = (target, init = {}) =>
  fetch(target, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), 'user-agent': name } })

const verifier = createVerifier({
  issuer,
  audience,
  jwks: `${address}/.well-known/jwks.json`,
  ...(logKey === undefined ? {} : { log: { address, key: logKey } }),
})

answerQuestions({
  /** Null where it is accepted, else why not; and when the check began. */
  async check(tokens) {
    const began = stamp()
    const verdicts = await Promise.all(tokens.map((token) => verifier.verify(token)))
    return { began, answers: verdicts.map((verdict) => (verdict.ok ? null : `${verdict.code}: ${verdict.reason}`)) }
  },
  status: () => verifier.status(),
  close: () => verifier.close(),
})
