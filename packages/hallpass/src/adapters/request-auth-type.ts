import type { SignInOptions, StepUpOptions, TokensBody } from '../api.js'
import type { ErrorCode } from '../core/errors.js'
import type { Receipt } from '../core/receipt.js'
import type { Json, Session, Visitor } from '../core/session.js'
import type { Begun } from '../core/sign-in.js'
import type { Requirement } from '../http/guard.js'
import type { ResponsePatch } from '../http/response-patch.js'

/** Puts what Hallpass wants onto the response; with a status, that is the whole answer. */
export type Apply = (patch: ResponsePatch) => void

/** A session as it was just handed out: cookies are already on the response, or here are tokens for its body. */
export interface Handed {
  readonly session: Session
  readonly tokens: TokensBody | null
}

/** What a method brought about: who is calling from here on, and what that does to the response. */
export interface Outcome {
  readonly session: Session | null
  readonly visitor?: Visitor | null
  readonly patch: ResponsePatch
}

/**
 * Hallpass for one request. Never null, also for strangers. What an answer needs (cookies, `no-store`) is put on the
 * response by each method, so call them before the response is sent. Refusals are `HallpassError`s.
 */
export interface RequestAuth {
  /**
   * Whose session the request carries; follows what the methods below bring about. Throws `store-unavailable` where the
   * store is away and memory may only answer routes that ask for it (`requireSession({ lastKnownGood: true })`).
   */
  readonly session: Session | null
  /** An anonymous session with data of its own. */
  readonly visitor: Visitor | null
  /** Why there is no session: 'session-required' where nothing was presented. Null with a session. */
  readonly refusal: ErrorCode | null
  /** The session. Throws the refusal without one, `step-up-required`, or `csrf-refused`. */
  require(requirement?: Requirement): Session
  /** The same as data: what to answer instead of going on, or null. Pages are sent to `resume` or to sign in. */
  guard(requirement?: Requirement): ResponsePatch | null
  /** The counters before the credentials are checked; read what you check them against after this. */
  begin(subject: string): Promise<Begun>
  /** Opens a session. Errors: `superseded`, `csrf-refused`, `client-required`. */
  signIn(subject: string, options?: SignInOptions): Promise<Handed>
  /** Ends the session. The receipt is null where there was none. */
  signOut(): Promise<Receipt | null>
  /** New secrets, after the subject proved again who they are. With `endOthers` the receipt tells of the others. */
  stepUp(options?: StepUpOptions): Promise<Handed & { readonly receipt: Receipt | null }>
  refresh(): Promise<Handed>
  /** Changes the session's data; begins an anonymous session where there is none. `change` may run more than once. */
  update(change: (data: Json) => Json): Promise<void>
  /** A fresh double-submit token, for the `Hallpass-CSRF` header of pages that run script. */
  csrfToken(): Promise<string>
  /** Ends every session of the subject, or every other one. Tokens are the native client's new ones. */
  revokeAll(options: {
    readonly keepCurrent: boolean
  }): Promise<{ readonly receipt: Receipt; readonly tokens: TokensBody | null }>
}
