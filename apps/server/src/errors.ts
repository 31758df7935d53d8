import { HallpassError, type Mistake, type Problem, problemPatch } from 'hallpass'
import { OAuthError } from './oauth/errors.js'

/** The errors that only the server has, beside the library's table and of the same shape. */
export const errors = {
  'wrong-credentials': [401, 'The email or the password is wrong', 'Check both and try again.'],
  'account-disabled': [403, 'The account is disabled', 'Ask whoever runs this server.'],
  'email-taken': [409, 'There is an account with this email', 'Sign in instead.'],
  'operator-key-required': [401, 'This is for operators', 'Send "Authorization: Bearer" and the operator key.'],
  'too-many-secrets': [409, 'The client has two secrets already', 'Remove the one that is not in use any more.'],
  internal: [500, 'Something broke on the server', 'Try again; its operator finds the reason in the log.'],
} as const satisfies Record<string, readonly [status: number, title: string, remedy: string]>

export type ServerErrorCode = keyof typeof errors

export class ServerError extends Error {
  override readonly name = 'ServerError'
  readonly code: ServerErrorCode
  readonly mistakes: readonly Mistake[]

  constructor(code: ServerErrorCode, mistakes: readonly Mistake[] = []) {
    super(errors[code][1])
    this.code = code
    this.mistakes = mistakes
  }
}

/** A problem document (RFC 9457) with a code of the library or of the server. */
export type ServerProblem = Omit<Problem, 'code'> & { readonly code: string }

/** A request that cannot be understood, field by field. */
export function badRequest(mistakes: readonly Mistake[]): HallpassError {
  return new HallpassError('bad-request', { mistakes })
}

export function codeOf(error: unknown): string {
  return error instanceof HallpassError || error instanceof ServerError || error instanceof OAuthError
    ? error.code
    : 'internal'
}

/** The answer to whatever was thrown. What broke by accident says nothing about itself. */
export function problemResponse(error: unknown): Response {
  if (error instanceof HallpassError) {
    const { status, headers, body } = problemPatch(error)
    return new Response(body, {
      status: status ?? error.status,
      headers: headers.map(([name, value]) => [name, value]),
    })
  }
  const known = error instanceof ServerError ? error : new ServerError('internal')
  const problem = problemOf(known)
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      // RFC 9110, section 15.5.2: a 401 names a way to authenticate
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer realm="hallpass"' } : {}),
    },
  })
}

function problemOf({ code, mistakes }: ServerError): ServerProblem {
  const [status, title, detail] = errors[code]
  const problem = { type: `urn:hallpass:error:${code}`, title, status, code, detail }
  return mistakes.length === 0 ? problem : { ...problem, errors: mistakes }
}
