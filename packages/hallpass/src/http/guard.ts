import type { ErrorCode } from '../core/errors.js'
import type { Session, Visitor } from '../core/session.js'

/** Who is calling, and how that was told: the outcome of authenticating one request. */
export interface Standing {
  /** Whose session the request carries; null where nobody is signed in or the credential was refused. */
  readonly session: Session | null
  /** An anonymous session with data of its own. */
  readonly visitor: Visitor | null
  /** Why there is no session although a credential came, or 'session-required' where none came. Null with a session. */
  readonly refusal: ErrorCode | null
  /** Which part of the request carried the credential. */
  readonly carriedBy: 'cookie' | 'authorization' | null
  /** The double-submit token in `Hallpass-CSRF`, checked against the session. */
  readonly csrfToken: 'valid' | 'invalid' | 'absent'
}
