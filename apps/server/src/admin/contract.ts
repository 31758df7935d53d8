import type { Device, KeySchedule, ReceiptBody, Rehearsal, SessionBody, TokensBody } from 'hallpass'
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
  readonly account: { readonly email: string; readonly roles: readonly string[] }
}

/** `GET /auth/sessions` */
export interface SessionsAnswer {
  readonly sessions: readonly SessionBody[]
}

/**
 * `DELETE /auth/sessions/:id`, `POST /auth/sessions/revoke-all` where no session is kept, `POST /admin/keys/:kid/revoke`,
 * `POST /admin/tokens/:id/revoke`, `POST /admin/sessions/:id/revoke` and `POST /admin/revoke-everything`
 * `{"confirm": "everything"}`.
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
  /** How many renewals it has sent: while it serves requests this grows every third of its lease. */
  readonly renewal: number
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

/** `GET /admin/operator`: who is asking. */
export interface OperatorAnswer {
  /** `key`: the operator key; `session`: somebody signed in whose account has the role "operator". */
  readonly by: 'key' | 'session'
  /** Null for the operator key. */
  readonly email: string | null
  /** Until when dangerous acts need no step-up, ISO 8601; null for the operator key, which never needs one. */
  readonly freshUntil: string | null
  /** Whether `POST /admin/relay` exists here. */
  readonly relay: boolean
}

/** `GET /admin/subjects?search=&after=`: whose email or id begins with that text, or who has the session of that id. */
export interface SubjectsAnswer {
  /** At most 25. */
  readonly subjects: readonly SubjectBody[]
  /** What to send as `after` for the next page; null on the last one. */
  readonly next: string | null
}

/** Times are ISO 8601. */
export interface SubjectBody {
  readonly id: string
  /** Null for a subject that has sessions but no account here. */
  readonly account: {
    readonly email: string
    readonly createdAt: string
    readonly disabledAt: string | null
    readonly roles: readonly string[]
  } | null
  /** How many sessions live. */
  readonly sessions: number
  /** Of the session that was seen last; null without sessions. */
  readonly lastSeenAt: string | null
}

/**
 * `GET /admin/subjects/:id`, `PUT /admin/subjects/:id/roles` `{"roles": ["operator"]}`, `POST /admin/subjects/:id/enable`.
 * `:id` is the subject's id, percent-encoded; where no path may hold it even so (it has a slash, say, or begins with "~"),
 * "~" and its UTF-8 in base64url.
 */
export interface SubjectAnswer {
  readonly subject: SubjectBody
  /** Last seen first, at most 100. */
  readonly sessions: readonly SessionBody[]
}

/**
 * `POST /admin/subjects/:id/disable`: nobody signs in to the account any more, and every session of it has ended.
 * `POST /admin/subjects/:id/end`: every session has ended, and they may sign in again.
 */
export interface SubjectAndReceiptAnswer extends SubjectAnswer {
  readonly receipt: ReceiptBody
}

/** `GET /admin/sessions/:id` */
export interface SubjectSessionAnswer {
  readonly session: SessionBody
  readonly subject: SubjectBody
}

/**
 * `GET /admin/events?subject=|session=|type=|network=&before=`: what happened, newest first, over all instances; at most one
 * of the four filters.
 */
export interface EventsAnswer {
  /** At most 100. */
  readonly events: readonly EventBody[]
  /** What to send as `before` for the next page; null on the last one. */
  readonly next: string | null
}

export interface EventBody {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  /** Of `EventType` in `hallpass`, or of the server's own: see `docs/events.md`. */
  readonly type: string
  readonly subject: string | null
  /** The id of a session. */
  readonly session: string | null
  /** Cut to /24 (IPv4) or /48 (IPv6). */
  readonly network: string | null
  /** How many alike within a minute. */
  readonly count: number
  readonly details: { readonly [name: string]: unknown }
}

/** `GET /admin/charts?minutes=60`: what happened in each of the last minutes (at most 1,440), over all instances. */
export interface ChartsAnswer {
  /** When the first minute began, ISO 8601. */
  readonly from: string
  readonly minutes: number
  /** One value a minute: "signed-in", "refresh-rotated", "refused:<code>", "revoked". A series that was always 0 is left out. */
  readonly series: { readonly [name: string]: readonly number[] }
  /** How long revocations took, over all the minutes: how many took at most so many milliseconds, by bucket. */
  readonly revocations: readonly { readonly atMost: number | null; readonly count: number }[]
}

