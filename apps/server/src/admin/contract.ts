import type { ReceiptBody, SessionBody, TokensBody } from 'hallpass'
import type { ServerProblem } from '../errors.js'

// What the server answers, as JSON: for whoever talks to it over HTTP, the console first.

export type { ReceiptBody, SessionBody, TokensBody } from 'hallpass'

/** `POST /auth/sign-up`, `/auth/sign-in`, `/auth/step-up`; `GET /auth/session`. Tokens go to native clients only. */
export interface SessionAnswer {
  readonly session: SessionBody
  readonly tokens?: TokensBody
}

/** `GET /auth/account`: whose account the caller is signed in to. */
export interface AccountAnswer {
  readonly account: { readonly email: string }
}

/** `GET /auth/sessions` */
export interface SessionsAnswer {
  readonly sessions: readonly SessionBody[]
}

/** `DELETE /auth/sessions/:id`, and `POST /auth/sessions/revoke-all` where no session is kept. */
export interface ReceiptAnswer {
  readonly receipt: ReceiptBody
}

/** `POST /auth/password`, and `POST /auth/sessions/revoke-all` where the current session is kept. */
export interface SessionAndReceiptAnswer extends SessionAnswer {
  readonly receipt: ReceiptBody | null
}

/** Every refusal: `application/problem+json` (RFC 9457). */
export type ProblemAnswer = ServerProblem
