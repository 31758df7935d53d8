import { createHash, timingSafeEqual } from 'node:crypto'
import { type AccountStore, type Hallpass, HallpassError, type Requirement, type Session } from 'hallpass'
import { hallpassHono, type RequestAuth } from 'hallpass/hono'
import type { Context, MiddlewareHandler } from 'hono'
import { operatorRole } from '../accounts/roles.js'
import { clientOf } from '../env.js'
import { ServerError } from '../errors.js'

/** Who asks, once that is known to be an operator. */
export type Operator =
  | { readonly by: 'key' }
  | { readonly by: 'session'; readonly email: string; readonly session: Session }

/** Whether it is the session in which whoever asks is an operator. */
export function isOwn(session: Session, operator: Operator): boolean {
  return operator.by === 'session' && operator.session.id === session.id
}

/** What handlers below `/admin` find in `c.var`. */
export interface AdminEnv {
  Variables: {
    /** Not there where an `Authorization` came. */
    auth?: RequestAuth
    operator: Operator
    /** Whom or what an act was about, for the record of it. */
    about?: { readonly subject?: string | null; readonly session?: string | null }
  }
}

export interface OperatorParts {
  readonly accounts: Pick<AccountStore, 'find'>
  /** Null where none is configured. */
  readonly operatorKey: string | null
}

/** Seconds for which somebody who proved who they are may change things. */
export const freshFor = 600

/** What changes something needs, from a cookie: a recent sign-in, and the CSRF token even from our own pages. */
const toChange: Requirement = { maxAge: freshFor, sensitive: true }

/** Sees who is signed in, where no `Authorization` comes: with one, cookies count for nothing here. */
export function signedIn(auth: Hallpass): MiddlewareHandler<AdminEnv> {
  const enter = hallpassHono(auth, { address: clientOf })
  return (c, next) => (c.req.header('authorization') === undefined ? enter(c as Context, next) : next())
}

/**
 * Lets only operators pass: who sends `Authorization: Bearer <operator key>` (RFC 6750), or who is signed in to an account
 * with the role "operator" that is not disabled, as the store has it at this moment. Nobody counts wrong guesses of the
 * key: there are too many keys to guess one.
 */
export function operatorsOnly({ accounts, operatorKey }: OperatorParts): MiddlewareHandler<AdminEnv> {
  const expected = operatorKey === null ? null : digest(operatorKey)
  return async (c, next) => {
    const { auth: caller } = c.var
    c.set('operator', caller === undefined ? keyIn(c, expected) : await operatorIn(caller, accounts, c.req.method))
    return next()
  }
}

function keyIn(c: Context, expected: Buffer | null): Operator {
  const [, presented = ''] = /^Bearer +([^ ]+) *$/i.exec(c.req.header('authorization') ?? '') ?? []
  // digests are of one length, and tell nothing of where the two begin to differ
  if (expected !== null && timingSafeEqual(digest(presented), expected)) return { by: 'key' }
  throw new ServerError('operator-key-required')
}

async function operatorIn(
  caller: RequestAuth,
  accounts: Pick<AccountStore, 'find'>,
  method: string,
): Promise<Operator> {
  const { session } = caller
  if (session === null) {
    if (caller.refusal === null || caller.refusal === 'session-required') throw new ServerError('operator-key-required')
    throw new HallpassError(caller.refusal)
  }
  const account = await accounts.find(session.subject)
  if (account === null || account.disabledAt !== null || !account.roles.includes(operatorRole))
    throw new ServerError('operator-required')
  caller.require(isSafe(method) ? {} : toChange)
  return { by: 'session', email: account.email, session }
}

/** Methods that change nothing (RFC 9110, section 9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
