import type { KeySchedule, ReceiptBody, Rehearsal, SessionBody, TokensBody } from 'hallpass'
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

/**
 * `DELETE /auth/sessions/:id`, `POST /auth/sessions/revoke-all` where no session is kept, `POST /admin/keys/:kid/revoke` and
 * `POST /admin/tokens/:id/revoke`.
 */
export interface ReceiptAnswer {
  readonly receipt: ReceiptBody
}

/** `POST /auth/password`, and `POST /auth/sessions/revoke-all` where the current session is kept. */
export interface SessionAndReceiptAnswer extends SessionAnswer {
  readonly receipt: ReceiptBody | null
}

/** `GET /admin/members`: every instance that the revocation log knows of. Durations are milliseconds. */
export interface MembersAnswer {
  readonly members: readonly MemberBody[]
  readonly log: {
    /** Of the last entry that any instance is known to have applied. */
    readonly sequence: number
    /** Of the last entry that the instance that answers has applied; null before it first read the log. */
    readonly applied: number | null
    readonly lease: LeaseBody
  }
}

export interface MemberBody {
  /** Random, new with every start of an instance. */
  readonly incarnation: string
  /** Whether it is the instance that answers. */
  readonly self: boolean
  /** Up to which entry it said it has applied the log. */
  readonly acknowledged: number
  /** How many entries it has not acknowledged yet. */
  readonly behind: number
  /** How long it may answer from memory after a renewal. */
  readonly lease: number
  /** How long beyond that, while the store is away. */
  readonly lastKnownGood: number
}

/** Whether an instance may answer from memory at this moment; one that serves nobody holds no lease, and needs none. */
export interface LeaseBody {
  readonly valid: boolean
  /** Since the store last told it everything, milliseconds; null before the first time. */
  readonly lag: number | null
}

/** `GET /readyz`, while the store answers. */
export interface ReadyAnswer {
  readonly status: 'ok'
  readonly engine: string
  /** The id (`kid`) of the key that signs. */
  readonly signingKey: string
  readonly lease: LeaseBody
}

/** `GET /admin/keys`, `POST /admin/keys/rotate`: the key ring and what happens to it next. Times are milliseconds since 1970. */
export type KeysAnswer = KeySchedule

/** `GET /admin/keys/rehearsal`: what `POST /admin/keys/rotate` would do at this moment, and from when on it may. */
export type RehearsalAnswer = Rehearsal

/** `GET /admin/clients`: the programs that may ask for tokens, oldest first. */
export interface ClientsAnswer {
  readonly clients: readonly ClientBody[]
}

/** `GET`, `PATCH /admin/clients/:id`; `DELETE /admin/clients/:id/secrets/:secret`. */
export interface ClientAnswer {
  readonly client: ClientBody
}

/** `POST /admin/clients` and `/admin/clients/:id/secrets`: the one time that the secret is shown. */
export interface ClientSecretAnswer extends ClientAnswer {
  /** Null for a client with keys of its own. */
  readonly secret: string | null
}

/** Times are milliseconds since 1970. */
export interface ClientBody {
  /** `client_id`. */
  readonly id: string
  readonly name: string
  readonly grants: readonly ('client_credentials' | 'refresh_token' | 'token-exchange' | 'introspect')[]
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
  /** Public JWKs (RFC 7517) of its `private_key_jwt`. */
  readonly keys: readonly { readonly [member: string]: string }[]
  /** By what to call each secret that is in use; nothing of it can be presented. */
  readonly secrets: readonly { readonly id: string }[]
  readonly createdAt: number
  /** Null while it may ask for tokens. */
  readonly disabledAt: number | null
}

/** Every refusal: `application/problem+json` (RFC 9457). */
export type ProblemAnswer = ServerProblem
