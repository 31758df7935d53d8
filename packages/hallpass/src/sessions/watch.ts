import { patience, withinDeadline } from '../cluster/deadline.js'
import type { LeaseHolder } from '../cluster/lease-holder.js'
import type { View } from '../cluster/view.js'
import { authenticate } from '../core/authenticate.js'
import type { HallpassEvent } from '../core/events.js'
import type { LogEntry } from '../core/log.js'
import type { Runtime } from '../core/ports.js'
import { expiresAt, type Found } from '../core/session.js'
import type { Store } from '../core/store.js'
import type { OverBecause } from '../core/upstream.js'
import { type Admitted, type Heard, namesOf, type Watch, Watches } from './watches.js'

/** How often watches are confirmed, milliseconds. */
const confirmEvery = 5000
/**
 * How often in a row that may fail: for more than 30 seconds, and 35 at most. Trouble is no verdict, but a connection must
 * not outlive a revocation for ever. Counted rather than timed, since a process that was stopped has not failed.
 */
const mostFailures = 6
/** Sessions that the store is asked for at once: a dropped view must not turn into a flood of look-ups. */
const mostAtOnce = 16

/** Taken before a request is judged, shown when it is to be watched: what came in between must not be missed. */
export interface Moment {
  readonly era: number
  readonly sequence: number | null
}

export interface WatcherParts {
  readonly view: View
  /** Null where this instance takes no leases: then the store is asked. */
  readonly holder: Pick<LeaseHolder, 'holds'> | null
  readonly store: Pick<Store, 'sessions' | 'log'>
  readonly runtime: Runtime
  readonly emit: (event: HallpassEvent) => void
}

/**
 * Tells whoever serves long connections when what they were let in with is no longer good. The log is heard as it comes;
 * that it is still heard is confirmed every few seconds, and asked of the store where it is not.
 */
export class Watcher {
  readonly #parts: WatcherParts
  readonly #watches = new Watches()
  /** Raised whenever the log may have lost something that was not heard. */
  #era = 0
  #callOff: (() => void) | null = null
  #isAsking = false
  #isInTrouble = false
  #isStopped = false

