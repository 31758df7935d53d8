import type { Counts } from '../core/counts.js'
import type { ErrorCode } from '../core/errors.js'
import { type SessionRecord, type Versions, expiresAt } from '../core/session.js'
import { type IssuedTokens, isSessionId } from '../core/token.js'
import { sessionTokenOf } from './chain.js'
import type { Parts } from './parts.js'
import type { Watcher } from './watch.js'
import type { Strategy } from './strategies/strategy.js'
import type { WriteBehind } from './write-behind.js'

/** The parts with the strategy in force: what every verb of a session works with. */
export interface Engine extends Parts {
  readonly strategy: Strategy
  readonly behind: WriteBehind
  readonly counts: Counts
  readonly watcher: Watcher
}

/** A session whose client is handed credentials. */
export interface Carried {
  readonly record: SessionRecord
  readonly tokens: IssuedTokens
}

/** Why a credential is not believed. */
export interface Refused {
  readonly ok: false
  readonly code: ErrorCode
  /** For the operator. */
  readonly reason: string
  /** The session it names, where it is authentic. */
  readonly session: string | null
}

export function refused(code: ErrorCode, reason: string, session: string | null = null): Refused {
  return { ok: false, code, reason, session: session !== null && isSessionId(session) ? session : null }
}

/** The strategy's own credentials; anonymous sessions are carried by a session token, whatever the strategy. */
export async function carry(
  engine: Engine,
  record: SessionRecord,
  versions: Versions,
  startedAt: number,
): Promise<Carried> {
  if (record.subject === null) return { record, tokens: await ownSessionToken(engine, record) }
  return { record, tokens: await engine.strategy.issue(engine, { record, versions, startedAt }) }
}

export async function ownSessionToken(engine: Engine, record: SessionRecord): Promise<IssuedTokens> {
  return { sessionToken: await sessionTokenOf(engine, record), expiresAt: expiresAt(record) }
}
