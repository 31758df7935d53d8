import { HallpassError } from 'hallpass'

/**
 * The errors of OAuth (RFC 6749, section 5.2; `invalid_target`: RFC 8707; the last two as section 4.1.2.1 names them)
 * with the status that carries them.
 */
const statuses = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  invalid_target: 400,
  temporarily_unavailable: 503,
  server_error: 500,
} as const

export type OAuthErrorCode = keyof typeof statuses

/** Seconds after which somebody who met trouble may ask again. */
const retryAfter = '2'

export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly status: 400 | 401 | 413 | 500 | 503
  /** For the operator's log; never part of an answer. */
  readonly reason: string | null

  /** `description`: for the developer of the client; it tells nothing that the request does not show. */
  constructor(
    code: OAuthErrorCode,
    description: string,
    detail: { reason?: string; status?: 413; cause?: unknown } = {},
  ) {
    super(description, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    this.status = detail.status ?? statuses[code]
    this.reason = detail.reason ?? null
  }
}

/** Whatever was thrown, as an answer of OAuth: trouble is no verdict, and what broke says nothing about itself. */
export function oauthErrorResponse(thrown: unknown): Response {
  const error = thrown instanceof OAuthError ? thrown : translated(thrown)
  return new Response(JSON.stringify({ error: error.code, error_description: error.message }), {
    status: error.status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...(error.status === 401 ? { 'www-authenticate': 'Basic realm="hallpass"' } : {}),
      ...(error.status === 503 ? { 'retry-after': retryAfter } : {}),
    },
  })
}

function translated(thrown: unknown): OAuthError {
  return thrown instanceof HallpassError && thrown.status === 503
    ? new OAuthError('temporarily_unavailable', 'Nothing was decided. Ask again shortly.')
    : new OAuthError('server_error', 'Something broke on the server.')
}
