import type { TokenFacts } from '../cluster/view.js'
import type { AccessClaims } from '../core/claims.js'
import type { SessionRecord, Versions } from '../core/session.js'
import type { OverBecause } from '../core/upstream.js'
import { readCompact } from '../keys/compact.js'

export type Heard = (because: OverBecause) => void

/** What a request was let in with, as it was judged. */
export interface Admitted {
  readonly record: SessionRecord
  readonly versions: Versions
  /** Of the access token that was presented; null for a session token. */
  readonly claims: AccessClaims | null
}

/** Somebody who is to hear when what a request was let in with is no longer good. */
export interface Watch {
  readonly facts: TokenFacts
  readonly names: Names
  heard: Heard
  /** When the session ends if nothing happens, as far as is known. Milliseconds since 1970. */
  endsAt: number
  /** The era since whose beginning the log has told everything about it; null where the store has to be asked first. */
  era: number | null
  /** How often in a row nobody could confirm it. */
  failures: number
}

/** By what an entry of the log may name it. A session token has neither id nor key. */
interface Names {
  readonly session: string
  readonly subject: string
  readonly token: string | null
  readonly key: string | null
}

const kinds = ['session', 'subject', 'token', 'key'] as const satisfies (keyof Names)[]

const nobody: Heard = () => undefined

/** Every open watch, so kept that an entry of the log costs what it concerns. */
export class Watches {
  /** In the order in which the store was asked. */
  readonly #all = new Set<Watch>()
  readonly #named = {
    session: new Map<string, Set<Watch>>(),
    subject: new Map<string, Set<Watch>>(),
    token: new Map<string, Set<Watch>>(),
    key: new Map<string, Set<Watch>>(),
  }

  get size(): number {
    return this.#all.size
  }

  /** As they are now: hearing of one may end others. */
  all(): readonly Watch[] {
    return [...this.#all]
  }

  of(kind: keyof Names, name: string | null): readonly Watch[] {
    return name === null ? [] : [...(this.#named[kind].get(name) ?? [])]
  }

  add(watch: Watch): void {
    this.#all.add(watch)
    for (const kind of kinds) {
      const name = watch.names[kind]
      if (name === null) continue
      const namesakes = this.#named[kind].get(name)
      if (namesakes === undefined) this.#named[kind].set(name, new Set([watch]))
      else namesakes.add(watch)
    }
  }

  /** False where it was gone before. */
  remove(watch: Watch): boolean {
    if (!this.#all.delete(watch)) return false
    // A table that was outgrown keeps what it held until the next collection of all: let that not be whole requests.
    watch.heard = nobody
    for (const kind of kinds) {
      const name = watch.names[kind]
      if (name === null) continue
      const namesakes = this.#named[kind].get(name)!
      namesakes.delete(watch)
      if (namesakes.size === 0) this.#named[kind].delete(name)
    }
    return true
  }

  putLast(watches: readonly Watch[]): void {
    for (const watch of watches) if (this.#all.delete(watch)) this.#all.add(watch)
  }

  clear(): void {
    this.#all.clear()
    for (const kind of kinds) this.#named[kind].clear()
  }
}

/**
 * What the log is to be judged by, and what it may name.
 * @param text the credential itself
 */
export function namesOf(admitted: Admitted, text: string | null): Pick<Watch, 'facts' | 'names'> {
  const { claims } = admitted
  const facts = claims ?? factsOf(admitted)
  const { session, subject } = facts
  if (claims === null || text === null) return { facts, names: { session, subject, token: null, key: null } }
  const read = readCompact(text)
  const key = read.ok ? (read.token.header['kid'] as string) : null
  return { facts, names: { session, subject, token: claims.tokenId, key } }
}

/** What an access token would say that was minted at that moment. */
function factsOf({ record, versions }: Admitted): TokenFacts {
  const { id, subject, generation, subjectVersion, deploymentVersion, changeCounter } = record
  const { subjectChanges } = versions
  const counters = { generation, subjectVersion, deploymentVersion, subjectChanges, sessionChanges: changeCounter }
  // No token has the id of a session.
  return { session: id, subject: subject!, tokenId: id, ...counters }
}
