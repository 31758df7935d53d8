import type { LeaseStatus } from '../cluster/lease-holder.js'
import type { TokenFacts } from '../cluster/view.js'
import { isExpired } from '../core/claims.js'
import { HallpassError } from '../core/errors.js'
import type { EventOf } from '../core/events.js'
import type { Awaitable, Runtime } from '../core/ports.js'
import type { LogFeed } from '../core/store.js'
import { createEvents } from '../events.js'
import { longestForeignToken, readCompact } from '../keys/compact.js'
import type { VerifyingKey } from '../keys/held-ring.js'
import { createTokenCache, type TokenCache } from '../keys/token-cache.js'
import { verifyCompact } from '../keys/verification.js'
import { systemRuntime } from '../runtime.js'
import { factsOf, type VerifiedClaims } from './claims.js'
import type { KeysStatus } from './issuer-keys.js'
import { readIssuers, type VerifierOptions } from './options.js'
import { createTrustedIssuer, issuerChooser, type TrustedIssuer } from './trusted-issuer.js'
import { crypto } from '#crypto'

/**
 * What a token is worth.
 *
 * - `invalid`: not authentic, not for us, or not what its issuer is known to write.
 * - `expired`: authentic in every other respect, and past its `exp`.
 * - `ended`: it or its session was revoked. `stale`: something it says has changed; a refresh gives a new one.
 * - `keys-unavailable`, `log-unavailable`: no verdict. Nobody can say at the moment; try again (503).
 *
 * The reason is for the operator's log, not for an answer.
 */
export type Verdict =
  | { readonly ok: true; readonly claims: VerifiedClaims; readonly knows: Knowledge }
  | { readonly ok: false; readonly code: VerdictCode; readonly reason: string }

/** What can be known of an issuer's tokens: all that was revoked until now, or no more than when they expire. */
export type Knowledge = 'revocations' | 'expiry-only'

export type VerdictCode = 'invalid' | 'expired' | 'ended' | 'stale' | 'keys-unavailable' | 'log-unavailable'

type VerifierEventType = 'trouble' | 'lease-refused' | 'clock-skewed' | 'log-forgot'

/** The state of one issuer's keys and of the lease on its log. */
export interface IssuerStatus {
  readonly issuer: string
  readonly knows: Knowledge
  readonly keys: KeysStatus
  /** Null without a log. */
  readonly lease: LeaseStatus | null
}

export interface Verifier {
  /**
   * Judges a token. A token that was verified before is answered at once, without a promise, wherever memory may be
   * trusted; every answer has checked expiry, key, lease and log anew. Never rejects for what a client sent.
   */
  verify(token: string): Awaitable<Verdict>
  /**
   * The log for verifiers further down: the lease handed down is what is left of the own one. Null without a log, or
   * with the logs of several issuers.
   */
  readonly feed: LogFeed | null
  status(): readonly IssuerStatus[]
  /** Calls `listener` with what an operator should know; answers how to stop. */
  on<Type extends VerifierEventType>(type: Type, listener: (event: EventOf<Type>) => void): () => void
  /** Leaves the log: revocations wait for this verifier no longer. Waits for the leases it handed down. */
  close(): Promise<void>
}

/** A token that was found authentic, with what every later look at it needs. */
interface Accepted {
  readonly issuer: TrustedIssuer
  readonly key: VerifyingKey
  readonly issuedAt: number
  readonly expiresAt: number
  readonly tokenId: string
  readonly facts: TokenFacts | null
  readonly verdict: Verdict & { readonly ok: true }
}

