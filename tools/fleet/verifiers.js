// Many remote verifiers in one process: each with a lease, a stream and connections of its own. They check all the time.
import { setTimeout as sleep } from 'node:timers/promises'
import { createVerifier } from 'hallpass/verify'
import { serveLog } from './log-server.js'
import { answerQuestions, settingsOfThisProcess, stamp } from './processes.js'

const issuer = 'https://app.example'
const { jwks, key } = settingsOfThisProcess()

/** Milliseconds from one round of checks to the next: all of them together check some five thousand times a second. */
const pause = () => Math.max(20, verifiers.length / 5)

/** @type {import('hallpass/verify').Verifier[]} */
const verifiers = []
let run = null

/** One round after the other, in which every verifier is asked about the token. */
async function check(token, counts) {
  for (;;) {
    if (run !== counts) return
    const round = verifiers.map(async (verifier) => {
      const began = stamp()
      counts.underWay++
      const verdict = await verifier.verify(token)
      counts.underWay--
      counts.answers.push({ began, answer: verdict.ok ? 'accepted' : verdict.code })
      if (verdict.ok) counts.acceptedBy.add(verifier)
    })
    await Promise.race([Promise.all(round), sleep(pause())])
    await sleep(pause())
    counts.rounds++
  }
}

answerQuestions({
  /** Opens so many more below each of the addresses, and has them ask for a lease; `serves`: answers at which addresses. */
  async open(addresses, each, token, serves) {
    const opened = addresses.flatMap((address) =>
      Array.from({ length: each }, () => createVerifier({ issuer, audience: issuer, jwks, log: { address, key } })),
    )
    verifiers.push(...opened)
    for (const verifier of opened) void verifier.verify(token)
    return serves ? Promise.all(opened.map(async ({ feed }) => (await serveLog(feed, key)).address)) : []
  },
  /** Has every verifier check the token from now on, and answers when each has accepted it. */
  async watch(token) {
    const counts = { answers: [], acceptedBy: new Set(), underWay: 0, rounds: 0 }
    run = counts
    void check(token, counts)
    while (counts.acceptedBy.size < verifiers.length) await sleep(5)
  },
  /** Goes on for so many more rounds, and answers what was said to checks that began before and after that moment. */
  async finish(moment, rounds) {
    const counted = run
    const enough = counted.rounds + rounds
    while (counted.rounds < enough) await sleep(5)
    run = null
    while (counted.underWay > 0) await sleep(5)
    const before = {}
    const after = {}
    for (const { began, answer } of counted.answers) {
      const counts = began > moment ? after : before
      counts[answer] = (counts[answer] ?? 0) + 1
    }
    return { before, after }
  },
  /** How many have a lease; asking keeps them from leaving. */
  leases(token) {
    for (const verifier of verifiers) void verifier.verify(token)
    return verifiers.filter((verifier) => verifier.status()[0].lease.valid).length
  },
  close: () => Promise.all(verifiers.splice(0).map((verifier) => verifier.close())),
})
