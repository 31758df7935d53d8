import type { AccessClaims } from '../core/claims.js'
import type { LogEntry, LogReading, Position } from '../core/log.js'
import type { EndReason } from '../core/session.js'

export type TokenFacts = Pick<
  AccessClaims,
  | 'session'
  | 'subject'
  | 'tokenId'
  | 'generation'
  | 'subjectVersion'
  | 'deploymentVersion'
  | 'subjectChanges'
  | 'sessionChanges'
>

export type TokenJudgement = { readonly outcome: 'ended'; readonly because: EndReason } | { readonly outcome: 'stale' }

interface SessionFact {
  ended: EndReason | null
  /** Tokens of an earlier generation belong to a secret that was replaced. */
  firstGeneration: number
  /** The last entry about it. */
  sequence: number
}

interface SubjectFact {
  version: number
  kept: string | null
  changes: number
  sequence: number
}

const stale: TokenJudgement = { outcome: 'stale' }

/** What an instance has read in the log: enough to refuse what ended or changed, without asking the store. */
export class View {
  #position: Position | null = null
  #start: Position | null = null
  #log: string | null = null
  #epoch = 0
  #believesFrom = 0
  #deployment = { version: 0, sequence: 0 }
  /** In order and without gaps; when each was applied stands beside it. */
  #entries: LogEntry[] = []
  #appliedAt: number[] = []
  readonly #sessions = new Map<string, SessionFact>()
  readonly #subjects = new Map<string, SubjectFact>()
  readonly #tokens = new Map<string, number>()
  readonly #applied: ((entry: LogEntry) => void)[] = []
  readonly #dropped: (() => void)[] = []

  /** How far the log has been applied; null before the first reading. */
  get position(): Position | null {
    return this.#position
  }

  /** The position before the first entry remembered. */
  get start(): Position | null {
    return this.#start
  }

  /** The identity of the log it comes from. */
  get log(): string | null {
    return this.#log
  }

  /** Raised whenever everything was dropped: what was read before must not be kept. */
  get epoch(): number {
    return this.#epoch
  }

  /** Access tokens issued before this are believed by the store alone. Milliseconds since 1970. */
  get believesFrom(): number {
    return this.#believesFrom
  }

  /** The newest deployment version heard of; 0 where none was. */
  get deploymentVersion(): number {
    return this.#deployment.version
  }

  /** How many entries it remembers. */
  get size(): number {
    return this.#entries.length
  }

  /** Calls `heard` with each entry as it is applied. */
  onApplied(heard: (entry: LogEntry) => void): void {
    this.#applied.push(heard)
  }

  /** Calls `heard` whenever everything was dropped. */
  onDropped(heard: () => void): void {
    this.#dropped.push(heard)
  }

  /** Drops everything, and begins with what a reading keeps. */
  restart(reading: LogReading, monotonic: number): void {
    this.#clear()
    this.#log = reading.identity
    this.#position = this.#start = reading.start
    this.apply(reading.entries, monotonic)
  }

  /** Drops everything: the log is no longer the one that was read. */
  drop(now: number): void {
    this.#clear()
    this.distrust(now)
  }

  /** Leaves access tokens issued until now to the store. Milliseconds since 1970. */
  distrust(now: number): void {
    this.#believesFrom = Math.max(this.#believesFrom, now)
  }

