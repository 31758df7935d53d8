import { HallpassError, type Mistake, type Problem, problemPatch, type ResponsePatch } from 'hallpass'
import { OAuthError } from './oauth/errors.js'

/** The errors that only the server has, beside the library's table and of the same shape. */
export const errors = {
  'wrong-credentials': [401, 'The email or the password is wrong', 'Check both and try again.'],
  'account-disabled': [403, 'The account is disabled', 'Ask whoever runs this server.'],
  'email-taken': [409, 'There is an account with this email', 'Sign in instead.'],
  'operator-key-required': [
    401,
    'This is for operators',
    'Sign in as an operator, or send "Authorization: Bearer" and the operator key.',
  ],
  'operator-required': [
    403,
    'This is for operators',
    'Ask another operator for the role, or run "hallpass subjects grant" where the server is.',
  ],
  'own-operator-role': [
    409,
    'Operators do not lock themselves out',
    'Let another operator do it, or run "hallpass subjects" where the server is.',
  ],
  'too-many-secrets': [409, 'The client has two secrets already', 'Remove the one that is not in use any more.'],
  'ambiguous-address': [
    400,
    'The address can be read in more than one way',
    'Write it plainly: no dots, no doubled or encoded slashes.',
  ],
  'ambiguous-message': [
    400,
    'The request can be read in more than one way',
    'Send HTTP/1.1, with one "Content-Length" or with "Transfer-Encoding: chunked" alone.',
  ],
  'address-too-long': [414, 'The address is too long', 'Send what it carries in the body.'],
  'headers-too-large': [431, 'The headers are too large', 'Send fewer; in a browser, delete the cookies of this site.'],
  'too-slow': [408, 'The body did not come in time', 'Send it without a pause.'],
  misdirected: [421, 'This server does not answer for that host', 'Use the address that it is known under.'],
  'https-required': [403, 'The connection is not encrypted', 'Use https.'],
  'upgrade-refused': [400, 'There is nothing here to upgrade to', 'Send the request without "Upgrade".'],
  'claim-required': [403, 'This account may not use this address', 'Ask whoever runs this server for it.'],
  'not-routed': [403, 'No route covers this address', 'Check the address; its operator adds a route for it.'],
  'check-unclear': [
    400,
    'It is not clear which request is asked about',
    'Let the proxy send method, host and address of it, by one convention: the log says what is missing.',
  ],
  'upstream-unreachable': [502, 'The service behind this address cannot be reached', 'Try again shortly.'],
  'upstream-timeout': [504, 'The service behind this address takes too long', 'Try again shortly.'],
  'relay-busy': [429, 'Four requests are under way already', 'Wait until one of them is answered.'],
  'relay-loop': [508, 'A relayed request is not relayed once more', 'Send it to where it is meant to go.'],
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
  const { status, headers, body } = problemAnswer(error)
  return new Response(body, { status, headers: headers.map(([name, value]) => [name, value]) })
}

/** The same as data, for where there is no fetch Response: a socket, or a response of node:http. */
export function problemAnswer(error: unknown): ResponsePatch & { readonly status: number } {
  if (error instanceof HallpassError) return { ...problemPatch(error), status: error.status }
  const known = error instanceof ServerError ? error : new ServerError('internal')
  const problem = problemOf(known)
  return {
    status: problem.status,
    headers: [
      ['content-type', 'application/problem+json'],
      ['cache-control', 'no-store'],
      // RFC 9110, section 15.5.2: a 401 names a way to authenticate
      ...(problem.status === 401 ? [['www-authenticate', 'Bearer realm="hallpass"'] as const] : []),
    ],
    body: JSON.stringify(problem),
  }
}

function problemOf({ code, mistakes }: ServerError): ServerProblem {
  const [status, title, detail] = errors[code]
  const problem = { type: `urn:hallpass:error:${code}`, title, status, code, detail }
  return mistakes.length === 0 ? problem : { ...problem, errors: mistakes }
}
