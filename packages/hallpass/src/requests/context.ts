import type { Issued, TokensBody } from '../api.js'
import { type ErrorCode, HallpassError } from '../core/errors.js'
import { deviceFrom, networkOf } from '../core/device.js'
import { type Device, hasSubject, type Session, type SessionRecord, sessionOf, type Visitor } from '../core/session.js'
import { expiresAt } from '../core/session.js'
import type { Presented } from '../http/credentials.js'
import type { RequestView } from '../http/request-view.js'
import type { ResponsePatch } from '../http/response-patch.js'
import type { Engine } from '../sessions/engine.js'

/** What the meeting of requests and sessions works with. */
export interface Context {
  readonly engine: Engine
  readonly nameDevice: (userAgent: string) => string | null
}

export function deviceOf(context: Context, view: RequestView): Device {
  const userAgent = view.header('user-agent')
  return deviceFrom(userAgent, view.address, userAgent === null ? null : context.nameDevice(userAgent))
}

/** Tells the operator the whole reason, and the caller a code. */
export function refusal(
  context: Context,
  view: RequestView,
  code: ErrorCode,
  reason: string,
  about: { readonly session: string | null; readonly subject?: string | null } = { session: null },
): HallpassError {
  const { runtime, emit } = context.engine
  const { session, subject = null } = about
  emit({ type: 'refused', at: runtime.now(), code, reason, session, subject, network: networkOf(view.address) })
  return new HallpassError(code, { reason })
}

/** Tells the operator which names came more than once. */
export function tellAmbiguous({ engine }: Context, view: RequestView, { cookies }: Presented): void {
  const { cookieNames } = engine.policy
  const kinds = (['session', 'access', 'refresh'] as const).filter((kind) => cookies[kind].length > 1)
  const names = kinds.map((kind) => cookieNames[kind])
  engine.emit({ type: 'cookies-ambiguous', at: engine.runtime.now(), names, network: networkOf(view.address) })
}

export function issued(record: SessionRecord, tokens: TokensBody | null, patch: ResponsePatch): Issued {
  return { session: sessionFrom(record), tokens, patch }
}

export function sessionFrom(record: SessionRecord): Session {
  if (!hasSubject(record)) throw new HallpassError('session-required', { reason: 'the session is anonymous' })
  return sessionOf(record)
}

export function visitorFrom(record: SessionRecord): Visitor {
  return { id: record.id, data: record.data, expiresAt: expiresAt(record) }
}
