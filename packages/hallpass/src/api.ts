import type { Policy, PolicyOptions } from './core/policy.js'
import type { Awaitable, Crypto, Runtime } from './core/ports.js'
import type { AccessClaims } from './core/claims.js'
import type { Figures } from './core/counts.js'
import type { ErrorCode } from './core/errors.js'
import type { EventOf, EventType } from './core/events.js'
import type { LeaseState, MemberState } from './core/log.js'
import type { Receipt, RevokeOptions } from './core/receipt.js'
import type { Json, Session, Visitor } from './core/session.js'
import type { Begun } from './core/sign-in.js'
import type { Jwk } from './core/algorithm.js'
import type { KeySchedule, PublishedKeys, Rehearsal } from './core/key-schedule.js'
import type { ExchangeOptions, Introspection, ServiceToken, ServiceTokenOptions } from './core/service-token.js'
import type { KeyRecord, LogFeed, PageQuery, Store } from './core/store.js'
import type { OverBecause, UpstreamToken, UpstreamTokenOptions } from './core/upstream.js'
import type { TokensBody } from './http/carriage.js'
import type { Standing } from './http/guard.js'
import type { RequestView } from './http/request-view.js'
import type { ResponsePatch } from './http/response-patch.js'

export type { OverBecause, TokensBody, UpstreamToken }

export interface HallpassOptions extends PolicyOptions {
  /** Where state lives: `memory()`, `sqlite('auth.db')`. */
  readonly store: Store
  /** Claims of the application's own, gathered whenever an access token is minted. At most 1 KiB with ours. */
  readonly claims?: (session: Session) => Awaitable<{ readonly [name: string]: Json }>
  /** A name for people, such as "Firefox on Linux", from the `User-Agent`. Default: none. */
  readonly nameDevice?: (userAgent: string) => string | null
  /** Clock and timers; tests hand in a manual clock. */
  readonly runtime?: Runtime
  readonly crypto?: Crypto
}

export interface SignInOptions {
  /** What `begin` answered before the credentials were checked. Without it, it is asked for now. */
  readonly begun?: Begun
  /** How the subject proved who they are (RFC 8176), such as `['pwd', 'otp']`. */
  readonly amr?: readonly string[]
  /** Keeps the cookie when the browser closes, with the remembered lifetimes. Default false. */
  readonly remember?: boolean
  /** The new session's data, made from the anonymous session's. Default: nothing is taken over. */
  readonly merge?: (visitor: Json) => Json
  /** Who acts in the subject's name (RFC 8693 `act`). */
  readonly actor?: string
}

export interface StepUpOptions {
  readonly amr?: readonly string[]
  /** What `begin` answered before the credentials were checked. */
  readonly begun?: Begun
  /** Ends every other session of the subject in the same atomic step. Default false. */
  readonly endOthers?: boolean
}

export interface AuthenticateOptions {
  /**
   * Whether to answer with what memory last knew (`lastKnown`, with the refusal `store-unavailable`) where the store is
   * away and the option `lastKnownGood` still allows it. Default false: rejects with `store-unavailable`.
   */
  readonly lastKnownGood?: boolean
}

export interface Authenticated extends Standing {
  /** When that was told, milliseconds since 1970. */
  readonly at: number
  /** Cookies to expire; empty for most requests. */
  readonly patch: ResponsePatch
}

export interface UpstreamOptions extends AuthenticateOptions, UpstreamTokenOptions {}

/** Who is calling, for whoever hands the request on: with a token for the backend, and word when it is over. */
export interface Upstream extends Authenticated {
  /** Null where nobody is signed in. With `lastKnownGood` also for a session that memory last knew to be good. */
  readonly token: UpstreamToken | null
  /**
   * Calls back once, when the session ends, its secret is replaced or what its token says changes, wherever that
   * happens: as soon as this instance hears of it, and never before this has returned. An idle or absolute end is
   * noticed within 5 seconds. While this instance hears nothing, the store is asked every 5 seconds; where that fails for
   * more than 30 seconds (35 at most), the session may have ended unheard: `unconfirmed`. A token that merely expires,
   * or is refreshed, is not over. Answers how to stop. Does nothing where nobody is signed in, or after `close`.
   */
  whenOver(heard: (because: OverBecause) => void): () => void
}

/** A session with fresh credentials: cookies in `patch`, or `tokens` for the body, never both. */
export interface Issued {
  readonly session: Session
  readonly tokens: TokensBody | null
  readonly patch: ResponsePatch
}

export interface IssuedWithReceipt extends Issued {
  readonly receipt: Receipt | null
}

export type VerifiedToken =
  | { readonly ok: true; readonly claims: AccessClaims }
  | { readonly ok: false; readonly code: ErrorCode; readonly reason: string }

/**
 * The whole of Hallpass. Every method that needs the store rejects with `store-unavailable` when it cannot be
 * reached, and has then said nothing about anybody. Refusals are `HallpassError`s with a code.
 */
export interface Hallpass {
  readonly policy: Policy

