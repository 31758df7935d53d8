import { withinDeadline } from '../cluster/deadline.js'
import type { LeaseHolder, LeaseStatus } from '../cluster/lease-holder.js'
import { createHolderAndRelay } from '../cluster/relay.js'
import { type TokenFacts, View } from '../cluster/view.js'
import type { HallpassEvent } from '../core/events.js'
import { defaultTiming, retention } from '../core/lease.js'
import { protocol } from '../core/log.js'
import type { Crypto, Runtime } from '../core/ports.js'
import type { LogFeed } from '../core/store.js'
import { encodeBase64url } from '../crypto/base64url.js'
import type { IssuerKeys } from './issuer-keys.js'

/** How long a check without a lease waits for one, milliseconds. */
const patience = 2000

export interface WatchedLogParts {
  readonly upstream: LogFeed
  readonly issuer: string
  /** Of the issuer's tokens, seconds. */
  readonly maximumLifetime: number
  readonly keys: IssuerKeys
  readonly crypto: Crypto
  readonly runtime: Runtime
  readonly emit: (event: HallpassEvent) => void
}

/** What the log says against a token: nothing, something, or that it cannot say. */
export type LogAnswer =
  | { readonly outcome: 'nothing' }
  | { readonly outcome: 'no-lease' }
  | { readonly outcome: 'forgot' }
  | { readonly outcome: 'ended' | 'stale'; readonly because: string }

const nothing: LogAnswer = { outcome: 'nothing' }
const noLease: LogAnswer = { outcome: 'no-lease' }
const forgot: LogAnswer = { outcome: 'forgot' }

/** One issuer's revocation log, watched by right of a lease that is asked of somebody who has one. */
export class WatchedLog {
  readonly feed: LogFeed
  readonly #view = new View()
  readonly #holder: LeaseHolder
  readonly #runtime: Runtime

  constructor({ upstream, issuer, maximumLifetime, keys, crypto, runtime, emit }: WatchedLogParts) {
    this.#runtime = runtime
    const timing = defaultTiming
    const { holder, relay } = createHolderAndRelay({
      ...{ upstream, view: this.#view, runtime, timing, emit },
      terms: { deployment: issuer, protocol, retention: retention(maximumLifetime * 1000, timing) },
      random: () => encodeBase64url(crypto.randomBytes(16)),
      housekeeping: null,
    })
    this.#holder = holder
    this.feed = relay
    this.#view.onApplied(({ kind, target }) => {
      if (kind !== 'key') return
      if (target === null) keys.refresh()
      else keys.revoke(target)
    })
    this.#view.onDropped(() => keys.missedEntries())
  }

  /** What it says at this moment. `facts`: null for a token without a session. */
  judge(tokenId: string, issuedAt: number, facts: TokenFacts | null): LogAnswer {
    if (!this.#holder.holds()) return noLease
    // Somebody who has the store could tell whether an earlier token has ended.
    if (issuedAt * 1000 <= this.#view.believesFrom) return forgot
    if (facts === null) return this.#view.revokesToken(tokenId) ? { outcome: 'ended', because: 'revoked' } : nothing
    const judgement = this.#view.judge(facts)
    if (judgement === null) return nothing
    if (judgement.outcome === 'ended') return judgement
    return { outcome: 'stale', because: 'a version or a counter has been raised since' }
  }

  /** Asks for a lease, once. Resolves when there is one, or cannot be. */
  async ask(): Promise<void> {
    const asked = async (): Promise<void> => {
      await this.#holder.ready()
      if (!this.#holder.holds()) await this.#holder.catchUp()
    }
    // The trouble has been told as an event.
    await withinDeadline(this.#runtime, patience, asked()).catch(() => undefined)
  }

  status(): LeaseStatus {
    return this.#holder.status()
  }

  close(): Promise<void> {
    return this.#holder.close()
  }
}
