/**
 * Every error of Hallpass in one table: the HTTP status, a title for people, and what to do.
 * Codes are stable; the reason behind a refusal goes to the operator as an event, never to the caller.
 */
export const errors = {
  'session-required': [401, 'Nobody is signed in', 'Sign in and send the request again.'],
  invalid: [401, 'The credential is not authentic', 'Sign in again.'],
  expired: [401, 'The access token has expired', 'Refresh, then send the request again.'],
  stale: [401, 'The access token says something that has changed', 'Refresh, then send the request again.'],
  ended: [401, 'The session has ended', 'Sign in again.'],
  reused: [
    401,
    'The refresh token was used before, and its session has been ended',
    'Sign in again; whoever used it is signed out too.',
  ],
  'rolled-back': [401, 'The session is newer than the record of it', 'Sign in again.'],
  ambiguous: [401, 'More than one cookie carries our name', 'Send the request again: the cookies have been expired.'],
  superseded: [401, 'Everything was signed out while this sign-in was under way', 'Sign in again.'],
  'step-up-required': [
    401,
    'This needs a recent sign-in',
    'Prove again who you are (POST to the step-up address), then repeat.',
  ],
  'csrf-refused': [
    403,
    'The request did not come from this site',
    'Send it from a page of this site, or with the CSRF token of the session.',
  ],
  'client-required': [
    403,
    'The request carries no browser headers',
    'A native client sends "Hallpass-Client: native".',
  ],
  'bad-request': [400, 'The request cannot be understood', 'Mend the named field.'],
  'unsupported-media-type': [415, 'The body is of another type', 'Send application/json.'],
  'too-large': [413, 'The body is too large', 'Send less.'],
  'not-found': [404, 'There is nothing here', 'Check the address.'],
  'method-not-allowed': [405, 'This address does not take that method', 'Use a method of the Allow header.'],
  'data-too-large': [413, 'The session data is too large', 'Keep large things elsewhere and their key in the session.'],
  'data-invalid': [400, 'The session data is not plain JSON', 'Keep only JSON values, without "__proto__".'],
  'claims-too-large': [500, 'The access token would exceed its budget', 'Return fewer or shorter claims.'],
  'claims-reserved': [500, 'The application may not set that claim', 'Use another name.'],
  'claims-invalid': [
    500,
    'The claims are not plain JSON',
    'Return only JSON values of well-formed text, without "__proto__".',
  ],
  'no-such-session': [404, 'There is no such session', 'List the sessions again.'],
  'store-unavailable': [503, 'The store cannot be reached', 'Try again shortly. Nobody was signed out.'],
  'root-unknown': [
    503,
    'A stored value was sealed under a root secret that is not configured',
    'Put the earlier root secret back into the list.',
  ],
  'keys-unusable': [
    503,
    'The signing keys in the store cannot be used',
    'Put the stored key ring back as it was, or erase it to begin a new one.',
  ],
  'log-key-required': [
    401,
    'The revocation log is for remote verifiers',
    'Send "Authorization: Bearer" and the log key of this instance.',
  ],
  'rotation-too-soon': [
    409,
    'Some verifiers may not have the next signing key yet',
    'Rotate later, at the time that is named; a key that has leaked is revoked, not rotated.',
  ],
  'key-refused': [
    422,
    'The key cannot be used to sign with',
    'Give an unencrypted private key for the configured algorithm: PKCS #8 PEM or JWK.',
  ],
  'keys-unavailable': [
    503,
    "The issuer's keys cannot be read",
    'Try again shortly. Nobody can say yet whether the token is authentic.',
  ],
  'log-unavailable': [
    503,
    'The revocation log cannot be asked',
    'Try again shortly. Nobody can say yet whether the token was revoked.',
  ],
  unconfirmed: [
    503,
    'The store lost a revocation right after it was written',
    'Revoke again; until then the session may still be believed somewhere.',
  ],
  contended: [503, 'Too many writers at once', 'Try again.'],
  configuration: [500, 'The configuration is not safe to start with', 'Mend each of the listed mistakes.'],
} as const satisfies Record<string, readonly [status: number, title: string, remedy: string]>

export type ErrorCode = keyof typeof errors

/** One thing wrong with a request body or a configuration: where, what, and the remedy. */
export interface Mistake {
  readonly field: string
  readonly problem: string
  readonly remedy: string
}

/** The one error Hallpass throws on purpose. Narrow on `code`. */
export class HallpassError extends Error {
  override readonly name = 'HallpassError'
  readonly code: ErrorCode
  /** The HTTP status that answers it. */
  readonly status: number
  readonly remedy: string
  readonly mistakes: readonly Mistake[]
  /** For the operator's log; never part of an answer. */
  readonly reason: string | null
  /** With `step-up-required`: how long ago the sign-in may have been, seconds (RFC 9470 `max_age`). */
  readonly maxAge: number | null

  constructor(
    code: ErrorCode,
    detail: { reason?: string; mistakes?: readonly Mistake[]; maxAge?: number; cause?: unknown } = {},
  ) {
    const [status, title, remedy] = errors[code]
    const list = (detail.mistakes ?? []).map((mistake) => `\n  ${mistake.field}: ${mistake.problem} ${mistake.remedy}`)
    super(`${title}.${list.join('')}`, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    this.status = status
    this.remedy = remedy
    this.mistakes = detail.mistakes ?? []
    this.reason = detail.reason ?? null
    this.maxAge = detail.maxAge ?? null
  }
}

/** An RFC 9457 problem document. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors?: readonly Mistake[]
}

/** The answer to an error: its code and remedy, and the mistakes by field. Never its reason. */
export function problemOf(error: HallpassError): Problem {
  const [status, title, remedy] = errors[error.code]
  const problem = { type: `urn:hallpass:error:${error.code}`, title, status, code: error.code, detail: remedy }
  return error.mistakes.length === 0 ? problem : { ...problem, errors: error.mistakes }
}