  /** The counters before the credentials are checked. Read what you check them against after this. */
  begin(subject: string): Promise<Begun>
  /** Opens a session; ends the one the request carried. Errors: `superseded`, `csrf-refused`, `client-required`. */
  signIn(request: RequestView, subject: string, options?: SignInOptions): Promise<Issued>
  /** Who is calling. Refusals are values here; rejects only with trouble. */
  authenticate(request: RequestView, options?: AuthenticateOptions): Promise<Authenticated>
  /**
   * The same for a gateway: with a token for one backend, minted once for each session and audience and used for half
   * its life. Errors: `bad-request` (an audience that is no name or our own, a ttl out of bounds), `claims-too-large`,
   * `claims-reserved`, `claims-invalid`.
   */
  upstream(request: RequestView, options: UpstreamOptions): Promise<Upstream>
  /** The same for contexts that cannot write cookies: never rotates, never answers with cookies. */
  read(request: RequestView): Promise<Standing>
  /** Judges the refresh token (or what takes its place) and answers with the strategy's own credentials. */
  refresh(request: RequestView): Promise<Issued>
  /** Ends the session that the request carries, if any, and expires every cookie of ours. */
  signOut(request: RequestView): Promise<{ readonly receipt: Receipt | null; readonly patch: ResponsePatch }>
  /** New secrets for the session that the request carries, after the subject proved again who they are. */
  stepUp(request: RequestView, options?: StepUpOptions): Promise<IssuedWithReceipt>
  /** Changes the session's data under compare-and-set; begins an anonymous session where there is none. */
  update(
    request: RequestView,
    change: (data: Json) => Json,
  ): Promise<{ readonly session: Session | null; readonly visitor: Visitor | null; readonly patch: ResponsePatch }>
  /** Ends all other sessions of the caller's subject, or all, and answers the current client's new credentials. */
  revokeAll(
    request: RequestView,
    options: { readonly keepCurrent: boolean },
  ): Promise<{ readonly receipt: Receipt; readonly issued: Issued | null; readonly patch: ResponsePatch }>

  readonly sessions: {
    /** The live sessions of a subject, last seen first. Never a secret. */
    list(subject: string): Promise<readonly Session[]>
    get(id: string): Promise<Session | null>
    /** Changes a session's data under compare-and-set; `change` may run more than once. */
    update(id: string, change: (data: Json) => Json): Promise<Session>
    /** Ends one session. Doing it twice gives the same guarantee twice. */
    revoke(id: string, options?: RevokeOptions): Promise<Receipt>
    /** Ends every session of the subject, whatever their number, in one step. */
    revokeAll(subject: string, options?: RevokeOptions): Promise<Receipt>
  }
  readonly subjects: {
    /** Something that tokens say has changed (a role, a plan): every access token of the subject is stale at once. */
    changed(subject: string): Promise<void>
    /** The same as `sessions.revokeAll`: for a disabled or deleted subject. */
    revoke(subject: string, options?: RevokeOptions): Promise<Receipt>
    /**
     * Subjects that have sessions, a page at a time, in the order of their bytes in UTF-8: for operators. One whose last
     * session has just gone may still be named. Errors: `bad-request` (a limit that is not 1 to
     * 1,000, a text with control characters).
     */
    search(query: PageQuery): Promise<readonly string[]>
  }
  readonly tokens: {
    /** Verifies one of our access tokens as a request would, store and all. */
    verify(accessToken: string): Promise<VerifiedToken>
    /**
     * A token for one other service, without a session: for services that live inside the application.
     * Errors: `claims-too-large`, `claims-reserved`, `claims-invalid`, `bad-request` (an audience that is no name, a ttl out of bounds).
     */
    issue(options: ServiceTokenOptions): Promise<ServiceToken>
    /**
     * Trades an access or service token of ours, of any audience, for one that a single other audience accepts (RFC 8693).
     * It carries the subject and the session on, so that whatever ends those ends it too. Errors: `invalid`, `expired`,
     * `stale`, `ended`, `bad-request`, `claims-too-large` (a chain of actors that no longer fits).
     */
    exchange(token: string, options: ExchangeOptions): Promise<ServiceToken>
    /** What any token of ours is worth at this moment, whoever it is for (RFC 7662). Asks memory where the lease allows it. */
    introspect(token: string): Promise<Introspection>
    /** Revokes one access or service token by its `jti`; its session goes on. */
    revoke(tokenId: string, options?: RevokeOptions): Promise<Receipt>
  }
  readonly keys: {
    list(): Promise<readonly Omit<KeyRecord, 'wrappedPrivateKey'>[]>
    /** The JWK Set (RFC 7517) of every key that verifies, and for how long it may be kept. */
    jwks(): Promise<PublishedKeys>
    /** Puts the next key to work now. Errors: `rotation-too-soon` (what verifiers keep may lack it), `contended`. */
    rotate(): Promise<KeySchedule>
    /** What a rotation would do at this moment, what each member has, and when it is safe. Changes nothing. */
    rehearse(): Promise<Rehearsal>
    /**
     * Makes a private key of yours the next one: PKCS #8 PEM or a JWK. It signs from the next rotation on.
     * Errors: `key-refused`, with the reason.
     */
    import(key: string | Jwk): Promise<KeySchedule>
    /** Takes a signing key out of use at once, for one that may have leaked: tokens under it are worth nothing. */
    revoke(kid: string, options?: RevokeOptions): Promise<Receipt>
  }
  readonly csrf: {
    /** A fresh double-submit token, bound to the session and its present secret. */
    issue(request: RequestView): Promise<string>
    verify(request: RequestView, token: string): Promise<boolean>
  }
  /** Ends every session there is. */
  revokeEverything(options?: RevokeOptions): Promise<Receipt>
  /** Resolves while the store answers and the keys are at hand; rejects with the trouble. */
  status(): Promise<{ readonly engine: string; readonly signingKey: string; readonly lease: LeaseState }>
  /** The revocation log for those below this instance: remote verifiers, and instances that stream to others. */
  readonly feed: LogFeed
  /** Every instance that the revocation log knows of, as the store has it at this moment. */
  members(): Promise<readonly MemberState[]>
  /** What this instance can say of itself without asking the store: for a page of metrics. */
  figures(): Figures
  /** Calls the listener for each event of a type; answers how to stop. A listener that throws disturbs nobody. */
  on<Type extends EventType>(type: Type, listener: (event: EventOf<Type>) => void): () => void
  /** Writes what is still to be written behind, and closes the store. */
  close(): Promise<void>
}