/** `GET /admin/health` */
export interface HealthAnswer {
  readonly version: string
  /** When this instance started, ISO 8601. */
  readonly startedAt: string
  readonly store: {
    readonly engine: string
    /** How long it took to answer, milliseconds; null where it did not. */
    readonly answeredIn: number | null
    /** Why it does not answer; null where it does. */
    readonly trouble: string | null
    /** What it promises less than it could. */
    readonly warnings: readonly { readonly code: string; readonly message: string; readonly remedy: string }[]
  }
  readonly signingKey: string | null
  readonly lease: LeaseBody
  /** Of the instance that answers. */
  readonly figures: {
    readonly cachedSessions: number
    readonly rememberedEntries: number
    readonly fromMemory: number
    readonly askedStore: { readonly [because: string]: number }
  }
}

/** `GET /admin/policy`: what is in force, in groups, for people to read. No secret is in it. */
export interface PolicyAnswer {
  readonly groups: readonly {
    readonly title: string
    readonly settings: readonly {
      /** As in the configuration, such as "lifetimes.idle" or "HALLPASS_STRATEGY". */
      readonly name: string
      readonly value: string
      /** What it does, in one sentence. */
      readonly meaning: string
    }[]
  }[]
}

/** `POST /admin/relay`: sends one request from this server, so that everything of the answer can be seen. */
export interface RelayBody {
  readonly method: string
  /** http or https. */
  readonly url: string
  /** As they are to be sent, `Cookie` and `Origin` too. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Null for none. */
  readonly body: string | null
  /** For a host other than loopback: that it was confirmed, and the address that was shown. */
  readonly confirmed?: { readonly host: string; readonly address: string }
}

export type RelayAnswer =
  | { readonly outcome: 'answered'; readonly response: RelayedResponse }
  /** Nothing was sent: the host is not loopback. Ask the person, and send it again with `confirmed`. */
  | { readonly outcome: 'unconfirmed'; readonly host: string; readonly address: string }
  /** Nothing came back, and why. */
  | { readonly outcome: 'failed'; readonly problem: string; readonly timing: RelayTiming }

export interface RelayedResponse {
  readonly status: number
  readonly statusText: string
  readonly httpVersion: string
  /** In the order they came, each line on its own. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Base64. */
  readonly body: string
  /** Whether the body came compressed, as `Content-Encoding` says, and is given here as it was before. */
  readonly decoded: boolean
  /** Whether the body was longer than what is relayed (1 MiB), did not end in time, or broke off. */
  readonly cut: 'size' | 'time' | 'connection' | null
  /** What was connected to. */
  readonly address: string
  readonly timing: RelayTiming
}

/** Milliseconds from the start; null for what did not happen. */
export interface RelayTiming {
  readonly lookup: number | null
  readonly connect: number | null
  readonly tls: number | null
  readonly firstByte: number | null
  readonly total: number
}

/** `GET /auth/events`: what happened to the caller's account that they should know of, newest first. */
export interface PersonEventsAnswer {
  /** At most 30. */
  readonly events: readonly PersonEventBody[]
}

export interface PersonEventBody {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly type:
    | 'signed-up'
    | 'signed-in'
    | 'sign-in-failed'
    | 'stepped-up'
    | 'password-changed'
    | 'session-ended'
    | 'signed-out-everywhere'
    | 'refresh-reused'
    | 'refresh-repeated'
    | 'account-disabled'
    | 'account-enabled'
    | 'disowned'
  /** The device concerned, as far as it is known. */
  readonly device: Device | null
  /** Whether it is the device, by name and network, of no earlier event that is still kept. */
  readonly newDevice: boolean
  /** Whether it happened in the session of whoever asks. */
  readonly current: boolean
  /** How many alike within a minute. */
  readonly count: number
}

/**
 * `POST /auth/events/:id/disown`: the caller says that this was not them. Ends the session concerned and every other one but
 * the caller's, and tells the operator. Answers `SessionAndReceiptAnswer`.
 */

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
