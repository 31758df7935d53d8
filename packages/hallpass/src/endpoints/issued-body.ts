import type { Issued, TokensBody } from '../api.js'
import { type SessionBody, sessionBody } from '../http/session-body.js'

/** The caller's own session, and its tokens where they are not in cookies. */
export function issuedBody({ session, tokens }: Issued): { session: SessionBody; tokens?: TokensBody } {
  return { session: sessionBody(session, true), ...(tokens === null ? {} : { tokens }) }
}
