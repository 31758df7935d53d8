import { HallpassError } from 'hallpass'
import { buildApp } from 'hallpass-server/app'
import type { Config } from 'hallpass-server/config'
import { type Finding, good } from './finding.js'

/** How long the store may take to answer, milliseconds, before people feel it. */
const slow = 50

/** Opens the store as the server would and asks it. Answers which key signs, where that could be told. */
export async function* ofStore(config: Config): AsyncGenerator<Finding, string | null> {
  const skews: number[] = []
  const app = buildApp({ ...config, logLevel: 'silent' })
  try {
    app.auth.on('clock-skewed', ({ at, storeTime }) => skews.push(at - storeTime))
    const { warnings } = await app.start()
    const asked = performance.now()
    const { engine, signingKey } = await app.auth.status()
    const took = performance.now() - asked
    yield took > slow
      ? {
          check: 'store',
          verdict: 'attention',
          sentence: `${engine} answers in ${took.toFixed(0)} ms`,
          remedy: 'Bring it nearer: cold requests and revocations wait for it.',
        }
      : good('store', `${engine} answers in ${took.toFixed(1)} ms`)
    for (const { message, remedy } of warnings)
      yield { check: 'store', verdict: 'attention', sentence: message, remedy }
    for (const skew of skews) {
      yield {
        check: 'clock',
        verdict: 'bad',
        sentence: `differs by ${(skew / 1000).toFixed(1)} s from the store's`,
        remedy: 'Let a time service set both clocks.',
      }
    }
    const { keys } = (await app.auth.keys.rehearse()).now
    yield good('keys', `${keys.length} in the ring; ${signingKey} signs`)
    const members = (await app.auth.members()).filter(({ self }) => !self).length
    yield good(
      'instances',
      members === 0 ? 'none is known to the revocation log' : `the revocation log knows of ${members}`,
    )
    return signingKey
  } catch (error) {
    if (!(error instanceof HallpassError)) throw error
    const { remedy } = error.mistakes[0] ?? { remedy: 'Start it, or mend HALLPASS_STORE.' }
    yield { check: 'store', verdict: 'bad', sentence: reasonsOf(error), remedy }
    return null
  } finally {
    await app.close()
  }
}

/** What went wrong, and what that was caused by, down to the system's own words. */
function reasonsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = (error instanceof HallpassError ? error.reason : null) ?? error.message
  return error.cause === undefined ? own : `${own.replace(/: see the cause$/, '')}: ${reasonsOf(error.cause)}`
}