/**
 * Verifies tokens, and nothing else: for services and edge functions that hold no sessions. Throws `configuration`
 * with every mistake and its remedy.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const events = createEvents()
  const runtime = options.clock ?? systemRuntime
  const parts = { crypto, runtime, fetch: options.fetch, emit: events.emit }
  const issuers = readIssuers(options).map((policy) => createTrustedIssuer(policy, parts))
  const logs = issuers.flatMap(({ log }) => log ?? [])
  return {
    verify: verification(issuers, runtime, createTokenCache(options.cacheBytes ?? 8 * 1024 * 1024)),
    feed: logs.length === 1 ? logs[0]!.feed : null,
    status: () => issuers.map(statusOf),
    on: events.on,
    async close() {
      await Promise.all(issuers.map(({ close }) => close()))
    },
  }
}

function verification(
  issuers: readonly TrustedIssuer[],
  runtime: Runtime,
  cache: TokenCache<Accepted>,
): Verifier['verify'] {
  const issuerOf = issuerChooser(issuers)

  async function verifyAnew(token: string): Promise<Verdict> {
    try {
      // Keys can be lost to what the log tells between the two looks at them; twice in a row is no coincidence.
      const verdict = (await verifyOnce(token)) ?? (await verifyOnce(token))
      return verdict ?? refused('keys-unavailable', 'the keys were lost while the token was looked at')
    } catch (error) {
      if (error instanceof HallpassError && error.code === 'keys-unavailable') {
        return refused('keys-unavailable', error.reason ?? error.message)
      }
      throw error
    }
  }

  async function verifyOnce(token: string): Promise<Verdict | null> {
    const compact = readCompact(token, longestForeignToken)
    if (!compact.ok) return refused('invalid', compact.reason)
    const issuer = issuerOf(compact.token)
    if (issuer === undefined) return refused('invalid', 'iss is none of the issuers')
    const { verdict, key } = await verifyCompact(compact.token, issuer.verification)
    if (!verdict.ok) return refused(verdict.code, verdict.reason)
    const accepted = accept(issuer, key!, verdict.claims)
    const answer = standing(accepted, runtime)
    const settled = answer === 'no-lease' ? await standingOnceAsked(accepted, runtime) : answer
    if (settled === 'no-key') return null
    if (settled.ok) cache.put(token, accepted)
    return settled
  }

  return (token) => {
    const accepted = cache.get(token)
    if (accepted === undefined) return verifyAnew(token)
    const answer = standing(accepted, runtime)
    if (answer === 'no-lease') {
      return standingOnceAsked(accepted, runtime).then((settled) =>
        settled === 'no-key' ? verifyAnew(token) : settled,
      )
    }
    if (answer !== 'no-key' && answer.ok) return answer
    cache.remove(token)
    return answer === 'no-key' ? verifyAnew(token) : answer
  }
}

function accept(issuer: TrustedIssuer, key: VerifyingKey, claims: VerifiedClaims): Accepted {
  const verdict = Object.freeze({ ok: true, claims, knows: knowledgeOf(issuer) } as const)
  const { iat: issuedAt, exp: expiresAt, jti: tokenId = '' } = claims
  return { issuer, key, issuedAt, expiresAt, tokenId, facts: factsOf(claims), verdict }
}

/** What an authentic token is worth at this moment; `no-key` and `no-lease` where memory cannot tell. */
function standing(accepted: Accepted, runtime: Runtime): Verdict | 'no-key' | 'no-lease' {
  const { issuer, key, verdict } = accepted
  if (issuer.keys.known(key.kid) !== key) return 'no-key'
  if (isExpired(accepted, runtime.now())) return refused('expired', 'exp has passed')
  if (issuer.log === null) return verdict
  const answer = issuer.log.judge(accepted.tokenId, accepted.issuedAt, accepted.facts)
  if (answer.outcome === 'nothing') return verdict
  if (answer.outcome === 'no-lease') return 'no-lease'
  if (answer.outcome === 'forgot') {
    return refused('log-unavailable', 'the log lost entries, and cannot tell of tokens issued before that')
  }
  return refused(answer.outcome, answer.because)
}

async function standingOnceAsked(accepted: Accepted, runtime: Runtime): Promise<Verdict | 'no-key'> {
  await accepted.issuer.log?.ask()
  const answer = standing(accepted, runtime)
  return answer === 'no-lease' ? refused('log-unavailable', 'nobody gives a lease on the log') : answer
}

function refused(code: VerdictCode, reason: string): Verdict & { readonly ok: false } {
  return { ok: false, code, reason }
}

function knowledgeOf({ log }: TrustedIssuer): Knowledge {
  return log === null ? 'expiry-only' : 'revocations'
}

function statusOf(trusted: TrustedIssuer): IssuerStatus {
  const { issuer, keys, log } = trusted
  return { issuer, knows: knowledgeOf(trusted), keys: keys.status(), lease: log?.status() ?? null }
}
