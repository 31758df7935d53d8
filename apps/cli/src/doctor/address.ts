import { type Finding, good } from './finding.js'

/** Milliseconds. */
const patience = 5000

/** What answers at the issuer's address: nobody, somebody else, or a server with the same keys. */
export async function* ofAddress(issuer: string, signingKey: string | null): AsyncGenerator<Finding> {
  const check = 'server'
  let answer: Response
  try {
    answer = await fetch(`${issuer}/readyz`, { redirect: 'manual', signal: AbortSignal.timeout(patience) })
  } catch (error) {
    const reason = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message
    yield {
      check,
      verdict: 'attention',
      sentence: `nothing answers at ${issuer}: ${reason}`,
      remedy: 'Start it: hallpass serve',
    }
    return
  }
  const ready = (await answer.json().catch(() => null)) as { status?: unknown; signingKey?: unknown } | null
  if (answer.status === 503) {
    yield {
      check,
      verdict: 'bad',
      sentence: `the server at ${issuer} is not ready`,
      remedy: 'Its log says why; most often its store is away.',
    }
  } else if (ready?.status !== 'ok') {
    yield {
      check,
      verdict: 'bad',
      sentence: `what answers at ${issuer} is no Hallpass`,
      remedy: 'Mend HALLPASS_ISSUER, or the proxy in front.',
    }
  } else if (signingKey !== null && ready.signingKey !== signingKey) {
    yield {
      check,
      verdict: 'bad',
      sentence: `the server at ${issuer} signs with another key than this store has`,
      remedy: 'It has another store: give both the same HALLPASS_STORE.',
    }
  } else yield good(check, `runs at ${issuer}`)
}
