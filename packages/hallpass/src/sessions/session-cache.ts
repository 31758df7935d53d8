import type { View } from '../cluster/view.js'
import type { LogEntry } from '../core/log.js'
import type { Runtime } from '../core/ports.js'
import type { Found, SessionRecord, Versions } from '../core/session.js'
import type { UpstreamToken } from '../core/upstream.js'

/** A session as the store told of it. Worth something only while the lease is held. */
export interface Cached {
  record: SessionRecord
  readonly versions: Versions
  /** The session token that was found authentic; null until one was presented. */
  token: string | null
  /** Its tokens for backends, by what was asked for; null before the first. They go with the session, whatever drops it. */
  upstreamTokens: Map<string, KeptToken> | null
  readonly subject: SubjectState | null
}

/** A token for one backend that is handed out again while it is young. */
export interface KeptToken {
  readonly tokenId: string
  /** Milliseconds since 1970. */
  readonly from: number
  readonly until: number
  readonly token: Promise<UpstreamToken>
}

/** Shared by every cached session of a subject, so that all of them are passed in one step. */
interface SubjectState {
  version: number
  changes: number
  sessions: number
}

/** Taken before a read of the store, shown when its answer is to be kept. */
export interface Ticket {
  readonly epoch: number
  readonly sequence: number | null
  /** Monotonic milliseconds. */
  readonly startedAt: number
}

export interface SessionCacheParts {
  readonly view: View
  readonly runtime: Pick<Runtime, 'monotonic'>
  /** How long after the start of a read its answer may still be kept, milliseconds: one lease. */
  readonly lease: number
  /** The oldest go first beyond so many. */
  readonly limit: number
}

/**
 * Sessions that the store has told of, kept until the log says something about them. Only ever a reason to say yes:
 * whatever else a cached session would lead to, the store is asked.
 */
export class SessionCache {
  readonly #parts: SessionCacheParts
  readonly #sessions = new Map<string, Cached>()
  readonly #subjects = new Map<string, SubjectState>()

  constructor(parts: SessionCacheParts) {
    this.#parts = parts
    parts.view.onApplied((entry) => this.#apply(entry))
    parts.view.onDropped(() => this.#clear())
  }

  get size(): number {
    return this.#sessions.size
  }

  /** The session, unless the log has said anything about it since it was read. The lease is the caller's to check. */
  get(id: string): Cached | undefined {
    const cached = this.#sessions.get(id)
    if (cached === undefined) return undefined
    const { record, versions, subject } = cached
    const passed =
      record.deploymentVersion < this.#parts.view.deploymentVersion ||
      (subject !== null && (record.subjectVersion < subject.version || versions.subjectChanges < subject.changes))
    if (!passed) return cached
    this.drop(id)
    return undefined
  }

  begin(): Ticket {
    const { view, runtime } = this.#parts
    return { epoch: view.epoch, sequence: view.position?.sequence ?? null, startedAt: runtime.monotonic() }
  }

  /**
   * Keeps the answer of a read, only within one lease of its start, and only if neither a drop of the caches nor
   * anything about the session, its subject or the deployment came in between.
   */
  fill(ticket: Ticket, { record, versions }: Found): Cached | null {
    const { view, runtime, lease, limit } = this.#parts
    if (record === null || ticket.sequence === null || ticket.epoch !== view.epoch) return null
    if (runtime.monotonic() - ticket.startedAt >= lease) return null
    if (view.hasNewsSince(ticket.sequence, record.id, record.subject)) return null

    const before = this.#sessions.get(record.id)
    // Many that ask at once share what the first of them began.
    if (before !== undefined && saysTheSame(before, record, versions)) return before
    this.drop(record.id)
    const cached: Cached = {
      record,
      versions,
      token: before?.record.secretHash === record.secretHash ? before.token : null,
      upstreamTokens: null,
      subject: this.#subjectOf(record, versions),
    }
    this.#sessions.set(record.id, cached)
    if (this.#sessions.size > limit) this.drop(this.#sessions.keys().next().value!)
    return cached
  }

  /** Forgets one session: this instance has changed it, or could not believe it. */
  drop(id: string): void {
    const cached = this.#sessions.get(id)
    if (cached === undefined) return
    this.#sessions.delete(id)
    const { subject, record } = cached
    if (subject !== null && --subject.sessions === 0) this.#subjects.delete(record.subject!)
  }

  #subjectOf(record: SessionRecord, versions: Versions): SubjectState | null {
    if (record.subject === null) return null
    const { subjectVersion: version, subjectChanges: changes } = versions
    const state = this.#subjects.get(record.subject) ?? { version, changes, sessions: 0 }
    this.#subjects.set(record.subject, state)
    state.version = Math.max(state.version, version)
    state.changes = Math.max(state.changes, changes)
    state.sessions++
    return state
  }

  #apply({ kind, target, counter }: LogEntry): void {
    if (kind === 'key') return target === null ? undefined : this.#forgetUpstreamTokens()
    if (kind === 'session' || (kind === 'changed' && counter === null)) return this.drop(target!)
    if (kind !== 'subject' && kind !== 'changed') return
    const state = this.#subjects.get(target!)
    if (state !== undefined) state[kind === 'subject' ? 'version' : 'changes'] = counter!
  }

  /** A key was revoked, and nobody believes any more what it signed. Rare enough to look at all of them. */
  #forgetUpstreamTokens(): void {
    for (const cached of this.#sessions.values()) cached.upstreamTokens = null
  }

  #clear(): void {
    this.#sessions.clear()
    this.#subjects.clear()
  }
}

/** Whether the store was asked again for what memory had already: then what follows from it stays as it is. */
function saysTheSame({ record, versions }: Cached, other: SessionRecord, told: Versions): boolean {
  return (
    record.version === other.version &&
    versions.subjectVersion === told.subjectVersion &&
    versions.subjectChanges === told.subjectChanges &&
    versions.deploymentVersion === told.deploymentVersion
  )
}