  /** Applies entries that follow its position; those it knows already are passed over. */
  apply(entries: readonly LogEntry[], monotonic: number): void {
    for (const entry of entries) {
      if (this.#position === null || entry.sequence <= this.#position.sequence) continue
      this.#note(entry)
      // The link is the id of the entry before, which is here already: one string for both.
      this.#entries.push({ ...entry, previous: this.#position.id })
      this.#appliedAt.push(monotonic)
      this.#position = { sequence: entry.sequence, id: entry.id }
      for (const heard of this.#applied) heard(entry)
    }
  }

  /** Forgets what nobody can present any more; answers the last position forgotten, if any was. */
  prune(monotonic: number, retention: number): Position | null {
    let count = 0
    while (count < this.#entries.length && monotonic - this.#appliedAt[count]! >= retention) {
      this.#forget(this.#entries[count++]!)
    }
    if (count === 0) return null
    this.#start = this.at(this.#start!.sequence + count)
    this.#entries = this.#entries.slice(count)
    this.#appliedAt = this.#appliedAt.slice(count)
    return this.#start
  }

  /** Whether the log revoked that token by itself: all there is to ask about one without a session. */
  revokesToken(tokenId: string): boolean {
    return this.#tokens.has(tokenId)
  }

  /** Why an access token must not be accepted; null where the log tells nothing against it. */
  judge(token: TokenFacts): TokenJudgement | null {
    if (token.deploymentVersion < this.#deployment.version) return { outcome: 'ended', because: 'everything-revoked' }
    if (this.revokesToken(token.tokenId)) return { outcome: 'ended', because: 'revoked' }
    const session = this.#sessions.get(token.session)
    if (session !== undefined) {
      if (session.ended !== null) return { outcome: 'ended', because: session.ended }
      if (token.generation < session.firstGeneration) return { outcome: 'ended', because: 'replaced' }
    }
    const subject = this.#subjects.get(token.subject)
    if (subject === undefined) return null
    if (token.subjectVersion < subject.version) {
      return subject.kept === token.session ? stale : { outcome: 'ended', because: 'subject-revoked' }
    }
    return token.subjectChanges < subject.changes ? stale : null
  }

  /** Whether anything about the session, its subject or the deployment has come after that sequence number. */
  hasNewsSince(sequence: number, session: string, subject: string | null): boolean {
    if (this.#deployment.sequence > sequence) return true
    if ((this.#sessions.get(session)?.sequence ?? 0) > sequence) return true
    return subject !== null && (this.#subjects.get(subject)?.sequence ?? 0) > sequence
  }

  /** The position of that sequence number, if it is remembered. */
  at(sequence: number): Position | null {
    if (this.#start === null || sequence < this.#start.sequence) return null
    if (sequence === this.#start.sequence) return this.#start
    const entry = this.#entries[sequence - this.#start.sequence - 1]
    return entry === undefined ? null : { sequence, id: entry.id }
  }

  /** Every remembered entry after that sequence number. */
  after(sequence: number): readonly LogEntry[] {
    return this.#start === null ? [] : this.#entries.slice(Math.max(0, sequence - this.#start.sequence))
  }

  #note(entry: LogEntry): void {
    const { kind, target, counter, kept, sequence } = entry
    if (kind === 'token') this.#tokens.set(target!, sequence)
    else if (kind === 'everything') this.#deployment = { version: counter!, sequence }
    else if (kind === 'subject') Object.assign(this.#subject(target!), { version: counter!, kept, sequence })
    else if (kind === 'session') noteSession(this.#session(target!), entry)
    // A session's data has no counter: what is cached of it is old, and no token says anything of it.
    else if (kind === 'changed' && counter === null) this.#session(target!).sequence = sequence
    else if (kind === 'changed') Object.assign(this.#subject(target!), { changes: counter, sequence })
  }

  #session(id: string): SessionFact {
    return known(this.#sessions, id, () => ({ ended: null, firstGeneration: 0, sequence: 0 }))
  }

  #subject(subject: string): SubjectFact {
    return known(this.#subjects, subject, () => ({ version: 0, kept: null, changes: 0, sequence: 0 }))
  }

  /** Unless a later entry was about the same. */
  #forget({ target, sequence }: LogEntry): void {
    if (target === null) return
    if (this.#sessions.get(target)?.sequence === sequence) this.#sessions.delete(target)
    if (this.#subjects.get(target)?.sequence === sequence) this.#subjects.delete(target)
    if (this.#tokens.get(target) === sequence) this.#tokens.delete(target)
  }

  #clear(): void {
    this.#position = this.#start = this.#log = null
    this.#entries = []
    this.#appliedAt = []
    for (const facts of [this.#sessions, this.#subjects, this.#tokens]) facts.clear()
    this.#deployment = { version: 0, sequence: 0 }
    this.#epoch++
    for (const heard of this.#dropped) heard()
  }
}

function noteSession(fact: SessionFact, { counter, because, sequence }: LogEntry): void {
  if (counter === null) fact.ended = because ?? 'revoked'
  else fact.firstGeneration = Math.max(fact.firstGeneration, counter)
  fact.sequence = sequence
}

function known<Fact>(facts: Map<string, Fact>, name: string, create: () => Fact): Fact {
  const fact = facts.get(name) ?? create()
  facts.set(name, fact)
  return fact
}
