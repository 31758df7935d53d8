import { HallpassError } from '../../core/errors.js'

/** SQLSTATEs (postgresql.org/docs/current/errcodes-appendix.html), or their first letters, that an operator can act on. */
const reasons: readonly (readonly [code: string, reason: string])[] = [
  ['08', 'cannot be reached'],
  ['25006', 'is read-only: the connection leads to a replica, or default_transaction_read_only is on'],
  ['28', 'refuses the user or the password'],
  ['3D000', 'does not exist'],
  ['3F000', "lacks Hallpass's schema: put it back from a backup, or restart to begin with an empty one"],
  ['40', 'has too many writers at once'],
  [
    '42501',
    'does not permit this to its user: grant it USAGE on the schema and all on its tables, and to migrate, CREATE on the database',
  ],
  ['42883', "lacks some of Hallpass's functions: put them back from a backup, or apply the migrations again"],
  ['42P01', "lacks some of Hallpass's tables: put them back from a backup, or restart to begin with empty ones"],
  ['53100', 'cannot grow: the disk is full'],
  ['53200', 'is out of memory'],
  ['53300', 'has too many connections: make the pool smaller, or raise max_connections'],
  ['53', 'is short of resources'],
  ['55P03', 'is locked by another statement for longer than lock_timeout allows'],
  ['57014', 'cancelled the statement: it took longer than statement_timeout allows, or somebody cancelled it'],
  ['57P', 'is starting, shutting down, or has ended the connection'],
  ['58', 'cannot be read or written: the disk reports an error'],
  ['P0002', 'lacks a row that Hallpass began with: put it back from a backup'],
  ['XX001', 'is damaged: restore it from a backup'],
  ['XX002', 'is damaged: restore it from a backup'],
]

/** What the drivers and Node.js say where there was no answer. */
const unreachable =
  /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOENT|CONNECT)|^Connection terminated|^timeout exceeded/

export function sqlState(error: unknown): string | null {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null
}

/** Whether the whole statement was undone because of others, and may be sent again. */
export function isContended(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlState(error) ?? '')
}

/** Whether the connection no longer knows, or knew already, what was prepared: a pooler between hands them out. */
export function isUnprepared(error: unknown): boolean {
  return ['26000', '42P05'].includes(sqlState(error) ?? '')
}

/** What the driver threw, as trouble with a reason for the operator. Neither the reason nor the cause holds values. */
export function trouble(error: unknown): HallpassError {
  if (error instanceof HallpassError) return error
  return new HallpassError('store-unavailable', { reason: `the database ${reasonOf(error)}`, cause: bare(error) })
}

function reasonOf(error: unknown): string {
  const state = sqlState(error)
  if (state !== null) return reasons.find(([code]) => state.startsWith(code))?.[1] ?? `failed with SQLSTATE ${state}`
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return unreachable.test(String(code)) || unreachable.test(String(message))
    ? 'cannot be reached'
    : 'failed: see the cause'
}

/** Drivers lay the statement and its values beside the message; of data (22) and constraints (23) the message quotes them. */
function bare(error: unknown): Error {
  const state = sqlState(error)
  const message = error instanceof Error ? error.message : 'what was thrown is no error'
  return new Error(state === null ? message : /^2[23]/.test(state) ? state : `${state}: ${message}`)
}