  constructor(parts: WatcherParts) {
    this.#parts = parts
    parts.view.onApplied((entry) => this.#apply(entry))
    parts.view.onDropped(() => void this.#era++)
  }

  /** How many watches are open. */
  get size(): number {
    return this.#watches.size
  }

  moment(): Moment {
    return { era: this.#era, sequence: this.#parts.view.position?.sequence ?? null }
  }

  /**
   * Calls `heard` once, when what a request was let in with is no longer good; answers how to stop.
   * @param text the credential that was judged
   * @param since a moment before it was judged
   */
  watch(admitted: Admitted, text: string | null, since: Moment, heard: Heard): () => void {
    if (this.#isStopped) return () => undefined
    const { facts, names } = namesOf(admitted, text)
    const era = this.#remembers(since) ? since.era : null
    const watch: Watch = { facts, names, heard, era, endsAt: expiresAt(admitted.record), failures: 0 }
    this.#watches.add(watch)
    this.#schedule()
    const because = this.#judge(watch) ?? (this.#hasRevokedKey(watch, since) ? 'revoked' : null)
    // Not before the caller knows how to stop.
    if (because !== null) void Promise.resolve().then(() => this.#over(watch, because))
    return () => void this.#watches.remove(watch)
  }

  stop(): void {
    this.#isStopped = true
    this.#callOff?.()
    this.#watches.clear()
  }

  /** Whether the log has told everything since. */
  #remembers({ sequence }: Moment): boolean {
    const { start } = this.#parts.view
    return sequence !== null && start !== null && start.sequence <= sequence
  }

  #judge({ facts }: Watch): OverBecause | null {
    const judgement = this.#parts.view.judge(facts)
    if (judgement === null) return null
    return judgement.outcome === 'stale' ? 'stale' : judgement.because
  }

  /** The view remembers no keys, but the entries that told of them. */
  #hasRevokedKey({ names }: Watch, { sequence }: Moment): boolean {
    if (names.key === null) return false
    return this.#parts.view.after(sequence ?? 0).some(({ kind, target }) => kind === 'key' && target === names.key)
  }

  #apply({ kind, target, counter }: LogEntry): void {
    if (kind === 'forgot') this.#era++
    else if (kind === 'everything') this.#judgeAll(this.#watches.all())
    else if (kind === 'session') this.#judgeAll(this.#watches.of('session', target))
    else if (kind === 'token') this.#judgeAll(this.#watches.of('token', target))
    else if (kind === 'key') for (const watch of this.#watches.of('key', target)) this.#over(watch, 'revoked')
    // No token says anything of a session's data, which has no counter.
    else if (kind === 'subject' || (kind === 'changed' && counter !== null))
      this.#judgeAll(this.#watches.of('subject', target))
  }

  #judgeAll(watches: readonly Watch[]): void {
    for (const watch of watches) {
      const because = this.#judge(watch)
      if (because !== null) this.#over(watch, because)
    }
  }

  #schedule(): void {
    this.#callOff ??= this.#parts.runtime.later(confirmEvery, () => {
      this.#callOff = null
      // Begun by the first watch and not ended by the last: most requests are over long before.
      if (this.#watches.size === 0) return
      this.#schedule()
      this.#confirm()
    })
  }

  /** While the log is heard, that confirms every watch; the others are asked of the store. */
  #confirm(): void {
    const { holder, runtime } = this.#parts
    // It counts as serving, too: an instance with nothing but open connections stays a member, and goes on hearing.
    const hears = holder?.holds() === true
    const now = runtime.now()
    const unsure = new Set<string>()
    for (const watch of this.#watches.all()) {
      if (hears && watch.era === this.#era && now < watch.endsAt) watch.failures = 0
      else if (++watch.failures > mostFailures) this.#over(watch, 'unconfirmed')
      else unsure.add(watch.names.session)
    }
    if (unsure.size > 0 && !this.#isAsking) void this.#askAll([...unsure])
  }

  /** A few at a time. Each of them gives up at the first trouble: a store that is away is not asked for everybody. */
  async #askAll(sessions: string[]): Promise<void> {
    this.#isAsking = true
    const askInTurn = async (): Promise<boolean> => {
      for (let session = sessions.shift(); session !== undefined; session = sessions.shift()) {
        if (!(await this.#ask(session))) return false
      }
      return true
    }
    const answered = await Promise.all(Array.from({ length: mostAtOnce }, askInTurn))
    if (answered.every(Boolean)) this.#isInTrouble = false
    this.#isAsking = false
  }

  /** Asks the store for one session, whoever watches it; false where it is in trouble, which is no verdict. */
  async #ask(session: string): Promise<boolean> {
    const { runtime, emit } = this.#parts
    if (this.#isStopped) return false
    const era = this.#era
    const watches = this.#watches.of('session', session)
    // One that always fails must not keep the others from their turn.
    this.#watches.putLast(watches)
    try {
      const { found, revoked } = await withinDeadline(runtime, patience, this.#lookUp(session, watches))
      for (const watch of watches) {
        if (watch.names.token !== null && revoked.has(watch.names.token)) this.#over(watch, 'revoked')
        else this.#judgeBy(found, watch, era)
      }
      return true
    } catch (error) {
      // Once per outage.
      if (!this.#isInTrouble && !this.#isStopped) emit({ type: 'trouble', at: runtime.now(), where: 'watch', error })
      this.#isInTrouble = true
      return false
    }
  }

  async #lookUp(
    session: string,
    watches: readonly Watch[],
  ): Promise<{ readonly found: Found; readonly revoked: ReadonlySet<string> }> {
    const { sessions, log } = this.#parts.store
    const tokenIds = [...new Set(watches.map(({ names }) => names.token).filter((tokenId) => tokenId !== null))]
    const [found, ...answers] = await Promise.all([
      sessions.find(session),
      ...tokenIds.map((tokenId) => log.revokesToken(tokenId)),
    ])
    return { found, revoked: new Set(tokenIds.filter((_, index) => answers[index])) }
  }

  /** A token that has expired meanwhile is no matter: only what it says of its session is. */
  #judgeBy(found: Found, watch: Watch, era: number): void {
    const verdict = authenticate(found, { kind: 'access', claims: watch.facts }, this.#parts.runtime.now())
    if (verdict.outcome === 'live') Object.assign(watch, { era, endsAt: expiresAt(verdict.record), failures: 0 })
    else this.#over(watch, verdict.outcome === 'ended' ? verdict.because : 'stale')
  }

  #over(watch: Watch, because: OverBecause): void {
    const { heard } = watch
    if (!this.#watches.remove(watch)) return
    try {
      heard(because)
    } catch {
      // A listener's failure is its own: the others are to hear, and the log goes on.
    }
  }
}
